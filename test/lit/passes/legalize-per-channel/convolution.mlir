// RUN: dqnn-opt %s -p legalize-per-channel --split-input-file | filecheck %s

// One scale becomes one for each output channel, in weights and bias.
// CHECK-LABEL: @conv2d
func.func @conv2d(%x : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2x2x3x!quant.uniform<i8:f32, 1.0>> {
  // CHECK: dqnn.constant {{.*}} as !quant.uniform<i8<-127:127>:f32:0, {2.500000e-01,2.500000e-01,2.500000e-01}>
  // CHECK: dqnn.constant {{.*}} as !quant.uniform<i32:f32:0, {1.250000e-01,1.250000e-01,1.250000e-01}>
  // CHECK-NOT: dqnn.constant
  %w = dqnn.constant dense<1> : tensor<3x3x3x2xi8> as !quant.uniform<i8<-127:127>:f32, 0.25>
  %b = dqnn.constant dense<[1, 2, 3]> : tensor<3xi32> as !quant.uniform<i32:f32, 0.125>
  %y = dqnn.conv2d %x, %w, %b : tensor<1x2x2x3x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x2x2x3x!quant.uniform<i8:f32, 1.0>>
}

// -----

// Depthwise weights have their channels last.
// CHECK-LABEL: @depthwise
func.func @depthwise(%x : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x4x!quant.uniform<i8:f32, 1.0>> {
  // CHECK: dqnn.constant {{.*}} as !quant.uniform<i8:f32:3, {2.500000e-01,2.500000e-01,2.500000e-01,2.500000e-01}>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.25>
  %y = dqnn.depthwise_conv2d %x, %w : tensor<1x4x4x4x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x4x4x4x!quant.uniform<i8:f32, 1.0>>
}

// -----

// CHECK-LABEL: @transpose_conv
func.func @transpose_conv(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>> {
  // CHECK: dqnn.constant {{.*}} as !quant.uniform<i8:f32:0, {2.500000e-01,2.500000e-01}>
  %w = dqnn.constant dense<1> : tensor<2x2x2x1xi8> as !quant.uniform<i8:f32, 0.25>
  %y = dqnn.transpose_conv2d %x, %w {strides = [2, 2]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// Weights that two layers share keep their type for the layer that does not need another.
// CHECK-LABEL: @shared
func.func @shared(%x : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>, tensor<2x1x1x2x!quant.uniform<i8:f32, 0.25>>) {
  // CHECK: %[[W:.*]] = dqnn.constant {{.*}} as !quant.uniform<i8:f32, 2.500000e-01>
  // CHECK-NEXT: %[[WIDE:.*]] = dqnn.constant {{.*}} as !quant.uniform<i8:f32:0, {2.500000e-01,2.500000e-01}>
  // CHECK-NEXT: dqnn.conv2d %x, %[[WIDE]]
  // CHECK-NEXT: func.return %{{.*}}, %[[W]]
  %w = dqnn.constant dense<1> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32, 0.25>
  %y = dqnn.conv2d %x, %w : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y, %w : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>, tensor<2x1x1x2x!quant.uniform<i8:f32, 0.25>>
}

// -----

// Scales of its own for each channel stay.
// CHECK-LABEL: @per_channel_already
func.func @per_channel_already(%x : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> {
  // CHECK: !quant.uniform<i8:f32:0, {2.500000e-01,5.000000e-01}>
  %w = dqnn.constant dense<1> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32:0, {0.25,0.5}>
  %y = dqnn.conv2d %x, %w : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// Float layers, and weights that are not constant, stay.
// CHECK-LABEL: @float_and_computed
func.func @float_and_computed(%x : tensor<1x1x1x2xf32>, %q : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>, %v : tensor<2x1x1x2x!quant.uniform<i8:f32, 0.25>>) -> (tensor<1x1x1x2xf32>, tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>) {
  // CHECK: %w = dqnn.constant dense<1.000000e+00> : tensor<2x1x1x2xf32>
  // CHECK-NEXT: dqnn.conv2d %x, %w
  // CHECK-NEXT: dqnn.conv2d %q, %v
  %w = dqnn.constant dense<1.0> : tensor<2x1x1x2xf32>
  %y = dqnn.conv2d %x, %w : tensor<1x1x1x2xf32>
  %z = dqnn.conv2d %q, %v : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y, %z : tensor<1x1x1x2xf32>, tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
}
