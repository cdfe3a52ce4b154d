// RUN: dqnn-opt %s --split-input-file -p convert-edges --print-debuginfo | filecheck %s
// RUN: dqnn-opt %s --split-input-file -p move-quantizers,convert-edges | filecheck %s --check-prefix=MOVED

// An input that one quantizer reads, and a dequantized output, become codes. The argument says how reals are rounded.
// CHECK-LABEL: func.func @codes(
// CHECK-SAME:      %x: tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-128>> {{.*}}{dqnn.name = "image", dqnn.method = "multiply_half_even"}
// CHECK-SAME:      -> tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>
// CHECK-NEXT:    %[[y:.+]] = dqnn.dequantize %x : tensor<1x4xf32>
// CHECK-NEXT:    %[[r:.+]] = dqnn.sigmoid %[[y]]
// CHECK-NEXT:    %[[s:.+]] = dqnn.quantize %[[r]] {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>
// CHECK-NEXT:    func.return %[[s]]
func.func @codes(%x: tensor<1x4xf32> {dqnn.name = "image"}) -> tensor<1x4xf32> {
  %q = dqnn.quantize %x {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 0.5:-128>>
  %y = dqnn.dequantize %q : tensor<1x4xf32>
  %r = dqnn.sigmoid %y : tensor<1x4xf32>
  %s = dqnn.quantize %r {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 0.25>>
  %t = dqnn.dequantize %s : tensor<1x4xf32>
  func.return %t : tensor<1x4xf32>
}

// -----

// Signs need no method; the quantizer's two readers and a second, equal quantizer read the argument.
// CHECK-LABEL: func.func @signs(%x: tensor<1x4x!dqnn.s1>{{.*}}) -> (tensor<1x4xf32>, tensor<1x4x!dqnn.s1>)
// CHECK-NEXT:    %[[y:.+]] = dqnn.dequantize %x
// CHECK-NEXT:    %[[z:.+]] = dqnn.dequantize %x
// CHECK-NEXT:    %[[r:.+]] = dqnn.add %[[y]], %[[z]]
// CHECK-NEXT:    func.return %[[r]], %x
func.func @signs(%x: tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %q = dqnn.quantize %x : tensor<1x4x!dqnn.s1>
  %p = dqnn.quantize %x : tensor<1x4x!dqnn.s1>
  %y = dqnn.dequantize %q : tensor<1x4xf32>
  %z = dqnn.dequantize %p : tensor<1x4xf32>
  %r = dqnn.add %y, %z : tensor<1x4xf32>
  func.return %r, %z : tensor<1x4xf32>, tensor<1x4xf32>
}

// -----

// Somebody else reads the real numbers; a softmax makes none of a quantizer's.
// CHECK-LABEL: func.func @reals(%x: tensor<1x4xf32>{{.*}}) -> tensor<1x4xf32>
// CHECK-NEXT:    dqnn.quantize %x
func.func @reals(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %q = dqnn.quantize %x : tensor<1x4x!dqnn.s1>
  %y = dqnn.dequantize %q : tensor<1x4xf32>
  %r = dqnn.add %x, %y : tensor<1x4xf32>
  %s = dqnn.softmax %r : tensor<1x4xf32>
  func.return %s : tensor<1x4xf32>
}

// -----

// Two quantizers that do not make the same.
// CHECK-LABEL: func.func @two_quantizers(%x: tensor<1x4xf32>
func.func @two_quantizers(%x: tensor<1x4xf32>) -> (tensor<1x4x!quant.uniform<i8:f32, 0.5>>, tensor<1x4x!quant.uniform<i8:f32, 0.25>>) {
  %p = dqnn.quantize %x {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  %q = dqnn.quantize %x {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 0.25>>
  func.return %p, %q : tensor<1x4x!quant.uniform<i8:f32, 0.5>>, tensor<1x4x!quant.uniform<i8:f32, 0.25>>
}

// -----

// A file of TensorFlow Lite has its edges where it wants them, float or not.
// CHECK-LABEL: func.func @tensorflow_lite(%x: tensor<1x4xf32>{{.*}}) -> tensor<1x4xf32>
// CHECK-NEXT:    dqnn.quantize %x
func.func @tensorflow_lite(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %q = dqnn.quantize %x : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  %r = dqnn.relu %q : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  %y = dqnn.dequantize %r : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// -----

// No kernel computes with codes of 10 bits.
// CHECK-LABEL: func.func @ten_bits(%x: tensor<1x4xf32>{{.*}}) -> tensor<1x4xf32>
func.func @ten_bits(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %q = dqnn.quantize %x {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i16<-512:511>:f32, 0.5>>
  %y = dqnn.dequantize %q : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// -----

// Behind what only moves or compares, where move-quantizers has been.
// CHECK-LABEL: func.func @moved(%x: tensor<1x2x2x1xf32>
// MOVED-LABEL: func.func @moved(%x: tensor<1x2x2x1x!quant.uniform<i8:f32, 5.000000e-01>> {{.*}}) -> tensor<1x1x!quant.uniform<i8:f32, 5.000000e-01>>
// MOVED-NEXT:    %[[f:.+]] = dqnn.reshape %x
// MOVED-NEXT:    %[[g:.+]] = dqnn.reshape %[[f]]
// MOVED-NEXT:    %[[p:.+]] = dqnn.max_pool2d %[[g]]
// MOVED-NEXT:    %[[r:.+]] = dqnn.reshape %[[p]]
// MOVED-NEXT:    func.return %[[r]]
func.func @moved(%x: tensor<1x2x2x1xf32>) -> tensor<1x1xf32> {
  %f = dqnn.reshape %x : tensor<1x4xf32>
  %q = dqnn.quantize %f {method = "multiply_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 0.5>>
  %y = dqnn.dequantize %q : tensor<1x4xf32>
  %g = dqnn.reshape %y : tensor<1x2x2x1xf32>
  %p = dqnn.max_pool2d %g {kernel = [2, 2]} : tensor<1x1x1x1xf32>
  %r = dqnn.reshape %p : tensor<1x1xf32>
  func.return %r : tensor<1x1xf32>
}

// -----

// Codes that are put in another order, as for channels first, are those of the quantizer still.
// CHECK-LABEL: func.func @transposed
// CHECK-SAME:      -> tensor<1x4x2x!quant.uniform<u8:f32, 5.000000e-01:3>>
// CHECK:         %[[t:.+]] = dqnn.transpose
// CHECK-NEXT:    func.return %[[t]]
func.func @transposed(%x: tensor<1x2x4xf32>) -> tensor<1x4x2xf32> {
  %r = dqnn.relu %x : tensor<1x2x4xf32>
  %q = dqnn.quantize %r {method = "divide_half_even"} : tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>>
  %t = dqnn.transpose %q {permutation = [0, 2, 1]} : tensor<1x4x2x!quant.uniform<u8:f32, 0.5:3>>
  %y = dqnn.dequantize %t : tensor<1x4x2xf32>
  func.return %y : tensor<1x4x2xf32>
}

// -----

// Codes of a constant are no quantizer's.
// CHECK-LABEL: func.func @constant(%x: tensor<1x2xf32>{{.*}}) -> tensor<2xf32>
func.func @constant(%x: tensor<1x2xf32>) -> tensor<2xf32> {
  %c = dqnn.constant dense<1> : tensor<2xi8> as !quant.uniform<i8:f32, 0.5>
  %y = dqnn.dequantize %c : tensor<2xf32>
  func.return %y : tensor<2xf32>
}
