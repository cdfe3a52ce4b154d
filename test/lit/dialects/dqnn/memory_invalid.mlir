// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s

%arena = dqnn.arena : memref<4x4xi8>
// CHECK: an arena is raw bytes, memref<Nxi8>, got memref<4x4xi8>

// -----

%arena = dqnn.arena : memref<16xi32>
// CHECK: an arena is raw bytes, memref<Nxi8>, got memref<16xi32>

// -----

%arena = dqnn.arena align 12 : memref<16xi8>
// CHECK: alignment must be a power of two, got 12

// -----

%arena = dqnn.arena : memref<?xi8>
// CHECK: expected a static shape, got memref<?xi8>

// -----

%arena = dqnn.arena : memref<16xi8>
%v = dqnn.view %arena[-1] : memref<16xi8> to memref<4xi8>
// CHECK: offset must not be negative, got -1

// -----

%arena = dqnn.arena : memref<16xi8>
%v = dqnn.view %arena[12] : memref<16xi8> to memref<5xi8>
// CHECK: bytes 12 to 17 are outside a base of 16 bytes

// -----

%arena = dqnn.arena : memref<16xi8>
%v = dqnn.view %arena[6] : memref<16xi8> to memref<2xf32>
// CHECK: offset 6 is not a multiple of the element size in memref<2xf32>

// -----

%arena = dqnn.arena : memref<16xi8>
%v = dqnn.view %arena[0] : memref<16xi8> to memref<2x2xi8, strided<[4, 1]>>
// CHECK: expected a memref with the identity layout and no memory space

// -----

%arena = dqnn.arena : memref<16xi8>
%v = dqnn.view %arena[0] : memref<16xi8> to memref<2xindex>
// CHECK: expected an element type of known size, got memref<2xindex>
