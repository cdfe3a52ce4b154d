// RUN: dqnn-opt %s --verify-diagnostics --parsing-diagnostics --split-input-file | filecheck %s

func.func @f(%x: memref<4xi8>) {
  cortex_m.call f in(%x : memref<4xi8>)
    args(%x, #c.operand<1>) {header = "f.h"}
  func.return
}
// CHECK: argument #c.operand<1> refers to one of 1 operands

// -----

func.func @f(%x: memref<4xi8>, %y: memref<4xi8>) {
  cortex_m.call f in(%x : memref<4xi8>)
    args(%x, %y) {header = "f.h"}
  func.return
}
// CHECK: %y is no operand of this call

// -----

func.func @f(%x: memref<4xi8>) {
  cortex_m.call f in(%x : memref<4xi8>)
    args(%x) {header = "f.h", in_place = array<i64: 0, 0>}
  func.return
}
// CHECK: in_place (0, 0) names an operand that does not exist

// -----

func.func @f(%x: memref<4xi8>, %y: memref<4xi8>) {
  cortex_m.call f in(%x : memref<4xi8>) out(%y : memref<4xi8>)
    args(%x) {header = "f.h", in_place = array<i64: 0>}
  func.return
}
// CHECK: in_place holds pairs (output index, input index)

// -----

func.func @f(%x: memref<?xi8>) {
  cortex_m.call f in(%x : memref<?xi8>)
    args(%x) {header = "f.h"}
  func.return
}
// CHECK: expected a static shape, got memref<?xi8>

// -----

func.func @f() {
  "cortex_m.call"() <{callee = "system(\22", header = "f.h", args = [], operandSegmentSizes = array<i32: 0, 0, 0>}> : () -> ()
  func.return
}
// CHECK: callee must be a C identifier, got 'system("'

// -----

func.func @f() {
  cortex_m.call f
    args() {header = "f.h\22 x"}
  func.return
}
// CHECK: not the name of a header: 'f.h" x'

// -----

func.func @f() {
  cortex_m.call f
    args("text") {header = "f.h"}
  func.return
}
// CHECK: not a C argument: "text"

// -----

"test.op"() {a = #c.struct<"t", "v", {x = 1, x = 2}>} : () -> ()
// CHECK: field 'x' is set twice

// -----

"test.op"() {a = #c.struct<"t", "v", {x = 1.5 : i32}>} : () -> ()
// CHECK: 1.5 is not a literal of type i32
