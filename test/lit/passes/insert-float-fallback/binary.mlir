// What no kernel does with signs is done with reals.
//
// RUN: dqnn-opt %s -p insert-float-fallback | filecheck %s

// CHECK-LABEL: func.func @along_rows
// CHECK-DAG:     %[[a:.+]] = dqnn.dequantize %x : tensor<1x2x40xf32>
// CHECK-DAG:     %[[b:.+]] = dqnn.dequantize %y : tensor<1x3x40xf32>
// CHECK:         %[[c:.+]] = dqnn.concat %[[a]], %[[b]] {axis = 1} attributes {dqnn.fallback = {{.*}} : tensor<1x5x40xf32>
// CHECK-NEXT:    dqnn.quantize %[[c]] : tensor<1x5x40x!dqnn.s1>
func.func @along_rows(%x: tensor<1x2x40x!dqnn.s1>, %y: tensor<1x3x40x!dqnn.s1>) -> tensor<1x5x40x!dqnn.s1> {
  %c = dqnn.concat %x, %y {axis = 1} : tensor<1x5x40x!dqnn.s1>
  func.return %c : tensor<1x5x40x!dqnn.s1>
}

// CHECK-LABEL: func.func @not_along_channels
// CHECK-NEXT:    dqnn.concat %x, %y {axis = 2} : tensor<1x2x43x!dqnn.s1>
func.func @not_along_channels(%x: tensor<1x2x40x!dqnn.s1>, %y: tensor<1x2x3x!dqnn.s1>) -> tensor<1x2x43x!dqnn.s1> {
  %c = dqnn.concat %x, %y {axis = 2} : tensor<1x2x43x!dqnn.s1>
  func.return %c : tensor<1x2x43x!dqnn.s1>
}

// 20 channels would begin in the middle of words; a pool wants pixels.
// CHECK-LABEL: func.func @other_channels
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %x
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %[[d]] attributes {dqnn.fallback = {{.*}} : tensor<1x4x2x20xf32>
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %[[r]]
// CHECK-NEXT:    dqnn.max_pool2d %[[q]]
func.func @other_channels(%x: tensor<1x2x2x40x!dqnn.s1>) -> tensor<1x4x2x20x!dqnn.s1> {
  %r = dqnn.reshape %x : tensor<1x4x2x20x!dqnn.s1>
  %p = dqnn.max_pool2d %r {kernel = [1, 1]} : tensor<1x4x2x20x!dqnn.s1>
  func.return %p : tensor<1x4x2x20x!dqnn.s1>
}

// A dense layer has its weights in the same words.
// CHECK-LABEL: func.func @not_before_a_dense_layer
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %x : tensor<1x160x!dqnn.s1>
func.func @not_before_a_dense_layer(%x: tensor<1x2x2x40x!dqnn.s1>) -> tensor<1x3x!dqnn.s1> {
  %r = dqnn.reshape %x : tensor<1x160x!dqnn.s1>
  %w = dqnn.constant dense<1> : tensor<3x160xi8> as !dqnn.s1
  %t = dqnn.constant dense<0> : tensor<3xi32>
  %y = dqnn.dense_threshold %r, %w, %t : tensor<1x3x!dqnn.s1>
  func.return %y : tensor<1x3x!dqnn.s1>
}

// CHECK-LABEL: func.func @moved
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %x
// CHECK-NEXT:    %[[s:.+]] = dqnn.slice %[[d]]
// CHECK-NEXT:    dqnn.quantize %[[s]]
func.func @moved(%x: tensor<1x4x4x2x!dqnn.s1>) -> tensor<1x2x4x2x!dqnn.s1> {
  %s = dqnn.slice %x {offsets = [0, 1, 0, 0], strides = [1, 1, 1, 1]} : tensor<1x2x4x2x!dqnn.s1>
  func.return %s : tensor<1x2x4x2x!dqnn.s1>
}
