// RUN: not dqnn-opt %s -t c 2>&1 | filecheck %s
// RUN: not dqnn-opt %s -p plan-memory -t c 2>&1 | filecheck %s --check-prefix CONSTANT

// CHECK: the network's memory is not planned yet: run plan-memory first
// CONSTANT: constant @w: has 3 bytes of data, its type 4
func.func @net(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  cortex_m.call dqnn_copy in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a, 8) {header = "dqnn_kernels.h"}
  cortex_m.call dqnn_copy in(%a : memref<8xi8>) out(%y : memref<8xi8>)
    args(%a, %y, 8) {header = "dqnn_kernels.h"}
  func.return
}
"memref.global"() <{sym_name = "w", type = memref<4xi8>, initial_value = dense<[1, 2, 3]> : tensor<3xi8>, sym_visibility = "private", constant}> : () -> ()
