// The convolutions and the dense layer: the arguments of CMSIS-NN's calls, for a core with the DSP extension and one with
// MVE, which differ in scratch memory and in what a kernel cannot do.
//
// RUN: dqnn-opt %s -p 'select-kernels{target=stm32f4},convert-dqnn-to-cortex-m{target=stm32f4}' --split-input-file | filecheck %s --check-prefixes=CHECK,DSP
// RUN: dqnn-opt %s -p 'select-kernels{target=stm32n6},convert-dqnn-to-cortex-m{target=stm32n6}' --split-input-file | filecheck %s --check-prefixes=CHECK,MVE

// Multipliers s_in * s_w / s_out = 1/2 and 1/4; relu6 ends at code -128 + 6 / 0.25.
// CHECK: sym_name = "multiplier", type = memref<2xi32>, initial_value = dense<1073741824> : tensor<2xi32>
// CHECK: sym_name = "shift", type = memref<2xi32>, initial_value = dense<[0, -1]> : tensor<2xi32>
// CHECK-LABEL: @conv2d
// DSP: %[[SCRATCH:.*]] = memref.alloc() {{.*}} : memref<96xi8>
// MVE: %[[SCRATCH:.*]] = memref.alloc() {{.*}} : memref<128xi8>
// CHECK: cortex_m.call checked arm_convolve_wrapper_s8 in(%x : {{.*}}, %weights : {{.*}}, %multiplier : {{.*}}, %shift : {{.*}}, %bias : {{.*}}) out(%output : {{.*}}) scratch(%[[SCRATCH]] :
// DSP-NEXT: args(cmsis_nn_context ctx {buf = %[[SCRATCH]], size = 96},
// MVE-NEXT: args(cmsis_nn_context ctx {buf = %[[SCRATCH]], size = 128},
// CHECK-SAME: cmsis_nn_conv_params conv_params {input_offset = -3, output_offset = -128, stride = {w = 2, h = 2}, padding = {w = 0, h = 1}, dilation = {w = 1, h = 1}, activation = {min = -128, max = -104}},
// CHECK-SAME: cmsis_nn_per_channel_quant_params quant_params {multiplier = %multiplier, shift = %shift},
// CHECK-SAME: cmsis_nn_dims input_dims {n = 1, h = 5, w = 6, c = 4}, %x, cmsis_nn_dims filter_dims {n = 2, h = 3, w = 2, c = 4}, %weights, cmsis_nn_dims bias_dims {n = 1, h = 1, w = 1, c = 2}, %bias, cmsis_nn_dims output_dims {n = 1, h = 3, w = 3, c = 2}, %output)
// CHECK-SAME: {header = "arm_nnfunctions.h", kernel = "conv2d-s8"}
func.func @conv2d(%x : tensor<1x5x6x4x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x3x3x2x!quant.uniform<i8:f32, 0.25:-128>> {
  %w = dqnn.constant dense<1> : tensor<2x3x2x4xi8> as !quant.uniform<i8:f32:0, {0.25,0.125}>
  %b = dqnn.constant dense<[7, -7]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.125,0.0625}>
  %y = dqnn.conv2d %x, %w, %b {clamp_max = 6.0, clamp_min = 0.0, padding = [1, 1, 0, 0], strides = [2, 2]} : tensor<1x3x3x2x!quant.uniform<i8:f32, 0.25:-128>>
  func.return %y : tensor<1x3x3x2x!quant.uniform<i8:f32, 0.25:-128>>
}

// -----

// A grouped 1x1 convolution takes the general kernel, which needs memory, and a bias: it advances a null pointer to the
// next group.
// CHECK: sym_name = "bias", type = memref<2xi32>, initial_value = dense<0>
// CHECK-LABEL: @grouped_conv2d
// DSP: ctx {buf = %scratch, size = 16}
// MVE: ctx {buf = %scratch, size = 64}
// CHECK-SAME: filter_dims {n = 2, h = 1, w = 1, c = 2}, %weights, {{.*}}, %bias,
func.func @grouped_conv2d(%x : tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32:0, {0.25,0.125}>
  %y = dqnn.conv2d %x, %w : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
}

// -----

