// RUN: dqnn-opt %s --split-input-file -p 'place-channels{inputs-ch-position=chlast outputs-ch-position=chlast}' | filecheck %s --check-prefix=LAST
// RUN: dqnn-opt %s --split-input-file -p 'place-channels{inputs-ch-position=chfirst outputs-ch-position=chfirst}' | filecheck %s --check-prefix=FIRST
// RUN: dqnn-opt %s --split-input-file -p 'place-channels{inputs-ch-position=chlast outputs-ch-position=chlast},move-transposes' | filecheck %s --check-prefix=MOVED
// RUN: dqnn-opt %s --split-input-file -p place-channels | filecheck %s --check-prefix=AUTO
// RUN: dqnn-opt %s --split-input-file -p 'place-channels{inputs-ch-position=chlast outputs-ch-position=chlast},place-channels{inputs-ch-position=chfirst outputs-ch-position=chfirst}' | filecheck %s --check-prefix=BACK

// Channels first, in real numbers and in codes: the pool knows, past quantizers, additions and transposes.
// LAST-LABEL: func.func @first
// LAST-SAME:      (%x: tensor<1x5x6x4xf32> {dqnn.name = "image", dqnn.order = array<i64: 0, 2, 3, 1>})
// LAST-SAME:      -> (tensor<1x3x3x4x!quant.uniform<i8:f32, 5.000000e-01>> {dqnn.name = "out", dqnn.order = array<i64: 0, 2, 3, 1>})
// LAST-NEXT:    %[[x:.+]] = dqnn.transpose %x {permutation = [0, 3, 1, 2]} : tensor<1x4x5x6xf32>
// LAST-NEXT:    dqnn.quantize %[[x]]
// LAST:         %[[y:.+]] = dqnn.transpose %{{.+}} {permutation = [0, 2, 3, 1]} : tensor<1x3x3x4x!quant.uniform<i8:f32, 5.000000e-01>>
// LAST-NEXT:    func.return %[[y]]
// FIRST-LABEL: func.func @first
// FIRST-SAME:      (%x: tensor<1x4x5x6xf32> {dqnn.name = "image"}) -> (tensor<1x4x3x3x{{[^{]*}} {dqnn.name = "out"})
// FIRST-NEXT:    dqnn.quantize %x
// MOVED-LABEL: func.func @first
// MOVED-NEXT:    %[[q:.+]] = dqnn.quantize %x
// MOVED-NEXT:    %[[a:.+]] = dqnn.add %[[q]], %[[q]]
// MOVED-NEXT:    %[[p:.+]] = dqnn.max_pool2d %[[a]]
// MOVED-NEXT:    func.return %[[p]]
// AUTO-LABEL: func.func @first
// AUTO-SAME:      (%x: tensor<1x4x5x6xf32> {dqnn.name = "image"}) -> (tensor<1x4x3x3x{{[^{]*}} {dqnn.name = "out"})
// Where they were, no attribute says anything.
// BACK-LABEL: func.func @first
// BACK-SAME:      (%x: tensor<1x4x5x6xf32> {dqnn.name = "image"}) -> (tensor<1x4x3x3x{{[^{]*}} {dqnn.name = "out"})
func.func @first(%x: tensor<1x4x5x6xf32> {dqnn.name = "image"}) -> (tensor<1x4x3x3x!quant.uniform<i8:f32, 0.5>> {dqnn.name = "out"}) {
  %q = dqnn.quantize %x {method = "divide_half_even"} : tensor<1x4x5x6x!quant.uniform<i8:f32, 0.5>>
  %a = dqnn.add %q, %q : tensor<1x4x5x6x!quant.uniform<i8:f32, 0.5>>
  %t = dqnn.transpose %a {permutation = [0, 2, 3, 1]} : tensor<1x5x6x4x!quant.uniform<i8:f32, 0.5>>
  %p = dqnn.max_pool2d %t {kernel = [3, 4]} : tensor<1x3x3x4x!quant.uniform<i8:f32, 0.5>>
  %y = dqnn.transpose %p {permutation = [0, 3, 1, 2]} : tensor<1x4x3x3x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<1x4x3x3x!quant.uniform<i8:f32, 0.5>>
}

// -----

