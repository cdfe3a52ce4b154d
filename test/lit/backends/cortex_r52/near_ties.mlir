// The same behind the kernels that a Cortex-R52 has.
//
// RUN: dqnn-opt %s -p 'select-kernels{target=cortex-r52},convert-dqnn-to-cortex-r52' --split-input-file | filecheck %s

// The convolution, then a look at the codes next to its near ties, in the same memory. Channel 0 has two: sums with
// the bias of 7 that are -256 and 256.
// CHECK: "tie_channels", type = memref<1xui16>, initial_value = dense<0>
// CHECK: "tie_first", type = memref<2xui16>, initial_value = dense<[0, 2]>
// CHECK: "tie_sums", type = memref<2xi32>, initial_value = dense<[-263, 249]>
// CHECK: "tie_codes", type = memref<2xi8>, initial_value = dense<[5, 6]>
// CHECK: "tie_weight_scales", type = memref<1xf32>, initial_value = dense<0.001953125>
// CHECK-LABEL: @near_ties
// CHECK: cortex_r52.call checked arm_convolve_wrapper_s8
// CHECK: cortex_r52.call dqnn_conv2d_near_ties_s8 in(%output : memref<1x2x2x2xi8>, {{.*}}, %x : memref<1x2x2x4xi8>, %weights : memref<2x1x1x4xi8>, %bias : memref<2xi32>) out(%output : memref<1x2x2x2xi8>)
// CHECK-NEXT: args(%x, %weights, %bias, #c.operand<9>, dqnn_window window {in_h = 2, in_w = 2, in_c = 4, out_h = 2, out_w = 2, out_c = 2, kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, pad_top = 0, pad_left = 0, dilation_h = 1, dilation_w = 1, groups = 1}, dqnn_near_ties near_ties {count = 1, channels = %tie_channels, first = %tie_first, sums = %tie_sums, codes = %tie_codes, weight_scales = %tie_weight_scales, in_scale = 1.000000e+00, out_scale = 1.000000e+00}, -3, null, 5, -128, 127)
// CHECK-SAME: {header = "dqnn_s8_kernels.h", kernel = "conv2d-s8-near-ties", in_place = array<i64: 0, 0>}
func.func @near_ties(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.001953125, 0.0018}>
  %b = dqnn.constant dense<7> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.001953125, 0.0018}>
  %y = dqnn.conv2d %x, %w, %b {rounding = "float_near_ties"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
}

// -----

// Weights with zero points.
// CHECK-LABEL: @zero_points
// CHECK: cortex_r52.call dqnn_conv2d_asymmetric_s8
// CHECK: cortex_r52.call dqnn_conv2d_near_ties_s8
// CHECK-NEXT: args({{.*}}dqnn_near_ties near_ties {{{.*}}}, -3, %weight_offsets, 5, -128, 127)
// CHECK-SAME: kernel = "conv2d-s8-asymmetric-near-ties"
func.func @zero_points(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.001953125:2, 0.0018}>
  %b = dqnn.constant dense<7> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.001953125, 0.0018}>
  %y = dqnn.conv2d %x, %w, %b {rounding = "float_near_ties"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
}

// -----

// Where no sum is a near tie, there is nothing to look for.
// CHECK-LABEL: @none
// CHECK: cortex_r52.call checked arm_convolve_wrapper_s8
// CHECK-NOT: near_ties_s8
// CHECK: return
func.func @none(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.0018, 0.0018}>
  %b = dqnn.constant dense<7> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.0018, 0.0018}>
  %y = dqnn.conv2d %x, %w, %b {rounding = "float_near_ties"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
}

// -----

// Nor where near ties are rounded as all sums are.
// CHECK-LABEL: @once
// CHECK: cortex_r52.call checked arm_convolve_wrapper_s8
// CHECK-NOT: near_ties_s8
// CHECK: return
func.func @once(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.001953125, 0.0018}>
  %b = dqnn.constant dense<7> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.001953125, 0.0018}>
  %y = dqnn.conv2d %x, %w, %b {rounding = "once"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
}
