// Pools and means.
//
// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s

// CHECK-LABEL: @pools
// CHECK: %a = dqnn.view %buffer[0] : memref<45xi8> to memref<1x3x5x3xi8>
// CHECK: cortex_m.call checked arm_max_pool_s8
// CHECK-NEXT: args(cmsis_nn_context ctx {buf = null, size = 0}, cmsis_nn_pool_params pool_params {stride = {w = 1, h = 2}, padding = {w = 0, h = 1}, activation = {min = -128, max = 7}}, cmsis_nn_dims input_dims {n = 1, h = 5, w = 6, c = 3}, %x, cmsis_nn_dims filter_dims {n = 1, h = 3, w = 2, c = 1}, cmsis_nn_dims output_dims {n = 1, h = 3, w = 5, c = 3}, %a) {header = "arm_nnfunctions.h", kernel = "max-pool2d-s8"}
// CHECK: cortex_m.call checked arm_avgpool_s8
// CHECK-NEXT: args(cmsis_nn_context ctx {buf = %scratch, size = 12}, cmsis_nn_pool_params pool_params {stride = {w = 1, h = 1}, padding = {w = 0, h = 0}, activation = {min = -128, max = 127}}, cmsis_nn_dims input_dims {n = 1, h = 3, w = 5, c = 3}, %a, cmsis_nn_dims filter_dims {n = 1, h = 3, w = 5, c = 1}, cmsis_nn_dims output_dims {n = 1, h = 1, w = 1, c = 3}, %output) {header = "arm_nnfunctions.h", kernel = "avg-pool2d-s8"}
func.func @pools(%x : tensor<1x5x6x3x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x1x1x3x!quant.uniform<i8:f32, 0.5:3>> {
  %a = dqnn.max_pool2d %x {clamp_max = 2.0, kernel = [3, 2], padding = [1, 1, 0, 0], strides = [2, 1]} : tensor<1x3x5x3x!quant.uniform<i8:f32, 0.5:3>>
  %b = dqnn.avg_pool2d %a {kernel = [3, 5]} : tensor<1x1x1x3x!quant.uniform<i8:f32, 0.5:3>>
  func.return %b : tensor<1x1x1x3x!quant.uniform<i8:f32, 0.5:3>>
}

// -----

// CHECK-LABEL: @mean
// CHECK: cortex_m.call dqnn_mean_s8
// CHECK-NEXT: args(%x, %output, 4, int32_t shape [1, 2, 3, 4], int32_t reduce [0, 1, 1, 0], -3, 715827882, 0, -7) {header = "dqnn_kernels.h", kernel = "mean-s8"}
func.func @mean(%x : tensor<1x2x3x4x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.25:-7>> {
  %a = dqnn.mean %x {axes = [1, 2]} : tensor<1x4x!quant.uniform<i8:f32, 0.25:-7>>
  func.return %a : tensor<1x4x!quant.uniform<i8:f32, 0.25:-7>>
}
