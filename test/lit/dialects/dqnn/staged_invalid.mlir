// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.conv2d_threshold (%y): thresholds has type tensor<2xi32>, expected 1 elements of i32
%x, %w, %t = "test.op"() : () -> (tensor<1x2x2x2x!dqnn.s1>, tensor<1x1x1x2x!dqnn.s1>, tensor<2xi32>)
%y = dqnn.conv2d_threshold %x, %w, %t : tensor<1x2x2x1x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.conv2d_threshold (%y): pad_value is 2, expected 1, -1 or 0 where the input is s1
%x, %w, %t = "test.op"() : () -> (tensor<1x2x2x2x!dqnn.s1>, tensor<1x1x1x2x!dqnn.s1>, tensor<1xi32>)
%y = dqnn.conv2d_threshold %x, %w, %t {pad_value = 2} : tensor<1x2x2x1x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.conv2d_threshold (%y): weights are for 1 input channels, the input has 2
%x, %w, %t = "test.op"() : () -> (tensor<1x2x2x2x!dqnn.s1>, tensor<1x1x1x1x!dqnn.s1>, tensor<1xi32>)
%y = dqnn.conv2d_threshold %x, %w, %t : tensor<1x2x2x1x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d_threshold (%y): weights have shape [1, 1, 1, 4], expected [1, height, width, 2]
%x, %w, %t = "test.op"() : () -> (tensor<1x2x2x2x!dqnn.s1>, tensor<1x1x1x4x!dqnn.s1>, tensor<4xi32>)
%y = dqnn.depthwise_conv2d_threshold %x, %w, %t : tensor<1x2x2x4x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.dense_threshold (%y): input has elements of f32; thresholds are for sums of integers
%x, %w, %t = "test.op"() : () -> (tensor<1x2xf32>, tensor<1x2x!dqnn.s1>, tensor<1xi32>)
%y = dqnn.dense_threshold %x, %w, %t : tensor<1x1x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.dense_threshold (%y): result has elements of f32, expected s1
%x, %w, %t = "test.op"() : () -> (tensor<1x2x!dqnn.s1>, tensor<1x2x!dqnn.s1>, tensor<1xi32>)
%y = dqnn.dense_threshold %x, %w, %t : tensor<1x1xf32>

// -----

// CHECK: error: invalid IR: dqnn.dense_affine (%y): clamp_min and clamp_max are for quantized results
%x, %w, %s = "test.op"() : () -> (tensor<1x2x!dqnn.s1>, tensor<1x2x!dqnn.s1>, tensor<1xf32>)
%y = dqnn.dense_affine %x, %w, %s, %s {clamp_min = 0.0} : tensor<1x1xf32>

// -----

// CHECK: error: invalid IR: dqnn.dense_affine (%y): weights must have zero point 0
%x, %w, %s = "test.op"() : () -> (tensor<1x2x!dqnn.s1>, tensor<1x2x!quant.uniform<i8:f32, 0.5:1>>, tensor<1xf32>)
%y = dqnn.dense_affine %x, %w, %s, %s : tensor<1x1xf32>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d_affine (%y): weights have shape [1, 1, 1, 2], expected [1, height, width, 1]
%x, %w, %s = "test.op"() : () -> (tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>, tensor<2xf32>)
%y = dqnn.depthwise_conv2d_affine %x, %w, %s, %s : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.depthwise_conv2d_affine (%y): scale has type tensor<1xf32>, expected 2 elements of f32
%x, %w, %s = "test.op"() : () -> (tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>, tensor<1xf32>)
%y = dqnn.depthwise_conv2d_affine %x, %w, %s, %s : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.flip (%y): mask has shape [3], expected [2]
%x, %m = "test.op"() : () -> (tensor<1x2x!dqnn.s1>, tensor<3x!dqnn.s1>)
%y = dqnn.flip %x, %m : tensor<1x2x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.max_pool2d_flip (%y): mask has elements of f32, expected s1
%x, %m = "test.op"() : () -> (tensor<1x2x2x2x!dqnn.s1>, tensor<2xf32>)
%y = dqnn.max_pool2d_flip %x, %m {kernel = [2, 2]} : tensor<1x1x1x2x!dqnn.s1>
