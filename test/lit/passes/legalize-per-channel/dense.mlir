// RUN: dqnn-opt %s -p legalize-per-channel --split-input-file | filecheck %s

// A dense layer of one scale keeps it: its kernel of one multiplier is the faster.
// CHECK-LABEL: @per_tensor
func.func @per_tensor(%x : tensor<1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>> {
  // CHECK: !quant.uniform<i8:f32, 2.500000e-01>
  // CHECK: !quant.uniform<i32:f32, 1.250000e-01>
  %w = dqnn.constant dense<1> : tensor<2x2xi8> as !quant.uniform<i8:f32, 0.25>
  %b = dqnn.constant dense<7> : tensor<2xi32> as !quant.uniform<i32:f32, 0.125>
  %y = dqnn.dense %x, %w, %b : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// Equal scales are one scale.
// CHECK-LABEL: @equal_scales
func.func @equal_scales(%x : tensor<1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>> {
  // CHECK: as !quant.uniform<i8:f32, 2.500000e-01>
  // CHECK: as !quant.uniform<i32:f32, 1.250000e-01>
  %w = dqnn.constant dense<1> : tensor<2x2xi8> as !quant.uniform<i8:f32:0, {0.25,0.25}>
  %b = dqnn.constant dense<7> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.125,0.125}>
  %y = dqnn.dense %x, %w, %b : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// CHECK-LABEL: @different_scales
func.func @different_scales(%x : tensor<1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>> {
  // CHECK: as !quant.uniform<i8:f32:0, {2.500000e-01,5.000000e-01}>
  // CHECK: as !quant.uniform<i32:f32:0, {1.250000e-01,2.500000e-01}>
  %w = dqnn.constant dense<1> : tensor<2x2xi8> as !quant.uniform<i8:f32:0, {0.25,0.5}>
  %b = dqnn.constant dense<7> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.125,0.25}>
  %y = dqnn.dense %x, %w, %b : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
}