// Channels last already, as TensorFlow Lite has them.
// LAST-LABEL: func.func @last(%x: tensor<1x5x6x4xf32>) -> tensor<1x3x3x4xf32>
// LAST-NEXT:    dqnn.max_pool2d %x
// FIRST-LABEL: func.func @last
// FIRST-SAME:      (%x: tensor<1x4x5x6xf32> {dqnn.order = array<i64: 0, 3, 1, 2>}) -> (tensor<1x4x3x3xf32> {dqnn.order = array<i64: 0, 3, 1, 2>})
// FIRST-NEXT:    %[[x:.+]] = dqnn.transpose %x {permutation = [0, 2, 3, 1]} : tensor<1x5x6x4xf32>
// FIRST-NEXT:    dqnn.max_pool2d %[[x]]
// FIRST-NEXT:    %[[y:.+]] = dqnn.transpose %{{.+}} {permutation = [0, 3, 1, 2]} : tensor<1x4x3x3xf32>
// FIRST-NEXT:    func.return %[[y]]
func.func @last(%x: tensor<1x5x6x4xf32>) -> tensor<1x3x3x4xf32> {
  %p = dqnn.max_pool2d %x {kernel = [3, 4]} : tensor<1x3x3x4xf32>
  func.return %p : tensor<1x3x3x4xf32>
}

// -----

// One dimension besides channels. The axis of size 1 that the layer computes with is not the model's.
// LAST-LABEL: func.func @one_dimension(%x: tensor<1x9x4xf32> {dqnn.order = array<i64: 0, 2, 1>}) -> (tensor<1x7x4xf32> {dqnn.order = array<i64: 0, 2, 1>})
// FIRST-LABEL: func.func @one_dimension(%x: tensor<1x4x9xf32>) -> tensor<1x4x7xf32>
// MOVED-LABEL: func.func @one_dimension
// MOVED-NEXT:    %[[r:.+]] = dqnn.reshape %x : tensor<1x1x9x4xf32>
// MOVED-NEXT:    %[[p:.+]] = dqnn.avg_pool2d %[[r]] {kernel = [1, 3]} : tensor<1x1x7x4xf32>
// MOVED-NEXT:    %[[y:.+]] = dqnn.reshape %[[p]] : tensor<1x7x4xf32>
// MOVED-NEXT:    func.return %[[y]]
func.func @one_dimension(%x: tensor<1x4x9xf32>) -> tensor<1x4x7xf32> {
  %t = dqnn.transpose %x {permutation = [0, 2, 1]} : tensor<1x9x4xf32>
  %r = dqnn.reshape %t : tensor<1x1x9x4xf32>
  %p = dqnn.avg_pool2d %r {kernel = [1, 3]} : tensor<1x1x7x4xf32>
  %s = dqnn.reshape %p : tensor<1x7x4xf32>
  %y = dqnn.transpose %s {permutation = [0, 2, 1]} : tensor<1x4x7xf32>
  func.return %y : tensor<1x4x7xf32>
}

// -----

// Batch and channels alone have no layout, and need no layer that knows.
// LAST-LABEL: func.func @two_dimensions(%x: tensor<1x4xf32>) -> tensor<1x4xf32>
// FIRST-LABEL: func.func @two_dimensions(%x: tensor<1x4xf32>) -> tensor<1x4xf32>
func.func @two_dimensions(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = dqnn.relu %x : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// -----

// Two readers, and one does not know: it reads what it did. Of a flattened image the columns of weights move.
// MOVED-LABEL: func.func @two_readers(%x: tensor<1x1x3x2xf32> {dqnn.order = array<i64: 0, 2, 3, 1>})
// MOVED-NOT:     dqnn.transpose
// MOVED:         dqnn.constant dense<{{\[\[}}0.000000e+00, 3.000000e+00, 1.000000e+00, 4.000000e+00, 2.000000e+00, 5.000000e+00]]>
// MOVED-NOT:     dqnn.transpose
func.func @two_readers(%x: tensor<1x2x1x3xf32>) -> (tensor<1x1xf32>, tensor<1x1x1x2xf32>) {
  %f = dqnn.reshape %x : tensor<1x6xf32>
  %w = dqnn.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]> : tensor<1x6xf32>
  %d = dqnn.dense %f, %w : tensor<1x1xf32>
  %t = dqnn.transpose %x {permutation = [0, 2, 3, 1]} : tensor<1x1x3x2xf32>
  %p = dqnn.max_pool2d %t {kernel = [1, 3]} : tensor<1x1x1x2xf32>
  func.return %d, %p : tensor<1x1xf32>, tensor<1x1x1x2xf32>
}
