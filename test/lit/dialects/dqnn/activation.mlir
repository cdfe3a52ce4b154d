// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @activations
func.func @activations(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // CHECK: %a = dqnn.relu %x : tensor<1x4xf32>
  %a = dqnn.relu %x : tensor<1x4xf32>
  // CHECK: %b = dqnn.relu6 %a : tensor<1x4xf32>
  %b = dqnn.relu6 %a : tensor<1x4xf32>
  // CHECK: %c = dqnn.clip %b {max = 0x7f800000, min = -1.000000e+00} : tensor<1x4xf32>
  %c = dqnn.clip %b {min = -1.0, max = 0x7F800000} : tensor<1x4xf32>
  // CHECK: %d = dqnn.leaky_relu %c {alpha = 1.000000e-01} : tensor<1x4xf32>
  %d = dqnn.leaky_relu %c {alpha = 0.1} : tensor<1x4xf32>
  // CHECK: %e = dqnn.hard_swish %d : tensor<1x4xf32>
  %e = dqnn.hard_swish %d : tensor<1x4xf32>
  // CHECK: %f = dqnn.sigmoid %e : tensor<1x4xf32>
  %f = dqnn.sigmoid %e : tensor<1x4xf32>
  // CHECK: %g = dqnn.tanh %f : tensor<1x4xf32>
  %g = dqnn.tanh %f : tensor<1x4xf32>
  // CHECK: %h = dqnn.softmax %g : tensor<1x4xf32>
  %h = dqnn.softmax %g {beta = 1.0} : tensor<1x4xf32>
  // CHECK: %i = dqnn.softmax %h {beta = 5.000000e-01} : tensor<1x4xf32>
  %i = dqnn.softmax %h {beta = 0.5} : tensor<1x4xf32>
  func.return %i : tensor<1x4xf32>
}

// CHECK-LABEL: func.func @int8
func.func @int8(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>> {
  // CHECK: %y = dqnn.sigmoid %x : tensor<1x4x!quant.uniform<i8:f32, 3.906250e-03:-128>>
  %y = dqnn.sigmoid %x : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>
}
