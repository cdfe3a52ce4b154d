// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @moves
func.func @moves(%x: tensor<1x4x6x2xf32>) -> tensor<1x8x12x2xf32> {
  // CHECK: %a = dqnn.reshape %x : tensor<1x24x2xf32>
  %a = dqnn.reshape %x : tensor<1x24x2xf32>
  // CHECK: %b = dqnn.transpose %a {permutation = [0, 2, 1]} : tensor<1x2x24xf32>
  %b = dqnn.transpose %a {permutation = [0, 2, 1]} : tensor<1x2x24xf32>
  // CHECK: %c = dqnn.slice %b {offsets = [0, 1, 20], strides = [1, 1, -2]} : tensor<1x1x8xf32>
  %c = dqnn.slice %b {offsets = [0, 1, 20], strides = [1, 1, -2]} : tensor<1x1x8xf32>
  // CHECK: %d, %e = dqnn.split %c {axis = 2} : tensor<1x1x3xf32>, tensor<1x1x5xf32>
  %d, %e = dqnn.split %c {axis = 2} : tensor<1x1x3xf32>, tensor<1x1x5xf32>
  // CHECK: %f = dqnn.concat %e, %d, %e, %d {axis = 2} : tensor<1x1x16xf32>
  %f = dqnn.concat %e, %d, %e, %d {axis = 2} : tensor<1x1x16xf32>
  // CHECK: %g = dqnn.pad %f {padding = [0, 0, 1, 2, 0, 8]} : tensor<1x4x24xf32>
  %g = dqnn.pad %f {padding = [0, 0, 1, 2, 0, 8], value = 0.0} : tensor<1x4x24xf32>
  // CHECK: %h = dqnn.pad %g {padding = [0, 0, 0, 0, 0, 0], value = -1.500000e+00} : tensor<1x4x24xf32>
  %h = dqnn.pad %g {padding = [0, 0, 0, 0, 0, 0], value = -1.5} : tensor<1x4x24xf32>
  %i = dqnn.reshape %h : tensor<1x4x12x2xf32>
  // CHECK: %j = dqnn.resize_nearest %i {half_pixel_centers = true} : tensor<1x8x12x2xf32>
  %j = dqnn.resize_nearest %i {half_pixel_centers = true, align_corners = false} : tensor<1x8x12x2xf32>
  func.return %j : tensor<1x8x12x2xf32>
}

// A concat may bring its operands to one scale.
// CHECK-LABEL: func.func @concat_scales
func.func @concat_scales(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5>>, %y: tensor<1x4x!quant.uniform<i8:f32, 0.25>>) -> tensor<1x8x!quant.uniform<i8:f32, 0.5>> {
  // CHECK: %z = dqnn.concat %x, %y {axis = 1} : tensor<1x8x!quant.uniform<i8:f32, 5.000000e-01>>
  %z = dqnn.concat %x, %y {axis = 1} : tensor<1x8x!quant.uniform<i8:f32, 0.5>>
  func.return %z : tensor<1x8x!quant.uniform<i8:f32, 0.5>>
}
