// Kernels of s1 x s1 for NEON: eight output channels lie side by side, word by word.
//
// RUN: dqnn-opt %s -p 'select-kernels{target=stellar-pg},convert-dqnn-to-cortex-r52' --split-input-file | filecheck %s
// RUN: dqnn-opt %s -p 'select-kernels{target=stellar-pg-r52 kernels=cmsis-nn},convert-dqnn-to-cortex-r52' --split-input-file | filecheck %s
// RUN: dqnn-opt %s -p 'select-kernels{target=no-neon target-file="%S/Inputs/no_neon.toml"},convert-dqnn-to-cortex-r52{target=no-neon target-file="%S/Inputs/no_neon.toml"}' --split-input-file | filecheck %s --check-prefix=PLAIN

// Two words a channel, of one bit each: [9, 2] becomes [2, 2, 8]. -1 are the first word of channel 1, the second of
// channel 2, and both of channel 8, the first of the second eight. What follows it never is -1: 2^30 is no count.
// Scratch memory: the two words of a window, and a sum of padding for 16 channels.
// CHECK-LABEL: builtin.module
// CHECK-NEXT: "memref.global"() <{sym_name = "weights", type = memref<32xui32>, initial_value = dense<[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]>
// CHECK-NEXT: "memref.global"() <{sym_name = "limits", type = memref<16xi32>, initial_value = dense<[2, 2, 2, 2, 2, 2, 2, 2, 5, 1073741824, 1073741824, 1073741824, 1073741824, 1073741824, 1073741824, 1073741824]>
// CHECK: cortex_r52.call dqnn_conv2d_s1_s1_s1_x8 in(%x : memref<1x4x4x1xui32>, %weights : memref<32xui32>, %limits : memref<16xi32>) out(%output : memref<1x4x4x1xui32>) scratch(%0 : memref<18xui32>)
// PLAIN-LABEL: builtin.module
// PLAIN-NEXT: "memref.global"() <{sym_name = "weights", type = memref<18xui32>, initial_value = dense<[0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]>
// PLAIN-NEXT: "memref.global"() <{sym_name = "limits", type = memref<9xi32>
// PLAIN: cortex_r52.call dqnn_conv2d_s1_s1_s1 in({{.*}} scratch(%0 : memref<11xui32>)
func.func @convolution(%x: tensor<1x4x4x1x!dqnn.s1>) -> tensor<1x4x4x9x!dqnn.s1> {
  %w = dqnn.constant dense<[[[[1], [1]]], [[[-1], [1]]], [[[1], [-1]]], [[[1], [1]]], [[[1], [1]]], [[[1], [1]]], [[[1], [1]]], [[[1], [1]]], [[[-1], [-1]]]]> : tensor<9x1x2x1xi8> as !dqnn.s1
  %t = dqnn.constant dense<[0, 0, 0, 0, 0, 0, 0, 0, -3]> : tensor<9xi32>
  %y = dqnn.conv2d_threshold %x, %w, %t {padding = [0, 0, 0, 1]} : tensor<1x4x4x9x!dqnn.s1>
  func.return %y : tensor<1x4x4x9x!dqnn.s1>
}

// -----

// Scales and offsets stay as they are, one for each output.
// CHECK-LABEL: builtin.module
// CHECK-NEXT: "memref.global"() <{sym_name = "weights", type = memref<16xui32>, initial_value = dense<[0, 0, 0, 2147483648, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>
// CHECK: cortex_r52.call dqnn_dense_s1_s1_f32_x8 in(%x : memref<1x2xui32>, %weights : memref<16xui32>, {{%.*}} : memref<4xf32>, {{%.*}} : memref<4xf32>)
// CHECK-NEXT: args(%x, %weights, %scale, #c.operand<3>, %output, 2, 33, 4)
// PLAIN: cortex_r52.call dqnn_dense_s1_s1_f32 in(
func.func @dense(%x: tensor<1x33x!dqnn.s1>) -> tensor<1x4xf32> {
  %w = dqnn.constant dense<"0x01010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101FF01"> : tensor<4x33xi8> as !dqnn.s1
  %s = dqnn.constant dense<1.0> : tensor<4xf32>
  %y = dqnn.dense_affine %x, %w, %s, %s : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// -----

// One output among eight places is dearer than a kernel that takes one at a time.
// CHECK: cortex_r52.call dqnn_dense_s1_s1_s1 in(
// PLAIN: cortex_r52.call dqnn_dense_s1_s1_s1 in(
func.func @few_outputs(%x: tensor<1x64x!dqnn.s1>) -> tensor<1x2x!dqnn.s1> {
  %w = dqnn.constant dense<1> : tensor<2x64xi8> as !dqnn.s1
  %t = dqnn.constant dense<0> : tensor<2xi32>
  %y = dqnn.dense_threshold %x, %w, %t : tensor<1x2x!dqnn.s1>
  func.return %y : tensor<1x2x!dqnn.s1>
}
