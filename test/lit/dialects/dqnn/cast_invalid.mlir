// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.quantize (%y): input has elements of !quant.uniform<i8:f32, 5.000000e-01>, expected f32
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.quantize %x : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.quantize (%y): result has elements of f32, expected a quantized type
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.quantize %x : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.dequantize (%y): input has elements of f32, expected a quantized type
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.dequantize %x : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.dequantize (%y): result has elements of !quant.uniform<i8:f32, 5.000000e-01>, expected f32
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.dequantize %x : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.requantize (%y): result has elements of f32, expected a quantized type
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.requantize %x : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.requantize (%y): result has shape [5], expected [4]
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.requantize %x : tensor<5x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.quantize (%y): result has 3 scales for size 4 of axis 0
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.quantize %x : tensor<4x!quant.uniform<i8:f32:0, {0.5,0.25,1.0}>>

// -----

// CHECK: error: invalid IR: dqnn.requantize (%y): method is "multiply_half_even", expected one of divide_half_even
%x = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.requantize %x {method = "multiply_half_even"} : tensor<4x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.requantize (%y): method has no meaning from or to s1; leave it out
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = dqnn.requantize %x {method = "divide_half_even"} : tensor<4x!quant.uniform<i8:f32, 0.25>>
