// Layers whose weights have zero points, and pools that round up.
//
// RUN: dqnn-opt %s -p 'select-kernels,convert-dqnn-to-cortex-m' --split-input-file | filecheck %s

// One zero point for each channel, negated in a table.
// CHECK: sym_name = "weight_offsets", type = memref<2xi32>, initial_value = dense<[-7, 0]>
// CHECK-LABEL: @conv2d
// CHECK: cortex_m.call dqnn_conv2d_asymmetric_s8
// CHECK-NEXT: args(%x, %weights, null, %output, dqnn_window window {{{.*}}}, -3, %weight_offsets, %multiplier, %shift, 5, -128, 127)
// CHECK-SAME: kernel = "conv2d-s8-asymmetric"
func.func @conv2d(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {0.25:7,0.125}>
  %y = dqnn.conv2d %x, %w : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
}

// -----

// Without any, CMSIS-NN's.
// CHECK-LABEL: @symmetric_conv2d
// CHECK: arm_convolve_wrapper_s8
func.func @symmetric_conv2d(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {0.25,0.125}>
  %y = dqnn.conv2d %x, %w : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
}

// -----

// CHECK-LABEL: @depthwise
// CHECK: cortex_m.call dqnn_depthwise_conv2d_asymmetric_s8
func.func @depthwise(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>> {
  %w = dqnn.constant dense<1> : tensor<1x1x1x2xi8> as !quant.uniform<i8:f32:3, {0.25:7,0.125:8}>
  %y = dqnn.depthwise_conv2d %x, %w : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
}

// -----

// CHECK-LABEL: @transposed
// CHECK: cortex_m.call dqnn_transpose_conv2d_asymmetric_s8
func.func @transposed(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {0.25:7,0.125:8}>
  %y = dqnn.transpose_conv2d %x, %w : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.25:5>>
}

// -----

// CMSIS-NN's dense layers subtract one zero point.
// CHECK-LABEL: @dense
// CHECK: arm_fully_connected_s8
// CHECK-NEXT: filter_offset = -7
func.func @dense(%x : tensor<1x2x!quant.uniform<i8:f32, 0.05:3>>) -> tensor<1x2x!quant.uniform<i8:f32, 0.3:5>> {
  %w = dqnn.constant dense<1> : tensor<2x2xi8> as !quant.uniform<i8:f32, 0.11:7>
  %y = dqnn.dense %x, %w : tensor<1x2x!quant.uniform<i8:f32, 0.3:5>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 0.3:5>>
}

// -----

// Not one for each output.
// CHECK: sym_name = "weight_offsets", type = memref<2xi32>, initial_value = dense<[-7, -8]>
// CHECK-LABEL: @dense_per_channel
// CHECK: cortex_m.call dqnn_dense_asymmetric_s8
// CHECK-NEXT: args(%x, %weights, null, %output, 1, 2, 2, -3, %weight_offsets, %multiplier, %shift, 1, 5, -128, 127)
func.func @dense_per_channel(%x : tensor<1x2x!quant.uniform<i8:f32, 0.05:3>>) -> tensor<1x2x!quant.uniform<i8:f32, 0.3:5>> {
  %w = dqnn.constant dense<1> : tensor<2x2xi8> as !quant.uniform<i8:f32:0, {0.11:7,0.12:8}>
  %y = dqnn.dense %x, %w : tensor<1x2x!quant.uniform<i8:f32, 0.3:5>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 0.3:5>>
}

// -----

// CHECK-LABEL: @average
// CHECK: cortex_m.call dqnn_avg_pool2d_up_s8
// CHECK: cortex_m.call checked arm_avgpool_s8
func.func @average(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>) {
  %y = dqnn.avg_pool2d %x {kernel = [2, 2], rounding = "up"} : tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>
  %z = dqnn.avg_pool2d %x {kernel = [2, 2]} : tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>
  func.return %y, %z : tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>
}
