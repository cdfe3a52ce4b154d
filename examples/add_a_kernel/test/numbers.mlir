// RUN: python3 %S/samples.py %t.npz
// RUN: dqnn-opt %s -p dqnn-to-cortex-m --check-semantics %t.npz | filecheck %s

// The C is compiled, run, and compared with what the operator means: every code.
// CHECK: call relu_s8
func.func @net(%x : tensor<1x64x!quant.uniform<i8:f32, 0.05:-3>>) -> tensor<1x64x!quant.uniform<i8:f32, 0.05:-3>> {
  %y = dqnn.relu %x : tensor<1x64x!quant.uniform<i8:f32, 0.05:-3>>
  func.return %y : tensor<1x64x!quant.uniform<i8:f32, 0.05:-3>>
}
