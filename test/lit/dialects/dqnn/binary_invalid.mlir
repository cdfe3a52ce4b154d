// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.constant (%w): data of s1 elements has values other than 1 and -1
%w = dqnn.constant dense<[1, 0]> : tensor<2xi8> as !dqnn.s1

// -----

// CHECK: error: invalid IR: dqnn.constant (%w): data has elements of i32, expected i8
%w = dqnn.constant dense<[1, -1]> : tensor<2xi32> as !dqnn.s1

// -----

// CHECK: error: invalid IR: dqnn.quantize (%y): input has elements of !dqnn.s1, expected f32
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = dqnn.quantize %x : tensor<4x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.quantize (%y): method has no meaning where the result is s1; leave it out
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.quantize %x {method = "multiply_half_even"} : tensor<4x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.quantize (%y): method is "truncate", expected one of divide_half_away, multiply_half_even, divide_half_even
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.quantize %x {method = "truncate"} : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.dequantize (%y): result has elements of !dqnn.s1, expected f32
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = dqnn.dequantize %x : tensor<4x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.requantize (%y): result has elements of !dqnn.s1, expected a quantized type
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = dqnn.requantize %x : tensor<4x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.pad (%y): value is 0, elements of s1 are 1 or -1
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = dqnn.pad %x {padding = [1, 1]} : tensor<6x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.avg_pool2d (%y): input has elements of !dqnn.s1, expected f32 or a quantized type
%x = "test.op"() : () -> (tensor<1x2x2x1x!dqnn.s1>)
%y = dqnn.avg_pool2d %x {kernel = [2, 2]} : tensor<1x1x1x1x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.max_pool2d (%y): clamp_min and clamp_max have no meaning where elements are s1
%x = "test.op"() : () -> (tensor<1x2x2x1x!dqnn.s1>)
%y = dqnn.max_pool2d %x {kernel = [2, 2], clamp_min = 0.0} : tensor<1x1x1x1x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.concat (%z): input 1 is quantized but input 0 is s1
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = "test.op"() : () -> (tensor<4x!quant.uniform<i8:f32, 0.5>>)
%z = dqnn.concat %x, %y {axis = 0} : tensor<8x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.add (%y): lhs has elements of !dqnn.s1, expected f32 or a quantized type
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = dqnn.add %x, %x : tensor<4x!dqnn.s1>

// -----

// CHECK: error: invalid IR: dqnn.reverse_bits (%y): input has elements of f32, expected s1
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.reverse_bits %x : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.reverse_bits (%y): result has {{.*}}
%x = "test.op"() : () -> (tensor<4x!dqnn.s1>)
%y = dqnn.reverse_bits %x : tensor<8x!dqnn.s1>
