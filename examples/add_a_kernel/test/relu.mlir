// RUN: dqnn-opt %s --split-input-file -p dqnn-to-cortex-m | filecheck %s

// The zero point is an argument, and nothing is stored beside the code.
// CHECK-LABEL: func.func @same
// CHECK-NOT:     memref.get_global
// CHECK:         call relu_s8
func.func @same(%x : tensor<1x40x!quant.uniform<i8:f32, 0.05:-3>>) -> tensor<1x40x!quant.uniform<i8:f32, 0.05:-3>> {
  %y = dqnn.relu %x : tensor<1x40x!quant.uniform<i8:f32, 0.05:-3>>
  func.return %y : tensor<1x40x!quant.uniform<i8:f32, 0.05:-3>>
}

// -----

// Another zero point: the row asks for the same, so the runtime's kernel is taken.
// CHECK-LABEL: func.func @another
// CHECK:         call dqnn_lut_s8
func.func @another(%x : tensor<1x40x!quant.uniform<i8:f32, 0.05:-3>>)
    -> tensor<1x40x!quant.uniform<i8:f32, 0.05:-128>> {
  %y = dqnn.relu %x : tensor<1x40x!quant.uniform<i8:f32, 0.05:-128>>
  func.return %y : tensor<1x40x!quant.uniform<i8:f32, 0.05:-128>>
}
