// RUN: dqnn-opt %s -p plan-memory --split-input-file | filecheck %s

// Fires: nobody reads %a after the call that may overwrite it.
// CHECK-LABEL: func.func @fires
// CHECK-NEXT: dqnn.arena {{.*}} : memref<8xi8>
func.func @fires(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call g in(%a : memref<8xi8>) out(%b : memref<8xi8>)
    args(%a, %b) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call f in(%b : memref<8xi8>) out(%y : memref<8xi8>)
    args(%b, %y) {header = "f.h"}
  func.return
}

// -----

// Fires for the second input: the first is read later.
// CHECK-LABEL: func.func @second_input
// CHECK-NEXT: dqnn.arena {{.*}} : memref<16xi8>
func.func @second_input(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  %c = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call f in(%x : memref<8xi8>) out(%b : memref<8xi8>)
    args(%x, %b) {header = "f.h"}
  cortex_m.call add in(%a : memref<8xi8>, %b : memref<8xi8>) out(%c : memref<8xi8>)
    args(%a, %b, %c) {header = "f.h", in_place = array<i64: 0, 0, 0, 1>}
  cortex_m.call f in(%a : memref<8xi8>, %c : memref<8xi8>) out(%y : memref<8xi8>)
    args(%a, %c, %y) {header = "f.h"}
  func.return
}

// -----

// Fires into a slot of a concat: the producer before it writes to the slot, too.
// CHECK-LABEL: func.func @into_concat
// CHECK-NEXT: dqnn.arena {{.*}} : memref<16xi8>
func.func @into_concat(%x: memref<8xi8>, %y: memref<16xi8>) {
  %whole = memref.alloc() : memref<16xi8>
  %slot = dqnn.view %whole[8] : memref<16xi8> to memref<8xi8>
  %other = dqnn.view %whole[0] : memref<16xi8> to memref<8xi8>
  %a = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<8xi8>) out(%other : memref<8xi8>)
    args(%x, %other) {header = "f.h"}
  cortex_m.call f in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call g in(%a : memref<8xi8>) out(%slot : memref<8xi8>)
    args(%a, %slot) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call f in(%whole : memref<16xi8>) out(%y : memref<16xi8>)
    args(%whole, %y) {header = "f.h"}
  func.return
}

// -----

// Must not fire: %a is read after the call.
// CHECK-LABEL: func.func @later_use
// CHECK-NEXT: dqnn.arena {{.*}} : memref<16xi8>
func.func @later_use(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call g in(%a : memref<8xi8>) out(%b : memref<8xi8>)
    args(%a, %b) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call f in(%a : memref<8xi8>, %b : memref<8xi8>) out(%y : memref<8xi8>)
    args(%a, %b, %y) {header = "f.h"}
  func.return
}

// -----

// Must not fire: another view of %a's bytes is read after the call.
// CHECK-LABEL: func.func @later_use_of_view
// CHECK-NEXT: dqnn.arena {{.*}} : memref<16xi8>
func.func @later_use_of_view(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %half = dqnn.view %a[4] : memref<8xi8> to memref<4xi8>
  %b = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call g in(%a : memref<8xi8>) out(%b : memref<8xi8>)
    args(%a, %b) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call f in(%half : memref<4xi8>, %b : memref<8xi8>) out(%y : memref<8xi8>)
    args(%half, %b, %y) {header = "f.h"}
  func.return
}

// -----

// Must not fire: the input is the application's, or a constant.
// CHECK-LABEL: func.func @argument
// CHECK-NEXT: dqnn.arena {{.*}} : memref<16xi8>
func.func @argument(%x: memref<8xi8>, %y: memref<8xi8>) {
  %w = memref.get_global @w : memref<8xi8>
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<8xi8>
  cortex_m.call g in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call g in(%w : memref<8xi8>) out(%b : memref<8xi8>)
    args(%w, %b) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call f in(%a : memref<8xi8>, %b : memref<8xi8>) out(%y : memref<8xi8>)
    args(%a, %b, %y) {header = "f.h"}
  func.return
}
"memref.global"() <{sym_name = "w", type = memref<8xi8>, initial_value = dense<1> : tensor<8xi8>, sym_visibility = "private", constant}> : () -> ()

// -----

// Fires: the result is smaller, and begins where the input begins.
// CHECK-LABEL: func.func @smaller
// CHECK-NEXT: dqnn.arena {{.*}} : memref<8xi8>
func.func @smaller(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<8xi8>
  %b = memref.alloc() : memref<4xi8>
  cortex_m.call f in(%x : memref<8xi8>) out(%a : memref<8xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call g in(%a : memref<8xi8>) out(%b : memref<4xi8>)
    args(%a, %b) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call f in(%b : memref<4xi8>) out(%y : memref<8xi8>)
    args(%b, %y) {header = "f.h"}
  func.return
}

// -----

// Must not fire: the result is larger, and would be written where the input is not read yet.
// CHECK-LABEL: func.func @larger
// CHECK-NEXT: dqnn.arena {{.*}} : memref<12xi8>
func.func @larger(%x: memref<8xi8>, %y: memref<8xi8>) {
  %a = memref.alloc() : memref<4xi8>
  %b = memref.alloc() : memref<8xi8>
  cortex_m.call f in(%x : memref<8xi8>) out(%a : memref<4xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call g in(%a : memref<4xi8>) out(%b : memref<8xi8>)
    args(%a, %b) {header = "f.h", in_place = array<i64: 0, 0>}
  cortex_m.call f in(%b : memref<8xi8>) out(%y : memref<8xi8>)
    args(%b, %y) {header = "f.h"}
  func.return
}
