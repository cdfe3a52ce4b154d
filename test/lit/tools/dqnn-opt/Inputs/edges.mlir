func.func @f(%x: tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %a = dqnn.quantize %x {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 2.0>>
  %b = dqnn.dequantize %a : tensor<1x4xf32>
  %c = dqnn.sigmoid %b : tensor<1x4xf32>
  %d = dqnn.quantize %b : tensor<1x4x!dqnn.s1>
  %e = dqnn.dequantize %d : tensor<1x4xf32>
  func.return %c, %e : tensor<1x4xf32>, tensor<1x4xf32>
}
