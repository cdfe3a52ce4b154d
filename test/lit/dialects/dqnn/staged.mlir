// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @convolutions
func.func @convolutions(%x: tensor<1x4x4x2x!dqnn.s1>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>> {
  %w = dqnn.constant dense<1> : tensor<3x3x3x2xi8> as !dqnn.s1
  %t = dqnn.constant dense<[-1073741824, 0, 3]> : tensor<3xi32>
  // CHECK: %a = dqnn.conv2d_threshold %x, %w, %t {pad_value = -1, padding = [1, 1, 1, 1]} : tensor<1x4x4x3x!dqnn.s1>
  %a = dqnn.conv2d_threshold %x, %w, %t {padding = [1, 1, 1, 1], pad_value = -1} : tensor<1x4x4x3x!dqnn.s1>
  %v = dqnn.constant dense<-1> : tensor<1x3x3x3xi8> as !dqnn.s1
  // CHECK: %b = dqnn.depthwise_conv2d_threshold %a, %v, %t : tensor<1x2x2x3x!dqnn.s1>
  %b = dqnn.depthwise_conv2d_threshold %a, %v, %t : tensor<1x2x2x3x!dqnn.s1>
  %u = dqnn.constant dense<1> : tensor<1x1x1x3xi8> as !dqnn.s1
  %s = dqnn.constant dense<0.25> : tensor<1xf32>
  // CHECK: %c = dqnn.conv2d_affine %b, %u, %s, %s {clamp_min = 0.000000e+00} : tensor<1x2x2x1x!quant.uniform<i8:f32, 5.000000e-01>>
  %c = dqnn.conv2d_affine %b, %u, %s, %s {clamp_min = 0.0} : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
  func.return %c : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
}

// Each side has its own type; weights may have a scale for each channel.
// CHECK-LABEL: func.func @dense_layers
func.func @dense_layers(%x: tensor<1x2x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2xf32> {
  %w = dqnn.constant dense<1> : tensor<2x2xi8> as !quant.uniform<i8<-127:127>:f32:0, {0.5,0.25}>
  %t = dqnn.constant dense<0> : tensor<2xi32>
  // CHECK: %a = dqnn.dense_threshold %x, %w, %t : tensor<1x2x!dqnn.s1>
  %a = dqnn.dense_threshold %x, %w, %t : tensor<1x2x!dqnn.s1>
  %v = dqnn.constant dense<0.5> : tensor<2x2xf32>
  %s = dqnn.constant dense<0.25> : tensor<2xf32>
  // CHECK: %b = dqnn.dense_affine %a, %v, %s, %s : tensor<1x2xf32>
  %b = dqnn.dense_affine %a, %v, %s, %s : tensor<1x2xf32>
  func.return %b : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @depthwise
func.func @depthwise(%x: tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<1x3x3x2xi8> as !quant.uniform<i8<-127:127>:f32:3, {0.5,0.25}>
  %s = dqnn.constant dense<0.25> : tensor<2xf32>
  // CHECK: %a = dqnn.depthwise_conv2d_affine %x, %w, %s, %s {clamp_max = 6.000000e+00, clamp_min = 0.000000e+00, pad_value = 2, padding = [1, 1, 1, 1]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 2.500000e-01>>
  %a = dqnn.depthwise_conv2d_affine %x, %w, %s, %s {clamp_min = 0.0, clamp_max = 6.0, pad_value = 2, padding = [1, 1, 1, 1]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
  func.return %a : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
}

// CHECK-LABEL: func.func @flips
func.func @flips(%x: tensor<1x4x4x2x!dqnn.s1>) -> tensor<1x2x2x2x!dqnn.s1> {
  %m = dqnn.constant dense<[1, -1]> : tensor<2xi8> as !dqnn.s1
  // CHECK: %a = dqnn.flip %x, %m : tensor<1x4x4x2x!dqnn.s1>
  %a = dqnn.flip %x, %m : tensor<1x4x4x2x!dqnn.s1>
  // CHECK: %b = dqnn.max_pool2d_flip %a, %m {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2x!dqnn.s1>
  %b = dqnn.max_pool2d_flip %a, %m {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2x!dqnn.s1>
  func.return %b : tensor<1x2x2x2x!dqnn.s1>
}
