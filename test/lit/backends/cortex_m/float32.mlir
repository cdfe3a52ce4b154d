// The float kernels, in place where a function is element by element.
//
// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s

// CHECK-LABEL: @linear
// CHECK: %0 = dqnn.view %buffer[0] : memref<32xi8> to memref<1x2x2x2xf32>
// CHECK: cortex_m.call dqnn_conv2d_f32
// CHECK-NEXT: args(%x, %weights, %bias, %0, dqnn_window window {in_h = 4, in_w = 4, in_c = 2, out_h = 2, out_w = 2, out_c = 2, kernel_h = 3, kernel_w = 3, stride_h = 2, stride_w = 2, pad_top = 1, pad_left = 1, dilation_h = 1, dilation_w = 1, groups = 2}, 0.000000e+00, 6.000000e+00) {header = "dqnn_kernels.h", kernel = "conv2d-f32"}
// CHECK: %1 = dqnn.view %buffer_1[0] : memref<32xi8> to memref<1x2x2x2xf32>
// CHECK: cortex_m.call dqnn_depthwise_conv2d_f32
// CHECK-NEXT: args(%0, %weights_1, null, %1, dqnn_window window {in_h = 2, in_w = 2, in_c = 2, out_h = 2, out_w = 2, out_c = 2, kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, pad_top = 0, pad_left = 0, dilation_h = 1, dilation_w = 1, groups = 1}, -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "depthwise-conv2d-f32"}
// CHECK: cortex_m.call dqnn_transpose_conv2d_f32
// CHECK-NEXT: args(%1, %weights_2, null, %output, dqnn_window window {in_h = 2, in_w = 2, in_c = 2, out_h = 4, out_w = 4, out_c = 2, kernel_h = 2, kernel_w = 2, stride_h = 2, stride_w = 2, pad_top = 0, pad_left = 0, dilation_h = 1, dilation_w = 1, groups = 1}, -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "transpose-conv2d-f32"}
// CHECK: cortex_m.call dqnn_dense_f32
// CHECK-NEXT: args(%d, %weights_3, %bias, %output_1, 1, 2, 2, -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "dense-f32"}
func.func @linear(%x : tensor<1x4x4x2xf32>, %d : tensor<1x2xf32>) -> (tensor<1x4x4x2xf32>, tensor<1x2xf32>) {
  %w = dqnn.constant dense<1.0> : tensor<2x3x3x1xf32>
  %b = dqnn.constant dense<2.0> : tensor<2xf32>
  %v = dqnn.constant dense<3.0> : tensor<1x1x1x2xf32>
  %t = dqnn.constant dense<4.0> : tensor<2x2x2x2xf32>
  %m = dqnn.constant dense<5.0> : tensor<2x2xf32>
  %0 = dqnn.conv2d %x, %w, %b {clamp_max = 6.0, clamp_min = 0.0, padding = [1, 1, 1, 1], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %1 = dqnn.depthwise_conv2d %0, %v : tensor<1x2x2x2xf32>
  %2 = dqnn.transpose_conv2d %1, %t {strides = [2, 2]} : tensor<1x4x4x2xf32>
  %3 = dqnn.dense %d, %m, %b : tensor<1x2xf32>
  func.return %2, %3 : tensor<1x4x4x2xf32>, tensor<1x2xf32>
}

// -----

// CHECK-LABEL: @pool_by_columns
// CHECK: cortex_m.call dqnn_avg_pool2d_f32
// CHECK-NEXT: groups = 1}, 1, -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "avg-pool2d-f32"}
func.func @pool_by_columns(%x : tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %0 = dqnn.avg_pool2d %x {by_columns = true, kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  func.return %0 : tensor<1x2x2x2xf32>
}

// -----

// CHECK-LABEL: @pools
// CHECK: %0 = dqnn.view %buffer[0] : memref<32xi8> to memref<1x2x2x2xf32>
// CHECK: cortex_m.call dqnn_max_pool2d_f32
// CHECK-NEXT: args(%x, %0, dqnn_window window {in_h = 4, in_w = 4, in_c = 2, out_h = 2, out_w = 2, out_c = 2, kernel_h = 2, kernel_w = 2, stride_h = 2, stride_w = 2, pad_top = 0, pad_left = 0, dilation_h = 1, dilation_w = 1, groups = 1}, -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "max-pool2d-f32"}
// CHECK: %1 = dqnn.view %buffer_1[0] : memref<16xi8> to memref<1x1x2x2xf32>
// CHECK: cortex_m.call dqnn_avg_pool2d_f32
// CHECK-NEXT: args(%0, %1, dqnn_window window {in_h = 2, in_w = 2, in_c = 2, out_h = 1, out_w = 2, out_c = 2, kernel_h = 2, kernel_w = 1, stride_h = 1, stride_w = 1, pad_top = 0, pad_left = 0, dilation_h = 1, dilation_w = 1, groups = 1}, 0, 0.000000e+00, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "avg-pool2d-f32"}
// CHECK: cortex_m.call dqnn_mean_f32
// CHECK-NEXT: args(%1, %output, 4, int32_t shape [1, 1, 2, 2], int32_t reduce [0, 1, 1, 0]) {header = "dqnn_kernels.h", kernel = "mean-f32"}
func.func @pools(%x : tensor<1x4x4x2xf32>) -> tensor<1x2xf32> {
  %0 = dqnn.max_pool2d %x {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %1 = dqnn.avg_pool2d %0 {clamp_min = 0.0, kernel = [2, 1]} : tensor<1x1x2x2xf32>
  %2 = dqnn.mean %1 {axes = [1, 2]} : tensor<1x2xf32>
  func.return %2 : tensor<1x2xf32>
}

// -----

// CHECK-LABEL: @binary
// CHECK: %0 = dqnn.view %buffer[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_add_f32
// CHECK-NEXT: args(%x, %y, %0, 2, int32_t shape [2, 3], int32_t lhs_strides [3, 1], int32_t rhs_strides [0, 1], -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "add-f32", in_place = array<i64: 0, 0>}
// CHECK: %1 = dqnn.view %buffer_1[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_sub_f32
// CHECK-NEXT: args(%0, %x, %1, 2, int32_t shape [2, 3], int32_t lhs_strides [3, 1], int32_t rhs_strides [3, 1], -1.000000e+00, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "sub-f32", in_place = array<i64: 0, 0, 0, 1>}
// CHECK: %2 = dqnn.view %buffer_2[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_mul_f32
// CHECK-NEXT: args(%1, %x, %2, 2, int32_t shape [2, 3], int32_t lhs_strides [3, 1], int32_t rhs_strides [3, 1], -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "mul-f32", in_place = array<i64: 0, 0, 0, 1>}
// CHECK: %3 = dqnn.view %buffer_3[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_maximum_f32
// CHECK-NEXT: args(%2, %y, %3, 2, int32_t shape [2, 3], int32_t lhs_strides [3, 1], int32_t rhs_strides [0, 1]) {header = "dqnn_kernels.h", kernel = "maximum-f32", in_place = array<i64: 0, 0>}
// CHECK: %4 = dqnn.view %buffer_4[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_minimum_f32
// CHECK-NEXT: args(%y, %3, %4, 2, int32_t shape [2, 3], int32_t lhs_strides [0, 1], int32_t rhs_strides [3, 1]) {header = "dqnn_kernels.h", kernel = "minimum-f32", in_place = array<i64: 0, 1>}
// CHECK: cortex_m.call dqnn_div_f32
// CHECK-NEXT: args(%4, %x, %output, 2, int32_t shape [2, 3], int32_t lhs_strides [3, 1], int32_t rhs_strides [3, 1], -3.40282347e+38, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "div-f32", in_place = array<i64: 0, 0, 0, 1>}
func.func @binary(%x : tensor<2x3xf32>, %y : tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = dqnn.add %x, %y : tensor<2x3xf32>
  %1 = dqnn.sub %0, %x {clamp_min = -1.0} : tensor<2x3xf32>
  %2 = dqnn.mul %1, %x : tensor<2x3xf32>
  %3 = dqnn.maximum %2, %y : tensor<2x3xf32>
  %4 = dqnn.minimum %y, %3 : tensor<2x3xf32>
  %5 = dqnn.div %4, %x : tensor<2x3xf32>
  func.return %5 : tensor<2x3xf32>
}

// -----

// CHECK-LABEL: @unary
// CHECK: %0 = dqnn.view %buffer[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_clip_f32
// CHECK-NEXT: args(%x, %0, 6, 0.000000e+00, 3.40282347e+38) {header = "dqnn_kernels.h", kernel = "relu-f32", in_place = array<i64: 0, 0>}
// CHECK: %1 = dqnn.view %buffer_1[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_clip_f32
// CHECK-NEXT: args(%0, %1, 6, 0.000000e+00, 6.000000e+00) {header = "dqnn_kernels.h", kernel = "relu6-f32", in_place = array<i64: 0, 0>}
// CHECK: %2 = dqnn.view %buffer_2[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_clip_f32
// CHECK-NEXT: args(%1, %2, 6, -1.000000e+00, 2.000000e+00) {header = "dqnn_kernels.h", kernel = "clip-f32", in_place = array<i64: 0, 0>}
// CHECK: %3 = dqnn.view %buffer_3[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_leaky_relu_f32
// CHECK-NEXT: args(%2, %3, 6, 5.000000e-01) {header = "dqnn_kernels.h", kernel = "leaky-relu-f32", in_place = array<i64: 0, 0>}
// CHECK: %4 = dqnn.view %buffer_4[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_hard_swish_f32
// CHECK-NEXT: args(%3, %4, 6) {header = "dqnn_kernels.h", kernel = "hard-swish-f32", in_place = array<i64: 0, 0>}
// CHECK: %5 = dqnn.view %buffer_5[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_sigmoid_f32
// CHECK-NEXT: args(%4, %5, 6) {header = "dqnn_kernels.h", kernel = "sigmoid-f32", in_place = array<i64: 0, 0>}
// CHECK: %6 = dqnn.view %buffer_6[0] : memref<24xi8> to memref<2x3xf32>
// CHECK: cortex_m.call dqnn_tanh_f32
// CHECK-NEXT: args(%5, %6, 6) {header = "dqnn_kernels.h", kernel = "tanh-f32", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_softmax_f32
// CHECK-NEXT: args(%6, %output, 2, 3, 2.000000e+00) {header = "dqnn_kernels.h", kernel = "softmax-f32", in_place = array<i64: 0, 0>}
func.func @unary(%x : tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = dqnn.relu %x : tensor<2x3xf32>
  %1 = dqnn.relu6 %0 : tensor<2x3xf32>
  %2 = dqnn.clip %1 {max = 2.0, min = -1.0} : tensor<2x3xf32>
  %3 = dqnn.leaky_relu %2 {alpha = 0.5} : tensor<2x3xf32>
  %4 = dqnn.hard_swish %3 : tensor<2x3xf32>
  %5 = dqnn.sigmoid %4 : tensor<2x3xf32>
  %6 = dqnn.tanh %5 : tensor<2x3xf32>
  %7 = dqnn.softmax %6 {beta = 2.0} : tensor<2x3xf32>
  func.return %7 : tensor<2x3xf32>
}

// -----

// A slope for each channel; a constant is no place for the result.
// CHECK-LABEL: @slopes
// CHECK: cortex_m.call dqnn_prelu_f32
// CHECK-NEXT: args(%x, %constant, %output, 4, int32_t shape [1, 2, 2, 3], int32_t lhs_strides [0, 6, 3, 1], int32_t rhs_strides [0, 0, 0, 1]) {header = "dqnn_kernels.h", kernel = "prelu-f32", in_place = array<i64: 0, 0>}
func.func @slopes(%x : tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32> {
  %a = dqnn.constant dense<[0.5, 0.25, -1.0]> : tensor<3xf32>
  %y = dqnn.prelu %x, %a : tensor<1x2x2x3xf32>
  func.return %y : tensor<1x2x2x3xf32>
}
