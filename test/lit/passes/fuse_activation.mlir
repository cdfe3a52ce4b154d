// RUN: dqnn-opt %s -p fuse-activation --print-debuginfo | filecheck %s

// The layer before keeps its own name.
// CHECK-LABEL: func.func @fuse_relu_into_conv2d
// CHECK:         %y = dqnn.conv2d %x, %w {clamp_min = 0.000000e+00} : tensor<1x4x4x2xf32> loc("conv")
// CHECK-NEXT:    func.return %y
func.func @fuse_relu_into_conv2d(%x: tensor<1x4x4x4xf32>) -> tensor<1x4x4x2xf32> {
  %w = dqnn.constant dense<0.5> : tensor<2x1x1x4xf32>
  %y = dqnn.conv2d %x, %w : tensor<1x4x4x2xf32> loc("conv")
  %z = dqnn.relu %y : tensor<1x4x4x2xf32> loc("relu")
  func.return %z : tensor<1x4x4x2xf32>
}

// CHECK-LABEL: func.func @fuse_relu6_into_depthwise_int8
// CHECK:         dqnn.depthwise_conv2d %x, %w {clamp_max = 6.000000e+00, clamp_min = 0.000000e+00}
// CHECK-NEXT:    func.return
func.func @fuse_relu6_into_depthwise_int8(%x: tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25:-3>> {
  %w = dqnn.constant dense<1> : tensor<1x1x1x2xi8> as !quant.uniform<i8:f32, 0.5>
  %y = dqnn.depthwise_conv2d %x, %w : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25:-3>>
  %z = dqnn.relu6 %y : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25:-3>>
  func.return %z : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.25:-3>>
}

// Bounds intersect; a chain of activations becomes one pair of bounds.
// CHECK-LABEL: func.func @fuse_chain_into_add
// CHECK-NEXT:    dqnn.add %x, %x {clamp_max = 4.000000e+00, clamp_min = 0.000000e+00}
// CHECK-NEXT:    func.return
func.func @fuse_chain_into_add(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = dqnn.add %x, %x {clamp_min = -1.0, clamp_max = 8.0} : tensor<4xf32>
  %b = dqnn.relu6 %a : tensor<4xf32>
  %c = dqnn.clip %b {min = -2.0, max = 4.0} : tensor<4xf32>
  func.return %c : tensor<4xf32>
}

// An infinite bound is none.
// CHECK-LABEL: func.func @fuse_half_open_clip_into_dense
// CHECK:         dqnn.dense %x, %w {clamp_min = 1.000000e+00}
// CHECK-NEXT:    func.return
func.func @fuse_half_open_clip_into_dense(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %w = dqnn.constant dense<0.5> : tensor<2x4xf32>
  %y = dqnn.dense %x, %w : tensor<1x2xf32>
  %z = dqnn.clip %y {min = 1.0, max = 0x7F800000} : tensor<1x2xf32>
  func.return %z : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @fuse_into_others
// CHECK-NEXT:    dqnn.mul %x, %x {clamp_min = 0.000000e+00}
// CHECK-NEXT:    dqnn.sub %{{.+}}, %x {clamp_min = 0.000000e+00}
// CHECK-NEXT:    dqnn.max_pool2d %{{.+}} {clamp_min = 0.000000e+00, kernel = [2, 2]}
// CHECK-NEXT:    dqnn.avg_pool2d %{{.+}} {clamp_min = 0.000000e+00, kernel = [2, 2]}
// CHECK-NEXT:    func.return
func.func @fuse_into_others(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32> {
  %a = dqnn.mul %x, %x : tensor<1x4x4x1xf32>
  %b = dqnn.relu %a : tensor<1x4x4x1xf32>
  %c = dqnn.sub %b, %x : tensor<1x4x4x1xf32>
  %d = dqnn.relu %c : tensor<1x4x4x1xf32>
  %e = dqnn.max_pool2d %d {kernel = [2, 2]} : tensor<1x3x3x1xf32>
  %f = dqnn.relu %e : tensor<1x3x3x1xf32>
  %g = dqnn.avg_pool2d %f {kernel = [2, 2]} : tensor<1x2x2x1xf32>
  %h = dqnn.relu %g : tensor<1x2x2x1xf32>
  func.return %h : tensor<1x2x2x1xf32>
}

// The layer's result has another use, which must not be clamped.
// CHECK-LABEL: func.func @no_fuse_two_uses
// CHECK-NEXT:    %y = dqnn.add %x, %x : tensor<4xf32>
// CHECK-NEXT:    %z = dqnn.relu %y : tensor<4xf32>
func.func @no_fuse_two_uses(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %y = dqnn.add %x, %x : tensor<4xf32>
  %z = dqnn.relu %y : tensor<4xf32>
  func.return %y, %z : tensor<4xf32>, tensor<4xf32>
}

// The activation rescales: it rounds on its own.
// CHECK-LABEL: func.func @no_fuse_other_scale
// CHECK-NEXT:    %y = dqnn.add %x, %x : {{.+}}
// CHECK-NEXT:    %z = dqnn.relu %y : {{.+}}
func.func @no_fuse_other_scale(%x: tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.25:-128>> {
  %y = dqnn.add %x, %x : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %z = dqnn.relu %y : tensor<4x!quant.uniform<i8:f32, 0.25:-128>>
  func.return %z : tensor<4x!quant.uniform<i8:f32, 0.25:-128>>
}

// The two ranges do not meet: the result is a constant that no pair of bounds gives.
// CHECK-LABEL: func.func @no_fuse_disjoint_bounds
// CHECK-NEXT:    %y = dqnn.add %x, %x {clamp_max = -1.000000e+00} : tensor<4xf32>
// CHECK-NEXT:    %z = dqnn.relu %y : tensor<4xf32>
func.func @no_fuse_disjoint_bounds(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = dqnn.add %x, %x {clamp_max = -1.0} : tensor<4xf32>
  %z = dqnn.relu %y : tensor<4xf32>
  func.return %z : tensor<4xf32>
}

// These have no fused activation.
// CHECK-LABEL: func.func @no_fuse_into_others
// CHECK-NEXT:    dqnn.maximum
// CHECK-NEXT:    dqnn.relu
// CHECK-NEXT:    dqnn.softmax
// CHECK-NEXT:    dqnn.relu6
// CHECK-NEXT:    dqnn.leaky_relu
func.func @no_fuse_into_others(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = dqnn.maximum %x, %x : tensor<4xf32>
  %b = dqnn.relu %a : tensor<4xf32>
  %c = dqnn.softmax %b : tensor<4xf32>
  %d = dqnn.relu6 %c : tensor<4xf32>
  %e = dqnn.leaky_relu %d {alpha = 0.5} : tensor<4xf32>
  func.return %e : tensor<4xf32>
}
