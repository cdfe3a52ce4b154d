// RUN: dqnn-opt %s -p move-quantizers --print-debuginfo | filecheck %s

// CHECK-LABEL: func.func @quantize_before_pool_and_reshape
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %x : tensor<1x4x4x2x!dqnn.s1> loc("sign")
// CHECK-NEXT:    %[[p:.+]] = dqnn.max_pool2d %[[q]] {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2x!dqnn.s1> loc("pool")
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %[[p]] : tensor<1x8x!dqnn.s1> loc("flatten")
// CHECK-NEXT:    func.return %[[r]]
func.func @quantize_before_pool_and_reshape(%x: tensor<1x4x4x2xf32>) -> tensor<1x8x!dqnn.s1> {
  %p = dqnn.max_pool2d %x {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32> loc("pool")
  %r = dqnn.reshape %p : tensor<1x8xf32> loc("flatten")
  %q = dqnn.quantize %r : tensor<1x8x!dqnn.s1> loc("sign")
  func.return %q : tensor<1x8x!dqnn.s1>
}

// A concatenation has a quantizer for each input, with the method of the one.
// CHECK-LABEL: func.func @quantize_before_concat
// CHECK-NEXT:    %[[a:.+]] = dqnn.quantize %x {method = "multiply_half_even"} : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    %[[b:.+]] = dqnn.quantize %y {method = "multiply_half_even"} : tensor<1x3x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    dqnn.concat %[[a]], %[[b]] {axis = 1} : tensor<1x5x!quant.uniform<i8:f32, 5.000000e-01>>
func.func @quantize_before_concat(%x: tensor<1x2xf32>, %y: tensor<1x3xf32>) -> tensor<1x5x!quant.uniform<i8:f32, 0.5>> {
  %c = dqnn.concat %x, %y {axis = 1} : tensor<1x5xf32>
  %q = dqnn.quantize %c {method = "multiply_half_even"} : tensor<1x5x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<1x5x!quant.uniform<i8:f32, 0.5>>
}

// Somebody else needs the reals.
// CHECK-LABEL: func.func @not_past_a_second_reader
// CHECK-NEXT:    dqnn.reshape %x
// CHECK-NEXT:    dqnn.quantize
func.func @not_past_a_second_reader(%x: tensor<1x4xf32>) -> (tensor<4xf32>, tensor<4x!dqnn.s1>) {
  %r = dqnn.reshape %x : tensor<4xf32>
  %q = dqnn.quantize %r : tensor<4x!dqnn.s1>
  func.return %r, %q : tensor<4xf32>, tensor<4x!dqnn.s1>
}

// CHECK-LABEL: func.func @equal_quantizers_are_one
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %x : tensor<1x4x!dqnn.s1>
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %[[q]]
// CHECK-NEXT:    func.return %[[r]], %[[r]]
func.func @equal_quantizers_are_one(%x: tensor<1x4xf32>) -> (tensor<4x!dqnn.s1>, tensor<4x!dqnn.s1>) {
  %r = dqnn.reshape %x : tensor<4xf32>
  %p = dqnn.quantize %r : tensor<4x!dqnn.s1>
  %q = dqnn.quantize %r : tensor<4x!dqnn.s1>
  func.return %p, %q : tensor<4x!dqnn.s1>, tensor<4x!dqnn.s1>
}

// CHECK-LABEL: func.func @other_codes_are_not
// CHECK:         dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK:         dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>
func.func @other_codes_are_not(%x: tensor<4xf32>) -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.25>>) {
  %p = dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %q = dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x!quant.uniform<i8:f32, 0.25>>
  func.return %p, %q : tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.25>>
}

// TensorFlow Lite's quantizers stay where the file has them.
// CHECK-LABEL: func.func @not_tensorflow_lite
// CHECK-NEXT:    dqnn.reshape %x
// CHECK-NEXT:    dqnn.quantize
func.func @not_tensorflow_lite(%x: tensor<1x4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  %r = dqnn.reshape %x : tensor<4xf32>
  %q = dqnn.quantize %r : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<4x!quant.uniform<i8:f32, 0.5>>
}

// CHECK-LABEL: func.func @not_past_arithmetic
// CHECK-NEXT:    dqnn.add
// CHECK-NEXT:    dqnn.quantize
func.func @not_past_arithmetic(%x: tensor<4xf32>) -> tensor<4x!dqnn.s1> {
  %r = dqnn.add %x, %x : tensor<4xf32>
  %q = dqnn.quantize %r : tensor<4x!dqnn.s1>
  func.return %q : tensor<4x!dqnn.s1>
}

// CHECK-LABEL: func.func @signs_stay_packed
// CHECK-NEXT:    %[[p:.+]] = dqnn.max_pool2d %x {kernel = [2, 2]} : tensor<1x3x3x2x!dqnn.s1>
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %[[p]] : tensor<1x18x!dqnn.s1>
// CHECK-NEXT:    dqnn.dequantize %[[r]] : tensor<1x18xf32>
func.func @signs_stay_packed(%x: tensor<1x4x4x2x!dqnn.s1>) -> tensor<1x18xf32> {
  %d = dqnn.dequantize %x : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %d {kernel = [2, 2]} : tensor<1x3x3x2xf32>
  %r = dqnn.reshape %p : tensor<1x18xf32>
  func.return %r : tensor<1x18xf32>
}

