// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @arithmetic
func.func @arithmetic(%x: tensor<1x8x4xf32>, %y: tensor<4xf32>) -> tensor<1x8x4xf32> {
  // CHECK: %a = dqnn.add %x, %y : tensor<1x8x4xf32>
  %a = dqnn.add %x, %y : tensor<1x8x4xf32>
  // CHECK: %b = dqnn.sub %a, %y {clamp_max = 1.000000e+00, clamp_min = -1.000000e+00} : tensor<1x8x4xf32>
  %b = dqnn.sub %a, %y {clamp_min = -1.0, clamp_max = 1.0} : tensor<1x8x4xf32>
  // CHECK: %c = dqnn.mul %y, %b {clamp_min = 0.000000e+00} : tensor<1x8x4xf32>
  %c = dqnn.mul %y, %b {clamp_min = 0.0} : tensor<1x8x4xf32>
  // CHECK: %d = dqnn.div %c, %y {clamp_max = 6.000000e+00} : tensor<1x8x4xf32>
  %d = dqnn.div %c, %y {clamp_max = 6.0} : tensor<1x8x4xf32>
  func.return %d : tensor<1x8x4xf32>
}

// CHECK-LABEL: func.func @selection
func.func @selection(%x: tensor<1x8x4x!quant.uniform<i8:f32, 0.5>>, %y: tensor<8x1x!quant.uniform<i8:f32, 0.25>>) -> tensor<1x8x4x!quant.uniform<i8:f32, 0.5>> {
  // CHECK: %a = dqnn.maximum %x, %y : tensor<1x8x4x!quant.uniform<i8:f32, 5.000000e-01>>
  %a = dqnn.maximum %x, %y : tensor<1x8x4x!quant.uniform<i8:f32, 0.5>>
  // CHECK: %b = dqnn.minimum %a, %y : tensor<1x8x4x!quant.uniform<i8:f32, 5.000000e-01>>
  %b = dqnn.minimum %a, %y : tensor<1x8x4x!quant.uniform<i8:f32, 0.5>>
  func.return %b : tensor<1x8x4x!quant.uniform<i8:f32, 0.5>>
}

// CHECK-LABEL: func.func @in_float
func.func @in_float(%x: tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  // CHECK: %a = dqnn.add %x, %x {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
  %a = dqnn.add %x, %x {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 0.5>>
  // CHECK: %b = dqnn.sub %a, %x {rounding = "float"}
  %b = dqnn.sub %a, %x {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 0.5>>
  // CHECK: %c = dqnn.mul %a, %b {rounding = "float"}
  %c = dqnn.mul %a, %b {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %c : tensor<4x!quant.uniform<i8:f32, 0.5>>
}
