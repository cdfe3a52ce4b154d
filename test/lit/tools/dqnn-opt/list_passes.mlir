// RUN: dqnn-opt --list-passes | filecheck %s

// Pipelines come with what they consist of, passes with their options; of xDSL's own only the names.

// CHECK:      Pipelines:
// CHECK:        dqnn-to-cortex-m: {{.+}}
// CHECK-NEXT:       = prepare,quantize,optimize,legalize,lower-to-cortex-m,plan-memory
// CHECK-NEXT:       target: str = stm32
// CHECK-NEXT:       kernels: auto | cmsis-nn | portable = auto
// CHECK-NEXT:       build: auto | c | dsp | mve = auto
// CHECK-NEXT:       target-file: str | none = none
// CHECK-NEXT:       allocate-inputs: bool = false
// CHECK:        prepare: Compute what is constant, simplify, and drop what nothing uses.
// CHECK-NEXT:       = fold-constants,canonicalize
// CHECK:      Passes:
// CHECK:        fold-constants: Compute every operator whose operands are all constants, with its reference semantics.
// CHECK-NEXT:       max-elements: int = 1048576
// CHECK:      Passes of xDSL: {{.*}}canonicalize, {{.*}}dce
