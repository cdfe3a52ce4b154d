// Which convolutions form near ties again in float32, and what has a scale and an offset in float32 since its scales make
// many ties.
//
// RUN: dqnn-opt %s -p fuse-quantizers | filecheck %s

// Sums of four products lie from -512 to 508, and one step is 1/512: those of -256 and 256 are 1/2.
// CHECK-LABEL: func.func @near_ties
// CHECK: dqnn.conv2d {{.*}} {rounding = "float_near_ties"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.000000e+00>>
func.func @near_ties(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// An activation comes after the sum: it does not change what float32 makes of it.
// CHECK-LABEL: func.func @activation
// CHECK: dqnn.conv2d {{.*}} {clamp_min = 0.000000e+00, rounding = "float_near_ties"}
func.func @activation(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %m = dqnn.relu %y : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %m {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// A bias of 3 steps.
// CHECK-LABEL: func.func @whole_bias
// CHECK: dqnn.conv2d {{.*}} {rounding = "float_near_ties"}
func.func @whole_bias(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %b = dqnn.constant dense<0.005859375> : tensor<2xf32>
  %y = dqnn.conv2d %d, %v, %b : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// One of 3.5 steps moves sums more than float32 does.
// CHECK-LABEL: func.func @broken_bias
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @broken_bias(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<5> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %b = dqnn.constant dense<0.00068359375> : tensor<2xf32>
  %y = dqnn.conv2d %d, %v, %b : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// No whole number of steps of 0.0018 is next to a half.
// CHECK-LABEL: func.func @no_near_ties
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @no_near_ties(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0018>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// Sums of up to 65,024 have 16 middles on either side with steps of 1/4096, and each channel has four weights.
// CHECK-LABEL: func.func @long_table
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @long_table(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<127> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.000244140625>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// Up to 128 products,
// CHECK-LABEL: func.func @most_products
// CHECK: dqnn.conv2d {{.*}} {rounding = "float_near_ties"}
func.func @most_products(%x: tensor<1x2x2x128x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x128xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x128xi8> as !quant.uniform<i8:f32, 0.00006103515625>
  %v = dqnn.dequantize %w : tensor<2x1x1x128xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// and no more.
// CHECK-LABEL: func.func @too_many_products
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @too_many_products(%x: tensor<1x2x2x129x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x129xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x129xi8> as !quant.uniform<i8:f32, 0.00006103515625>
  %v = dqnn.dequantize %w : tensor<2x1x1x129xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// ONNX Runtime multiplies the one output channel of a group, a vector, in another order.
// CHECK-LABEL: func.func @one_channel
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @one_channel(%x: tensor<1x2x2x8x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x8xf32>
  %w = dqnn.constant dense<5> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// So it does for the one pixel of a result.
// CHECK-LABEL: func.func @one_pixel
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @one_pixel(%x: tensor<1x1x1x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x1x1x4xf32>
  %w = dqnn.constant dense<5> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x1x1x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
}

// In float32 a sum of 4e38 is infinite.
// CHECK-LABEL: func.func @infinite
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @infinite(%x: tensor<1x2x2x128x!quant.uniform<i8:f32, 1.0e20>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0e38>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x128xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x128xi8> as !quant.uniform<i8:f32, 2.44140625e14>
  %v = dqnn.dequantize %w : tensor<2x1x1x128xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0e38>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0e38>>
}

// One of 4e37 is not.
// CHECK-LABEL: func.func @finite
// CHECK: dqnn.conv2d {{.*}} {rounding = "float_near_ties"}
func.func @finite(%x: tensor<1x2x2x128x!quant.uniform<i8:f32, 1.0e19>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0e37>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x128xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x128xi8> as !quant.uniform<i8:f32, 2.44140625e14>
  %v = dqnn.dequantize %w : tensor<2x1x1x128xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0e37>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0e37>>
}

// QLinearConv sums codes.
// CHECK-LABEL: func.func @sums_of_codes
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @sums_of_codes(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<5> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v attributes {dqnn.integer_sums} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// Quantizers of Keras do not round as ONNX's.
// CHECK-LABEL: func.func @multiplied
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @multiplied(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "multiply_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// A batch normalization rounds to float32 on its own.
// CHECK-LABEL: func.func @batch_norm
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @batch_norm(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<5> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0001953125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %one = dqnn.constant dense<1.0> : tensor<2xf32>
  %zero = dqnn.constant dense<0.0> : tensor<2xf32>
  %m = dqnn.batch_norm %y, %one, %zero, %zero, %one {epsilon = 0.0, formula = "scaled"} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %m {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// Of steps of 1/128 one sum in 128 is a half, more than there are weights: scale and offset in float32 round it to even.
// CHECK-LABEL: func.func @many_ties
// CHECK: %[[s:.+]] = dqnn.constant dense<7.812500e-03> : tensor<2xf32>
// CHECK: dqnn.conv2d_affine %x, %{{.+}}, %[[s]], %{{.+}} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.000000e+00>>
func.func @many_ties(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<2> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0078125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// So do sums of codes.
// CHECK-LABEL: func.func @many_ties_of_codes
// CHECK: dqnn.conv2d_affine %x, {{.*}} : tensor<1x2x2x2x!quant.uniform
func.func @many_ties_of_codes(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<2> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.0078125>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v attributes {dqnn.integer_sums} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// Weights with zero points have integers alone.
// CHECK-LABEL: func.func @many_ties_and_zero_points
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @many_ties_and_zero_points(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x4xi8> as !quant.uniform<i8:f32, 0.015625:2>
  %v = dqnn.dequantize %w : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// Dense layers have no near ties in float32, but halves that are rounded to even.
// CHECK-LABEL: func.func @dense
// CHECK: dqnn.dense_affine %x, {{.*}} : tensor<1x1x!quant.uniform<i8:f32, 1.000000e+00>>
func.func @dense(%x: tensor<1x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x4xf32>
  %w = dqnn.constant dense<2> : tensor<1x4xi8> as !quant.uniform<i8:f32, 0.0078125>
  %v = dqnn.dequantize %w : tensor<1x4xf32>
  %y = dqnn.dense %d, %v : tensor<1x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x1x!quant.uniform<i8:f32, 1.0>>
}

// CHECK-LABEL: func.func @dense_with_few_ties
// CHECK: dqnn.dense %x
func.func @dense_with_few_ties(%x: tensor<1x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x4xf32>
  %w = dqnn.constant dense<2> : tensor<1x4xi8> as !quant.uniform<i8:f32, 0.0155>
  %v = dqnn.dequantize %w : tensor<1x4xf32>
  %y = dqnn.dense %d, %v : tensor<1x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x1x!quant.uniform<i8:f32, 1.0>>
}

// So it is for depthwise convolutions.
// CHECK-LABEL: func.func @depthwise
// CHECK: dqnn.depthwise_conv2d {{.*}} {rounding = "once"}
func.func @depthwise(%x: tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x2xf32>
  %w = dqnn.constant dense<127> : tensor<1x1x1x2xi8> as !quant.uniform<i8:f32, 0.000244140625>
  %v = dqnn.dequantize %w : tensor<1x1x1x2xf32>
  %y = dqnn.depthwise_conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}

// CHECK-LABEL: func.func @depthwise_with_many_ties
// CHECK: dqnn.depthwise_conv2d_affine %x
func.func @depthwise_with_many_ties(%x: tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x2xf32>
  %w = dqnn.constant dense<2> : tensor<1x1x1x2xi8> as !quant.uniform<i8:f32, 0.0078125>
  %v = dqnn.dequantize %w : tensor<1x1x1x2xf32>
  %y = dqnn.depthwise_conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}
