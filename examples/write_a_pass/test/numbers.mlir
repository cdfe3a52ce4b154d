// RUN: python3 %S/samples.py %t.npz
// RUN: dqnn-opt %s -p sink-activation --check-semantics %t.npz | filecheck %s

// Twenty samples through both networks: no value may differ.
// CHECK:      dqnn.max_pool2d
// CHECK-NEXT: dqnn.relu
func.func @net(%x : tensor<1x6x6x3x!quant.uniform<i8:f32, 0.06:-3>>)
    -> tensor<1x2x2x3x!quant.uniform<i8:f32, 0.03:-128>> {
  %r = dqnn.relu %x : tensor<1x6x6x3x!quant.uniform<i8:f32, 0.03:-128>>
  %y = dqnn.max_pool2d %r {kernel = [3, 3], strides = [3, 3]} : tensor<1x2x2x3x!quant.uniform<i8:f32, 0.03:-128>>
  func.return %y : tensor<1x2x2x3x!quant.uniform<i8:f32, 0.03:-128>>
}
