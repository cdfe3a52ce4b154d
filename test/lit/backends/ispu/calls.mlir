// The runtime's kernels alone, which need no scratch memory for codes of 8 bits.
//
// RUN: dqnn-opt %s -p 'select-kernels{target=ispu},convert-dqnn-to-ispu' --split-input-file | filecheck %s
// RUN: dqnn-opt %s -p dqnn-to-ispu --split-input-file | filecheck %s --check-prefix=PLANNED

// CHECK: builtin.module {
// CHECK-LABEL: @conv2d
// CHECK-NOT: memref.alloc
// CHECK: ispu.call checked arm_convolve_wrapper_s8 in(%x : {{.*}}, %weights : {{.*}}, %multiplier : {{.*}}, %shift : {{.*}}) out(%output : {{.*}})
// CHECK-NEXT: args(cmsis_nn_context ctx {buf = null, size = 0},
// CHECK-SAME: {header = "arm_nnfunctions.h", kernel = "conv2d-s8"}
// PLANNED-LABEL: @conv2d
// PLANNED: ispu.call checked arm_convolve_wrapper_s8
func.func @conv2d(%x : tensor<1x5x6x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x5x6x2x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.25,0.125}>
  %y = dqnn.conv2d %x, %w : tensor<1x5x6x2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x5x6x2x!quant.uniform<i8:f32, 0.25>>
}

// -----

// Binary layers: the window of a pixel, four words of scratch memory.
// CHECK-LABEL: @binary
// CHECK: memref.alloc() {{.*}} : memref<16xi8>
// CHECK: ispu.call dqnn_conv2d_s1_s1_s1 in({{.*}}) out({{.*}}) scratch({{.*}} : memref<4xui32>)
// The scratch memory is a piece of the arena.
// PLANNED-LABEL: @binary
// PLANNED-NEXT: %arena = dqnn.arena {{.*}} : memref<16xi8>
// PLANNED: ispu.call dqnn_conv2d_s1_s1_s1
func.func @binary(%x: tensor<1x4x4x32x!dqnn.s1>) -> tensor<1x3x3x1x!dqnn.s1> {
  %w = dqnn.constant dense<1> : tensor<1x2x2x32xi8> as !dqnn.s1
  %t = dqnn.constant dense<0> : tensor<1xi32>
  %y = dqnn.conv2d_threshold %x, %w, %t : tensor<1x3x3x1x!dqnn.s1>
  func.return %y : tensor<1x3x3x1x!dqnn.s1>
}

// -----

// Real numbers, in which no integer kernel is needed: the core has float32.
// CHECK-LABEL: @reals
// CHECK: ispu.call dqnn_dense_f32 in(%x : memref<1x3xf32>, %weights : memref<2x3xf32>) out(%output : memref<1x2xf32>)
func.func @reals(%x : tensor<1x3xf32>) -> tensor<1x2xf32> {
  %w = dqnn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = dqnn.dense %x, %w : tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}
