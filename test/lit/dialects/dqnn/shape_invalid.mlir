// RUN: dqnn-opt %s --verify-diagnostics --split-input-file | filecheck %s --match-full-lines

// CHECK: error: invalid IR: dqnn.reshape (%y): [1, 4] and [5] have different numbers of elements
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.reshape %x : tensor<5xf32>

// -----

// CHECK: error: invalid IR: dqnn.reshape (%y): element types of input and result differ: f32, !quant.uniform<i8:f32, 5.000000e-01>
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.reshape %x : tensor<4x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.reshape (%y): element types of input and result differ: !quant.uniform<i8:f32, 5.000000e-01>, !quant.uniform<i8:f32, 2.500000e-01>
%x = "test.op"() : () -> (tensor<1x4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.reshape %x : tensor<4x!quant.uniform<i8:f32, 0.25>>

// -----

// CHECK: error: invalid IR: dqnn.transpose (%y): [0, 0] is no permutation of 2 axes
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.transpose %x {permutation = [0, 0]} : tensor<4x1xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose (%y): [1] is no permutation of 2 axes
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.transpose %x {permutation = [1]} : tensor<4x1xf32>

// -----

// CHECK: error: invalid IR: dqnn.transpose (%y): result has shape [1, 4], expected [4, 1]
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.transpose %x {permutation = [1, 0]} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.slice (%y): offsets, strides and result need one entry for each of 2 axes
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.slice %x {offsets = [0], strides = [1, 1]} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.slice (%y): the stride of axis 1 is 0
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.slice %x {offsets = [0, 0], strides = [1, 0]} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.slice (%y): elements 1 to 4 of axis 1 are not all inside of 4
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.slice %x {offsets = [0, 1], strides = [1, 1]} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.slice (%y): elements 1 to -1 of axis 1 are not all inside of 4
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.slice %x {offsets = [0, 1], strides = [1, -1]} : tensor<1x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.slice (%y): elements -1 to 1 of axis 1 are not all inside of 4
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.slice %x {offsets = [0, -1], strides = [1, 1]} : tensor<1x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.split (%y0): the parts make up [1, 5], the input is [1, 4]
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y0, %y1 = dqnn.split %x {axis = 1} : tensor<1x2xf32>, tensor<1x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.split (%y0): shapes [1, 2] and [2, 2] differ beside axis 1
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y0, %y1 = dqnn.split %x {axis = 1} : tensor<1x2xf32>, tensor<2x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.split (%y0): there is no axis 2 in 2 dimensions
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y0, %y1 = dqnn.split %x {axis = 2} : tensor<1x2xf32>, tensor<1x2xf32>

// -----

// CHECK: error: invalid IR: dqnn.split (%y0): element types of input and result differ: f32, !quant.uniform<i8:f32, 5.000000e-01>
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y0, %y1 = dqnn.split %x {axis = 1} : tensor<1x2xf32>, tensor<1x2x!quant.uniform<i8:f32, 0.5>>

// -----

// CHECK: error: invalid IR: dqnn.concat (%y): there is no axis -1 in 2 dimensions
%x, %w = "test.op"() : () -> (tensor<1x4xf32>, tensor<1x4xf32>)
%y = dqnn.concat %x, %w {axis = -1} : tensor<1x8xf32>

// -----

// CHECK: error: invalid IR: dqnn.concat (%y): shapes [1, 4] and [2, 4] differ beside axis 1
%x, %w = "test.op"() : () -> (tensor<1x4xf32>, tensor<2x4xf32>)
%y = dqnn.concat %x, %w {axis = 1} : tensor<1x8xf32>

// -----

// CHECK: error: invalid IR: dqnn.concat (%y): shapes [1, 4] and [4] differ beside axis 1
%x, %w = "test.op"() : () -> (tensor<1x4xf32>, tensor<4xf32>)
%y = dqnn.concat %x, %w {axis = 1} : tensor<1x8xf32>

// -----

// CHECK: error: invalid IR: dqnn.concat (%y): result has shape [1, 7], expected [1, 8]
%x, %w = "test.op"() : () -> (tensor<1x4xf32>, tensor<1x4xf32>)
%y = dqnn.concat %x, %w {axis = 1} : tensor<1x7xf32>

// -----

// CHECK: error: invalid IR: dqnn.concat (%y): input 0 is f32 but input 1 is quantized
%x, %w = "test.op"() : () -> (tensor<1x4xf32>, tensor<1x4x!quant.uniform<i8:f32, 0.5>>)
%y = dqnn.concat %x, %w {axis = 1} : tensor<1x8xf32>

// -----

// CHECK: error: invalid IR: dqnn.concat (%y): at least one tensor is needed
%y = dqnn.concat {axis = 0} : tensor<4xf32>

// -----

// CHECK: error: invalid IR: dqnn.pad (%y): padding has 2 entries, expected 4
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.pad %x {padding = [0, 0]} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.pad (%y): padding must be at least 0, got [0, 0, -1, 0]
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.pad %x {padding = [0, 0, -1, 0]} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.pad (%y): result has shape [1, 4], expected [1, 7]
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.pad %x {padding = [0, 0, 1, 2]} : tensor<1x4xf32>

// -----

// CHECK: error: invalid IR: dqnn.pad (%y): value must be a number
%x = "test.op"() : () -> (tensor<4xf32>)
%y = dqnn.pad %x {padding = [0, 1], value = 0x7FC00000} : tensor<5xf32>

// -----

// CHECK: error: invalid IR: dqnn.resize_nearest (%y): input has 2 dimensions, expected 4
%x = "test.op"() : () -> (tensor<1x4xf32>)
%y = dqnn.resize_nearest %x : tensor<1x8xf32>

// -----

// CHECK: error: invalid IR: dqnn.resize_nearest (%y): result has shape [1, 8, 8, 3], expected [1, 8, 8, 2]
%x = "test.op"() : () -> (tensor<1x4x4x2xf32>)
%y = dqnn.resize_nearest %x : tensor<1x8x8x3xf32>

// -----

// CHECK: error: invalid IR: dqnn.resize_nearest (%y): align_corners and half_pixel_centers exclude each other
%x = "test.op"() : () -> (tensor<1x4x4x2xf32>)
%y = dqnn.resize_nearest %x {align_corners = true, half_pixel_centers = true} : tensor<1x8x8x2xf32>
