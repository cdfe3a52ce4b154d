// Layers of s8 with a scale and an offset in f32: the project's own kernels, whatever the library of the others.
//
// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s
// RUN: dqnn-opt %s -p 'select-kernels{kernels=cmsis-nn},convert-dqnn-to-cortex-m' --split-input-file | filecheck %s

// The pad value 2 is the code 5 of zero point 3; relu ends at the output's zero point.
// CHECK-LABEL: @conv2d
// CHECK: cortex_m.call dqnn_conv2d_s8_s8_s8 in(%x : {{.*}}, %weights : {{.*}}, %scale : {{.*}}, %offset : {{.*}}) out(%output : {{.*}})
// CHECK-NEXT: args(%x, %weights, %scale, %offset, %output, dqnn_window window {in_h = 4, in_w = 4, in_c = 2, out_h = 2, out_w = 3, out_c = 1, kernel_h = 3, kernel_w = 2, stride_h = 2, stride_w = 2, pad_top = 1, pad_left = 1, dilation_h = 1, dilation_w = 1, groups = 1}, -3, 5, -7, -7, 127)
// CHECK-SAME: {header = "dqnn_s8_kernels.h", kernel = "conv2d-affine-s8-s8-s8"}
func.func @conv2d(%x : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<1x2x3x1x!quant.uniform<i8:f32, 0.25:-7>> {
  %w = dqnn.constant dense<1> : tensor<1x3x2x2xi8> as !quant.uniform<i8:f32, 0.25>
  %s = dqnn.constant dense<0.5> : tensor<1xf32>
  %o = dqnn.constant dense<0.3> : tensor<1xf32>
  %y = dqnn.conv2d_affine %x, %w, %s, %o {clamp_min = 0.0, pad_value = 2, padding = [1, 0, 1, 1], strides = [2, 2]} : tensor<1x2x3x1x!quant.uniform<i8:f32, 0.25:-7>>
  func.return %y : tensor<1x2x3x1x!quant.uniform<i8:f32, 0.25:-7>>
}

// -----

// CHECK-LABEL: @depthwise_conv2d
// CHECK: cortex_m.call dqnn_depthwise_conv2d_s8_s8_s8
// CHECK: dilation_h = 2, dilation_w = 1, groups = 1}, 0, 0, 0, -128, 127)
// CHECK-SAME: kernel = "depthwise-conv2d-affine-s8-s8-s8"}
func.func @depthwise_conv2d(%x : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x4x2x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<1x2x1x2xi8> as !quant.uniform<i8:f32, 0.25>
  %s = dqnn.constant dense<0.5> : tensor<2xf32>
  %y = dqnn.depthwise_conv2d_affine %x, %w, %s, %s {dilations = [2, 1]} : tensor<1x2x4x2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<1x2x4x2x!quant.uniform<i8:f32, 0.25>>
}

// -----

// Two rows of three.
// CHECK-LABEL: @dense
// CHECK: cortex_m.call dqnn_dense_s8_s8_s8
// CHECK-NEXT: args(%x, %weights, %scale, %offset, %output, 2, 3, 4, -3, 0, -128, 127)
// CHECK-SAME: kernel = "dense-affine-s8-s8-s8"}
func.func @dense(%x : tensor<2x3x!quant.uniform<i8:f32, 0.5:3>>) -> tensor<2x4x!quant.uniform<i8:f32, 0.25>> {
  %w = dqnn.constant dense<1> : tensor<4x3xi8> as !quant.uniform<i8:f32, 0.25>
  %s = dqnn.constant dense<0.5> : tensor<4xf32>
  %o = dqnn.constant dense<0.3> : tensor<4xf32>
  %y = dqnn.dense_affine %x, %w, %s, %o : tensor<2x4x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<2x4x!quant.uniform<i8:f32, 0.25>>
}
