// RUN: %python %S/Inputs/make_npz.py %t

// Nothing is said where every pass keeps the outputs.
// RUN: dqnn-opt %s -p cse,prepare --check-semantics %t/by_name.npz 2>&1 | filecheck %s
// RUN: dqnn-opt %s -p cse,prepare --check-semantics %t/by_index.npz 2>&1 | filecheck %s
// CHECK:     builtin.module {
// CHECK-NOT: note:

// The first pass that changes an output is named, with the output and by how much it differs.
// RUN: not dqnn-opt %s -p 'cse,apply-pdl{pdl-file="%S/Inputs/relu_to_relu6.mlir"},dce' --check-semantics %t/by_name.npz 2>&1 | filecheck %s --check-prefix=CHANGED --match-full-lines
// CHANGED: error: pass 'apply-pdl' changes output 0 ('probs'): 2 of 8 values, by up to 3
// CHANGED-NOT: {{.+}}

// On other inputs it does not show.
// RUN: dqnn-opt %S/Inputs/valid.mlir -p 'apply-pdl{pdl-file="%S/Inputs/relu_to_relu6.mlir"}' --check-semantics %t/small.npz | filecheck %s --check-prefix=SAME
// SAME: dqnn.relu6

// A pass whose IR cannot be run is noted, not passed over in silence.
// RUN: dqnn-opt %S/Inputs/valid.mlir -p 'apply-pdl{pdl-file="%S/Inputs/relu_to_test.mlir"}' --check-semantics %t/small.npz 2>&1 >/dev/null | filecheck %s --check-prefix=NOTE --match-full-lines
// NOTE: note: not checked after pass 'apply-pdl': its IR has no semantics to run

// Inputs and outputs may change their type, not the numbers that they stand for: codes and words, on tensors and in C.
// RUN: dqnn-opt %S/Inputs/edges.mlir -p 'dqnn-to-cortex-m{input-data-type=uint8 s1-bit-order=msb}' --check-semantics %t/small.npz 2>&1 | filecheck %s --check-prefix=EDGES
// EDGES-NOT: error:
// EDGES:     func.func @f(%x: memref<1x4xui8>
// EDGES:     dqnn_reverse_bits_s1

// Or their layout.
// RUN: dqnn-opt %S/Inputs/channels.mlir -p 'dqnn-to-cortex-m{inputs-ch-position=chlast outputs-ch-position=chlast}' --check-semantics %t/image.npz 2>&1 | filecheck %s --check-prefix=LAYOUT
// LAYOUT-NOT: error:
// LAYOUT:     func.func @f(%x: memref<1x2x3x2xf32>
// LAYOUT-NOT: transpose

// Inputs that do not fit.
// RUN: not dqnn-opt %s --check-semantics %t/missing.npz 2>&1 | filecheck %s --check-prefix=MISSING
// MISSING: error: --check-semantics: {{.*}}missing.npz: no array 'x' or 'in_0'{{$}}
// RUN: not dqnn-opt %s --check-semantics %t/type.npz 2>&1 | filecheck %s --check-prefix=TYPE
// TYPE: error: --check-semantics: {{.*}}type.npz: 'x' has type float64, expected float32{{$}}
// RUN: not dqnn-opt %s --check-semantics %t/shape.npz 2>&1 | filecheck %s --check-prefix=SHAPE
// SHAPE: error: --check-semantics: {{.*}}shape.npz: 'x' has shape [2, 3], expected samples of [1, 4]{{$}}
// RUN: not dqnn-opt %s --check-semantics %t/broken.npz 2>&1 | filecheck %s --check-prefix=BROKEN
// BROKEN: error: --check-semantics: {{.*}}broken.npz: {{.*$}}
// RUN: not dqnn-opt %s --check-semantics %t/absent.npz 2>&1 | filecheck %s --check-prefix=ABSENT
// ABSENT: error: --check-semantics: {{.*}}absent.npz: {{.*}}No such file or directory{{.*$}}

func.func @f(%x: tensor<1x4xf32>) -> (tensor<1x4xf32> {dqnn.name = "probs"}) {
  %unused = dqnn.relu6 %x : tensor<1x4xf32>
  %y = dqnn.relu %x : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}
