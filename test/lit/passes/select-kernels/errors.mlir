// RUN: not dqnn-opt %s -p select-kernels 2>&1 | filecheck %s

// The weights have one scale: legalize-per-channel has not run.
// CHECK: select-kernels{{.*}}layer 'stem'{{.*}}no kernel for stm32: s8 x s8 -> s8 convolution: supported where the weights have one scale for each output channel (see legalize-per-channel); run insert-float-fallback before
func.func @main(%x : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32, 0.25>
  %y = "dqnn.conv2d"(%x, %w) <{strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>}> : (tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x2x!quant.uniform<i8:f32, 0.25>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> loc("stem")
  func.return %y : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
}
