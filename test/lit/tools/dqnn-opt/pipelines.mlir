// RUN: dqnn-opt %s -p 'dqnn-to-cortex-m{target=cortex-m4 allocate-inputs=true}' --print-ir-after-all 2>&1 >/dev/null | filecheck %s
// RUN: not dqnn-opt %s -p 'dqnn-to-cortex-m{target=abacus}' 2>&1 | filecheck %s --check-prefix=ERROR
// RUN: not dqnn-opt %s -p 'dqnn-to-cortex-m{kernels=own}' 2>&1 | filecheck %s --check-prefix=OPTION

// The pipeline hands its options to the passes that have them; an error names the pass that failed.

// CHECK: // -----// IR after fold-constants //
// CHECK: // -----// IR after canonicalize //
// CHECK: // -----// IR after fuse-activation //
// CHECK: // -----// IR after legalize-per-channel //
// CHECK: // -----// IR after insert-float-fallback{target="cortex-m4"} //
// CHECK: // -----// IR after select-kernels{target="cortex-m4"} //
// CHECK: // -----// IR after convert-dqnn-to-cortex-m{target="cortex-m4"} //
// CHECK: // -----// IR after plan-memory{allocate_inputs=true} //

// ERROR: error: pass 'insert-float-fallback' failed: {{.*}}abacus{{.*}}
// OPTION: error: pass 'dqnn-to-cortex-m': Incompatible types: given ('own',), {{.*}}

func.func @f(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.5>> {
  %y = dqnn.relu %x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
}
