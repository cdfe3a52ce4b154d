// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.add (%y): shapes [1, 8, 4] and [3] do not broadcast
%x, %w = "test.op"() : () -> (tensor<1x8x4xf32>, tensor<3xf32>)
%y = dqnn.add %x, %w : tensor<1x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.sub (%y): result has shape [1, 8, 4], expected [2, 8, 4]
%x, %w = "test.op"() : () -> (tensor<1x8x4xf32>, tensor<2x1x4xf32>)
%y = dqnn.sub %x, %w : tensor<1x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mul (%y): rhs is f32 but lhs is quantized
%x, %w = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4xf32>)
%y = dqnn.mul %x, %w : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.add (%y): lhs is f32 but result is quantized
%x, %w = "test.op"() : () -> (tensor<4xf32>, tensor<4xf32>)
%y = dqnn.add %x, %w : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.add (%y): rhs is quantized per axis, expected one scale
%x, %w = "test.op"() : () -> (tensor<2x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32:0, {0.5,0.25}>>)
%y = dqnn.add %x, %w : tensor<2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.add (%y): clamp_min and clamp_max must be finite; leave out a bound that is not there
%x, %w = "test.op"() : () -> (tensor<4xf32>, tensor<4xf32>)
%y = dqnn.add %x, %w {clamp_min = 0xFFC00000} : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.maximum (%y): result has shape [4], expected [1, 4]
%x, %w = "test.op"() : () -> (tensor<4xf32>, tensor<1x4xf32>)
%y = dqnn.maximum %x, %w : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.minimum (%y): rhs is f32 but lhs is quantized
%x, %w = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4xf32>)
%y = dqnn.minimum %x, %w : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.minimum (%y): lhs has elements of i32, expected f32 or a quantized type
%x, %w = "test.op"() : () -> (tensor<4xi32>, tensor<4xf32>)
%y = dqnn.minimum %x, %w : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mul (%y): rounding is "twice", expected one of once, float
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.mul %x, %x {rounding = "twice"} : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.sub (%y): rounding is "once", expected one of float
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.sub %x, %x {rounding = "once"} : tensor<4x!quant.uniform<i8:f32, 0.5>>
