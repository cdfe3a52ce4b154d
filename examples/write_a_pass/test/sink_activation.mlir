// RUN: dqnn-opt %s -p sink-activation | filecheck %s

// The pool moves up to the input, the activation down to the result.
// CHECK-LABEL: func.func @sinks
// CHECK-SAME:    %[[X:[a-z0-9_]+]]: tensor<1x4x4x2xf32>
// CHECK-NEXT:    %[[P:[a-z0-9_]+]] = dqnn.max_pool2d %[[X]] {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
// CHECK-NEXT:    %[[Y:[a-z0-9_]+]] = dqnn.relu %[[P]] : tensor<1x2x2x2xf32>
// CHECK-NEXT:    func.return %[[Y]]
func.func @sinks(%x : tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %r = dqnn.relu %x : tensor<1x4x4x2xf32>
  %y = dqnn.max_pool2d %r {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// Codes keep their types: the pool has that of the activation's input, the activation that of the pool's result.
// CHECK-LABEL: func.func @sinks_codes
// CHECK-NEXT:    dqnn.max_pool2d {{.*}} : tensor<1x2x2x2x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    dqnn.relu6 {{.*}} : tensor<1x2x2x2x!quant.uniform<i8:f32, 6.250000e-02:-128>>
func.func @sinks_codes(%x : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.0625:-128>> {
  %r = dqnn.relu6 %x : tensor<1x4x4x2x!quant.uniform<i8:f32, 0.0625:-128>>
  %y = dqnn.max_pool2d %r {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.0625:-128>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.0625:-128>>
}

// The activation's values have another reader.
// CHECK-LABEL: func.func @stays_for_another_use
// CHECK-NEXT:    dqnn.relu
// CHECK-NEXT:    dqnn.max_pool2d
func.func @stays_for_another_use(%x : tensor<1x4x4x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x4x4x2xf32>) {
  %r = dqnn.relu %x : tensor<1x4x4x2xf32>
  %y = dqnn.max_pool2d %r {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  func.return %y, %r : tensor<1x2x2x2xf32>, tensor<1x4x4x2xf32>
}

// The pool clamps on its own.
// CHECK-LABEL: func.func @stays_for_a_clamped_pool
// CHECK-NEXT:    dqnn.relu
// CHECK-NEXT:    dqnn.max_pool2d
func.func @stays_for_a_clamped_pool(%x : tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %r = dqnn.relu %x : tensor<1x4x4x2xf32>
  %y = dqnn.max_pool2d %r {kernel = [2, 2], strides = [2, 2], clamp_max = 1.0} : tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// An average of activations is not the activation of an average.
// CHECK-LABEL: func.func @stays_for_an_average
// CHECK-NEXT:    dqnn.relu
// CHECK-NEXT:    dqnn.avg_pool2d
func.func @stays_for_an_average(%x : tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %r = dqnn.relu %x : tensor<1x4x4x2xf32>
  %y = dqnn.avg_pool2d %r {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}
