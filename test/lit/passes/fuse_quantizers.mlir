// RUN: dqnn-opt %s -p fuse-quantizers --print-debuginfo | filecheck %s

// Sums are -2, 0 and 2. The bias 0.5 leaves -1 for sums below 0. Batch normalization of channel 1 is
// -acc + 1 (bias 1): -1 for the sum 2, so its weights turn round, and -1 is for sums below -1. Channel 2 has scale 0.
// CHECK-LABEL: func.func @thresholds
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<{{\[\[}}1, 1], [-1, -1], [1, 1]]> : tensor<3x2xi8> as !dqnn.s1
// CHECK-DAG:     %[[t:.+]] = dqnn.constant dense<[0, -1, -1073741824]> : tensor<3xi32>
// CHECK:         %[[y:.+]] = dqnn.dense_threshold %x, %[[w]], %[[t]] attributes {dqnn.batch_norm} : tensor<1x3x!dqnn.s1> loc("dense")
// CHECK-NEXT:    func.return %[[y]]
func.func @thresholds(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x3x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<1> : tensor<3x2xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<3x2xf32>
  %b = dqnn.constant dense<[0.5, -1.0, 0.0]> : tensor<3xf32>
  %y = dqnn.dense %d, %v, %b : tensor<1x3xf32> loc("dense")
  %g = dqnn.constant dense<[1.0, -1.0, 0.0]> : tensor<3xf32>
  %z = dqnn.constant dense<0.0> : tensor<3xf32>
  %one = dqnn.constant dense<1.0> : tensor<3xf32>
  %n = dqnn.batch_norm %y, %g, %z, %z, %one {epsilon = 0.0, formula = "scaled"} : tensor<1x3xf32> loc("bn")
  %q = dqnn.quantize %n : tensor<1x3x!dqnn.s1> loc("sign")
  func.return %q : tensor<1x3x!dqnn.s1>
}

// Padding by an operator of its own becomes the layer's, with its sign.
// CHECK-LABEL: func.func @pad_with_signs
// CHECK:         dqnn.conv2d_threshold %x, %{{.+}}, %{{.+}} {pad_value = -1, padding = [1, 1, 1, 1]} : tensor<1x4x4x1x!dqnn.s1>
func.func @pad_with_signs(%x: tensor<1x4x4x2x!dqnn.s1>) -> tensor<1x4x4x1x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x4x4x2xf32>
  %p = dqnn.pad %d {padding = [0, 0, 1, 1, 1, 1, 0, 0], value = -1.0} : tensor<1x6x6x2xf32>
  %w = dqnn.constant dense<1> : tensor<1x3x3x2xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<1x3x3x2xf32>
  %y = dqnn.conv2d %p, %v : tensor<1x4x4x1xf32>
  %q = dqnn.quantize %y : tensor<1x4x4x1x!dqnn.s1>
  func.return %q : tensor<1x4x4x1x!dqnn.s1>
}

// Scale and offset in codes of the result: bias 1 is 2 steps of 0.5.
// CHECK-LABEL: func.func @codes_of_signs
// CHECK-DAG:     %[[s:.+]] = dqnn.constant dense<2.000000e+00> : tensor<1xf32>
// CHECK:         dqnn.dense_affine %x, %{{.+}}, %{{.+}}, %{{.+}} {clamp_min = 0.000000e+00} : tensor<1x1x!quant.uniform<i8:f32, 5.000000e-01>>
func.func @codes_of_signs(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x1x!quant.uniform<i8:f32, 0.5>> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<1> : tensor<1x2xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<1x2xf32>
  %b = dqnn.constant dense<1.0> : tensor<1xf32>
  %y = dqnn.dense %d, %v, %b : tensor<1x1xf32>
  %r = dqnn.relu %y : tensor<1x1xf32>
  %q = dqnn.quantize %r {method = "multiply_half_even"} : tensor<1x1x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<1x1x!quant.uniform<i8:f32, 0.5>>
}

