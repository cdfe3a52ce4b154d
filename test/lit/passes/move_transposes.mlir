// RUN: dqnn-opt %s -p move-transposes --split-input-file --print-debuginfo | filecheck %s

// Between two layers on channels last nothing is left. Names of layers stay.
// CHECK-LABEL: func.func @cancel
// CHECK-NEXT:    %[[p:.+]] = dqnn.max_pool2d %x {kernel = [2, 2]} : tensor<1x3x4x2xf32>
// CHECK-NEXT:    %[[r:.+]] = dqnn.relu %[[p]] : tensor<1x3x4x2xf32> loc("relu")
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %[[r]] {method = "divide_half_even"} : tensor<1x3x4x2x!quant.uniform<i8:f32, 5.000000e-01>> loc("quantize")
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %[[q]] : tensor<1x3x4x2xf32>
// CHECK-NEXT:    dqnn.max_pool2d %[[d]]
// CHECK-NOT:     transpose
func.func @cancel(%x: tensor<1x4x5x2xf32>) -> tensor<1x2x3x2xf32> {
  %p = dqnn.max_pool2d %x {kernel = [2, 2]} : tensor<1x3x4x2xf32>
  %a = dqnn.transpose %p {permutation = [0, 3, 1, 2]} : tensor<1x2x3x4xf32>
  %r = dqnn.relu %a : tensor<1x2x3x4xf32> loc("relu")
  %q = dqnn.quantize %r {method = "divide_half_even"} : tensor<1x2x3x4x!quant.uniform<i8:f32, 0.5>> loc("quantize")
  %d = dqnn.dequantize %q : tensor<1x2x3x4xf32>
  %b = dqnn.transpose %d {permutation = [0, 2, 3, 1]} : tensor<1x3x4x2xf32>
  %y = dqnn.max_pool2d %b {kernel = [2, 2]} : tensor<1x2x3x2xf32>
  func.return %y : tensor<1x2x3x2xf32>
}

// -----

// Axes of attributes are mapped; a constant of lower rank gets axes in front.
// CHECK-LABEL: func.func @axes
// CHECK-NEXT:    %[[c:.+]] = dqnn.concat %x, %y {axis = 3} : tensor<1x3x4x4xf32>
// CHECK:         %[[p:.+]] = dqnn.pad %[[c]] {padding = [0, 0, 5, 6, 7, 8, 3, 4]} : tensor<1x14x19x11xf32>
// CHECK:         %[[s:.+]] = dqnn.slice %[[p]] {offsets = [0, 2, 3, 1], strides = [1, 1, 2, 1]} : tensor<1x12x8x10xf32>
// CHECK:         %[[a:.+]] = dqnn.add %[[s]], %{{.+}} : tensor<1x12x8x10xf32>
// CHECK:         %[[l:.+]], %[[r:.+]] = dqnn.split %[[a]] {axis = 3} : tensor<1x12x8x4xf32>, tensor<1x12x8x6xf32>
// CHECK:         dqnn.mean %[[l]] {axes = [1, 2]} : tensor<1x4xf32>
// CHECK:         dqnn.mean %[[r]] {axes = [3], keep_dims = true} : tensor<1x12x8x1xf32>
func.func @axes(%x: tensor<1x3x4x1xf32>, %y: tensor<1x3x4x3xf32>) -> (tensor<1x4xf32>, tensor<1x1x12x8xf32>) {
  %0 = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x1x3x4xf32>
  %1 = dqnn.transpose %y {permutation = [0, 3, 1, 2]} : tensor<1x3x3x4xf32>
  %c = dqnn.concat %0, %1 {axis = 1} : tensor<1x4x3x4xf32>
  %p = dqnn.pad %c {padding = [0, 0, 3, 4, 5, 6, 7, 8]} : tensor<1x11x14x19xf32>
  %s = dqnn.slice %p {offsets = [0, 1, 2, 3], strides = [1, 1, 1, 2]} : tensor<1x10x12x8xf32>
  %k = dqnn.constant dense<1.0> : tensor<12x1xf32>
  %a = dqnn.add %s, %k : tensor<1x10x12x8xf32>
  %l, %r = dqnn.split %a {axis = 1} : tensor<1x4x12x8xf32>, tensor<1x6x12x8xf32>
  %m = dqnn.mean %l {axes = [2, 3]} : tensor<1x4xf32>
  %n = dqnn.mean %r {axes = [1], keep_dims = true} : tensor<1x1x12x8xf32>
  func.return %m, %n : tensor<1x4xf32>, tensor<1x1x12x8xf32>
}

// -----

