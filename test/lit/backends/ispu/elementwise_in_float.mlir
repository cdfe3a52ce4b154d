// Operators on two s8 tensors whose rounding is float32's: the runtime's kernels, whether or not shapes broadcast.
//
// RUN: dqnn-opt %s -p 'select-kernels{target=ispu},convert-dqnn-to-ispu' --split-input-file | filecheck %s

// A power of two for the result's scale is taken in by the operands' scales, so that nothing is divided. -0.5 is nearer
// to the code of -1 or of 0 alike: it is clamped to the even number of steps.
// CHECK-LABEL: @powers_of_two
// CHECK: ispu.call dqnn_add_float_s8
// CHECK-NEXT: args(%x, %y, %a, 2, int32_t shape [1, 4], int32_t lhs_strides [0, 1], int32_t rhs_strides [0, 1], -1, 5.000000e-01, 2, 2.500000e-01, 3, 1.000000e+00, 3, 127) {header = "dqnn_float_s8_kernels.h", kernel = "add-float-s8", in_place = array<i64: 0, 0, 0, 1>}
// CHECK: ispu.call dqnn_sub_float_s8
// CHECK-NEXT: args(%a, %constant, %b, 2, int32_t shape [1, 4], int32_t lhs_strides [0, 1], int32_t rhs_strides [0, 0], -3, 2.000000e+00, -1, 1.000000e+00, 1, 1.000000e+00, -128, 127) {header = "dqnn_float_s8_kernels.h", kernel = "sub-float-s8", in_place = array<i64: 0, 0>}
// CHECK: ispu.call dqnn_mul_float_s8
// CHECK-NEXT: args(%b, %y, %output, 2, int32_t shape [1, 4], int32_t lhs_strides [0, 1], int32_t rhs_strides [0, 1], -1, 2.500000e-01, 2, 2.500000e-01, 0, 1.000000e+00, -128, 127) {header = "dqnn_float_s8_kernels.h", kernel = "mul-float-s8", in_place = array<i64: 0, 0, 0, 1>}
func.func @powers_of_two(%x : tensor<1x4x!quant.uniform<i8:f32, 0.5:1>>, %y : tensor<1x4x!quant.uniform<i8:f32, 0.25:-2>>) -> tensor<1x4x!quant.uniform<i8:f32, 2.0>> {
  %k = dqnn.constant dense<5> : tensor<1x1xi8> as !quant.uniform<i8:f32, 0.5:1>
  %a = dqnn.add %x, %y {clamp_min = -0.5, rounding = "float"} : tensor<1x4x!quant.uniform<i8:f32, 1.0:3>>
  %b = dqnn.sub %a, %k {rounding = "float"} : tensor<1x4x!quant.uniform<i8:f32, 0.5:1>>
  %c = dqnn.mul %b, %y {rounding = "float"} : tensor<1x4x!quant.uniform<i8:f32, 2.0>>
  func.return %c : tensor<1x4x!quant.uniform<i8:f32, 2.0>>
}

// -----

// Other scales are divided by, and so are powers of two beyond 2^30.
// CHECK-LABEL: @divided
// CHECK: ispu.call dqnn_add_float_s8
// CHECK: 3.750000e-01, 0, 7.500000e-01, -128, 127)
// CHECK: ispu.call dqnn_add_float_s8
// CHECK: 7.500000e-01, 0, 4.2949673e+09, -128, 127)
func.func @divided(%x : tensor<4x!quant.uniform<i8:f32, 0.375>>) -> tensor<4x!quant.uniform<i8:f32, 4294967296.0>> {
  %a = dqnn.add %x, %x {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 0.75>>
  %b = dqnn.add %a, %a {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 4294967296.0>>
  func.return %b : tensor<4x!quant.uniform<i8:f32, 4294967296.0>>
}

// -----

// Without it, integers.
// CHECK-LABEL: @in_integers
// CHECK-NOT: float_s8
func.func @in_integers(%x : tensor<4x!quant.uniform<i8:f32, 0.5>>, %y : tensor<2x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<2x4x!quant.uniform<i8:f32, 0.5>> {
  %a = dqnn.add %x, %x : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %b = dqnn.sub %a, %y : tensor<2x4x!quant.uniform<i8:f32, 0.5>>
  %c = dqnn.mul %b, %x {rounding = "once"} : tensor<2x4x!quant.uniform<i8:f32, 0.5>>
  func.return %c : tensor<2x4x!quant.uniform<i8:f32, 0.5>>
}
