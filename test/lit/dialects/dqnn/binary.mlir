// RUN: ROUNDTRIP

// CHECK-LABEL: func.func @binary
func.func @binary(%x: tensor<1x4x4x2xf32>) -> tensor<1x8xf32> {
  // CHECK: %a = dqnn.quantize %x : tensor<1x4x4x2x!dqnn.s1>
  %a = dqnn.quantize %x : tensor<1x4x4x2x!dqnn.s1>
  // CHECK: %b = dqnn.pad %a {padding = [0, 0, 1, 1, 1, 1, 0, 0], value = -1.000000e+00} : tensor<1x6x6x2x!dqnn.s1>
  %b = dqnn.pad %a {padding = [0, 0, 1, 1, 1, 1, 0, 0], value = -1.0} : tensor<1x6x6x2x!dqnn.s1>
  // CHECK: %c = dqnn.max_pool2d %b {kernel = [3, 3], strides = [3, 3]} : tensor<1x2x2x2x!dqnn.s1>
  %c = dqnn.max_pool2d %b {kernel = [3, 3], strides = [3, 3]} : tensor<1x2x2x2x!dqnn.s1>
  // CHECK: %d = dqnn.slice %c {offsets = [0, 0, 0, 1], strides = [1, 1, 1, 1]} : tensor<1x2x2x1x!dqnn.s1>
  %d = dqnn.slice %c {offsets = [0, 0, 0, 1], strides = [1, 1, 1, 1]} : tensor<1x2x2x1x!dqnn.s1>
  // CHECK: %e = dqnn.concat %d, %d {axis = 3} : tensor<1x2x2x2x!dqnn.s1>
  %e = dqnn.concat %d, %d {axis = 3} : tensor<1x2x2x2x!dqnn.s1>
  // CHECK: %f, %g = dqnn.split %e {axis = 1} : tensor<1x1x2x2x!dqnn.s1>, tensor<1x1x2x2x!dqnn.s1>
  %f, %g = dqnn.split %e {axis = 1} : tensor<1x1x2x2x!dqnn.s1>, tensor<1x1x2x2x!dqnn.s1>
  // CHECK: %h = dqnn.resize_nearest %f : tensor<1x2x2x2x!dqnn.s1>
  %h = dqnn.resize_nearest %f : tensor<1x2x2x2x!dqnn.s1>
  // CHECK: %r = dqnn.reverse_bits %h : tensor<1x2x2x2x!dqnn.s1>
  %r = dqnn.reverse_bits %h : tensor<1x2x2x2x!dqnn.s1>
  // CHECK: %i = dqnn.reshape %r : tensor<1x8x!dqnn.s1>
  %i = dqnn.reshape %r : tensor<1x8x!dqnn.s1>
  // CHECK: %j = dqnn.dequantize %i : tensor<1x8xf32>
  %j = dqnn.dequantize %i : tensor<1x8xf32>
  func.return %j : tensor<1x8xf32>
}

// CHECK-LABEL: func.func @weights
func.func @weights(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  // CHECK: %w = dqnn.constant dense<{{\[\[}}1, -1], [-1, -1]]> : tensor<2x2xi8> as !dqnn.s1
  %w = dqnn.constant dense<[[1, -1], [-1, -1]]> : tensor<2x2xi8> as !dqnn.s1
  // CHECK: %v = dqnn.dequantize %w : tensor<2x2xf32>
  %v = dqnn.dequantize %w : tensor<2x2xf32>
  %y = dqnn.dense %x, %v : tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}
