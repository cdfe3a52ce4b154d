// RUN: dqnn-opt %s -p 'prepare,fold-constants{max-elements=4}' --print-ir-after-all 2>&1 >/dev/null | filecheck %s
// RUN: dqnn-opt %s -p prepare --print-ir-after-all 2>&1 >/dev/null | dqnn-opt --split-input-file | filecheck %s --check-prefix=AGAIN
// RUN: dqnn-opt %s -p prepare --print-ir-after-all 2>&1 >/dev/null | dqnn-opt | filecheck %s --check-prefix=NESTED

// A pipeline's passes are seen one by one, and what is printed can be read again: chunk by chunk, or as one file.

// CHECK:      // -----// IR after fold-constants //----- //
// CHECK-NEXT: builtin.module {
// CHECK-NEXT:   func.func @f
// CHECK:          dqnn.reshape
// CHECK:      // -----// IR after canonicalize //----- //
// CHECK-NEXT: builtin.module {
// CHECK-NEXT:   func.func @f
// CHECK-NOT:      dqnn.reshape
// CHECK:      // -----// IR after fold-constants{max_elements=4} //----- //

// AGAIN:      func.func @f
// AGAIN:      // -----
// AGAIN:      func.func @f

// NESTED-COUNT-2: func.func @f

func.func @f(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = dqnn.reshape %x : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}
