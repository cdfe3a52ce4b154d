// Operators that move elements: views where nothing has to be copied.
//
// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s

// CHECK-LABEL: @pad
// CHECK: cortex_m.call checked arm_pad_s8
// CHECK-NEXT: args(%x, %output, 3, cmsis_nn_dims input_size {n = 1, h = 1, w = 2, c = 3}, cmsis_nn_dims pre_pad {n = 0, h = 0, w = 1, c = 0}, cmsis_nn_dims post_pad {n = 0, h = 0, w = 1, c = 0}) {header = "arm_nnfunctions.h", kernel = "pad-s8"}
func.func @pad(%x : tensor<1x2x3x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x4x3x!quant.uniform<i8:f32, 0.5:3>> {
  %y = dqnn.pad %x {padding = [0, 0, 1, 1, 0, 0]} : tensor<1x4x3x!quant.uniform<i8:f32, 0.5:3>>
  func.return %y : tensor<1x4x3x!quant.uniform<i8:f32, 0.5:3>>
}

// -----

// CHECK-LABEL: @pad_five_dimensions
// CHECK: cortex_m.call dqnn_pad
// CHECK-NEXT: args(%x, %output, 1, 5, int32_t in_shape [1, 1, 1, 1, 2], int32_t padding [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 255 : ui32) {header = "dqnn_kernels.h", kernel = "pad-s8-any-rank"}
// CHECK: cortex_m.call dqnn_pad
// CHECK-NEXT: args(%f, %output_1, 4, 1, int32_t in_shape [2], int32_t padding [1, 0], 3221225472 : ui32) {header = "dqnn_kernels.h", kernel = "pad-f32"}
func.func @pad_five_dimensions(%x : tensor<1x1x1x1x2x!quant.uniform<i8:f32, 0.5:3>>, %f : tensor<2xf32>) -> (tensor<1x1x1x1x3x!quant.uniform<i8:f32, 0.5:3>>, tensor<3xf32>) {
  %y = dqnn.pad %x {padding = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], value = -2.0} : tensor<1x1x1x1x3x!quant.uniform<i8:f32, 0.5:3>>
  %g = dqnn.pad %f {padding = [1, 0], value = -2.0} : tensor<3xf32>
  func.return %y, %g : tensor<1x1x1x1x3x!quant.uniform<i8:f32, 0.5:3>>, tensor<3xf32>
}

// -----

// CHECK-LABEL: @transpose
// CHECK: cortex_m.call checked arm_transpose_s8
// CHECK-NEXT: args(%x, %output, cmsis_nn_dims input_dims {n = 6, h = 4, w = 1, c = 1}, cmsis_nn_dims output_dims {n = 4, h = 6, w = 1, c = 1}, cmsis_nn_transpose_params transpose_params {num_dims = 2, permutations = uint32_t permutation [1, 0]}) {header = "arm_nnfunctions.h", kernel = "transpose-s8"}
// CHECK: cortex_m.call dqnn_transpose
// CHECK-NEXT: args(%f, %output_1, 4, 2, int32_t in_shape [2, 3], int32_t permutation [1, 0]) {header = "dqnn_kernels.h", kernel = "transpose-f32"}
// CHECK: %v = dqnn.view %x[0] : memref<1x2x3x4xi8> to memref<2x1x3x4xi8>
// CHECK: cortex_m.call dqnn_copy
// CHECK-NEXT: args(%v, %output_2, 24) {header = "dqnn_kernels.h"}
func.func @transpose(%x : tensor<1x2x3x4x!quant.uniform<i8:f32, 0.5:3>>, %f : tensor<2x3xf32>) -> (tensor<1x4x2x3x!quant.uniform<i8:f32, 0.5:3>>, tensor<3x2xf32>, tensor<2x1x3x4x!quant.uniform<i8:f32, 0.5:3>>) {
  %y = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x4x2x3x!quant.uniform<i8:f32, 0.5:3>>
  %g = dqnn.transpose %f {permutation = [1, 0]} : tensor<3x2xf32>
  %v = dqnn.transpose %x {permutation = [1, 0, 2, 3]} : tensor<2x1x3x4x!quant.uniform<i8:f32, 0.5:3>>
  func.return %y, %g, %v : tensor<1x4x2x3x!quant.uniform<i8:f32, 0.5:3>>, tensor<3x2xf32>, tensor<2x1x3x4x!quant.uniform<i8:f32, 0.5:3>>
}

// -----

