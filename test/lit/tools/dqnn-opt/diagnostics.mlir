// RUN: dqnn-opt %s --verify-diagnostics --parsing-diagnostics --split-input-file | filecheck %s --match-full-lines

// With --split-input-file each part is read alone; a diagnostic stands in the place of its output, in one line.

// CHECK:      error: invalid IR: dqnn.relu (%y): Expected 1 operand, but got 2
func.func @first(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = "dqnn.relu"(%x, %x) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// -----

// CHECK-NEXT: //{{ }}-----
// CHECK-NEXT: error: {{.*}}diagnostics.mlir:{{[0-9]+}}:18: %z is used before it is defined
func.func @second(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = dqnn.relu %z : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// -----

// CHECK-NEXT: //{{ }}-----
// CHECK-NEXT: builtin.module {
// CHECK-NEXT:   func.func @third(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
func.func @third(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  func.return %x : tensor<1x4xf32>
}
