// Int8: CMSIS-NN's kernels in the DSP path that they take on this core, or the project's own with NEON where these cost
// less.
//
// RUN: dqnn-opt %s -p 'select-kernels{target=cortex-r52},convert-dqnn-to-cortex-r52' --split-input-file | filecheck %s
// RUN: dqnn-opt %s -p 'select-kernels{target=cortex-r52 kernels=cmsis-nn},convert-dqnn-to-cortex-r52' --split-input-file | filecheck %s --check-prefix=ARM
// RUN: dqnn-opt %s -p 'select-kernels{target=no-neon target-file="%S/Inputs/no_neon.toml"},convert-dqnn-to-cortex-r52{target=no-neon target-file="%S/Inputs/no_neon.toml"}' --split-input-file | filecheck %s --check-prefix=ARM
// RUN: dqnn-opt %s -p 'select-kernels{target=cortex-r52 kernels=portable},convert-dqnn-to-cortex-r52' --split-input-file | filecheck %s --check-prefix=PORTABLE

// Runs of 12 values fill no vector. Scratch memory: 2 columns of 3 x 3 x 4 values in 16 bits.
// CHECK: builtin.module attributes {c.cmsis_nn_build = "DSP"} {
// CHECK: [[CTX:%.+]] = memref.alloc() {alignment = 4 : i64} : memref<144xi8>
// CHECK: cortex_r52.call checked arm_convolve_wrapper_s8 {{.*}} scratch([[CTX]] : memref<144xi8>)
// ARM: cortex_r52.call checked arm_convolve_wrapper_s8 {{.*}} scratch(
// PORTABLE: builtin.module {
// PORTABLE: cortex_r52.call dqnn_conv2d_s8
func.func @short_runs(%x: tensor<1x5x5x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<2x3x3x4xi8> as !quant.uniform<i8:f32:0, {0.25, 0.5}>
  %y = dqnn.conv2d %x, %w : tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// CHECK: cortex_r52.call dqnn_conv2d_s8 in(%x : memref<1x5x5x64xi8>, %weights : memref<2x3x3x64xi8>, %multiplier : memref<2xi32>, %shift : memref<2xi32>) out(%output : memref<1x3x3x2xi8>)
// CHECK-NEXT: args(%x, %weights, null, %output, dqnn_window window {in_h = 5, in_w = 5, in_c = 64, out_h = 3, out_w = 3, out_c = 2, kernel_h = 3, kernel_w = 3, stride_h = 1, stride_w = 1, pad_top = 0, pad_left = 0, dilation_h = 1, dilation_w = 1, groups = 1}, -3, %multiplier, %shift, 7, -128, 127)
// ARM: cortex_r52.call checked arm_convolve_wrapper_s8
// PORTABLE: cortex_r52.call dqnn_conv2d_s8
func.func @long_runs(%x: tensor<1x5x5x64x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0:7>> {
  %w = dqnn.constant dense<1> : tensor<2x3x3x64xi8> as !quant.uniform<i8:f32:0, {0.25, 0.5}>
  %y = dqnn.conv2d %x, %w : tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0:7>>
  func.return %y : tensor<1x3x3x2x!quant.uniform<i8:f32, 1.0:7>>
}

// -----

// CHECK: cortex_r52.call dqnn_depthwise_conv2d_s8 in(
// ARM: cortex_r52.call checked arm_depthwise_conv_wrapper_s8
func.func @depthwise(%x: tensor<1x5x5x8x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x3x3x8x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<1x3x3x8xi8> as !quant.uniform<i8:f32:3, {0.25, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25, 0.5}>
  %y = dqnn.depthwise_conv2d %x, %w : tensor<1x3x3x8x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x3x3x8x!quant.uniform<i8:f32, 1.0>>
}

// -----

// Outputs that share an input channel are CMSIS-NN's.
// CHECK: cortex_r52.call checked arm_depthwise_conv_wrapper_s8
// ARM: cortex_r52.call checked arm_depthwise_conv_wrapper_s8
func.func @multiplier(%x: tensor<1x5x5x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x3x3x8x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<1x3x3x8xi8> as !quant.uniform<i8:f32:3, {0.25, 0.5, 0.25, 0.5, 0.25, 0.5, 0.25, 0.5}>
  %y = dqnn.depthwise_conv2d %x, %w : tensor<1x3x3x8x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x3x3x8x!quant.uniform<i8:f32, 1.0>>
}

// -----

// CHECK: cortex_r52.call dqnn_dense_s8 in(
// ARM: cortex_r52.call checked arm_fully_connected_s8
func.func @dense(%x: tensor<1x128x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<2x128xi8> as !quant.uniform<i8:f32, 0.25>
  %y = dqnn.dense %x, %w : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// Weights with a zero point are CMSIS-NN's, too.
// CHECK: cortex_r52.call checked arm_fully_connected_s8
// ARM: cortex_r52.call checked arm_fully_connected_s8
func.func @zero_point(%x: tensor<1x128x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<2x128xi8> as !quant.uniform<i8:f32, 0.25:5>
  %y = dqnn.dense %x, %w : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x2x!quant.uniform<i8:f32, 1.0>>
}
