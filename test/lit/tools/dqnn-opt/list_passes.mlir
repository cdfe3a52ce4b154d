// RUN: dqnn-opt --list-passes | filecheck %s

// Pipelines come with what they consist of, passes with their options; of xDSL's own only the names.

// CHECK:      Pipelines:
// CHECK:        prepare: Compute what is constant, simplify, and drop what nothing uses.
// CHECK-NEXT:       = canonicalize
// CHECK:      Passes:
// CHECK:      Passes of xDSL: {{.*}}canonicalize, {{.*}}dce
