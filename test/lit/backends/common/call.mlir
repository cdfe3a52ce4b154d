// RUN: ROUNDTRIP
// RUN: dqnn-opt %s --print-op-generic | filecheck %s --check-prefix GENERIC

// Arguments in C's order, named by the operands that they point to.
// CHECK-LABEL: func.func @call
// GENERIC: func.func
func.func @call(%x: memref<1x4xi8>, %w: memref<2xi32>, %y: memref<1x4xi8>, %s: memref<64xi8>) {
  // CHECK-NEXT: cortex_m.call checked conv in(%x : memref<1x4xi8>, %w : memref<2xi32>) out(%y : memref<1x4xi8>) scratch(%s : memref<64xi8>)
  // CHECK-NEXT:   args(context ctx {buf = %s, size = 64}, params p {offset = -3, stride = {w = 1, h = 2}, multiplier = %w, bias = null}, %x, int32_t shape [1, 4], %y) {header = "f.h", kernel = "conv-s8", in_place = array<i64: 0, 0>}
  // GENERIC: "cortex_m.call"(%x, %w, %y, %s) <{header = "f.h", kernel = "conv-s8", in_place = array<i64: 0, 0>, callee = "conv", args = [#c.struct<"context", "ctx", {buf = #c.operand<3>, size = 64}>, #c.struct<"params", "p", {offset = -3, stride = {w = 1, h = 2}, multiplier = #c.operand<1>, bias = null}>, #c.operand<0>, #c.array<"int32_t", "shape", [1, 4]>, #c.operand<2>], checked, operandSegmentSizes = array<i32: 2, 1, 1>}>
  cortex_m.call checked conv in(%x : memref<1x4xi8>, %w : memref<2xi32>) out(%y : memref<1x4xi8>) scratch(%s : memref<64xi8>)
    args(context ctx {buf = %s, size = 64 : i32}, params p {offset = -3, stride = {w = 1, h = 2}, multiplier = %w, bias = #c.null}, %x, int32_t shape [1, 4], %y) {header = "f.h", kernel = "conv-s8", in_place = array<i64: 0, 0>}
  // A value that is two operands: its name is the first of them. Attributes that are none of the call's own stay.
  // CHECK-NEXT: cortex_m.call mul in(%x : memref<1x4xi8>, %x : memref<1x4xi8>) out(%y : memref<1x4xi8>)
  // CHECK-NEXT:   args(%x, #c.operand<1>, 5, 7 : i64, 2.500000e-01, 1.000000e-01 : f64, true, null, %y) {header = "f.h", note = "square"}
  cortex_m.call mul in(%x : memref<1x4xi8>, %x : memref<1x4xi8>) out(%y : memref<1x4xi8>)
    args(%x, #c.operand<1>, 5, 7 : i64, 0.25, 0.1 : f64, true, null, %y) {header = "f.h", note = "square"}
  // No operand, no argument.
  // CHECK-NEXT: cortex_m.call nothing
  // CHECK-NEXT:   args() {header = "f.h"}
  cortex_m.call nothing
    args() {header = "f.h"}
  func.return
}

// CHECK: "test.op"() {a = #c.null, b = #c.operand<4>, c = #c.struct<"t", "v", {}>, d = #c.array<"float", "v", [1.000000e+00]>} : () -> ()
"test.op"() {a = #c.null, b = #c.operand<4>, c = #c.struct<"t", "v", {}>, d = #c.array<"float", "v", [1.0 : f32]>} : () -> ()
