// RUN: not dqnn-opt %s -p insert-float-fallback 2>&1 | filecheck %s
// RUN: not dqnn-opt %s -p insert-float-fallback{target=stm32mp1} 2>&1 | filecheck %s --check-prefix=LINUX
// RUN: not dqnn-opt %s -p insert-float-fallback{target=stm32x9} 2>&1 | filecheck %s --check-prefix=UNKNOWN

// CHECK: insert-float-fallback{{.*}}layer 'camera'{{.*}}no kernel for stm32: u8 -> s8 tanh: there is no such row in the kernel table of stm32; nearest: s8 -> s8 tanh (input of s8 in place of u8); nor in float: u8 -> f32 dequantize: there is no such row {{.*}}; quantize the model to int8
// LINUX: target 'stm32mp1' is not supported: it runs Linux
// UNKNOWN: no target 'stm32x9': use one of cortex-m0
func.func @main(%x : tensor<4x!quant.uniform<u8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.0078125>> {
  %y = "dqnn.tanh"(%x) : (tensor<4x!quant.uniform<u8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.0078125>> loc("camera")
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.0078125>>
}
