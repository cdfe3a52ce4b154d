// RUN: dqnn-opt %s -p insert-float-fallback | filecheck %s --check-prefix=AUTO
// RUN: dqnn-opt %s -p insert-float-fallback{kernels=cmsis-nn} | filecheck %s --check-prefix=AUTO
// RUN: dqnn-opt %s -p insert-float-fallback{kernels=portable} | filecheck %s --check-prefix=PORTABLE

// CMSIS-NN 7.0.0 errs where the rows cropped at the top are no multiple of the stride. The runtime's kernel does not,
// but it has the same name: it serves programs without CMSIS-NN only.
func.func @main(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>> {
  // AUTO: dqnn.transpose_conv2d {{.*}}dqnn.fallback = {asked = "s8 x s8 -> s8 transposed convolution", reason = "supported where strides are at most 2
  // PORTABLE: dqnn.transpose_conv2d %x, {{.*}} : tensor<1x4x4x2x!quant
  %w = dqnn.constant dense<1> : tensor<2x4x4x1xi8> as !quant.uniform<i8:f32:0, {0.25,0.5}>
  %y = dqnn.transpose_conv2d %x, %w {padding = [1, 1, 1, 1], strides = [2, 2]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>>
}