// Codes of -1 and 1 are signs; each channel's scale goes into its thresholds. Sums are -2, 0 and 2, biases -1: of
// channel 0 only 2 * 0.75 reaches 0 then, of channel 1 not even 2 * 0.25. Channel 2 has no signs, and the bias 1.
// CHECK-LABEL: func.func @signs_with_scales
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<{{\[\[}}1, -1], [-1, 1], [1, 1]]> : tensor<3x2xi8> as !dqnn.s1
// CHECK-DAG:     %[[t:.+]] = dqnn.constant dense<[2, 1073741824, -1073741824]> : tensor<3xi32>
// CHECK:         dqnn.dense_threshold %x, %[[w]], %[[t]] : tensor<1x3x!dqnn.s1>
func.func @signs_with_scales(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x3x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<[[1, -1], [-1, 1], [0, 0]]> : tensor<3x2xi8> as !quant.uniform<i8<-1:1>:f32:0, {0.75, 0.25, 1.0}>
  %v = dqnn.dequantize %w : tensor<3x2xf32>
  %b = dqnn.constant dense<[-1.0, -1.0, 1.0]> : tensor<3xf32>
  %y = dqnn.dense %d, %v, %b : tensor<1x3xf32>
  %q = dqnn.quantize %y : tensor<1x3x!dqnn.s1>
  func.return %q : tensor<1x3x!dqnn.s1>
}

// CHECK-LABEL: func.func @reals_of_signs_with_scales
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<{{\[\[}}1, -1], [-1, 1]]> : tensor<2x2xi8> as !dqnn.s1
// CHECK-DAG:     %[[s:.+]] = dqnn.constant dense<[7.500000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK:         dqnn.dense_affine %x, %[[w]], %[[s]], %{{.+}} : tensor<1x2xf32>
func.func @reals_of_signs_with_scales(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x2xf32> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<[[1, -1], [-1, 1]]> : tensor<2x2xi8> as !quant.uniform<i8<-1:1>:f32:0, {0.75, 0.25}>
  %v = dqnn.dequantize %w : tensor<2x2xf32>
  %y = dqnn.dense %d, %v : tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}

// Codes of 0 and 1 stay integers.
// CHECK-LABEL: func.func @not_signs
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<{{\[\[}}1, 0], [0, 1]]> : tensor<2x2xi8> as !quant.uniform
// CHECK:         dqnn.dense_threshold %x, %[[w]], %{{.+}} : tensor<1x2x!dqnn.s1>
func.func @not_signs(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x2x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<[[1, 0], [0, 1]]> : tensor<2x2xi8> as !quant.uniform<i8<-1:1>:f32, 0.75>
  %v = dqnn.dequantize %w : tensor<2x2xf32>
  %y = dqnn.dense %d, %v : tensor<1x2xf32>
  %q = dqnn.quantize %y : tensor<1x2x!dqnn.s1>
  func.return %q : tensor<1x2x!dqnn.s1>
}

// A sum cannot be scaled behind it where each input has a scale of its own.
// CHECK-LABEL: func.func @not_scales_of_inputs
// CHECK:         dqnn.dense %{{.+}}, %{{.+}} attributes {dqnn.fallback = {asked = "s1 x s8 -> f32 dense", reason = "supported where the weights' scales are of output channels"}} : tensor<1x2xf32>
func.func @not_scales_of_inputs(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x2xf32> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<[[1, -1], [-1, 1]]> : tensor<2x2xi8> as !quant.uniform<i8<-1:1>:f32:1, {0.75, 0.25}>
  %v = dqnn.dequantize %w : tensor<2x2xf32>
  %y = dqnn.dense %d, %v : tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}

// s8 on all sides is the int8 layer, rounding once; the bias 0.75 is 6 steps of 0.5 * 0.25.
// CHECK-LABEL: func.func @int8_layer
// CHECK-DAG:     %[[b:.+]] = dqnn.constant dense<6> : tensor<1xi32> as !quant.uniform<i32:f32:0, {1.250000e-01}>
// CHECK:         dqnn.conv2d %x, %{{.+}}, %[[b]] {rounding = "once"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 5.000000e-01>>
func.func @int8_layer(%x: tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x1xf32>
  %w = dqnn.constant dense<3> : tensor<1x1x1x1xi8> as !quant.uniform<i8:f32, 0.25>
  %v = dqnn.dequantize %w : tensor<1x1x1x1xf32>
  %b = dqnn.constant dense<0.75> : tensor<1xf32>
  %y = dqnn.conv2d %d, %v, %b : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "multiply_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
}

