// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.batch_norm (%y): mean has shape [3], expected [2]
%x, %c, %d = "test.op"() : () -> (tensor<1x2xf32>, tensor<2xf32>, tensor<3xf32>)
%y = dqnn.batch_norm %x, %c, %c, %d, %c {epsilon = 0.001} : tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.batch_norm (%y): formula is "fused", expected one of centered, scaled
%x, %c = "test.op"() : () -> (tensor<1x2xf32>, tensor<2xf32>)
%y = dqnn.batch_norm %x, %c, %c, %c, %c {epsilon = 0.001, formula = "fused"} : tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.batch_norm (%y): epsilon must be finite and not negative
%x, %c = "test.op"() : () -> (tensor<1x2xf32>, tensor<2xf32>)
%y = dqnn.batch_norm %x, %c, %c, %c, %c {epsilon = -0.001} : tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.batch_norm (%y): input has elements of !dqnn.s1, expected f32 or a quantized type
%x, %c = "test.op"() : () -> (tensor<1x2x!dqnn.s1>, tensor<2xf32>)
%y = dqnn.batch_norm %x, %c, %c, %c, %c {epsilon = 0.001} : tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.batch_norm (%y): result has shape [1, 3], expected [1, 2]
%x, %c = "test.op"() : () -> (tensor<1x2xf32>, tensor<2xf32>)
%y = dqnn.batch_norm %x, %c, %c, %c, %c {epsilon = 0.001} : tensor<1x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.prelu (%y): alpha of shape [2, 1, 2] is larger than the input
%x, %a = "test.op"() : () -> (tensor<1x2xf32>, tensor<2x1x2xf32>)
%y = dqnn.prelu %x, %a : tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.prelu (%y): input has elements of !quant.uniform<i8:f32, 5.000000e-01>, expected f32
%x, %a = "test.op"() : () -> (tensor<1x2x!quant.uniform<i8:f32, 0.5>>, tensor<2xf32>)
%y = dqnn.prelu %x, %a : tensor<1x2x!quant.uniform<i8:f32, 0.5>>
