// RUN: not dqnn-opt %s -p select-kernels 2>&1 | filecheck %s

// Between unsigned and signed codes no scale changes.
// CHECK: select-kernels{{.*}}layer 'camera'{{.*}}u8 -> s8 requantize: supported where the scale stays, and zero points are 128 apart
func.func @main(%x : tensor<4x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<4x!quant.uniform<i8:f32, 0.5:1>> {
  %y = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 0.5:1>> loc("camera")
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
}
