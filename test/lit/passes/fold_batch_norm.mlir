// RUN: dqnn-opt %s -p fold-batch-norm,canonicalize --print-debuginfo | filecheck %s

// gamma / sqrt(variance + epsilon) is 4 / sqrt(3 + 1) = 2 and -1; the bias becomes (1 - 2) * 2 + 3 and (1 - 0) * -1.
// CHECK-LABEL: func.func @into_weights_and_bias
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [-1.000000e+00, -5.000000e-01]]> : tensor<2x2xf32>
// CHECK-DAG:     %[[b:.+]] = dqnn.constant dense<[1.000000e+00, -1.000000e+00]> : tensor<2xf32>
// CHECK:         %[[y:.+]] = dqnn.dense %x, %[[w]], %[[b]] : tensor<1x2xf32> loc("dense")
// CHECK-NEXT:    func.return %[[y]]
func.func @into_weights_and_bias(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = dqnn.constant dense<[[0.5, 1.0], [1.0, 0.5]]> : tensor<2x2xf32>
  %b = dqnn.constant dense<1.0> : tensor<2xf32>
  %y = dqnn.dense %x, %w, %b : tensor<1x2xf32> loc("dense")
  %g = dqnn.constant dense<[4.0, -2.0]> : tensor<2xf32>
  %beta = dqnn.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %m = dqnn.constant dense<[2.0, 0.0]> : tensor<2xf32>
  %v = dqnn.constant dense<3.0> : tensor<2xf32>
  %n = dqnn.batch_norm %y, %g, %beta, %m, %v {epsilon = 1.0, formula = "scaled"} : tensor<1x2xf32> loc("bn")
  func.return %n : tensor<1x2xf32>
}

// Without a layer before it, or with a second reader, or behind an activation: a product and a sum.
// CHECK-LABEL: func.func @into_product_and_sum
// CHECK:         %[[s:.+]] = dqnn.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK:         %[[o:.+]] = dqnn.constant dense<-2.000000e+00> : tensor<2xf32>
// CHECK:         %[[p:.+]] = dqnn.mul %x, %[[s]] : tensor<1x2xf32> loc("bn")
// CHECK-NEXT:    dqnn.add %[[p]], %[[o]] : tensor<1x2xf32> loc("bn")
func.func @into_product_and_sum(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %g = dqnn.constant dense<4.0> : tensor<2xf32>
  %b = dqnn.constant dense<2.0> : tensor<2xf32>
  %v = dqnn.constant dense<3.0> : tensor<2xf32>
  %n = dqnn.batch_norm %x, %g, %b, %b, %v {epsilon = 1.0} : tensor<1x2xf32> loc("bn")
  func.return %n : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @not_into_a_layer_with_an_activation
// CHECK:         dqnn.dense %x, %w {clamp_min = 0.000000e+00}
// CHECK:         dqnn.mul
// CHECK-NEXT:    dqnn.add
func.func @not_into_a_layer_with_an_activation(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = dqnn.constant dense<0.5> : tensor<2x2xf32>
  %y = dqnn.dense %x, %w {clamp_min = 0.0} : tensor<1x2xf32>
  %v = dqnn.constant dense<3.0> : tensor<2xf32>
  %n = dqnn.batch_norm %y, %v, %v, %v, %v {epsilon = 1.0} : tensor<1x2xf32>
  func.return %n : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @not_into_a_layer_with_a_second_reader
// CHECK:         %[[y:.+]] = dqnn.dense %x, %w : tensor<1x2xf32>
// CHECK:         dqnn.mul %[[y]]
func.func @not_into_a_layer_with_a_second_reader(%x: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = dqnn.constant dense<0.5> : tensor<2x2xf32>
  %y = dqnn.dense %x, %w : tensor<1x2xf32>
  %v = dqnn.constant dense<3.0> : tensor<2xf32>
  %n = dqnn.batch_norm %y, %v, %v, %v, %v {epsilon = 1.0} : tensor<1x2xf32>
  func.return %y, %n : tensor<1x2xf32>, tensor<1x2xf32>
}
