// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @max_pool2d
func.func @max_pool2d(%x: tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32> {
  // CHECK: %y = dqnn.max_pool2d %x {kernel = [2, 2], strides = [2, 2]} : tensor<1x4x4x4xf32>
  %y = dqnn.max_pool2d %x {kernel = [2, 2], strides = [2, 2]} : tensor<1x4x4x4xf32>
  func.return %y : tensor<1x4x4x4xf32>
}

// CHECK-LABEL: func.func @avg_pool2d
func.func @avg_pool2d(%x: tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>> {
  // CHECK: %y = dqnn.avg_pool2d %x {clamp_max = 6.000000e+00, kernel = [3, 3], padding = [1, 1, 1, 1]} : tensor<1x8x8x4x!quant.uniform<i8:f32, 5.000000e-01>>
  %y = dqnn.avg_pool2d %x {kernel = [3, 3], padding = [1, 1, 1, 1], strides = [1, 1], clamp_max = 6.0} : tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<1x8x8x4x!quant.uniform<i8:f32, 0.5>>
}

// CHECK-LABEL: func.func @avg_pool2d_rounding_up
func.func @avg_pool2d_rounding_up(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>> {
  // CHECK: %y = dqnn.avg_pool2d %x {kernel = [2, 2], rounding = "up"} : tensor<1x1x1x4x!quant.uniform<i8:f32, 5.000000e-01>>
  %y = dqnn.avg_pool2d %x {kernel = [2, 2], rounding = "up"} : tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<1x1x1x4x!quant.uniform<i8:f32, 0.5>>
}

// CHECK-LABEL: func.func @avg_pool2d_by_columns
func.func @avg_pool2d_by_columns(%x: tensor<1x2x2x4xf32>) -> tensor<1x1x1x4xf32> {
  // CHECK: %y = dqnn.avg_pool2d %x {by_columns = true, kernel = [2, 2]} : tensor<1x1x1x4xf32>
  %y = dqnn.avg_pool2d %x {by_columns = true, kernel = [2, 2]} : tensor<1x1x1x4xf32>
  func.return %y : tensor<1x1x1x4xf32>
}

// CHECK-LABEL: func.func @mean
func.func @mean(%x: tensor<1x8x8x4xf32>) -> (tensor<1x4xf32>, tensor<1x1x8x4xf32>) {
  // CHECK: %y = dqnn.mean %x {axes = [1, 2]} : tensor<1x4xf32>
  %y = dqnn.mean %x {axes = [1, 2], keep_dims = false} : tensor<1x4xf32>
  // CHECK: %z = dqnn.mean %x {axes = [1], keep_dims = true} : tensor<1x1x8x4xf32>
  %z = dqnn.mean %x {axes = [1], keep_dims = true} : tensor<1x1x8x4xf32>
  func.return %y, %z : tensor<1x4xf32>, tensor<1x1x8x4xf32>
}
