// RUN: dqnn-opt %s -p insert-float-fallback --split-input-file --verify-diagnostics | filecheck %s

// Kernels that slide over an image take one image.
// CHECK: layer 'stem'{{.*}}s8 x s8 -> s8 convolution: supported where the batch is 1; nor in float: f32 x f32 -> f32 convolution: supported where the batch is 1
func.func @conv2d(%x : tensor<2x4x4x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<2x4x4x1x!quant.uniform<i8:f32, 1.0>> {
  %w = dqnn.constant dense<1> : tensor<1x1x1x1xi8> as !quant.uniform<i8:f32:0, {0.25}>
  %y = "dqnn.conv2d"(%x, %w) <{strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>}> : (tensor<2x4x4x1x!quant.uniform<i8:f32, 0.5>>, tensor<1x1x1x1x!quant.uniform<i8:f32:0, {0.25}>>) -> tensor<2x4x4x1x!quant.uniform<i8:f32, 1.0>> loc("stem")
  func.return %y : tensor<2x4x4x1x!quant.uniform<i8:f32, 1.0>>
}
// -----
// CHECK: dqnn.depthwise_conv2d (%y): no kernel {{.*}}supported where the batch is 1
func.func @depthwise(%x : tensor<2x4x4x1xf32>) -> tensor<2x4x4x1xf32> {
  %w = dqnn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %y = dqnn.depthwise_conv2d %x, %w : tensor<2x4x4x1xf32>
  func.return %y : tensor<2x4x4x1xf32>
}
// -----
// CHECK: dqnn.transpose_conv2d (%y): no kernel {{.*}}supported where the batch is 1
func.func @transposed(%x : tensor<2x4x4x1xf32>) -> tensor<2x4x4x1xf32> {
  %w = dqnn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %y = dqnn.transpose_conv2d %x, %w : tensor<2x4x4x1xf32>
  func.return %y : tensor<2x4x4x1xf32>
}
// -----
// CHECK: dqnn.max_pool2d (%y): no kernel {{.*}}supported where the batch is 1
func.func @pool(%x : tensor<2x4x4x1xf32>) -> tensor<2x3x3x1xf32> {
  %y = dqnn.max_pool2d %x {kernel = [2, 2]} : tensor<2x3x3x1xf32>
  func.return %y : tensor<2x3x3x1xf32>
}
// -----
// CHECK: dqnn.resize_nearest (%y): no kernel {{.*}}supported where the batch is 1
func.func @resize(%x : tensor<2x4x4x1xf32>) -> tensor<2x8x8x1xf32> {
  %y = dqnn.resize_nearest %x : tensor<2x8x8x1xf32>
  func.return %y : tensor<2x8x8x1xf32>
}
// -----
// Rows of a dense layer are no images.
// CHECK: func.func @dense
// CHECK: dqnn.dense {{.*}} : tensor<2x1xf32>
func.func @dense(%x : tensor<2x4xf32>) -> tensor<2x1xf32> {
  %w = dqnn.constant dense<1.0> : tensor<1x4xf32>
  %y = dqnn.dense %x, %w : tensor<2x1xf32>
  func.return %y : tensor<2x1xf32>
}
