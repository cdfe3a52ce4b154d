// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @casts
func.func @casts(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // CHECK: %a = dqnn.quantize %x : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:3>>
  %a = dqnn.quantize %x : tensor<1x4x!quant.uniform<i8:f32, 0.5:3>>
  // CHECK: %b = dqnn.requantize %a : tensor<1x4x!quant.uniform<u8:f32, 2.500000e-01:128>>
  %b = dqnn.requantize %a : tensor<1x4x!quant.uniform<u8:f32, 0.25:128>>
  // CHECK: dqnn.requantize %a {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>
  %once = dqnn.requantize %a {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 0.25>>
  // CHECK: %c = dqnn.dequantize %b : tensor<1x4xf32>
  %c = dqnn.dequantize %b : tensor<1x4xf32>
  // CHECK: %d = dqnn.quantize %c {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
  %d = dqnn.quantize %c {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  func.return %c : tensor<1x4xf32>
}
