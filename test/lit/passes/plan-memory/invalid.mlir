// RUN: not dqnn-opt %s -p plan-memory 2>&1 | filecheck %s
// RUN: not dqnn-opt %s -p 'plan-memory{alignment=6}' 2>&1 | filecheck %s --check-prefix ALIGNMENT

// CHECK: layer 'conv' (cortex_m.call): reads bytes 4 to 8 of a buffer before anything wrote them
// ALIGNMENT: alignment must be a power of two, got 6
func.func @net(%x: memref<4xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %half = dqnn.view %a[0] : memref<8xi8> to memref<4xi8>
  cortex_m.call f in(%x : memref<4xi8>) out(%half : memref<4xi8>)
    args(%x, %half) {header = "f.h"}
  cortex_m.call f in(%a : memref<8xi8>) out(%y : memref<8xi8>)
    args(%a, %y) {header = "f.h"} loc("conv")
  func.return
}
