// Activations of s1 lie in words of 32 channels, each pixel in its own. They stay so through reshape, concat and pool.
//
// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s

// Two pixels of 40 channels are four words. The weights lie in the same words, 32 and 8 bits of each pixel: -1 are
// channels 0 and 39 of the second.
// CHECK-LABEL: builtin.module
// CHECK-NEXT: "memref.global"() <{sym_name = "weights", type = memref<4xui32>, initial_value = dense<[0, 0, 1, 128]>
// CHECK: func.func @flatten
// CHECK-NEXT: %r = dqnn.view %x[0] : memref<1x1x2x2xui32> to memref<4xui32>
// CHECK: cortex_m.call dqnn_dense_s1_s1_s1 in(%r
// CHECK-NEXT: args(%r, %weights, %limits, %output, 4, 80, 1)
func.func @flatten(%x: tensor<1x1x2x40x!dqnn.s1>) -> tensor<1x1x!dqnn.s1> {
  %r = dqnn.reshape %x : tensor<1x80x!dqnn.s1>
  %w = dqnn.constant dense<[[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1]]> : tensor<1x80xi8> as !dqnn.s1
  %t = dqnn.constant dense<0> : tensor<1xi32>
  %y = dqnn.dense_threshold %r, %w, %t : tensor<1x1x!dqnn.s1>
  func.return %y : tensor<1x1x!dqnn.s1>
}

// -----

// Channels that fill their words may be cut into others that do.
// CHECK-LABEL: func.func @full_words
// CHECK-NEXT: %r = dqnn.view %x[0] : memref<1x2x2x2xui32> to memref<1x4x2x1xui32>
// CHECK-NEXT: cortex_m.call dqnn_max_pool2d_s1 in(%r
func.func @full_words(%x: tensor<1x2x2x64x!dqnn.s1>) -> tensor<1x4x2x32x!dqnn.s1> {
  %r = dqnn.reshape %x : tensor<1x4x2x32x!dqnn.s1>
  %p = dqnn.max_pool2d %r {kernel = [1, 1]} : tensor<1x4x2x32x!dqnn.s1>
  func.return %p : tensor<1x4x2x32x!dqnn.s1>
}

// -----

// Each input goes behind the channels before it, wherever in a word that is.
// CHECK-LABEL: func.func @concat
// CHECK: cortex_m.call dqnn_concat_s1 in(%x
// CHECK-NEXT: args(%x, %output, 2, 40, 43, 0)
// CHECK-NEXT: cortex_m.call dqnn_concat_s1 in(%y
// CHECK-NEXT: args(%y, #c.operand<2>, 2, 3, 43, 40)
func.func @concat(%x: tensor<1x2x40x!dqnn.s1>, %y: tensor<1x2x3x!dqnn.s1>) -> tensor<1x2x43x!dqnn.s1> {
  %c = dqnn.concat %x, %y {axis = 2} : tensor<1x2x43x!dqnn.s1>
  func.return %c : tensor<1x2x43x!dqnn.s1>
}
