// Near ties are formed again in float32 where a table of them can be made, and is no longer than the weights.
//
// RUN: dqnn-opt %s -p select-kernels --verify-diagnostics --split-input-file | filecheck %s

// CHECK-LABEL: func.func @short_table
// CHECK: dqnn.kernel = "conv2d-s8-near-ties/cmsis-nn"
func.func @short_table(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.001953125, 0.0018}>
  %y = dqnn.conv2d %x, %w {rounding = "float_near_ties"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
}

// -----

// CHECK: error: {{.*}}no kernel for stm32: s8 x s8 -> s8 convolution: supported where near ties are rounded as other sums are
func.func @long_table(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0:3>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>> {
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32:0, {0.015625, 0.015625}>
  %y = dqnn.conv2d %x, %w {rounding = "float_near_ties"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
}

// -----

// CHECK: error: {{.*}}no kernel for stm32: s8 x s8 -> s8 convolution: supported where
func.func @weights_at_run_time(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0:3>>, %w: tensor<2x1x1x4x!quant.uniform<i8:f32:0, {0.001953125, 0.0018}>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>> {
  %y = dqnn.conv2d %x, %w {rounding = "float_near_ties"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0:5>>
}
