// RUN: dqnn-opt %s -p insert-float-fallback,select-kernels | filecheck %s --check-prefix=AUTO
// RUN: dqnn-opt %s -p insert-float-fallback{kernels=cmsis-nn},select-kernels{kernels=cmsis-nn} | filecheck %s --check-prefix=AUTO
// RUN: dqnn-opt %s -p insert-float-fallback{kernels=portable},select-kernels{kernels=portable} | filecheck %s --check-prefix=PORTABLE

// CMSIS-NN 7.0.0 errs where the rows cropped at the top are no multiple of the stride. The runtime's kernel does not,
// but it has the same name: it serves programs without CMSIS-NN only. With CMSIS-NN, the runtime's kernel for weights of
// any zero point does it, and nothing is computed in float.
func.func @main(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>> {
  // AUTO: dqnn.transpose_conv2d %x, {{.*}}dqnn.kernel = "transpose-conv2d-s8-asymmetric/portable"
  // PORTABLE: dqnn.transpose_conv2d %x, {{.*}}dqnn.kernel = "transpose-conv2d-s8/portable"
  %w = dqnn.constant dense<1> : tensor<2x4x4x1xi8> as !quant.uniform<i8:f32:0, {0.25,0.5}>
  %y = dqnn.transpose_conv2d %x, %w {padding = [1, 1, 1, 1], strides = [2, 2]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x4x4x2x!quant.uniform<i8:f32, 1.0>>
}
