// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.conv2d (%y): input has 3 dimensions, expected 4
%x, %w = "test.op"() : () -> (tensor<8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights has 3 dimensions, expected 4
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): result has shape [1, 8, 8, 3], expected [1, 8, 8, 2]
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): result has shape [1, 8, 8, 2], expected [1, 4, 3, 2]
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x4xf32>)
%y = dqnn.conv2d %x, %w {strides = [2, 3], padding = [1, 1, 1, 1]} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): a window of height 9 does not fit into 8
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x5x1x4xf32>)
%y = dqnn.conv2d %x, %w {dilations = [2, 1]} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): a window of width 10 does not fit into 9
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x10x4xf32>)
%y = dqnn.conv2d %x, %w {padding = [0, 0, 1, 0]} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights [2, 1, 1, 3] do not divide 4 input channels into groups
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x3xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights [3, 1, 1, 2] do not divide 4 input channels into groups
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<3x1x1x2xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): strides must be at least 1, got [1, 0]
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w {strides = [1, 0]} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): strides has 1 entries, expected 2
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w {strides = [1]} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): dilations must be at least 1, got [0, 1]
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w {dilations = [0, 1]} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): padding must be at least 0, got [0, 0, -1, 0]
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w {padding = [0, 0, -1, 0]} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): clamp_min 6 is above clamp_max 0
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w {clamp_min = 6.0, clamp_max = 0.0} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): clamp_min and clamp_max must be finite; leave out a bound that is not there
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w {clamp_max = 0x7F800000} : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): bias has shape [3], expected [2]
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>, tensor<3xf32>)
%y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): bias has 2 dimensions, expected 1
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>, tensor<1x2xf32>)
%y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): input is f32 but result is quantized
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights is f32 but input is quantized
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): input has elements of i8, expected f32 or a quantized type
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xi8>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): expected a static shape, got tensor<1x?x8x4xf32>
%x, %w = "test.op"() : () -> (tensor<1x?x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): input has no elements: [1, 0, 8, 4]
%x, %w = "test.op"() : () -> (tensor<1x0x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): input is quantized per axis, expected one scale
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32:3, {0.5,0.5,0.5,0.5}>>, tensor<2x1x1x4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): input has codes of 16 bits, expected 8
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i16:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights have codes of 16 bits, expected 8
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i16:f32, 0.5>>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights are quantized along axis 3, expected 0
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32:3, {0.5,0.5,0.5,0.5}>>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights has 3 scales for size 2 of axis 0
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32:0, {0.5,0.5,0.5}>>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): weights is quantized along axis 4 but has 4 dimensions
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32:4, {0.5,0.5,0.5}>>)
%y = dqnn.conv2d %x, %w : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): bias must have signed codes of 32 bits and zero point 0
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.25>>)
%y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): bias must have signed codes of 32 bits and zero point 0
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i32:f32, 0.25:1>>)
%y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): bias scale 0.5 of channel 0 is not input scale * weights scale, 0.25
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i32:f32, 0.5>>)
%y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): bias scale 0.25 of channel 1 is not input scale * weights scale, 0.5
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32:0, {0.5,1.0}>>, tensor<2x!quant.uniform<i32:f32:0, {0.25,0.25}>>)
%y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): bias has 1 scales, the weights 2
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x4x!quant.uniform<i8:f32:0, {0.5,1.0}>>, tensor<2x!quant.uniform<i32:f32, 0.25>>)
%y = dqnn.conv2d %x, %w, %b : tensor<1x8x8x2x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d (%y): weights have shape [2, 3, 3, 4], expected a leading 1
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x4xf32>)
%y = dqnn.depthwise_conv2d %x, %w : tensor<1x6x6x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d (%y): 6 output channels are no multiple of 4 input channels
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<1x3x3x6xf32>)
%y = dqnn.depthwise_conv2d %x, %w : tensor<1x6x6x6xf32>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d (%y): result has shape [1, 8, 8, 8], expected [1, 6, 6, 8]
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<1x3x3x8xf32>)
%y = dqnn.depthwise_conv2d %x, %w : tensor<1x8x8x8xf32>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d (%y): weights are quantized along axis 0, expected 3
%x, %w = "test.op"() : () -> (tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>, tensor<1x3x3x4x!quant.uniform<i8:f32:0, {0.5}>>)
%y = dqnn.depthwise_conv2d %x, %w : tensor<1x6x6x4x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d (%y): bias has shape [1], expected [4]
%x, %w, %b = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<1x3x3x4xf32>, tensor<1xf32>)
%y = dqnn.depthwise_conv2d %x, %w, %b : tensor<1x6x6x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose_conv2d (%y): weights are for 3 input channels, the input has 4
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x3xf32>)
%y = dqnn.transpose_conv2d %x, %w : tensor<1x10x10x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose_conv2d (%y): result has shape [1, 16, 16, 2], expected [1, 17, 17, 2]
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x4xf32>)
%y = dqnn.transpose_conv2d %x, %w {strides = [2, 2]} : tensor<1x16x16x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose_conv2d (%y): padding at the top and left must not be negative
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x4xf32>)
%y = dqnn.transpose_conv2d %x, %w {padding = [-1, 0, 0, 0]} : tensor<1x16x16x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose_conv2d (%y): padding has 2 entries, expected 4
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x4xf32>)
%y = dqnn.transpose_conv2d %x, %w {padding = [1, 1]} : tensor<1x16x16x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose_conv2d (%y): the padding cuts off the whole result
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x4xf32>)
%y = dqnn.transpose_conv2d %x, %w {padding = [5, 5, 0, 0]} : tensor<1x16x16x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.dense (%y): input has 4 dimensions, expected 2
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x4xf32>)
%y = dqnn.dense %x, %w : tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.dense (%y): weights are for 5 inputs, the input has 4
%x, %w = "test.op"() : () -> (tensor<1x4xf32>, tensor<2x5xf32>)
%y = dqnn.dense %x, %w : tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.dense (%y): result has shape [1, 3], expected [1, 2]
%x, %w = "test.op"() : () -> (tensor<1x4xf32>, tensor<2x4xf32>)
%y = dqnn.dense %x, %w : tensor<1x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose_conv2d (%y): rounding is "twice", expected one of once
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x3x3x4xf32>)
%y = dqnn.transpose_conv2d %x, %w {rounding = "twice"} : tensor<1x10x10x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.conv2d (%y): rounding is "twice", expected one of once, float_near_ties
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<2x1x1x4xf32>)
%y = dqnn.conv2d %x, %w {rounding = "twice"} : tensor<1x8x8x2xf32>

// -----

// Depthwise convolutions have no table of near ties.
// CHECK: error: invalid IR: dqnn.depthwise_conv2d (%y): rounding is "float_near_ties", expected one of once
%x, %w = "test.op"() : () -> (tensor<1x8x8x4xf32>, tensor<1x1x1x4xf32>)
%y = dqnn.depthwise_conv2d %x, %w {rounding = "float_near_ties"} : tensor<1x8x8x4xf32>
