// Which convolutions form near ties again in float32.
//
// RUN: dqnn-opt %s -p fuse-quantizers | filecheck %s

// Sums of four products lie from -512 to 508, and one step is 1/512: those of -256 and 256 are 1/2.
// CHECK-LABEL: func.func @near_ties
// CHECK: dqnn.conv2d {{.*}} {rounding = "float_near_ties"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.000000e+00>>
func.func @near_ties(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// An activation comes after the sum: it does not change what float32 makes of it.
// CHECK-LABEL: func.func @activation
// CHECK: dqnn.conv2d {{.*}} {clamp_min = 0.000000e+00, rounding = "float_near_ties"}
func.func @activation(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %m = dqnn.relu %y : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %m {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// A bias of 3 steps.
// CHECK-LABEL: func.func @whole_bias
// CHECK: dqnn.conv2d {{.*}} {rounding = "float_near_ties"}
func.func @whole_bias(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %b = dqnn.constant dense<0.005859375> : tensor<1xf32>
  %y = dqnn.conv2d %d, %v, %b : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// One of 3.5 steps moves the sums more than float32 does.
// CHECK-LABEL: func.func @broken_bias
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @broken_bias(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %b = dqnn.constant dense<0.0068359375> : tensor<1xf32>
  %y = dqnn.conv2d %d, %v, %b : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// No whole number of steps of 0.0018 is next to a half.
// CHECK-LABEL: func.func @no_near_ties
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @no_near_ties(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.0018>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// Of steps of 1/64 every sum of 32 and 64 n is: 16 near ties, and four weights.
// CHECK-LABEL: func.func @many_near_ties
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @many_near_ties(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.015625>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// Up to 128 products,
// CHECK-LABEL: func.func @most_products
// CHECK: dqnn.conv2d {{.*}} {rounding = "float_near_ties"}
func.func @most_products(%x: tensor<1x2x2x128x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x128xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x128xi8> as !quant.uniform<i8:f32, 0.00006103515625>
  %v = dqnn.dequantize %w : tensor<1x1x1x128xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// and no more.
// CHECK-LABEL: func.func @too_many_products
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @too_many_products(%x: tensor<1x2x2x129x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x129xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x129xi8> as !quant.uniform<i8:f32, 0.00006103515625>
  %v = dqnn.dequantize %w : tensor<1x1x1x129xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// QLinearConv sums codes.
// CHECK-LABEL: func.func @sums_of_codes
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @sums_of_codes(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %y = dqnn.conv2d %d, %v attributes {dqnn.integer_sums} : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// Quantizers of Keras do not round as ONNX's.
// CHECK-LABEL: func.func @multiplied
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @multiplied(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "multiply_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// A batch normalization rounds to float32 on its own.
// CHECK-LABEL: func.func @batch_norm
// CHECK: dqnn.conv2d {{.*}} {rounding = "once"}
func.func @batch_norm(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x4xi8> as !quant.uniform<i8:f32, 0.001953125>
  %v = dqnn.dequantize %w : tensor<1x1x1x4xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %one = dqnn.constant dense<1.0> : tensor<1xf32>
  %zero = dqnn.constant dense<0.0> : tensor<1xf32>
  %m = dqnn.batch_norm %y, %one, %zero, %zero, %one {epsilon = 0.0, formula = "scaled"} : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %m {method = "divide_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 1.0>>
}

// A depthwise convolution has as few weights as near ties.
// CHECK-LABEL: func.func @depthwise
// CHECK: dqnn.depthwise_conv2d {{.*}} {rounding = "once"}
func.func @depthwise(%x: tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x2xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x2xi8> as !quant.uniform<i8:f32, 0.0078125>
  %v = dqnn.dequantize %w : tensor<1x1x1x2xf32>
  %y = dqnn.depthwise_conv2d %d, %v : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %y {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.0>>
}
