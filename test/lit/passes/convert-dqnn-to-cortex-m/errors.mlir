// RUN: not dqnn-opt %s -p convert-dqnn-to-cortex-m 2>&1 | filecheck %s --check-prefix=UNSELECTED
// RUN: sed s@//KERNEL@@ %s | not dqnn-opt -p convert-dqnn-to-cortex-m 2>&1 | filecheck %s --check-prefix=UNKNOWN
// RUN: sed s@//OTHER@@ %s | not dqnn-opt -p select-kernels,convert-dqnn-to-cortex-m 2>&1 | filecheck %s --check-prefix=FOREIGN
// RUN: not dqnn-opt %s -p convert-dqnn-to-cortex-m{target=mlc} 2>&1 | filecheck %s --check-prefix=TARGET

// UNSELECTED: convert-dqnn-to-cortex-m{{.*}}it has no dqnn.kernel; run select-kernels before
// UNKNOWN: the kernel table has no kernel 'relu-s8/cmsis-nn'; run select-kernels again
// FOREIGN: arith.constant is not of the dqnn dialect and cannot become a kernel call; use that dialect's operators
// TARGET: target 'mlc' is not supported: the machine learning core of a sensor runs decision trees, not networks
func.func @main(%x : tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  //OTHER %c = arith.constant 1 : i32
  %y = dqnn.relu %x
  //KERNEL attributes {dqnn.kernel = "relu-s8/cmsis-nn"}
  : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.5>>
}


// A module without a network is converted to itself.
// RUN: echo "builtin.module {}" | dqnn-opt -p convert-dqnn-to-cortex-m | filecheck %s --check-prefix=EMPTY
// EMPTY: builtin.module {
// EMPTY-NEXT: }
