// RUN: dqnn-opt %s -t c --split-input-file | filecheck %s

// A network of the portable kernels has no scratch memory for CMSIS-NN's: the compiler stops where it finds Arm's header.
// CHECK:      /* Generated for the portable kernels: {{.*}} */
// CHECK-NEXT: #ifndef DQNN_PORTABLE_KERNELS
// CHECK-NEXT: #error "network net is for the portable kernels: generate it without --kernels portable"
// CHECK-NEXT: #endif
func.func @net(%x : memref<1x12xi8>, %y : memref<1x12xi8>) {
  cortex_m.call arm_softmax_s8 in(%x : memref<1x12xi8>) out(%y : memref<1x12xi8>)
    args(%x, 1, 12, 1073741824, 23, -124, %y) {header = "arm_nnfunctions.h"}
  func.return
}

// -----

// One that calls nothing of CMSIS-NN's names fits every build.
// CHECK-NOT: #error
// CHECK: int other_run
func.func @other(%x : memref<1x12xi8>, %y : memref<1x12xi8>) {
  cortex_m.call dqnn_copy in(%x : memref<1x12xi8>) out(%y : memref<1x12xi8>) args(%x, %y, 12) {header = "dqnn_kernels.h"}
  func.return
}
