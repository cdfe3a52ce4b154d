// RUN: dqnn-opt %s -p plan-memory | filecheck %s

// A reshape is a view: it costs nothing, and its memory lives as long as any of its views is read.
// CHECK-LABEL: func.func @reshape
func.func @reshape(%x: memref<1x8xi8>, %y: memref<1x8xi8>) {
  // CHECK-NEXT: %arena = dqnn.arena {dqnn.lower_bound = 16 : i64, dqnn.greedy_by_size = 16 : i64} : memref<16xi8>
  // CHECK-NEXT: %a = dqnn.view %arena[[[A:0|8]]] : memref<16xi8> to memref<1x8xi8>
  // CHECK-NEXT: %r = dqnn.view %arena[[[A]]] : memref<16xi8> to memref<2x4xi8>
  %alloc = memref.alloc() : memref<8xi8>
  %a = dqnn.view %alloc[0] : memref<8xi8> to memref<1x8xi8>
  %r = dqnn.view %a[0] : memref<1x8xi8> to memref<2x4xi8>
  %b = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<1x8xi8>) out(%a : memref<1x8xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call f in(%a : memref<1x8xi8>) out(%b : memref<8xi8>)
    args(%a, %b) {header = "f.h"}
  cortex_m.call g in(%r : memref<2x4xi8>, %b : memref<8xi8>) out(%y : memref<1x8xi8>)
    args(%r, %b, %y) {header = "f.h"}
  func.return
}

// Both slots of a concat are written where they are read. The second is free while the first layer's scratch lives.
// CHECK-LABEL: func.func @concat
func.func @concat(%x: memref<1x8xi8>, %y: memref<1x16xi8>) {
  // CHECK-NEXT: dqnn.arena {dqnn.lower_bound = 16 : i64, dqnn.greedy_by_size = 16 : i64} : memref<16xi8>
  // CHECK-NEXT: %whole = dqnn.view %arena[0] : memref<16xi8> to memref<16xi8>
  // CHECK-NEXT: %first = dqnn.view %arena[0] : memref<16xi8> to memref<1x8xi8>
  // CHECK-NEXT: %second = dqnn.view %arena[8] : memref<16xi8> to memref<1x8xi8>
  // CHECK-NEXT: %scratch = dqnn.view %arena[8] : memref<16xi8> to memref<8xi8>
  %whole = memref.alloc() : memref<16xi8>
  %first = dqnn.view %whole[0] : memref<16xi8> to memref<1x8xi8>
  %second = dqnn.view %whole[8] : memref<16xi8> to memref<1x8xi8>
  %scratch = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<1x8xi8>) out(%first : memref<1x8xi8>) scratch(%scratch : memref<8xi8>)
    args(%x, %first, %scratch) {header = "f.h"}
  cortex_m.call f in(%x : memref<1x8xi8>) out(%second : memref<1x8xi8>)
    args(%x, %second) {header = "f.h"}
  cortex_m.call g in(%whole : memref<16xi8>) out(%y : memref<1x16xi8>)
    args(%whole, %y) {header = "f.h"}
  func.return
}

// Scratch memory lives in its own call only: that of the next call takes the same bytes.
// CHECK-LABEL: func.func @scratch
func.func @scratch(%x: memref<4xi8>, %y: memref<4xi8>) {
  // CHECK-NEXT: dqnn.arena {{.*}} : memref<104xi8>
  // CHECK-NEXT: %s = dqnn.view %arena[0] : memref<104xi8> to memref<100xi8>
  // CHECK-NEXT: %t = dqnn.view %arena[0] : memref<104xi8> to memref<60xi8>
  // CHECK-NEXT: %a = dqnn.view %arena[100] : memref<104xi8> to memref<4xi8>
  %s = memref.alloc() : memref<100xi8>
  %t = memref.alloc() : memref<60xi8>
  %a = memref.alloc() : memref<4xi8>
  cortex_m.call f in(%x : memref<4xi8>) out(%a : memref<4xi8>) scratch(%s : memref<100xi8>)
    args(%s, %x, %a) {header = "f.h"}
  cortex_m.call f in(%a : memref<4xi8>) out(%y : memref<4xi8>) scratch(%t : memref<60xi8>)
    args(%t, %a, %y) {header = "f.h"}
  func.return
}

// Where nothing has to be placed there is no arena.
// CHECK-LABEL: func.func @nothing
func.func @nothing(%x: memref<4xi8>, %y: memref<4xi8>) {
  // CHECK-NOT: dqnn.arena
  // CHECK: return
  cortex_m.call f in(%x : memref<4xi8>) out(%y : memref<4xi8>)
    args(%x, %y) {header = "f.h"}
  func.return
}

// A buffer's own alignment, and that of wide elements seen in it, holds where it is larger than the option's.
// CHECK-LABEL: func.func @aligned
func.func @aligned(%x: memref<3xi8>, %y: memref<3xi8>) {
  // CHECK-NEXT: dqnn.arena align 16 {dqnn.lower_bound = 18 : i64, {{.*}}} : memref<22xi8>
  // CHECK-NEXT: %a = dqnn.view %arena[{{8|16}}] : memref<22xi8> to memref<6xi8>
  // CHECK-NEXT: %b = dqnn.view %arena[0] : memref<22xi8> to memref<12xi8>
  %a = memref.alloc() {alignment = 8 : i64} : memref<6xi8>
  %b = memref.alloc() {alignment = 16 : i64} : memref<12xi8>
  cortex_m.call f in(%x : memref<3xi8>) out(%a : memref<6xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call f in(%a : memref<6xi8>) out(%b : memref<12xi8>)
    args(%a, %b) {header = "f.h"}
  cortex_m.call f in(%b : memref<12xi8>) out(%y : memref<3xi8>)
    args(%b, %y) {header = "f.h"}
  func.return
}

// CHECK-LABEL: func.func @wide
func.func @wide(%x: memref<3xi8>, %y: memref<3xi8>) {
  // CHECK-NEXT: dqnn.arena align 8 {{.*}} : memref<8xi8>
  %a = memref.alloc() : memref<8xi8>
  %b = dqnn.view %a[0] : memref<8xi8> to memref<1xi64>
  cortex_m.call f in(%x : memref<3xi8>) out(%b : memref<1xi64>)
    args(%x, %b) {header = "f.h"}
  cortex_m.call f in(%b : memref<1xi64>) out(%y : memref<3xi8>)
    args(%b, %y) {header = "f.h"}
  func.return
}
