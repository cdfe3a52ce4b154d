// RUN: not dqnn-opt %s -p insert-float-fallback 2>&1 | filecheck %s
// RUN: not dqnn-opt %s -p insert-float-fallback{target=stm32mp1} 2>&1 | filecheck %s --check-prefix=LINUX
// RUN: not dqnn-opt %s -p insert-float-fallback{target=stm32x9} 2>&1 | filecheck %s --check-prefix=UNKNOWN

// CHECK: insert-float-fallback{{.*}}layer 'camera'{{.*}}no kernel for stm32: tanh-s8: supported where the input is s8 (here u8); nor in float: dequantize-s8-f32: supported where the input is s8 (here u8); quantize the model to int8
// LINUX: target 'stm32mp1' is not supported: it runs Linux
// UNKNOWN: no target 'stm32x9': use one of cortex-m0
func.func @main(%x : tensor<4x!quant.uniform<u8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.0078125>> {
  %y = "dqnn.tanh"(%x) : (tensor<4x!quant.uniform<u8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.0078125>> loc("camera")
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.0078125>>
}
