// RUN: dqnn-opt %s -p plan-memory | filecheck %s --check-prefix OUTSIDE
// RUN: dqnn-opt %s -p 'plan-memory{allocate-inputs=true}' | filecheck %s --check-prefix INPUTS
// RUN: dqnn-opt %s -p 'plan-memory{allocate-outputs=true}' | filecheck %s --check-prefix OUTPUTS
// RUN: dqnn-opt %s -p 'plan-memory{allocate-inputs=true allocate-outputs=true alignment=16}' | filecheck %s --check-prefix BOTH

// OUTSIDE: func.func @net(%x: memref<1x8xi8> {dqnn.name = "in"}, %y: memref<1x16xi8> {dqnn.name = "out", dqnn.output}) {
// OUTSIDE-NEXT: dqnn.arena {{.*}} : memref<16xi8>

// The first layer reads the input while it writes 16 bytes.
// INPUTS: func.func @net(%x: memref<1x8xi8> {dqnn.name = "in", dqnn.offset = [[X:[0-9]+]] : i64}, %y: memref<1x16xi8> {dqnn.name = "out", dqnn.output}) {
// INPUTS-NEXT: dqnn.arena {{.*}} : memref<24xi8>
// INPUTS-NEXT: %x_1 = dqnn.view %arena[[[X]]] : memref<24xi8> to memref<1x8xi8>
// INPUTS: cortex_m.call f in(%x_1 : memref<1x8xi8>)

// OUTPUTS: func.func @net(%x: memref<1x8xi8> {dqnn.name = "in"}, %y: memref<1x16xi8> {dqnn.name = "out", dqnn.output, dqnn.offset = [[Y:[0-9]+]] : i64}) {
// OUTPUTS-NEXT: dqnn.arena {{.*}} : memref<32xi8>
// OUTPUTS-NEXT: %y_1 = dqnn.view %arena[[[Y]]] : memref<32xi8> to memref<1x16xi8>
// OUTPUTS: cortex_m.call f in(%a : memref<16xi8>) out(%y_1 : memref<1x16xi8>)

// The output takes the input's place, which is read by then.
// BOTH: func.func @net(%x: memref<1x8xi8> {dqnn.name = "in", dqnn.offset = [[X:[0-9]+]] : i64}, %y: memref<1x16xi8> {dqnn.name = "out", dqnn.output, dqnn.offset = [[X]] : i64}) {
// BOTH-NEXT: dqnn.arena align 16 {{.*}} : memref<32xi8>
func.func @net(%x: memref<1x8xi8> {dqnn.name = "in"}, %y: memref<1x16xi8> {dqnn.name = "out"}) {
  %a = memref.alloc() : memref<16xi8>
  cortex_m.call f in(%x : memref<1x8xi8>) out(%a : memref<16xi8>)
    args(%x, %a) {header = "f.h"}
  cortex_m.call f in(%a : memref<16xi8>) out(%y : memref<1x16xi8>)
    args(%a, %y) {header = "f.h"}
  func.return
}