// Codes of 8 bits only where a quantizer comes again, or the end: a network that leaves them for reals meant to.
// CHECK-LABEL: func.func @codes_that_leave_for_reals
// CHECK-NEXT:    dqnn.dequantize
// CHECK-NEXT:    dqnn.max_pool2d
// CHECK-NEXT:    dqnn.sigmoid
func.func @codes_that_leave_for_reals(%x: tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x2x2xf32> {
  %d = dqnn.dequantize %x : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %d {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %s = dqnn.sigmoid %p : tensor<1x2x2x2xf32>
  func.return %s : tensor<1x2x2x2xf32>
}

// A reshape costs nothing on either side: behind it, codes lie next to the operator that reads them.
// CHECK-LABEL: func.func @reshaped_codes
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %x : tensor<1x1x4x2x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %[[r]]
// CHECK-NEXT:    dqnn.avg_pool2d %[[d]]
func.func @reshaped_codes(%x: tensor<1x4x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x1x2xf32> {
  %d = dqnn.dequantize %x : tensor<1x4x2xf32>
  %r = dqnn.reshape %d : tensor<1x1x4x2xf32>
  %p = dqnn.avg_pool2d %r {kernel = [1, 4]} : tensor<1x1x1x2xf32>
  func.return %p : tensor<1x1x1x2xf32>
}

// CHECK-LABEL: func.func @codes_that_are_an_output
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %x : tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %[[r]]
// CHECK-NEXT:    func.return %[[d]]
func.func @codes_that_are_an_output(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4xf32> {
  %d = dqnn.dequantize %x : tensor<1x4xf32>
  %r = dqnn.reshape %d : tensor<4xf32>
  func.return %r : tensor<4xf32>
}

// CHECK-LABEL: func.func @codes_that_meet_a_quantized_layer
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %x : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    dqnn.dequantize %[[r]]
func.func @codes_that_meet_a_quantized_layer(%x: tensor<1x2x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1xf32> {
  %d = dqnn.dequantize %x : tensor<1x2x2xf32>
  %r = dqnn.reshape %d : tensor<1x4xf32>
  %w = dqnn.constant dense<1> : tensor<1x4xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<1x4xf32>
  %y = dqnn.dense %r, %v : tensor<1x1xf32>
  func.return %y : tensor<1x1xf32>
}

// An average is no value of the window.
// CHECK-LABEL: func.func @not_past_an_average
// CHECK-NEXT:    dqnn.avg_pool2d
// CHECK-NEXT:    dqnn.quantize
func.func @not_past_an_average(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2x!dqnn.s1> {
  %p = dqnn.avg_pool2d %x {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %p : tensor<1x2x2x2x!dqnn.s1>
  func.return %q : tensor<1x2x2x2x!dqnn.s1>
}

// A pool that clamps does more than move.
// CHECK-LABEL: func.func @not_past_a_clamp
// CHECK-NEXT:    dqnn.max_pool2d
// CHECK-NEXT:    dqnn.quantize
func.func @not_past_a_clamp(%x: tensor<1x4x4x2xf32>) -> tensor<1x3x3x2x!dqnn.s1> {
  %p = dqnn.max_pool2d %x {clamp_min = 0.5, kernel = [2, 2]} : tensor<1x3x3x2xf32>
  %q = dqnn.quantize %p : tensor<1x3x3x2x!dqnn.s1>
  func.return %q : tensor<1x3x3x2x!dqnn.s1>
}

// Signs and reals have no element type in common.
// CHECK-LABEL: func.func @signs_joined_with_reals
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %x
// CHECK-NEXT:    dqnn.concat %[[d]], %y
func.func @signs_joined_with_reals(%x: tensor<1x4x!dqnn.s1>, %y: tensor<1x4xf32>) -> tensor<1x8xf32> {
  %d = dqnn.dequantize %x : tensor<1x4xf32>
  %c = dqnn.concat %d, %y {axis = 1} : tensor<1x8xf32>
  func.return %c : tensor<1x8xf32>
}

// No mover takes codes of 16 bits.
// CHECK-LABEL: func.func @not_of_16_bits
// CHECK-NEXT:    dqnn.reshape %x : tensor<4xf32>
// CHECK-NEXT:    dqnn.quantize
func.func @not_of_16_bits(%x: tensor<1x4xf32>) -> tensor<4x!quant.uniform<i16:f32, 0.5>> {
  %r = dqnn.reshape %x : tensor<4xf32>
  %q = dqnn.quantize %r {method = "divide_half_even"} : tensor<4x!quant.uniform<i16:f32, 0.5>>
  func.return %q : tensor<4x!quant.uniform<i16:f32, 0.5>>
}
