// RUN: ROUNDTRIP

// Each operator in both of its forms. A property equal to its default is not printed.

// CHECK-LABEL: func.func @conv2d
func.func @conv2d(%x: tensor<1x8x8x4xf32>) -> tensor<1x4x4x2xf32> {
  // CHECK: %w = dqnn.constant dense<5.000000e-01> : tensor<2x3x3x4xf32>
  %w = dqnn.constant dense<0.5> : tensor<2x3x3x4xf32>
  // CHECK: %b = dqnn.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
  %b = dqnn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // CHECK: %y = dqnn.conv2d %x, %w, %b {clamp_max = 6.000000e+00, clamp_min = 0.000000e+00, padding = [0, 1, 0, 1], strides = [2, 2]} : tensor<1x4x4x2xf32>
  %y = dqnn.conv2d %x, %w, %b {strides = [2, 2], padding = [0, 1, 0, 1], clamp_min = 0.0, clamp_max = 6.0} : tensor<1x4x4x2xf32>
  func.return %y : tensor<1x4x4x2xf32>
}

// CHECK-LABEL: func.func @conv2d_defaults
func.func @conv2d_defaults(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x2xf32> {
  %w = dqnn.constant dense<0.5> : tensor<2x1x1x4xf32>
  // CHECK: %y = dqnn.conv2d %x, %w : tensor<1x8x8x2xf32>
  %y = dqnn.conv2d %x, %w {strides = [1, 1], padding = [0, 0, 0, 0], dilations = [1, 1]} : tensor<1x8x8x2xf32>
  func.return %y : tensor<1x8x8x2xf32>
}

// A type of many scales is written once, where the weights are defined.
// CHECK-LABEL: func.func @conv2d_int8
func.func @conv2d_int8(%x: tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5:-3>>) -> tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>> {
  // CHECK: %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.5, 0.25}>
  // CHECK: %b = dqnn.constant dense<[100, -100]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {2.500000e-01,1.250000e-01}>
  %b = dqnn.constant dense<[100, -100]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.25, 0.125}>
  // CHECK: %y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2x!quant.uniform<i8:f32, 2.500000e-01>>
  %y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>
}

// Attributes that a pass adds follow the properties.
// CHECK-LABEL: func.func @conv2d_groups_dilations
func.func @conv2d_groups_dilations(%x: tensor<1x8x8x4xf32>) -> tensor<1x4x4x6xf32> {
  %w = dqnn.constant dense<0.5> : tensor<6x3x3x2xf32>
  // CHECK: %y = dqnn.conv2d %x, %w {dilations = [2, 2]} attributes {dqnn.kernel = "a"} : tensor<1x4x4x6xf32>
  %y = dqnn.conv2d %x, %w {dilations = [2, 2]} attributes {dqnn.kernel = "a"} : tensor<1x4x4x6xf32>
  func.return %y : tensor<1x4x4x6xf32>
}

// CHECK-LABEL: func.func @conv2d_uint8
func.func @conv2d_uint8(%x: tensor<1x8x8x4x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<1x8x8x1x!quant.uniform<u8:f32, 0.5>> {
  // CHECK: %w = dqnn.constant dense<200> : tensor<1x1x1x4xui8> as !quant.uniform<u8:f32, 5.000000e-01:131>
  %w = dqnn.constant dense<200> : tensor<1x1x1x4xui8> as !quant.uniform<u8:f32, 0.5:131>
  // CHECK: %y = dqnn.conv2d %x, %w : tensor<1x8x8x1x!quant.uniform<u8:f32, 5.000000e-01>>
  %y = dqnn.conv2d %x, %w : tensor<1x8x8x1x!quant.uniform<u8:f32, 0.5>>
  func.return %y : tensor<1x8x8x1x!quant.uniform<u8:f32, 0.5>>
}

// CHECK-LABEL: func.func @depthwise_conv2d
func.func @depthwise_conv2d(%x: tensor<1x8x8x4xf32>) -> tensor<1x6x6x8xf32> {
  %w = dqnn.constant dense<0.5> : tensor<1x3x3x8xf32>
  // CHECK: %y = dqnn.depthwise_conv2d %x, %w {clamp_min = 0.000000e+00} : tensor<1x6x6x8xf32>
  %y = dqnn.depthwise_conv2d %x, %w {clamp_min = 0.0} : tensor<1x6x6x8xf32>
  func.return %y : tensor<1x6x6x8xf32>
}

// The bottom and right paddings may be negative: the result is larger than what the input reaches.
// CHECK-LABEL: func.func @transpose_conv2d
func.func @transpose_conv2d(%x: tensor<1x4x4x2xf32>) -> tensor<1x8x9x3xf32> {
  %w = dqnn.constant dense<0.5> : tensor<3x3x2x2xf32>
  // CHECK: %y = dqnn.transpose_conv2d %x, %w {padding = [0, 1, 0, -1], strides = [2, 2]} : tensor<1x8x9x3xf32>
  %y = dqnn.transpose_conv2d %x, %w {strides = [2, 2], padding = [0, 1, 0, -1]} : tensor<1x8x9x3xf32>
  func.return %y : tensor<1x8x9x3xf32>
}

// Codes of input and weights are signed or not, each as it likes; weights may have zero points, one for each channel too.
// CHECK-LABEL: func.func @asymmetric_weights
func.func @asymmetric_weights(%x: tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {0.5:7,0.25:-9}>
  // CHECK: %y = dqnn.conv2d %x, %w : tensor<1x4x4x2x!quant.uniform<i8:f32, 2.500000e-01>>
  %y = dqnn.conv2d %x, %w : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
}

// CHECK-LABEL: func.func @dense
func.func @dense(%x: tensor<1x8x!quant.uniform<i8:f32, 0.5:-3>>) -> tensor<1x2x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<2x8xi8> as !quant.uniform<i8:f32, 0.5:7>
  %b = dqnn.constant dense<[100, -100]> : tensor<2xi32> as !quant.uniform<i32:f32, 0.25>
  // CHECK: %y = dqnn.dense %x, %w, %b {clamp_min = 0.000000e+00} : tensor<1x2x!quant.uniform<i8:f32, 2.500000e-01>>
  %y = dqnn.dense %x, %w, %b {clamp_min = 0.0} : tensor<1x2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 0.25>>
}
