// RUN: dqnn-opt %s -p insert-float-fallback --split-input-file | filecheck %s

// A softmax whose output is not 1/256 has no integer kernel.
// CHECK-LABEL: @softmax
func.func @softmax(%x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.0078125:-128>> {
  // CHECK-NEXT: %[[F:.*]] = dqnn.dequantize %x : tensor<1x4xf32>
  // CHECK-NEXT: %[[Y:.*]] = dqnn.softmax %[[F]] {beta = 2.000000e+00} attributes {dqnn.fallback = {asked = "s8 -> s8 softmax", reason = "supported where the output has scale 1/256 and zero point -128"}} : tensor<1x4xf32>
  // CHECK-NEXT: %[[Q:.*]] = dqnn.quantize %[[Y]] : tensor<1x4x!quant.uniform<i8:f32, 7.812500e-03:-128>>
  // CHECK-NEXT: func.return %[[Q]]
  %y = dqnn.softmax %x {beta = 2.0} : tensor<1x4x!quant.uniform<i8:f32, 0.0078125:-128>>
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.0078125:-128>>
}

// -----

// Weights and bias become float constants; the codes' constants go.
// CHECK-LABEL: @weights_with_one_scale
func.func @weights_with_one_scale(%x : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> {
  // CHECK-NEXT: %[[F:.*]] = dqnn.dequantize %x : tensor<1x1x1x2xf32>
  // CHECK-NEXT: %[[W:.*]] = dqnn.constant dense<{{\[\[\[\[}}0.000000e+00, 2.500000e-01]]], {{\[\[\[}}5.000000e-01, 7.500000e-01]]]]> : tensor<2x1x1x2xf32>
  // CHECK-NEXT: %[[B:.*]] = dqnn.constant dense<[1.250000e-01, -2.500000e-01]> : tensor<2xf32>
  // CHECK-NEXT: dqnn.conv2d %[[F]], %[[W]], %[[B]] {clamp_min = 0.000000e+00} attributes {dqnn.fallback = {asked = "s8 x s8 -> s8 convolution", reason = "supported where the weights have one scale for each output channel (see legalize-per-channel)"}}
  // CHECK-NEXT: dqnn.quantize
  // CHECK-NEXT: func.return
  %w = dqnn.constant dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32, 0.25:1>
  %b = dqnn.constant dense<[1, -2]> : tensor<2xi32> as !quant.uniform<i32:f32, 0.125>
  %y = dqnn.conv2d %x, %w, %b {clamp_min = 0.0} : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
  func.return %y : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>
}

// -----

// One conversion serves all float layers that read a value. The rounding between float layers stays.
// CHECK-LABEL: @shared_conversion
func.func @shared_conversion(%x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<i8:f32, 0.5>> {
  // CHECK-NEXT: %[[F:.*]] = dqnn.dequantize %x
  // CHECK-NEXT: %[[A:.*]] = dqnn.softmax %[[F]]
  // CHECK-NEXT: %[[QA:.*]] = dqnn.quantize %[[A]]
  // CHECK-NEXT: %[[FA:.*]] = dqnn.dequantize %[[QA]]
  // CHECK-NEXT: %[[S:.*]] = dqnn.maximum %[[F]], %[[FA]] attributes {dqnn.fallback = {asked = "s8 -> s8 maximum", reason = "supported where input and output have one scale and zero point"}}
  // CHECK-NEXT: dqnn.quantize %[[S]]
  %a = dqnn.softmax %x : tensor<1x4x!quant.uniform<i8:f32, 0.25>>
  %y = dqnn.maximum %x, %a : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
}

// -----

// Codes survive a conversion to float and back to the same type; another type rounds them.
// CHECK-LABEL: @cancel
func.func @cancel(%x : tensor<4x!quant.uniform<i8:f32, 0.5>>) -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.25>>) {
  // CHECK-NEXT: %[[F:.*]] = dqnn.dequantize %x
  // CHECK-NEXT: %[[Z:.*]] = dqnn.quantize %[[F]] : tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>
  // CHECK-NEXT: func.return %x, %[[Z]]
  %f = dqnn.dequantize %x : tensor<4xf32>
  %y = dqnn.quantize %f : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %z = dqnn.quantize %f : tensor<4x!quant.uniform<i8:f32, 0.25>>
  func.return %y, %z : tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.25>>
}

// -----

// What has a row, in integers or in float, stays.
// CHECK-LABEL: @served
func.func @served(%x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>, %f : tensor<4xf32>) -> (tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>, tensor<4xf32>) {
  // CHECK-NEXT: dqnn.softmax %x : tensor<1x4x!quant
  // CHECK-NEXT: dqnn.tanh %f : tensor<4xf32>
  // CHECK-NEXT: func.return
  %y = dqnn.softmax %x : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>
  %g = dqnn.tanh %f : tensor<4xf32>
  func.return %y, %g : tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>, tensor<4xf32>
}

// -----

// No kernel divides codes.
// CHECK-LABEL: @div
func.func @div(%x : tensor<4x!quant.uniform<i8:f32, 0.5>>, %w : tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4x!quant.uniform<i8:f32, 0.125>> {
  // CHECK-DAG: %[[X:.*]] = dqnn.dequantize %x : tensor<4xf32>
  // CHECK-DAG: %[[W:.*]] = dqnn.dequantize %w : tensor<4xf32>
  // CHECK: %[[Q:.*]] = dqnn.div %[[X]], %[[W]] {clamp_max = 6.000000e+00} attributes {dqnn.fallback = {{.*}}} : tensor<4xf32>
  // CHECK-NEXT: dqnn.quantize %[[Q]] : tensor<4x!quant.uniform<i8:f32, 1.250000e-01>>
  %y = dqnn.div %x, %w {clamp_max = 6.0} : tensor<4x!quant.uniform<i8:f32, 0.125>>
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.125>>
}
