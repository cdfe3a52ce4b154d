// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @batch_norm
func.func @batch_norm(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %gamma = dqnn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %beta = dqnn.constant dense<[0.0, 0.5]> : tensor<2xf32>
  %mean = dqnn.constant dense<[0.25, 0.0]> : tensor<2xf32>
  %variance = dqnn.constant dense<[1.0, 4.0]> : tensor<2xf32>
  // CHECK: %y = dqnn.batch_norm %x, %gamma, %beta, %mean, %variance {epsilon = 1.000000e-03} : tensor<1x2x2x2xf32>
  %y = dqnn.batch_norm %x, %gamma, %beta, %mean, %variance {epsilon = 0.001} : tensor<1x2x2x2xf32>
  // CHECK: %z = dqnn.batch_norm %y, %gamma, %beta, %mean, %variance {epsilon = 0.000000e+00, formula = "scaled"} : tensor<1x2x2x2xf32>
  %z = dqnn.batch_norm %y, %gamma, %beta, %mean, %variance {epsilon = 0.0, formula = "scaled"} : tensor<1x2x2x2xf32>
  func.return %z : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func.func @prelu
func.func @prelu(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %alpha = dqnn.constant dense<[0.25, -1.0]> : tensor<2xf32>
  // CHECK: %y = dqnn.prelu %x, %alpha : tensor<1x2x2x2xf32>
  %y = dqnn.prelu %x, %alpha : tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// The default is left out, what differs from it is written.
// CHECK-LABEL: func.func @quantize
func.func @quantize(%x: tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  // CHECK: dqnn.quantize %x : tensor<4x
  %y = dqnn.quantize %x {method = "divide_half_away"} : tensor<4x!quant.uniform<i8:f32, 0.5>>
  // CHECK: dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x
  %z = dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %z : tensor<4x!quant.uniform<i8:f32, 0.5>>
}
