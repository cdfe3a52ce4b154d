// REQUIRES: dqnnc-installed
// RUN: xdsl-opt %s -p prepare | filecheck %s

// Where the package is installed, xDSL's own driver has our dialects and passes.

// CHECK:      func.func @f
// CHECK-NEXT:   dqnn.relu
// CHECK-NEXT:   func.return
func.func @f(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.5>> {
  %unused = dqnn.relu6 %x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  %y = dqnn.relu %x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
}
