// RUN: not dqnn-opt %s -p insert-float-fallback 2>&1 | filecheck %s

// CHECK: layer 'q' (dqnn.quantize): no kernel for stm32: f32 -> s8 quantize: {{.*}}one scale each{{.*}}; quantize activations per tensor: scales along an axis are for constant weights
func.func @main(%x : tensor<1x2xf32>) -> tensor<1x2xf32> {
  %q = dqnn.quantize %x : tensor<1x2x!quant.uniform<i8:f32:1, {0.5,0.25}>> loc("q")
  %y = dqnn.dequantize %q : tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}