// The bias 0.8 is 6.4 steps: in f32, 0.8 / 0.5. The filter reads two of four channels, so there is no form but integers
// for the second layer.
// CHECK-LABEL: func.func @bias_finer_than_the_sums
// CHECK-DAG:     %[[s:.+]] = dqnn.constant dense<2.500000e-01> : tensor<1xf32>
// CHECK-DAG:     %[[o:.+]] = dqnn.constant dense<1.600000e+00> : tensor<1xf32>
// CHECK:         dqnn.conv2d_affine %x, %{{.+}}, %[[s]], %[[o]] {clamp_min = 0.000000e+00, padding = [0, 1, 0, 1]} : tensor<1x2x2x1x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-DAG:     %[[b:.+]] = dqnn.constant dense<6> : tensor<2xi32>
// CHECK:         dqnn.conv2d %z, %{{.+}}, %[[b]] {rounding = "once"}
func.func @bias_finer_than_the_sums(%x: tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>, %z: tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>) {
  %d = dqnn.dequantize %x : tensor<1x2x2x1xf32>
  %w = dqnn.constant dense<3> : tensor<1x2x2x1xi8> as !quant.uniform<i8:f32, 0.25>
  %v = dqnn.dequantize %w : tensor<1x2x2x1xf32>
  %b = dqnn.constant dense<0.8> : tensor<1xf32>
  %y = dqnn.conv2d %d, %v, %b {padding = [0, 1, 0, 1]} : tensor<1x2x2x1xf32>
  %r = dqnn.relu %y : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %r {method = "multiply_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
  %e = dqnn.dequantize %z : tensor<1x1x1x4xf32>
  %w2 = dqnn.constant dense<3> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32, 0.25>
  %v2 = dqnn.dequantize %w2 : tensor<2x1x1x2xf32>
  %b2 = dqnn.constant dense<0.8> : tensor<2xf32>
  %y2 = dqnn.conv2d %e, %v2, %b2 : tensor<1x1x1x2xf32>
  %q2 = dqnn.quantize %y2 {method = "multiply_half_even"} : tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>
  func.return %q, %q2 : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>
}

// A batch normalization of scale -3, offset 0.1 on sums of 0.125; and one of scale -2, offset 0.5 = 2 * 0.25, which
// stays with integers: the weights turn round.
// CHECK-LABEL: func.func @batch_norm_of_codes
// CHECK-DAG:     %[[s:.+]] = dqnn.constant dense<-7.500000e-01> : tensor<2xf32>
// CHECK-DAG:     %[[o:.+]] = dqnn.constant dense<2.000000e-01> : tensor<2xf32>
// CHECK:         dqnn.depthwise_conv2d_affine %x, %{{.+}}, %[[s]], %[[o]] attributes {dqnn.batch_norm} : tensor<1x2x2x2x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<-3> : tensor<1x1x1x2xi8>
// CHECK-DAG:     %[[b:.+]] = dqnn.constant dense<2> : tensor<2xi32> as !quant.uniform<i32:f32:0, {2.500000e-01,2.500000e-01}>
// CHECK:         dqnn.depthwise_conv2d %x, %[[w]], %[[b]] {rounding = "once"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 5.000000e-01>>
func.func @batch_norm_of_codes(%x: tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>, tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>) {
  %d = dqnn.dequantize %x : tensor<1x2x2x2xf32>
  %w = dqnn.constant dense<3> : tensor<1x1x1x2xi8> as !quant.uniform<i8:f32, 0.25>
  %v = dqnn.dequantize %w : tensor<1x1x1x2xf32>
  %zero = dqnn.constant dense<0.0> : tensor<2xf32>
  %one = dqnn.constant dense<1.0> : tensor<2xf32>
  %y = dqnn.depthwise_conv2d %d, %v : tensor<1x2x2x2xf32>
  %g = dqnn.constant dense<-3.0> : tensor<2xf32>
  %b = dqnn.constant dense<0.1> : tensor<2xf32>
  %n = dqnn.batch_norm %y, %g, %b, %zero, %one {epsilon = 0.0} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %n {method = "multiply_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>
  %y2 = dqnn.depthwise_conv2d %d, %v : tensor<1x2x2x2xf32>
  %g2 = dqnn.constant dense<-2.0> : tensor<2xf32>
  %b2 = dqnn.constant dense<0.5> : tensor<2xf32>
  %n2 = dqnn.batch_norm %y2, %g2, %b2, %zero, %one {epsilon = 0.0} : tensor<1x2x2x2xf32>
  %q2 = dqnn.quantize %n2 {method = "multiply_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>
  func.return %q, %q2 : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>, tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>
}

// Weights of scale 0.3 and no bias: the multiplier's 31 bits are finer than float32. At 0.3 * 2^-12 they are not.
// CHECK-LABEL: func.func @scales_of_no_power_of_two
// CHECK:         dqnn.dense %x, %{{.+}}, %{{.+}} : tensor<1x1x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK:         dqnn.dense_affine %x, %{{.+}}, %{{.+}}, %{{.+}} : tensor<1x1x!quant.uniform<i8:f32, 5.000000e-01>>
func.func @scales_of_no_power_of_two(%x: tensor<1x2x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x!quant.uniform<i8:f32, 0.5>>) {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<3> : tensor<1x2xi8> as !quant.uniform<i8:f32, 0.3>
  %v = dqnn.dequantize %w : tensor<1x2xf32>
  %y = dqnn.dense %d, %v : tensor<1x1xf32>
  %q = dqnn.quantize %y {method = "multiply_half_even"} : tensor<1x1x!quant.uniform<i8:f32, 0.5>>
  %w2 = dqnn.constant dense<3> : tensor<1x2xi8> as !quant.uniform<i8:f32, 7.32421875e-05>
  %v2 = dqnn.dequantize %w2 : tensor<1x2xf32>
  %y2 = dqnn.dense %d, %v2 : tensor<1x1xf32>
  %q2 = dqnn.quantize %y2 {method = "multiply_half_even"} : tensor<1x1x!quant.uniform<i8:f32, 0.5>>
  func.return %q, %q2 : tensor<1x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x!quant.uniform<i8:f32, 0.5>>
}

// 1.25 is 2.5 steps of 0.5, and the quantizer makes 2 of it: that is the largest code.
// CHECK-LABEL: func.func @bound_between_two_codes
// CHECK:         dqnn.dense {{.*}}{clamp_max = 1.000000e+00, clamp_min = 0.000000e+00}
func.func @bound_between_two_codes(%x: tensor<1x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x!quant.uniform<i8:f32, 0.5>> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<3> : tensor<1x2xi8> as !quant.uniform<i8:f32, 0.5>
  %v = dqnn.dequantize %w : tensor<1x2xf32>
  %y = dqnn.dense %d, %v : tensor<1x1xf32>
  %c = dqnn.clip %y {min = 0.0, max = 1.25} : tensor<1x1xf32>
  %q = dqnn.quantize %c {method = "multiply_half_even"} : tensor<1x1x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<1x1x!quant.uniform<i8:f32, 0.5>>
}

// What the frontend says of a layer's quantizers stays, as the reason.
// CHECK-LABEL: func.func @fallback_with_a_reason
// CHECK:         dqnn.fallback = {asked = "s1 x s10 -> f32 dense", reason = "10 bits: no kernel", nearest = [{row = "s1 x s8 -> f32 dense", remedy = "8-bit weights: {{.*}}"}{{.*}}]}
func.func @fallback_with_a_reason(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x1xf32> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<3> : tensor<1x2xi16> as !quant.uniform<i16<-512:511>:f32, 0.5>
  %v = dqnn.dequantize %w : tensor<1x2xf32>
  %y = dqnn.dense %d, %v attributes {dqnn.fallback = "10 bits: no kernel"} : tensor<1x1xf32>
  func.return %y : tensor<1x1xf32>
}

// The format of the layer's own bias goes along.
// CHECK-LABEL: func.func @bias_format
// CHECK:         dqnn.dense_threshold %x, {{.*}} attributes {dqnn.bias_format = !dqnn.s1}
// CHECK:         dqnn.dense_threshold %x, %{{[a-z_0-9]+}}, %{{[a-z_0-9]+}} :
func.func @bias_format(%x: tensor<1x2x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x1x!dqnn.s1>, tensor<1x1x!dqnn.s1>) {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<1> : tensor<1x2xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<1x2xf32>
  %b = dqnn.constant dense<1.0> : tensor<1xf32>
  %y = dqnn.dense %d, %v, %b attributes {dqnn.bias_format = !dqnn.s1} : tensor<1x1xf32>
  %q = dqnn.quantize %y : tensor<1x1x!dqnn.s1>
  %y2 = dqnn.dense %d, %v, %b : tensor<1x1xf32>
  %q2 = dqnn.quantize %y2 : tensor<1x1x!dqnn.s1>
  func.return %q, %q2 : tensor<1x1x!dqnn.s1>, tensor<1x1x!dqnn.s1>
}

// Both go through reals; one conversion does it.
// CHECK-LABEL: func.func @conversions
// CHECK-NEXT:    %[[a:.+]] = dqnn.requantize %x : tensor<4x!dqnn.s1>
// CHECK-NEXT:    dqnn.requantize %[[a]] : tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>
func.func @conversions(%x: tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.25>> {
  %a = dqnn.dequantize %x : tensor<4xf32>
  %b = dqnn.quantize %a : tensor<4x!dqnn.s1>
  %c = dqnn.dequantize %b : tensor<4xf32>
  %d = dqnn.quantize %c : tensor<4x!quant.uniform<i8:f32, 0.25>>
  func.return %d : tensor<4x!quant.uniform<i8:f32, 0.25>>
}

// s8 x s1 -> s8 has no row: the layer stays in float, with float weights, and says why.
// CHECK-LABEL: func.func @fallback
// CHECK:         %[[d:.+]] = dqnn.dequantize %x
// CHECK:         %[[w:.+]] = dqnn.constant dense<1.000000e+00> : tensor<1x1x1x1xf32>
// CHECK:         dqnn.conv2d %[[d]], %[[w]] attributes {dqnn.fallback = {asked = "s8 x s1 -> s8 convolution", reason = "there is no such row in the kernel table of stm32", nearest = [{row = "s8 x s8 -> s8 convolution", remedy = "8-bit weights: kernel_quantizer=quantized_bits(8, ..., alpha=1)"}, {row = "s1 x s1 -> s8 convolution", remedy = "binarize its input: {{.*}}"}]}} : tensor<1x2x2x1xf32>
// CHECK:         dqnn.quantize
func.func @fallback(%x: tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>> {
  %d = dqnn.dequantize %x : tensor<1x2x2x1xf32>
  %w = dqnn.constant dense<1> : tensor<1x1x1x1xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<1x1x1x1xf32>
  %y = dqnn.conv2d %d, %v : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %y {method = "multiply_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
}

// A layer on codes takes the mask of a pool into its thresholds. Sums are -2, 0 and 2: the sign of acc - 0.5 is +1 for
// 2 alone; flipped, that of -acc + 0.5 is +1 for -2 and 0, so the weights turn round, and -acc is at least 0.
// CHECK-LABEL: func.func @flip_behind_a_layer_on_codes
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<{{\[\[}}1, 1], [-1, -1]]> : tensor<2x2xi8> as !dqnn.s1
// CHECK-DAG:     %[[t:.+]] = dqnn.constant dense<[1, 0]> : tensor<2xi32>
// CHECK:         %[[y:.+]] = dqnn.dense_threshold %x, %[[w]], %[[t]] : tensor<1x2x!dqnn.s1>
// CHECK-NEXT:    func.return %[[y]]
func.func @flip_behind_a_layer_on_codes(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x2x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<1> : tensor<2x2xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<2x2xf32>
  %b = dqnn.constant dense<-0.5> : tensor<2xf32>
  %y = dqnn.dense %d, %v, %b : tensor<1x2xf32>
  %q = dqnn.quantize %y : tensor<1x2x!dqnn.s1>
  %m = dqnn.constant dense<[1, -1]> : tensor<2xi8> as !dqnn.s1
  %f = dqnn.flip %q, %m : tensor<1x2x!dqnn.s1>
  func.return %f : tensor<1x2x!dqnn.s1>
}

// A flip before a pool, behind a layer that stays in float.
// CHECK-LABEL: func.func @flip_behind_a_float_layer
// CHECK:         %[[q:.+]] = dqnn.quantize
// CHECK:         %[[f:.+]] = dqnn.flip %[[q]]
// CHECK-NEXT:    dqnn.max_pool2d_flip %[[f]]
func.func @flip_behind_a_float_layer(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x1x2x!dqnn.s1> {
  %g = dqnn.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %z = dqnn.constant dense<0.0> : tensor<2xf32>
  %n = dqnn.batch_norm %x, %g, %z, %z, %z {epsilon = 1.0} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %n : tensor<1x2x2x2x!dqnn.s1>
  %m = dqnn.constant dense<[1, -1]> : tensor<2xi8> as !dqnn.s1
  %f = dqnn.flip %q, %m : tensor<1x2x2x2x!dqnn.s1>
  %p = dqnn.max_pool2d_flip %f, %m {kernel = [2, 2]} : tensor<1x1x1x2x!dqnn.s1>
  func.return %p : tensor<1x1x1x2x!dqnn.s1>
}

// -128 has no negative: the threshold of the channel with a negative scale is that of the other sign, and a flip follows.
// -y < 0 is y >= 1.
// CHECK-LABEL: func.func @a_weight_that_has_no_negative
// CHECK-DAG:     %[[w:.+]] = dqnn.constant dense<{{.}}[-128, 3], [-128, 4]{{.}}>
// CHECK-DAG:     %[[t:.+]] = dqnn.constant dense<[0, 1]> : tensor<2xi32>
// CHECK:         %[[y:.+]] = dqnn.dense_threshold %x, %[[w]], %[[t]]
// CHECK-NEXT:    %[[m:.+]] = dqnn.constant dense<[1, -1]> : tensor<2xi8> as !dqnn.s1
// CHECK-NEXT:    %[[f:.+]] = dqnn.flip %[[y]], %[[m]]
// CHECK-NEXT:    func.return %[[f]]
func.func @a_weight_that_has_no_negative(%x: tensor<1x2x!dqnn.s1>) -> tensor<1x2x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<[[-128, 3], [-128, 4]]> : tensor<2x2xi8> as !quant.uniform<i8:f32, 1.0>
  %v = dqnn.dequantize %w : tensor<2x2xf32>
  %y = dqnn.dense %d, %v : tensor<1x2xf32>
  %g = dqnn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %z = dqnn.constant dense<0.0> : tensor<2xf32>
  %o = dqnn.constant dense<1.0> : tensor<2xf32>
  %n = dqnn.batch_norm %y, %g, %z, %z, %o {epsilon = 0.0, formula = "scaled"} : tensor<1x2xf32>
  %q = dqnn.quantize %n : tensor<1x2x!dqnn.s1>
  func.return %q : tensor<1x2x!dqnn.s1>
}

// No kernel has codes of 10 bits: the rounding alone is left.
// CHECK-LABEL: func.func @codes_of_ten_bits
// CHECK-NEXT:    %[[y:.+]] = dqnn.fake_quantize %x {codes = !quant.uniform<i16<0:1023>:f32, 3.125000e-02>, method = "multiply_half_even"} attributes {dqnn.fallback = {asked = "f32 -> u10 quantize", reason = "there is no such row in the kernel table of stm32", nearest = [{row = "f32 -> s8 quantize", remedy = "output of s8 in place of u10"}]}} : tensor<4xf32>
// CHECK-NEXT:    func.return %[[y]]
func.func @codes_of_ten_bits(%x: tensor<4xf32>) -> tensor<4xf32> {
  %q = dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x!quant.uniform<i16<0:1023>:f32, 0.03125>>
  %d = dqnn.dequantize %q : tensor<4xf32>
  func.return %d : tensor<4xf32>
}

// A normalization with a second reader stays behind the layer; the quantizer too.
// CHECK-LABEL: func.func @not_a_quantizer_of_a_shared_value
// CHECK:         %[[y:.+]] = dqnn.dense_affine
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %[[y]]
// CHECK-NEXT:    func.return %[[y]], %[[q]]
func.func @not_a_quantizer_of_a_shared_value(%x: tensor<1x2x!dqnn.s1>) -> (tensor<1x1xf32>, tensor<1x1x!dqnn.s1>) {
  %d = dqnn.dequantize %x : tensor<1x2xf32>
  %w = dqnn.constant dense<1> : tensor<1x2xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<1x2xf32>
  %y = dqnn.dense %d, %v : tensor<1x1xf32>
  %q = dqnn.quantize %y : tensor<1x1x!dqnn.s1>
  func.return %y, %q : tensor<1x1xf32>, tensor<1x1x!dqnn.s1>
}

// Layers of a network that has codes in the file stay as they are, and float layers without quantizers.
// CHECK-LABEL: func.func @not_other_layers
// CHECK:         dqnn.dense %x, %w : tensor<1x2xf32>
// CHECK-NEXT:    func.return
func.func @not_other_layers(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = dqnn.constant dense<0.5> : tensor<2x2xf32>
  %y = dqnn.dense %x, %w : tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}
