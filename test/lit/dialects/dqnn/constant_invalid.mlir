// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// A wrong number of bytes cannot be written in text: see test/unit/dialects/test_dqnn.py.

// CHECK: error: invalid IR: dqnn.constant (%y): data has shape [2], the result [3]
%y = "dqnn.constant"() <{value = dense<0.0> : tensor<2xf32>}> : () -> tensor<3xf32>

// -----

// CHECK: error: invalid IR: dqnn.constant (%y): data has elements of f32, expected i8
%y = "dqnn.constant"() <{value = dense<0.0> : tensor<2xf32>}> : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.constant (%y): data has elements of i8, expected ui8
%y = "dqnn.constant"() <{value = dense<0> : tensor<2xi8>}> : () -> tensor<2x!quant.uniform<u8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.constant (%y): no tensor of a network has elements of type f64
%y = "dqnn.constant"() <{value = dense<0.0> : tensor<2xf64>}> : () -> tensor<2xf64>

// -----

// CHECK: error: invalid IR: dqnn.constant (%y): result has 3 scales for size 2 of axis 0
%y = "dqnn.constant"() <{value = dense<0> : tensor<2xi8>}> : () -> tensor<2x!quant.uniform<i8:f32:0, {0.5,0.5,0.5}>>

// -----

// CHECK: error: invalid IR: dqnn.constant (%y): result is quantized along axis 1 but has 1 dimensions
%y = "dqnn.constant"() <{value = dense<0> : tensor<2xi8>}> : () -> tensor<2x!quant.uniform<i8:f32:1, {0.5,0.5}>>

// -----

// CHECK: error: invalid IR: dqnn.constant (%y): data from -128 to 3 is outside of the range -127 to 127
%y = "dqnn.constant"() <{value = dense<[3, -128]> : tensor<2xi8>}> : () -> tensor<2x!quant.uniform<i8<-127:127>:f32, 0.5>>
