// Operators on two s8 tensors: CMSIS-NN's functions where shapes and types allow, the runtime's where they broadcast.
//
// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s

// CHECK-LABEL: @add
// CHECK: %a = dqnn.view %buffer[0] : memref<4xi8> to memref<1x4xi8>
// CHECK: cortex_m.call checked arm_elementwise_add_s8
// CHECK-NEXT: args(%x, %y, -1, 1073741824, 0, 2, 1073741824, -1, 20, %a, 3, 1073741824, -19, 3, 127, 4) {header = "arm_nnfunctions.h", kernel = "add-s8", in_place = array<i64: 0, 0, 0, 1>}
// CHECK: cortex_m.call dqnn_sub_s8
// CHECK-NEXT: args(%a, %y, %output, 2, int32_t shape [1, 4], int32_t lhs_strides [0, 1], int32_t rhs_strides [0, 1], -3, 1073741824, 0, 2, 1073741824, -2, 20, 3, 1073741824, -18, -128, 127) {header = "dqnn_kernels.h", kernel = "sub-s8", in_place = array<i64: 0, 0, 0, 1>}
func.func @add(%x : tensor<1x4x!quant.uniform<i8:f32, 0.5:1>>, %y : tensor<1x4x!quant.uniform<i8:f32, 0.25:-2>>) -> tensor<1x4x!quant.uniform<i8:f32, 1.0:3>> {
  %a = dqnn.add %x, %y {clamp_min = 0.0} : tensor<1x4x!quant.uniform<i8:f32, 1.0:3>>
  %b = dqnn.sub %a, %y : tensor<1x4x!quant.uniform<i8:f32, 1.0:3>>
  func.return %b : tensor<1x4x!quant.uniform<i8:f32, 1.0:3>>
}

// -----

// CHECK-LABEL: @add_constant
// CHECK: cortex_m.call dqnn_add_s8
// CHECK-NEXT: args(%constant, %x, %output, 2, int32_t shape [2, 3], int32_t lhs_strides [1, 0], int32_t rhs_strides [3, 1], -1, 1073741824, 0, -1, 1073741824, 0, 20, 3, 1073741824, -19, -128, 127) {header = "dqnn_kernels.h", kernel = "add-s8-broadcast", in_place = array<i64: 0, 1>}
func.func @add_constant(%x : tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>) -> tensor<2x3x!quant.uniform<i8:f32, 1.0:3>> {
  %k = dqnn.constant dense<[[1], [2]]> : tensor<2x1xi8> as !quant.uniform<i8:f32, 0.5:1>
  %a = dqnn.add %k, %x : tensor<2x3x!quant.uniform<i8:f32, 1.0:3>>
  func.return %a : tensor<2x3x!quant.uniform<i8:f32, 1.0:3>>
}

// -----

// CHECK-LABEL: @mul
// CHECK: %a = dqnn.view %buffer[0] : memref<4xi8> to memref<1x4xi8>
// CHECK: cortex_m.call checked arm_elementwise_mul_s8
// CHECK-NEXT: args(%x, #c.operand<1>, -1, -1, %a, 1, 1073741824, 0, -128, 127, 4) {header = "arm_nnfunctions.h", kernel = "mul-s8", in_place = array<i64: 0, 0, 0, 1>}
// CHECK: cortex_m.call dqnn_mul_s8
// CHECK-NEXT: args(%a, %y, %output, 2, int32_t shape [1, 4], int32_t lhs_strides [0, 1], int32_t rhs_strides [0, 1], -1, 2, 3, 1073741824, -2, -128, 127) {header = "dqnn_kernels.h", kernel = "mul-s8-broadcast", in_place = array<i64: 0, 0>}
func.func @mul(%x : tensor<1x4x!quant.uniform<i8:f32, 0.5:1>>, %y : tensor<4x!quant.uniform<i8:f32, 0.25:-2>>) -> tensor<1x4x!quant.uniform<i8:f32, 1.0:3>> {
  %a = dqnn.mul %x, %x : tensor<1x4x!quant.uniform<i8:f32, 0.5:1>>
  %b = dqnn.mul %a, %y : tensor<1x4x!quant.uniform<i8:f32, 1.0:3>>
  func.return %b : tensor<1x4x!quant.uniform<i8:f32, 1.0:3>>
}

// -----

// CHECK-LABEL: @selection
// CHECK: %a = dqnn.view %buffer[0] : memref<16xi8> to memref<1x2x2x4xi8>
// CHECK: cortex_m.call checked arm_maximum_s8
// CHECK-NEXT: args(cmsis_nn_context ctx {buf = null, size = 0}, %x, cmsis_nn_dims input_1_dims {n = 1, h = 2, w = 2, c = 4}, %y, cmsis_nn_dims input_2_dims {n = 1, h = 1, w = 1, c = 4}, %a, cmsis_nn_dims output_dims {n = 1, h = 2, w = 2, c = 4}) {header = "arm_nnfunctions.h", kernel = "maximum-s8"}
// CHECK: cortex_m.call checked arm_minimum_s8
// CHECK-NEXT: args(cmsis_nn_context ctx {buf = null, size = 0}, %a, cmsis_nn_dims input_1_dims {n = 1, h = 2, w = 2, c = 4}, %x, cmsis_nn_dims input_2_dims {n = 1, h = 2, w = 2, c = 4}, %output, cmsis_nn_dims output_dims {n = 1, h = 2, w = 2, c = 4}) {header = "arm_nnfunctions.h", kernel = "minimum-s8", in_place = array<i64: 0, 0, 0, 1>}
func.func @selection(%x : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5:1>>, %y : tensor<4x!quant.uniform<i8:f32, 0.5:1>>) -> tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5:1>> {
  %a = dqnn.maximum %x, %y : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5:1>>
  %b = dqnn.minimum %a, %x : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5:1>>
  func.return %b : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5:1>>
}