// Columns of a dense layer's weights take the order of the flattened channels last, past what stands in between.
// CHECK-LABEL: func.func @flatten
// CHECK:         %[[r:.+]] = dqnn.relu %x : tensor<1x1x3x2xf32>
// CHECK:         %[[w:.+]] = dqnn.constant dense<[[0, 3, 1, 4, 2, 5], [10, 13, 11, 14, 12, 15]]> : tensor<2x6xi8> as !quant.uniform<i8:f32:0, {1.000000e+00,2.000000e+00}>
// CHECK:         %[[f:.+]] = dqnn.reshape %[[r]] : tensor<1x6xf32> loc("flatten")
// CHECK:         %[[d:.+]] = dqnn.dequantize %[[w]]
// CHECK:         dqnn.dense %[[f]], %[[d]] : tensor<1x2xf32> loc("dense")
func.func @flatten(%x: tensor<1x1x3x2xf32>) -> tensor<1x2xf32> {
  %t = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x2x1x3xf32>
  %f = dqnn.reshape %t : tensor<1x6xf32> loc("flatten")
  %r = dqnn.relu %f : tensor<1x6xf32>
  %c = dqnn.constant dense<[[0, 1, 2, 3, 4, 5], [10, 11, 12, 13, 14, 15]]> : tensor<2x6xi8> as !quant.uniform<i8:f32:0, {1.0,2.0}>
  %w = dqnn.dequantize %c : tensor<2x6xf32>
  %y = dqnn.dense %r, %w : tensor<1x2xf32> loc("dense")
  func.return %y : tensor<1x2xf32>
}

// -----

