// RUN: not dqnn-opt %s -p insert-float-fallback 2>&1 | filecheck %s

// CHECK: layer 'q' (dqnn.fake_quantize): no kernel for stm32: {{.*}}; its codes have 16 bits: quantize activations to 8
func.func @main(%x : tensor<1x2xf32>) -> tensor<1x2xf32> {
  %y = dqnn.fake_quantize %x {codes = !quant.uniform<i16:f32, 0.5>, method = "divide_half_even"} : tensor<1x2xf32> loc("q")
  func.return %y : tensor<1x2xf32>
}
