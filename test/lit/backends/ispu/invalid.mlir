// RUN: not dqnn-opt %s -p 'select-kernels{target=ispu}' 2>&1 | filecheck %s --check-prefix=NONE
// RUN: not dqnn-opt %s -p 'select-kernels{target=ispu build=dsp}' 2>&1 | filecheck %s --check-prefix=BUILD
// RUN: not dqnn-opt %s -p convert-dqnn-to-ispu 2>&1 | filecheck %s --check-prefix=UNSELECTED
// RUN: not dqnn-opt %s -p 'insert-float-fallback,select-kernels,convert-dqnn-to-ispu' 2>&1 | filecheck %s --check-prefix=OTHER

// Weights with one scale have no kernel before legalize-per-channel; the error names the target and the layer.
// NONE: select-kernels{{.*}}layer 'stem'{{.*}}no kernel for ispu: s8 x s8 -> s8 convolution: supported where the weights have one scale for each output channel
// BUILD: error: {{.*}}there is no CMSIS-NN for target 'ispu': leave out build dsp
// UNSELECTED: error: pass 'convert-dqnn-to-ispu' failed: {{.*}}it has no dqnn.kernel; run select-kernels before
// OTHER: error: pass 'convert-dqnn-to-ispu' failed: the kernels are not those of 'ispu'; run select-kernels for it
func.func @main(%x : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32, 0.25>
  %y = "dqnn.conv2d"(%x, %w) <{strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>}> : (tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x2x!quant.uniform<i8:f32, 0.25>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> loc("stem")
  func.return %y : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
}
