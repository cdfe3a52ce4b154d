// RUN: not dqnn-opt %s -p convert-dqnn-to-cortex-r52 2>&1 | filecheck %s --check-prefix=NONE
// RUN: not dqnn-opt %s -p 'select-kernels{target=stellar-pg},convert-dqnn-to-cortex-r52{target=stellar-pg-m4}' 2>&1 | filecheck %s --check-prefix=CORE
// RUN: not dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-r52 2>&1 | filecheck %s --check-prefix=OTHER
// RUN: not dqnn-opt %s -p 'select-kernels{target=stellar-pg},convert-dqnn-to-cortex-m{target=stellar-pg-m4}' 2>&1 | filecheck %s --check-prefix=M4

// The two cores of a Stellar P or G have a backend each, and kernels of one are none of the other's.
// NONE: error: pass 'convert-dqnn-to-cortex-r52' failed: {{.*}}it has no dqnn.kernel; run select-kernels before
// CORE: error: pass 'convert-dqnn-to-cortex-r52' failed: target 'stellar-pg-m4' is of the backend cortex_m, not of cortex_r52
// OTHER: error: pass 'convert-dqnn-to-cortex-r52' failed: the kernels are not those of 'stellar-pg'; run select-kernels for it
// M4: error: pass 'convert-dqnn-to-cortex-m' failed: the kernels are not those of 'stellar-pg-m4'; run select-kernels for it
func.func @f(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = dqnn.relu %x : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}
