// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.max_pool2d (%y): input has 2 dimensions, expected 4
%x = "test.op"() : () -> (tensor<8x8xf32>)
%y = dqnn.max_pool2d %x {kernel = [2, 2]} : tensor<4x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.max_pool2d (%y): kernel must be at least 1, got [0, 2]
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.max_pool2d %x {kernel = [0, 2]} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.max_pool2d (%y): result has shape [1, 8, 8, 4], expected [1, 7, 7, 4]
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.max_pool2d %x {kernel = [2, 2]} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.avg_pool2d (%y): result has shape [1, 7, 7, 5], expected [1, 7, 7, 4]
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.avg_pool2d %x {kernel = [2, 2]} : tensor<1x7x7x5xf32>

// -----

// CHECK: error: invalid IR: dqnn.avg_pool2d (%y): padding [2, 0, 0, 0] must be smaller than the kernel [2, 2]
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.avg_pool2d %x {kernel = [2, 2], padding = [2, 0, 0, 0]} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.avg_pool2d (%y): a window of height 9 does not fit into 8
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.avg_pool2d %x {kernel = [9, 2]} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.max_pool2d (%y): input is f32 but result is quantized
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.max_pool2d %x {kernel = [2, 2]} : tensor<1x7x7x4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.max_pool2d (%y): clamp_min 1 is above clamp_max -1
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.max_pool2d %x {kernel = [2, 2], clamp_min = 1.0, clamp_max = -1.0} : tensor<1x7x7x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mean (%y): there is no axis 4 in 4 dimensions
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.mean %x {axes = [4]} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mean (%y): there is no axis -1 in 4 dimensions
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.mean %x {axes = [-1]} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mean (%y): axes must name different axes, at least one
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.mean %x {axes = [1, 1]} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mean (%y): axes must name different axes, at least one
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.mean %x {axes = []} : tensor<1x8x8x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mean (%y): result has shape [1, 1, 1, 4], expected [1, 4]
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.mean %x {axes = [1, 2]} : tensor<1x1x1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.mean (%y): result has shape [1, 4], expected [1, 1, 1, 4]
%x = "test.op"() : () -> (tensor<1x8x8x4xf32>)
%y = dqnn.mean %x {axes = [1, 2], keep_dims = true} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.avg_pool2d (%y): rounding is "down", expected one of up
%x = "test.op"() : () -> (tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.avg_pool2d %x {kernel = [2, 2], rounding = "down"} : tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.avg_pool2d (%y): rounding has no meaning where elements are f32
%x = "test.op"() : () -> (tensor<1x2x2x4xf32>)
%y = dqnn.avg_pool2d %x {kernel = [2, 2], rounding = "up"} : tensor<1x1x1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.avg_pool2d (%y): by_columns has no meaning where elements are codes: integers add up in any order
%x = "test.op"() : () -> (tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.avg_pool2d %x {by_columns = true, kernel = [2, 2]} : tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>