// The MVE kernel for one row would take its last output's padding from outside the input: as a column, it is the general
// kernel's. A missing bias is null.
// CHECK-LABEL: @row
// DSP: ctx {buf = %scratch, size = 80}, {{.*}}stride = {w = 2, h = 1}, padding = {w = 1, h = 0}
// DSP-SAME: input_dims {n = 1, h = 1, w = 8, c = 4}, %x, cmsis_nn_dims filter_dims {n = 1, h = 1, w = 5, c = 4}, %weights, cmsis_nn_dims bias_dims {n = 1, h = 1, w = 1, c = 1}, null, cmsis_nn_dims output_dims {n = 1, h = 1, w = 4, c = 1}
// MVE: ctx {buf = %scratch, size = 128}, {{.*}}stride = {w = 1, h = 2}, padding = {w = 0, h = 1}
// MVE-SAME: input_dims {n = 1, h = 8, w = 1, c = 4}, %x, cmsis_nn_dims filter_dims {n = 1, h = 5, w = 1, c = 4}, %weights, cmsis_nn_dims bias_dims {n = 1, h = 1, w = 1, c = 1}, null, cmsis_nn_dims output_dims {n = 1, h = 4, w = 1, c = 1}
func.func @row(%x : tensor<1x1x8x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x4x1x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<1x1x5x4xi8> as !quant.uniform<i8:f32:0, {0.25}>
  %y = dqnn.conv2d %x, %w {padding = [0, 0, 1, 2], strides = [1, 2]} : tensor<1x1x4x1x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x1x4x1x!quant.uniform<i8:f32, 0.25>>
}

// -----

// A kernel that needs no memory gets none.
// CHECK-LABEL: @depthwise
// CHECK-NOT: memref.alloc
// CHECK: arm_depthwise_conv_wrapper_s8
// CHECK-NEXT: args(cmsis_nn_context ctx {buf = null, size = 0}, cmsis_nn_dw_conv_params dw_conv_params {input_offset = 0, output_offset = 0, ch_mult = 2, stride = {w = 1, h = 1}, padding = {w = 2, h = 2}, dilation = {w = 2, h = 2}, activation = {min = -128, max = 127}},
// CHECK-SAME: filter_dims {n = 1, h = 3, w = 3, c = 4}, %weights, cmsis_nn_dims bias_dims {n = 1, h = 1, w = 1, c = 4}, null,
func.func @depthwise(%x : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x4x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<1x3x3x4xi8> as !quant.uniform<i8:f32:3, {0.25,0.125,0.5,1.0}>
  %y = dqnn.depthwise_conv2d %x, %w {dilations = [2, 2], padding = [2, 2, 2, 2]} : tensor<1x4x4x4x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x4x4x4x!quant.uniform<i8:f32, 0.25>>
}

// -----

// The MVE kernel advances a null bias from one block of 124 channels to the next.
// CHECK-LABEL: @wide_depthwise
// DSP: ctx {buf = %scratch, size = 250}
// DSP-SAME: bias_dims {n = 1, h = 1, w = 1, c = 125}, null,
// MVE: ctx {buf = %scratch, size = 496}
// MVE-SAME: bias_dims {n = 1, h = 1, w = 1, c = 125}, %bias,
func.func @wide_depthwise(%x : tensor<1x2x2x125x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x2x125x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<1x1x1x125xi8> as !quant.uniform<i8:f32:3, {0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5}>
  %y = dqnn.depthwise_conv2d %x, %w : tensor<1x2x2x125x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x2x2x125x!quant.uniform<i8:f32, 0.25>>
}

// -----

