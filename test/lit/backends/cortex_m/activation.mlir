// Functions of one s8 tensor are tables of 256 codes; softmax and the conversions are calls of their own.
//
// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s

// CHECK-LABEL: @lookup
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%x, %table, %output, 4) {header = "dqnn_kernels.h", kernel = "relu-s8", in_place = array<i64: 0, 0>}
func.func @lookup(%x : tensor<4x!quant.uniform<i8:f32, 0.5:1>>) -> tensor<4x!quant.uniform<i8:f32, 0.5:1>> {
  %y = dqnn.relu %x : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
}

// -----

// CHECK-LABEL: @all
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%x, %table, %buffer, 4) {header = "dqnn_kernels.h", kernel = "relu6-s8", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%buffer, %table_1, %buffer_1, 4) {header = "dqnn_kernels.h", kernel = "clip-s8", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%buffer_1, %table_2, %buffer_2, 4) {header = "dqnn_kernels.h", kernel = "leaky-relu-s8", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%buffer_2, %table_3, %buffer_3, 4) {header = "dqnn_kernels.h", kernel = "hard-swish-s8", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%buffer_3, %table_4, %buffer_4, 4) {header = "dqnn_kernels.h", kernel = "sigmoid-s8", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%buffer_4, %table_5, %buffer_5, 4) {header = "dqnn_kernels.h", kernel = "requantize-s8-s8", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_lut_s8
// CHECK-NEXT: args(%buffer_5, %table_6, %output, 4) {header = "dqnn_kernels.h", kernel = "tanh-s8", in_place = array<i64: 0, 0>}
func.func @all(%x : tensor<4x!quant.uniform<i8:f32, 0.5:1>>) -> tensor<4x!quant.uniform<i8:f32, 0.0078125>> {
  %a = dqnn.relu6 %x : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
  %b = dqnn.clip %a {max = 4.0, min = -1.0} : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
  %c = dqnn.leaky_relu %b {alpha = 0.1} : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
  %d = dqnn.hard_swish %c : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
  %e = dqnn.sigmoid %d : tensor<4x!quant.uniform<i8:f32, 0.00390625:-128>>
  %f = dqnn.requantize %e : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
  %g = dqnn.tanh %f : tensor<4x!quant.uniform<i8:f32, 0.0078125>>
  func.return %g : tensor<4x!quant.uniform<i8:f32, 0.0078125>>
}

// -----

// CHECK-LABEL: @softmax
// CHECK: cortex_m.call arm_softmax_s8
// CHECK-NEXT: args(%x, 2, 3, 1073741824, 26, -31, %output) {header = "arm_nnfunctions.h", kernel = "softmax-s8", in_place = array<i64: 0, 0>}
func.func @softmax(%x : tensor<2x3x!quant.uniform<i8:f32, 0.5>>) -> tensor<2x3x!quant.uniform<i8:f32, 0.00390625:-128>> {
  %y = dqnn.softmax %x : tensor<2x3x!quant.uniform<i8:f32, 0.00390625:-128>>
  func.return %y : tensor<2x3x!quant.uniform<i8:f32, 0.00390625:-128>>
}

// -----

// CHECK-LABEL: @casts
// CHECK: cortex_m.call dqnn_quantize_f32_s8
// CHECK-NEXT: args(%x, %buffer, 4, 2.500000e-01, -3) {header = "dqnn_kernels.h", kernel = "quantize-f32-s8"}
// CHECK: cortex_m.call dqnn_dequantize_s8_f32
// CHECK-NEXT: args(%buffer, %output, 4, 2.500000e-01, -3) {header = "dqnn_kernels.h", kernel = "dequantize-s8-f32"}
func.func @casts(%x : tensor<4xf32>) -> tensor<4xf32> {
  %q = dqnn.quantize %x : tensor<4x!quant.uniform<i8:f32, 0.25:-3>>
  %y = dqnn.dequantize %q : tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// -----

// Codes of 8 bits change their sign in place; words of s1 are turned over in place.
// CHECK-LABEL: @edges
// CHECK: cortex_m.call dqnn_flip_sign_bits in(%x : memref<4xui8>) out(%[[a:.+]] : memref<4xi8>)
// CHECK-NEXT: args(%x, %[[a]], 4) {header = "dqnn_kernels.h", kernel = "requantize-u8-s8", in_place = array<i64: 0, 0>}
// CHECK: cortex_m.call dqnn_flip_sign_bits in(%[[a]] : memref<4xi8>) out(%output : memref<4xui8>)
// CHECK-NEXT: kernel = "requantize-s8-u8"
// CHECK: cortex_m.call dqnn_reverse_bits_s1 in(%y : memref<3x2xui32>) out(%output_1 : memref<3x2xui32>)
// CHECK-NEXT: args(%y, %output_1, 6) {header = "dqnn_s1_kernels.h", kernel = "reverse-bits-s1", in_place = array<i64: 0, 0>}
func.func @edges(%x : tensor<4x!quant.uniform<u8:f32, 0.5:1>>, %y : tensor<3x40x!dqnn.s1>)
    -> (tensor<4x!quant.uniform<u8:f32, 0.5:1>>, tensor<3x40x!dqnn.s1>) {
  %a = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 0.5:-127>>
  %b = dqnn.requantize %a : tensor<4x!quant.uniform<u8:f32, 0.5:1>>
  %c = dqnn.reverse_bits %y : tensor<3x40x!dqnn.s1>
  func.return %b, %c : tensor<4x!quant.uniform<u8:f32, 0.5:1>>, tensor<3x40x!dqnn.s1>
}

// -----

// CHECK-LABEL: @quantize_of_onnx
// CHECK: cortex_m.call dqnn_quantize_divide_even_f32_s8
// CHECK-NEXT: args(%x, %output, 4, 2.500000e-01, -3, -127, 127) {header = "dqnn_kernels.h", kernel = "quantize-divide-even-f32-s8"}
func.func @quantize_of_onnx(%x : tensor<4xf32>) -> tensor<4x!quant.uniform<i8<-127:127>:f32, 0.25:-3>> {
  %q = dqnn.quantize %x {method = "divide_half_even"} : tensor<4x!quant.uniform<i8<-127:127>:f32, 0.25:-3>>
  func.return %q : tensor<4x!quant.uniform<i8<-127:127>:f32, 0.25:-3>>
}
