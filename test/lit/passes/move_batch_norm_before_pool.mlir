// RUN: dqnn-opt %s -p move-batch-norm-before-pool --print-debuginfo | filecheck %s

// CHECK-LABEL: func.func @positive_scales
// CHECK:         %[[c:.+]] = dqnn.conv2d
// CHECK:         %[[n:.+]] = dqnn.batch_norm %[[c]], %g, %g, %g, %g {epsilon = {{.+}}} : tensor<1x4x4x2xf32> loc("bn")
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %[[n]] : tensor<1x4x4x2x!dqnn.s1>
// CHECK-NEXT:    dqnn.max_pool2d %[[q]] {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2x!dqnn.s1> loc("pool")
// CHECK-NEXT:    func.return
func.func @positive_scales(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x2x!dqnn.s1> {
  %w = dqnn.constant dense<0.5> : tensor<2x1x1x1xf32>
  %g = dqnn.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32> loc("pool")
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 0.001} : tensor<1x2x2x2xf32> loc("bn")
  %q = dqnn.quantize %n : tensor<1x2x2x2x!dqnn.s1> loc("sign")
  func.return %q : tensor<1x2x2x2x!dqnn.s1>
}

// CHECK-LABEL: func.func @a_negative_scale_makes_the_maximum_a_minimum
// CHECK:         %[[n:.+]] = dqnn.batch_norm
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize %[[n]]
// CHECK-NEXT:    %[[m:.+]] = dqnn.constant dense<[1, -1]> : tensor<2xi8> as !dqnn.s1
// CHECK-NEXT:    %[[f:.+]] = dqnn.flip %[[q]], %[[m]] : tensor<1x4x4x2x!dqnn.s1>
// CHECK-NEXT:    dqnn.max_pool2d_flip %[[f]], %[[m]] {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2x!dqnn.s1>
func.func @a_negative_scale_makes_the_maximum_a_minimum(%x: tensor<1x4x4x1x!dqnn.s1>) -> tensor<1x2x2x2x!dqnn.s1> {
  %d = dqnn.dequantize %x : tensor<1x4x4x1xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x1xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<2x1x1x1xf32>
  %g = dqnn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %c = dqnn.conv2d %d, %v : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 2.0} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %n : tensor<1x2x2x2x!dqnn.s1>
  func.return %q : tensor<1x2x2x2x!dqnn.s1>
}

// A layer in f32 has no threshold that could take the mask in.
// CHECK-LABEL: func.func @not_a_negative_scale_behind_a_float_layer
// CHECK:         dqnn.conv2d
// CHECK-NEXT:    dqnn.max_pool2d
// CHECK-NEXT:    dqnn.batch_norm
// CHECK-NEXT:    dqnn.quantize
func.func @not_a_negative_scale_behind_a_float_layer(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x2x!dqnn.s1> {
  %w = dqnn.constant dense<0.5> : tensor<2x1x1x1xf32>
  %g = dqnn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 2.0} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %n : tensor<1x2x2x2x!dqnn.s1>
  func.return %q : tensor<1x2x2x2x!dqnn.s1>
}

// CHECK-LABEL: func.func @not_without_a_quantizer
// CHECK:         dqnn.conv2d
// CHECK-NEXT:    dqnn.max_pool2d
// CHECK-NEXT:    dqnn.batch_norm
// CHECK-NEXT:    func.return
func.func @not_without_a_quantizer(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = dqnn.constant dense<0.5> : tensor<2x1x1x1xf32>
  %g = dqnn.constant dense<1.0> : tensor<2xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 2.0} : tensor<1x2x2x2xf32>
  func.return %n : tensor<1x2x2x2xf32>
}

// Codes of 8 bits have no other side: a negative scale would need the smallest code of a window.
// CHECK-LABEL: func.func @not_a_negative_scale_before_codes
// CHECK:         dqnn.conv2d
// CHECK-NEXT:    dqnn.max_pool2d
// CHECK-NEXT:    dqnn.batch_norm
func.func @not_a_negative_scale_before_codes(%x: tensor<1x4x4x1x!dqnn.s1>) -> tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>> {
  %d = dqnn.dequantize %x : tensor<1x4x4x1xf32>
  %w = dqnn.constant dense<1> : tensor<2x1x1x1xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<2x1x1x1xf32>
  %g = dqnn.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %c = dqnn.conv2d %d, %v : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x2xf32>
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 2.0} : tensor<1x2x2x2xf32>
  %q = dqnn.quantize %n {method = "multiply_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5>>
}

// CHECK-LABEL: func.func @positive_scales_before_codes
// CHECK:         dqnn.batch_norm
// CHECK-NEXT:    %[[q:.+]] = dqnn.quantize {{.*}} {method = "multiply_half_even"} : tensor<1x4x4x1x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NEXT:    dqnn.max_pool2d %[[q]]
func.func @positive_scales_before_codes(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>> {
  %w = dqnn.constant dense<0.5> : tensor<1x1x1x1xf32>
  %g = dqnn.constant dense<1.0> : tensor<1xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x1xf32>
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x1xf32>
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 2.0} : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %n {method = "multiply_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
  func.return %q : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
}

// Somebody else needs what the pool gives.
// CHECK-LABEL: func.func @not_a_pool_with_a_second_reader
// CHECK:         dqnn.conv2d
// CHECK-NEXT:    dqnn.max_pool2d
// CHECK-NEXT:    dqnn.batch_norm
func.func @not_a_pool_with_a_second_reader(%x: tensor<1x4x4x1xf32>) -> (tensor<1x2x2x1x!dqnn.s1>, tensor<1x2x2x1xf32>) {
  %w = dqnn.constant dense<0.5> : tensor<1x1x1x1xf32>
  %g = dqnn.constant dense<1.0> : tensor<1xf32>
  %c = dqnn.conv2d %x, %w : tensor<1x4x4x1xf32>
  %p = dqnn.max_pool2d %c {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x1xf32>
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 2.0} : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %n : tensor<1x2x2x1x!dqnn.s1>
  func.return %q, %p : tensor<1x2x2x1x!dqnn.s1>, tensor<1x2x2x1xf32>
}

// A pool of the network's input has no layer before it.
// CHECK-LABEL: func.func @not_without_a_layer
// CHECK:         dqnn.max_pool2d
// CHECK-NEXT:    dqnn.batch_norm
func.func @not_without_a_layer(%x: tensor<1x4x4x1xf32>) -> tensor<1x2x2x1x!dqnn.s1> {
  %g = dqnn.constant dense<1.0> : tensor<1xf32>
  %p = dqnn.max_pool2d %x {kernel = [2, 2], strides = [2, 2]} : tensor<1x2x2x1xf32>
  %n = dqnn.batch_norm %p, %g, %g, %g, %g {epsilon = 2.0} : tensor<1x2x2x1xf32>
  %q = dqnn.quantize %n : tensor<1x2x2x1x!dqnn.s1>
  func.return %q : tensor<1x2x2x1x!dqnn.s1>
}
