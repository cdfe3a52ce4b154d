// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.relu (%y): result has shape [1, 3], expected [1, 4]
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.relu %x : tensor<1x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.relu6 (%y): input is f32 but result is quantized
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.relu6 %x : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.tanh (%y): result has codes of 32 bits, expected 8
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.tanh %x : tensor<4x!quant.uniform<i32:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.sigmoid (%y): input is quantized from f16, expected f32
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f16, 0.5>>)
%y = dqnn.sigmoid %x : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.clip (%y): min 1 is not at or below max -1
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.clip %x {min = 1.0, max = -1.0} : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.clip (%y): min nan is not at or below max 1
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.clip %x {min = 0x7FC00000, max = 1.0} : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.clip (%y): property 'min' expected in operation 'dqnn.clip'
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.clip %x {max = -1.0} : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.leaky_relu (%y): alpha must be finite
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.leaky_relu %x {alpha = 0x7F800000} : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.hard_swish (%y): result scale 0.00390625 is too fine: it must be above 1/128 of the input's 0.5
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.hard_swish %x : tensor<4x!quant.uniform<i8:f32, 0.00390625>>

// -----

// CHECK: error: invalid IR: dqnn.softmax (%y): a scalar has no last axis
%x = "test.op"() : () -> (tensor<f32>)
%y = dqnn.softmax %x : tensor<f32>

// -----

// CHECK: error: invalid IR: dqnn.softmax (%y): beta must be positive and finite
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.softmax %x {beta = 0.0} : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.leaky_relu (%y): method has no meaning where elements are f32
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.leaky_relu %x {alpha = 0.1, method = "divide_half_even"} : tensor<4xf32>
