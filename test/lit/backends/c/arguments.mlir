// RUN: dqnn-opt %s -t c | filecheck %s
// RUN: dqnn-opt %s -t c{part=header} | filecheck %s --check-prefix HEADER

// Inputs and outputs that lie in the arena are not taken from the application; a quote, a comment's end and a line's
// end in a layer's name stay in the comment.

// HEADER: #define NET_INPUT_0_OFFSET 0
// HEADER: #define NET_OUTPUT_0_OFFSET 8
// HEADER: Tensors with an OFFSET are not taken from these arrays

// CHECK-NOT: #error
// CHECK: int net_run(
// CHECK: if (activations == NULL) {
// CHECK-NOT: inputs[0]
// CHECK: (void)inputs;
// CHECK-NEXT: (void)outputs;
// CHECK-EMPTY:
// CHECK-NEXT:     /* 0: a* / "b" _ ? ?/ c_d / * */
// CHECK-NEXT:     {
// CHECK-NEXT:         dqnn_copy((const int8_t *)arena, (int8_t *)(arena + 8), 8);
func.func @net(%x: memref<8xi8> {dqnn.offset = 0 : i64}, %y: memref<8xi8> {dqnn.offset = 8 : i64, dqnn.output}) {
  %arena = dqnn.arena : memref<16xi8>
  %x_1 = dqnn.view %arena[0] : memref<16xi8> to memref<8xi8>
  %y_1 = dqnn.view %arena[8] : memref<16xi8> to memref<8xi8>
  cortex_m.call dqnn_copy in(%x_1 : memref<8xi8>) out(%y_1 : memref<8xi8>)
    args(%x_1, %y_1, 8) {header = "dqnn_kernels.h"} loc("a*/ \22b\22 \\ ??/ c\0Ad /*")
  func.return
}
