// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @memory
func.func @memory() {
  // CHECK-NEXT: %arena = dqnn.arena : memref<100xi8>
  %arena = dqnn.arena : memref<100xi8>
  // CHECK-NEXT: %aligned = dqnn.arena align 16 : memref<100xi8>
  %aligned = dqnn.arena align 16 : memref<100xi8>
  // CHECK-NEXT: %v = dqnn.view %arena[16] : memref<100xi8> to memref<1x2x3xi32>
  %v = dqnn.view %arena[16] : memref<100xi8> to memref<1x2x3xi32>
  // CHECK-NEXT: %w = dqnn.view %v[4] {note = "second row"} : memref<1x2x3xi32> to memref<5xf32>
  %w = dqnn.view %v[4] {note = "second row"} : memref<1x2x3xi32> to memref<5xf32>
  func.return
}