// At the edges codes are transposed, not reals; two readers share one.
// CHECK-LABEL: func.func @edges
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %x
// CHECK-NEXT:    %[[t:.+]] = dqnn.transpose %[[q]] {permutation = [0, 2, 3, 1]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %[[t]]
// CHECK-NEXT:    %[[a:.+]] = dqnn.max_pool2d %[[d]] {kernel = [2, 2]}
// CHECK-NEXT:    %[[b:.+]] = dqnn.avg_pool2d %[[d]] {kernel = [2, 2]}
// CHECK-NEXT:    %[[s:.+]] = dqnn.add %[[a]], %[[b]]
// CHECK-NEXT:    %[[p:.+]] = dqnn.quantize %[[s]]
// CHECK-NEXT:    %[[u:.+]] = dqnn.transpose %[[p]] {permutation = [0, 3, 1, 2]}
// CHECK-NEXT:    %[[y:.+]] = dqnn.dequantize %[[u]]
// CHECK-NEXT:    func.return %[[y]]
func.func @edges(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x3x3xf32> {
  %q = dqnn.quantize %x : tensor<1x2x4x4x!quant.uniform<i8:f32, 0.5>>
  %d = dqnn.dequantize %q : tensor<1x2x4x4xf32>
  %0 = dqnn.transpose %d {permutation = [0, 2, 3, 1]} : tensor<1x4x4x2xf32>
  %1 = dqnn.max_pool2d %0 {kernel = [2, 2]} : tensor<1x3x3x2xf32>
  %2 = dqnn.transpose %1 {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
  %3 = dqnn.transpose %d {permutation = [0, 2, 3, 1]} : tensor<1x4x4x2xf32>
  %4 = dqnn.avg_pool2d %3 {kernel = [2, 2]} : tensor<1x3x3x2xf32>
  %5 = dqnn.transpose %4 {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
  %s = dqnn.add %2, %5 : tensor<1x2x3x3xf32>
  %p = dqnn.quantize %s : tensor<1x2x3x3x!quant.uniform<i8:f32, 0.25>>
  %y = dqnn.dequantize %p : tensor<1x2x3x3xf32>
  func.return %y : tensor<1x2x3x3xf32>
}

// -----

// One stays where the other operand has another order, and where the operator means the axis: a softmax its last one.
// CHECK-LABEL: func.func @stay
// CHECK:         %[[t:.+]] = dqnn.transpose %x
// CHECK:         dqnn.add %[[t]], %y
// CHECK:         %[[u:.+]] = dqnn.transpose %z
// CHECK:         dqnn.softmax %[[u]]
func.func @stay(%x: tensor<1x3x3x3xf32>, %y: tensor<1x3x3x3xf32>, %z: tensor<1x3x3x3xf32>) -> (tensor<1x3x3x3xf32>, tensor<1x3x3x3xf32>) {
  %0 = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x3x3x3xf32>
  %1 = dqnn.add %0, %y : tensor<1x3x3x3xf32>
  %2 = dqnn.transpose %z {permutation = [0, 3, 1, 2]} : tensor<1x3x3x3xf32>
  %3 = dqnn.softmax %2 : tensor<1x3x3x3xf32>
  func.return %1, %3 : tensor<1x3x3x3xf32>, tensor<1x3x3x3xf32>
}

// -----

// Where nothing but axes of size 1 moves, a reshape does; past a reshape of such axes a transpose goes.
// CHECK-LABEL: func.func @unit_axes
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %x : tensor<1x1x5x7xf32>
// CHECK-NEXT:    dqnn.reshape %y : tensor<1x1x5x3xf32>
// CHECK-NOT:     dqnn.transpose %y
func.func @unit_axes(%x: tensor<1x5x7x1xf32>, %y: tensor<1x5x3xf32>) -> (tensor<1x1x5x7xf32>, tensor<1x4x3xf32>) {
  %0 = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x1x5x7xf32>
  %1 = dqnn.transpose %y {permutation = [0, 2, 1]} : tensor<1x3x5xf32>
  %2 = dqnn.reshape %1 : tensor<1x3x1x5xf32>
  %3 = dqnn.transpose %2 {permutation = [0, 2, 3, 1]} : tensor<1x1x5x3xf32>
  %4 = dqnn.max_pool2d %3 {kernel = [1, 2]} : tensor<1x1x4x3xf32>
  %5 = dqnn.reshape %4 : tensor<1x4x3xf32>
  func.return %0, %5 : tensor<1x1x5x7xf32>, tensor<1x4x3xf32>
}

// -----

// Nor past codes with a scale for each channel.
// CHECK-LABEL: func.func @scales_of_channels
// CHECK-NEXT:    %[[t:.+]] = dqnn.transpose %x
// CHECK-NEXT:    dqnn.quantize %[[t]]
func.func @scales_of_channels(%x: tensor<1x3x3x2xf32>) -> tensor<1x2x3x3x!quant.uniform<i8:f32:1, {1.0,2.0}>> {
  %0 = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
  %1 = dqnn.quantize %0 : tensor<1x2x3x3x!quant.uniform<i8:f32:1, {1.0,2.0}>>
  func.return %1 : tensor<1x2x3x3x!quant.uniform<i8:f32:1, {1.0,2.0}>>
}

// -----

// Up past a reshape that adds an axis of size 1, and so to codes: a layer of one dimension with channels first.
// CHECK-LABEL: func.func @one_dimension
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %x
// CHECK-NEXT:    %[[t:.+]] = dqnn.transpose %[[q]] {permutation = [0, 2, 1]} : tensor<1x5x3x!quant.uniform<i8:f32, 5.000000e-01>> loc("conv")
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %[[t]] : tensor<1x5x3xf32>
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %[[d]] : tensor<1x1x5x3xf32> loc("conv")
// CHECK-NEXT:    dqnn.max_pool2d %[[r]]
func.func @one_dimension(%x: tensor<1x3x5xf32>) -> tensor<1x1x4x3xf32> {
  %q = dqnn.quantize %x : tensor<1x3x5x!quant.uniform<i8:f32, 0.5>>
  %d = dqnn.dequantize %q : tensor<1x3x5xf32>
  %t = dqnn.transpose %d {permutation = [0, 2, 1]} : tensor<1x5x3xf32> loc("conv")
  %r = dqnn.reshape %t : tensor<1x1x5x3xf32> loc("conv")
  %y = dqnn.max_pool2d %r {kernel = [1, 2]} : tensor<1x1x4x3xf32>
  func.return %y : tensor<1x1x4x3xf32>
}

// -----

// Not past a reshape that splits an axis, nor past one that somebody else reads.
// CHECK-LABEL: func.func @other_reshapes
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %x : tensor<1x3x5xf32>
// CHECK-NEXT:    dqnn.transpose %[[r]]
// CHECK-NEXT:    %[[s:.+]] = dqnn.reshape %y : tensor<1x3x5x1xf32>
// CHECK-NEXT:    dqnn.transpose %[[s]]
func.func @other_reshapes(%x: tensor<1x15xf32>, %y: tensor<1x3x5xf32>) -> (tensor<1x5x3xf32>, tensor<1x5x1x3xf32>, tensor<1x3x5x1xf32>) {
  %r = dqnn.reshape %x : tensor<1x3x5xf32>
  %0 = dqnn.transpose %r {permutation = [0, 2, 1]} : tensor<1x5x3xf32>
  %s = dqnn.reshape %y : tensor<1x3x5x1xf32>
  %1 = dqnn.transpose %s {permutation = [0, 2, 3, 1]} : tensor<1x5x1x3xf32>
  func.return %0, %1, %s : tensor<1x5x3xf32>, tensor<1x5x1x3xf32>, tensor<1x3x5x1xf32>
}

// -----

// Nor past codes of 16 bits.
// CHECK-LABEL: func.func @codes_of_16_bits
// CHECK-NEXT:    %[[t:.+]] = dqnn.transpose %x
// CHECK-NEXT:    dqnn.quantize %[[t]]
func.func @codes_of_16_bits(%x: tensor<1x3x3x2xf32>) -> tensor<1x2x3x3x!quant.uniform<i16:f32, 0.5>> {
  %0 = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
  %1 = dqnn.quantize %0 : tensor<1x2x3x3x!quant.uniform<i16:f32, 0.5>>
  func.return %1 : tensor<1x2x3x3x!quant.uniform<i16:f32, 0.5>>
}