// CHECK-LABEL: @transpose_many
// CHECK: cortex_m.call dqnn_transpose
// CHECK-NEXT: args(%x, %output, 1, 5, int32_t in_shape [2, 3, 2, 3, 2], int32_t permutation [4, 3, 2, 1, 0]) {header = "dqnn_kernels.h", kernel = "transpose-s8-any-rank"}
// CHECK: cortex_m.call checked arm_transpose_s8
// CHECK-NEXT: args(%x, %output_1, cmsis_nn_dims input_dims {n = 6, h = 6, w = 2, c = 1}, cmsis_nn_dims output_dims {n = 2, h = 6, w = 6, c = 1}, cmsis_nn_transpose_params transpose_params {num_dims = 3, permutations = uint32_t permutation [2, 1, 0]}) {header = "arm_nnfunctions.h", kernel = "transpose-s8"}
func.func @transpose_many(%x : tensor<2x3x2x3x2x!quant.uniform<i8:f32, 0.5:3>>) -> (tensor<2x3x2x3x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x2x3x2x3x!quant.uniform<i8:f32, 0.5:3>>) {
  %y = dqnn.transpose %x {permutation = [4, 3, 2, 1, 0]} : tensor<2x3x2x3x2x!quant.uniform<i8:f32, 0.5:3>>
  %z = dqnn.transpose %x {permutation = [4, 2, 3, 0, 1]} : tensor<2x2x3x2x3x!quant.uniform<i8:f32, 0.5:3>>
  func.return %y, %z : tensor<2x3x2x3x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x2x3x2x3x!quant.uniform<i8:f32, 0.5:3>>
}

// -----

// CHECK-LABEL: @slice_and_split
// CHECK: cortex_m.call dqnn_slice
// CHECK-NEXT: args(%x, %output, 1, 2, int32_t in_shape [2, 6], int32_t offsets [0, 5], int32_t strides [1, -3], int32_t out_shape [2, 2]) {header = "dqnn_kernels.h", kernel = "slice-s8"}
// CHECK: %x_1 = dqnn.view %x[0] : memref<2x6xi8> to memref<8xi8>
// CHECK: cortex_m.call dqnn_copy_rows
// CHECK-NEXT: args(%x_1, 6, %output_1, 2, 2, 2) {header = "dqnn_kernels.h", kernel = "split-s8"}
// CHECK: %x_2 = dqnn.view %x[2] : memref<2x6xi8> to memref<10xi8>
// CHECK: cortex_m.call dqnn_copy_rows
// CHECK-NEXT: args(%x_2, 6, %output_2, 4, 2, 4) {header = "dqnn_kernels.h", kernel = "split-s8"}
func.func @slice_and_split(%x : tensor<2x6x!quant.uniform<i8:f32, 0.5:3>>) -> (tensor<2x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x4x!quant.uniform<i8:f32, 0.5:3>>) {
  %s = dqnn.slice %x {offsets = [0, 5], strides = [1, -3]} : tensor<2x2x!quant.uniform<i8:f32, 0.5:3>>
  %a, %b = dqnn.split %x {axis = 1} : tensor<2x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x4x!quant.uniform<i8:f32, 0.5:3>>
  func.return %s, %a, %b : tensor<2x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x2x!quant.uniform<i8:f32, 0.5:3>>, tensor<2x4x!quant.uniform<i8:f32, 0.5:3>>
}

// -----

// CHECK-LABEL: @resize
// CHECK: cortex_m.call dqnn_resize_nearest
// CHECK-NEXT: args(%x, %output, 4, 2, 3, 4, 6, 0, 1) {header = "dqnn_kernels.h", kernel = "resize-nearest-s8"}
func.func @resize(%x : tensor<1x2x3x4x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x4x6x4x!quant.uniform<i8:f32, 0.5:3>> {
  %y = dqnn.resize_nearest %x {half_pixel_centers = true} : tensor<1x4x6x4x!quant.uniform<i8:f32, 0.5:3>>
  func.return %y : tensor<1x4x6x4x!quant.uniform<i8:f32, 0.5:3>>
}

// -----

// CHECK-LABEL: @concat_float
// CHECK: %z = dqnn.view %output[0] : memref<2x3xf32> to memref<16xi8>
// CHECK: cortex_m.call dqnn_copy_rows
// CHECK-NEXT: args(%x, 4, %z, 12, 2, 4) {header = "dqnn_kernels.h", kernel = "concat-f32"}
// CHECK: %z_1 = dqnn.view %output[4] : memref<2x3xf32> to memref<20xi8>
// CHECK: cortex_m.call dqnn_copy_rows
// CHECK-NEXT: args(%y, 8, %z_1, 12, 2, 8) {header = "dqnn_kernels.h", kernel = "concat-f32"}
func.func @concat_float(%x : tensor<2x1xf32>, %y : tensor<2x2xf32>) -> tensor<2x3xf32> {
  %z = dqnn.concat %x, %y {axis = 1} : tensor<2x3xf32>
  func.return %z : tensor<2x3xf32>
}
