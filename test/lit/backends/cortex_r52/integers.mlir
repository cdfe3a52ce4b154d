// Int8 is Arm's: CMSIS-NN takes its DSP path on this core, and scratch memory is of that size.
//
// RUN: dqnn-opt %s -p 'select-kernels{target=cortex-r52},convert-dqnn-to-cortex-r52' | filecheck %s
// RUN: dqnn-opt %s -p 'select-kernels{target=cortex-r52 kernels=portable},convert-dqnn-to-cortex-r52' | filecheck %s --check-prefix=PORTABLE

// 2 columns of 3 x 3 x 4 values in 16 bits.
// CHECK: builtin.module attributes {c.cmsis_nn_build = "DSP"} {
// CHECK: [[CTX:%.+]] = memref.alloc() {alignment = 4 : i64} : memref<144xi8>
// CHECK: cortex_r52.call checked arm_convolve_wrapper_s8 {{.*}} scratch([[CTX]] : memref<144xi8>)
// PORTABLE: cortex_r52.call checked arm_convolve_wrapper_s8
// PORTABLE-NOT: scratch(
func.func @conv(%x: tensor<1x5x5x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<2x3x3x4xi8> as !quant.uniform<i8:f32:0, {0.25, 0.5}>
  %y = dqnn.conv2d %x, %w : tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0>>
}
