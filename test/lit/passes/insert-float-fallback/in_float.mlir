// RUN: dqnn-opt %s -p insert-float-fallback | filecheck %s

// What rounds as float32 does on codes still does so where no kernel takes them; what does not, rounds as before.
// CHECK-LABEL: func.func @half_even
// CHECK:         dqnn.add {{.*}} : tensor<4xf32>
// CHECK-NEXT:    dqnn.quantize %{{.+}} {method = "divide_half_even"} : tensor<4x!quant.uniform<i8:f32, 1.000000e+00>>
// CHECK:         dqnn.sub {{.*}} : tensor<4xf32>
// CHECK-NEXT:    dqnn.quantize %{{[^ ]+}} : tensor<4x!quant.uniform<i8:f32, 1.000000e+00>>
func.func @half_even(%x: tensor<4x!quant.uniform<i8:f32, 0.5>>) -> (tensor<4x!quant.uniform<i8:f32, 1.0>>, tensor<4x!quant.uniform<i8:f32, 1.0>>) {
  %k = dqnn.constant dense<[200, 201, 202, 203]> : tensor<4xui8> as !quant.uniform<u8:f32, 0.5>
  %a = dqnn.add %x, %k {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 1.0>>
  %b = dqnn.sub %x, %k : tensor<4x!quant.uniform<i8:f32, 1.0>>
  func.return %a, %b : tensor<4x!quant.uniform<i8:f32, 1.0>>, tensor<4x!quant.uniform<i8:f32, 1.0>>
}
