// RUN: dqnn-opt %s -p sink-reshape --print-debuginfo | filecheck %s

// CHECK-LABEL: func.func @behind_a_normalization_and_an_activation
// CHECK:         %[[n:.+]] = dqnn.batch_norm %x, %g, %g, %g, %g {epsilon = {{.+}}, formula = "scaled"} : tensor<1x1x4x2xf32> loc("bn")
// CHECK-NEXT:    %[[r:.+]] = dqnn.relu %[[n]] : tensor<1x1x4x2xf32> loc("relu")
// CHECK-NEXT:    %[[y:.+]] = dqnn.reshape %[[r]] : tensor<1x4x2xf32> loc("conv")
// CHECK-NEXT:    func.return %[[y]]
func.func @behind_a_normalization_and_an_activation(%x: tensor<1x1x4x2xf32>) -> tensor<1x4x2xf32> {
  %g = dqnn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %r = dqnn.reshape %x : tensor<1x4x2xf32> loc("conv")
  %n = dqnn.batch_norm %r, %g, %g, %g, %g {epsilon = 0.001, formula = "scaled"} : tensor<1x4x2xf32> loc("bn")
  %y = dqnn.relu %n : tensor<1x4x2xf32> loc("relu")
  func.return %y : tensor<1x4x2xf32>
}

// An activation does not mind which channels they are.
// CHECK-LABEL: func.func @behind_a_clip
// CHECK-NEXT:    dqnn.clip %x {max = 1.000000e+00, min = -1.000000e+00} : tensor<1x4x2xf32>
// CHECK-NEXT:    dqnn.reshape
func.func @behind_a_clip(%x: tensor<1x4x2xf32>) -> tensor<1x8xf32> {
  %r = dqnn.reshape %x : tensor<1x8xf32>
  %y = dqnn.clip %r {min = -1.0, max = 1.0} : tensor<1x8xf32>
  func.return %y : tensor<1x8xf32>
}

// CHECK-LABEL: func.func @not_behind_a_normalization_of_other_channels
// CHECK:         dqnn.reshape
// CHECK-NEXT:    dqnn.batch_norm
func.func @not_behind_a_normalization_of_other_channels(%x: tensor<1x4x2xf32>) -> tensor<1x8xf32> {
  %g = dqnn.constant dense<1.0> : tensor<8xf32>
  %r = dqnn.reshape %x : tensor<1x8xf32>
  %y = dqnn.batch_norm %r, %g, %g, %g, %g {epsilon = 0.001} : tensor<1x8xf32>
  func.return %y : tensor<1x8xf32>
}

// CHECK-LABEL: func.func @not_past_a_second_reader
// CHECK-NEXT:    dqnn.reshape
// CHECK-NEXT:    dqnn.relu
func.func @not_past_a_second_reader(%x: tensor<1x4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %r = dqnn.reshape %x : tensor<4xf32>
  %y = dqnn.relu %r : tensor<4xf32>
  func.return %r, %y : tensor<4xf32>, tensor<4xf32>
}

// A softmax is along an axis.
// CHECK-LABEL: func.func @not_behind_a_softmax
// CHECK-NEXT:    dqnn.reshape
// CHECK-NEXT:    dqnn.softmax
func.func @not_behind_a_softmax(%x: tensor<1x4x2xf32>) -> tensor<1x8xf32> {
  %r = dqnn.reshape %x : tensor<1x8xf32>
  %y = dqnn.softmax %r : tensor<1x8xf32>
  func.return %y : tensor<1x8xf32>
}

// Integer networks stay as they are in the file.
// CHECK-LABEL: func.func @not_on_codes
// CHECK-NEXT:    dqnn.reshape
// CHECK-NEXT:    dqnn.relu
func.func @not_on_codes(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  %r = dqnn.reshape %x : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %y = dqnn.relu %r : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.5>>
}
