// RUN: dqnn-opt %s -p dqnn-to-cortex-r52 | filecheck %s --check-prefix=R52
// RUN: dqnn-opt %s -p dqnn-to-ispu | filecheck %s --check-prefix=ISPU
// RUN: not dqnn-opt %s -p 'dqnn-to-ispu{target=stm32f4}' 2>&1 | filecheck %s --check-prefix=OTHER
// RUN: not dqnn-opt %s -p 'dqnn-to-ispu{kernels=cmsis-nn}' 2>&1 | filecheck %s --check-prefix=KERNELS
// RUN: not dqnn-opt %s -p 'select-kernels,convert-dqnn-to-ispu' 2>&1 | filecheck %s --check-prefix=MIXED

// Every backend has the passes under its name, for its own target where none is named. Where CMSIS-NN is not, nothing
// is sized for one of its builds.

// R52: builtin.module attributes {c.cmsis_nn_build = "DSP"} {
// R52: cortex_r52.call {{.*}}arm_softmax_s8
// ISPU: builtin.module {
// ISPU: ispu.call {{.*}}arm_softmax_s8
// OTHER: error: pass 'convert-dqnn-to-ispu' failed: target 'stm32f4' is of the backend cortex_m, not of ispu
// KERNELS: error: pass '{{.*}}' failed: {{.*}}there is no CMSIS-NN for target 'ispu': leave out kernels cmsis-nn
// MIXED: error: pass 'convert-dqnn-to-ispu' failed: the kernels are not those of 'ispu'; run select-kernels for it

func.func @f(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>> {
  %y = dqnn.softmax %x : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>
}