// With more than 16 channels it runs as a convolution of reversed weights, which need memory as well.
// CHECK-LABEL: @transpose_conv
// CHECK: arm_transpose_conv_wrapper_s8 {{.*}} scratch(%[[A:.*]] : memref<1088xi8>, %[[B:.*]] : memref<544xi8>)
// CHECK-NEXT: args(cmsis_nn_context ctx {buf = %[[A]], size = 1088}, cmsis_nn_context output_ctx {buf = %[[B]], size = 544},
// CHECK-SAME: cmsis_nn_transpose_conv_params transpose_conv_params {input_offset = 0, output_offset = 0, stride = {w = 2, h = 2}, padding = {w = 1, h = 1}, dilation = {w = 1, h = 1}, padding_offsets = {w = 0, h = 0}, activation = {min = -128, max = 127}},
// CHECK-SAME: filter_dims {n = 2, h = 4, w = 4, c = 17}
func.func @transpose_conv(%x : tensor<1x2x2x17x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<2x4x4x17xi8> as !quant.uniform<i8:f32:0, {0.25,0.125}>
  %y = dqnn.transpose_conv2d %x, %w {padding = [1, 1, 1, 1], strides = [2, 2]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25>>
}

// -----

// The MVE kernel starts from sums of the weights, (1 + 2 + 3) * 1 + 100 and (-4 + 5 + 6) * 1 + 200.
// MVE: sym_name = "kernel_sums", type = memref<2xi32>, initial_value = dense<[106, 207]>
// CHECK-LABEL: @dense
// CHECK: arm_fully_connected_s8
// DSP-NEXT: args(cmsis_nn_context ctx {buf = null, size = 0},
// MVE-NEXT: args(cmsis_nn_context ctx {buf = %kernel_sums, size = 8},
// CHECK-SAME: cmsis_nn_fc_params fc_params {input_offset = 1, filter_offset = 0, output_offset = 5, activation = {min = -128, max = 127}}, cmsis_nn_per_tensor_quant_params quant_params {multiplier = 1073741824, shift = 1},
// CHECK-SAME: cmsis_nn_dims input_dims {n = 2, h = 1, w = 1, c = 3}, %x, cmsis_nn_dims filter_dims {n = 3, h = 1, w = 1, c = 2}, %weights, cmsis_nn_dims bias_dims {n = 1, h = 1, w = 1, c = 2}, %bias, cmsis_nn_dims output_dims {n = 2, h = 1, w = 1, c = 2}, %output)
func.func @dense(%x : tensor<2x3x!quant.uniform<i8:f32, 0.5:-1>>) -> tensor<2x2x!quant.uniform<i8:f32, 0.125:5>> {
  %w = dqnn.constant dense<[[1, 2, 3], [-4, 5, 6]]> : tensor<2x3xi8> as !quant.uniform<i8:f32, 0.25>
  %b = dqnn.constant dense<[100, 200]> : tensor<2xi32> as !quant.uniform<i32:f32, 0.125>
  %y = dqnn.dense %x, %w, %b : tensor<2x2x!quant.uniform<i8:f32, 0.125:5>>
  func.return %y : tensor<2x2x!quant.uniform<i8:f32, 0.125:5>>
}

// -----

// TFLite rounds 1/96 of a sum once, CMSIS-NN twice. Output offset, bias and multiplier are chosen so that no sum shows it.
// CHECK-NOT: dense<[100, 200]>
// CHECK-LABEL: @dense_rounded_once
// CHECK: arm_fully_connected_s8
// CHECK-NEXT: output_offset = -129, activation = {min = -128, max = 127}}, cmsis_nn_per_tensor_quant_params quant_params {multiplier = 1431683589, shift = -6}
func.func @dense_rounded_once(%x : tensor<2x3x!quant.uniform<i8:f32, 0.5:-1>>) -> tensor<2x2x!quant.uniform<i8:f32, 12.0:5>> {
  %w = dqnn.constant dense<[[1, 2, 3], [-4, 5, 6]]> : tensor<2x3xi8> as !quant.uniform<i8:f32, 0.25>
  %b = dqnn.constant dense<[100, 200]> : tensor<2xi32> as !quant.uniform<i32:f32, 0.125>
  %y = dqnn.dense %x, %w, %b : tensor<2x2x!quant.uniform<i8:f32, 12.0:5>>
  func.return %y : tensor<2x2x!quant.uniform<i8:f32, 12.0:5>>
}

// -----

// Where nothing hides the second rounding, as with this scale of 1/8,000,000, the kernel is the one that rounds once.
// CHECK-LABEL: @dense_of_a_tiny_scale
// CHECK-NOT: arm_fully_connected
// CHECK: cortex_m.call dqnn_dense_s8
// CHECK-NEXT: args(%x, %weights, %bias, %output, 2, 3, 2, 1, %multiplier, %shift, 0, 5, -128, 127)
func.func @dense_of_a_tiny_scale(%x : tensor<2x3x!quant.uniform<i8:f32, 0.5:-1>>) -> tensor<2x2x!quant.uniform<i8:f32, 1.0e+06:5>> {
  %w = dqnn.constant dense<[[1, 2, 3], [-4, 5, 6]]> : tensor<2x3xi8> as !quant.uniform<i8:f32, 0.25>
  %b = dqnn.constant dense<[100, 200]> : tensor<2xi32> as !quant.uniform<i32:f32, 0.125>
  %y = dqnn.dense %x, %w, %b : tensor<2x2x!quant.uniform<i8:f32, 1.0e+06:5>>
  func.return %y : tensor<2x2x!quant.uniform<i8:f32, 1.0e+06:5>>
}

// -----

// MVE: sym_name = "kernel_sums", type = memref<2xi32>, initial_value = dense<[-6, -14]>
// CHECK: sym_name = "multiplier", type = memref<2xi32>, initial_value = dense<1073741824>
// CHECK-LABEL: @dense_per_channel
// CHECK: arm_fully_connected_per_channel_s8
// CHECK-NEXT: cmsis_nn_per_channel_quant_params quant_params {multiplier = %multiplier, shift = %shift}
func.func @dense_per_channel(%x : tensor<1x2x!quant.uniform<i8:f32, 0.5:2>>) -> tensor<1x2x!quant.uniform<i8:f32, 0.125>> {
  %w = dqnn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8> as !quant.uniform<i8:f32:0, {0.25,0.5}>
  %y = dqnn.dense %x, %w : tensor<1x2x!quant.uniform<i8:f32, 0.125>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 0.125>>
}
