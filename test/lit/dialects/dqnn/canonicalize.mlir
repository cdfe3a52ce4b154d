// RUN: dqnn-opt %s -p canonicalize | filecheck %s

// CHECK-LABEL: func.func @reshape_of_reshape
// CHECK-NEXT:    %z = dqnn.reshape %x : tensor<2x2xf32>
// CHECK-NEXT:    func.return %z
func.func @reshape_of_reshape(%x: tensor<1x4xf32>) -> tensor<2x2xf32> {
  %y = dqnn.reshape %x : tensor<4x1xf32>
  %z = dqnn.reshape %y : tensor<2x2xf32>
  func.return %z : tensor<2x2xf32>
}

// There and back is nothing.
// CHECK-LABEL: func.func @reshape_back
// CHECK-NEXT:    func.return %x
func.func @reshape_back(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = dqnn.reshape %x : tensor<4x1xf32>
  %z = dqnn.reshape %y : tensor<1x4xf32>
  func.return %z : tensor<1x4xf32>
}

// A reshape that is used elsewhere stays there.
// CHECK-LABEL: func.func @reshape_with_two_uses
// CHECK-NEXT:    %y = dqnn.reshape %x : tensor<4x1xf32>
// CHECK-NEXT:    %z = dqnn.reshape %x : tensor<2x2xf32>
func.func @reshape_with_two_uses(%x: tensor<1x4xf32>) -> (tensor<4x1xf32>, tensor<2x2xf32>) {
  %y = dqnn.reshape %x : tensor<4x1xf32>
  %z = dqnn.reshape %y : tensor<2x2xf32>
  func.return %y, %z : tensor<4x1xf32>, tensor<2x2xf32>
}

// CHECK-LABEL: func.func @transpose_of_transpose
// CHECK-NEXT:    dqnn.transpose %x {permutation = [2, 0, 1]} : tensor<4x2x3xf32>
// CHECK-NEXT:    func.return
func.func @transpose_of_transpose(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %y = dqnn.transpose %x {permutation = [1, 2, 0]} : tensor<3x4x2xf32>
  %z = dqnn.transpose %y {permutation = [1, 2, 0]} : tensor<4x2x3xf32>
  func.return %z : tensor<4x2x3xf32>
}

// CHECK-LABEL: func.func @transpose_back
// CHECK-NEXT:    func.return %x
func.func @transpose_back(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = dqnn.transpose %x {permutation = [1, 0]} : tensor<3x2xf32>
  %z = dqnn.transpose %y {permutation = [1, 0]} : tensor<2x3xf32>
  func.return %z : tensor<2x3xf32>
}

// The shape stays, the elements move.
// CHECK-LABEL: func.func @no_identity_transpose
// CHECK-NEXT:    dqnn.transpose
func.func @no_identity_transpose(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y = dqnn.transpose %x {permutation = [1, 0]} : tensor<3x3xf32>
  func.return %y : tensor<3x3xf32>
}

// CHECK-LABEL: func.func @identity_slice
// CHECK-NEXT:    func.return %x
func.func @identity_slice(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = dqnn.slice %x {offsets = [0, 0], strides = [1, 1]} : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// A reversal keeps the shape and is no identity.
// CHECK-LABEL: func.func @no_identity_slice
// CHECK-NEXT:    dqnn.slice
func.func @no_identity_slice(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = dqnn.slice %x {offsets = [0, 3], strides = [1, -1]} : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// CHECK-LABEL: func.func @slice_of_slice
// CHECK-NEXT:    dqnn.slice %x {offsets = [7], strides = [-6]} : tensor<2xf32>
// CHECK-NEXT:    func.return
func.func @slice_of_slice(%x: tensor<10xf32>) -> tensor<2xf32> {
  %y = dqnn.slice %x {offsets = [1], strides = [3]} : tensor<3xf32>
  %z = dqnn.slice %y {offsets = [2], strides = [-2]} : tensor<2xf32>
  func.return %z : tensor<2xf32>
}

// CHECK-LABEL: func.func @identities
// CHECK-NEXT:    func.return %x
func.func @identities(%x: tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>> {
  %a = dqnn.pad %x {padding = [0, 0, 0, 0, 0, 0, 0, 0], value = 3.0} : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
  %b = dqnn.resize_nearest %a : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
  %c = dqnn.requantize %b : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
  %d = dqnn.concat %c {axis = 3} : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
  %e = dqnn.split %d {axis = 3} : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
  func.return %e : tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5>>
}

// Another scale: codes change.
// CHECK-LABEL: func.func @no_identities
// CHECK-NEXT:    dqnn.requantize
// CHECK-NEXT:    dqnn.concat
func.func @no_identities(%x: tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.125>> {
  %c = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 0.25>>
  %d = dqnn.concat %c {axis = 0} : tensor<4x!quant.uniform<i8:f32, 0.125>>
  func.return %d : tensor<4x!quant.uniform<i8:f32, 0.125>>
}

// CHECK-LABEL: func.func @shift_of_shift
// CHECK-NEXT:    func.return %x
func.func @shift_of_shift(%x: tensor<4x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<4x!quant.uniform<u8:f32, 0.5:100>> {
  %a = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 0.5:-28>>
  %b = dqnn.requantize %a : tensor<4x!quant.uniform<u8:f32, 0.5:100>>
  func.return %b : tensor<4x!quant.uniform<u8:f32, 0.5:100>>
}

// There and back, but by another scale in between, or another zero point, by which codes at the ends are lost.
// CHECK-LABEL: func.func @no_shift_of_shift
// CHECK-COUNT-4: dqnn.requantize
func.func @no_shift_of_shift(%x: tensor<4x!quant.uniform<u8:f32, 0.5:100>>) -> (tensor<4x!quant.uniform<u8:f32, 0.5:100>>, tensor<4x!quant.uniform<u8:f32, 0.5:100>>) {
  %a = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 0.25:-28>>
  %b = dqnn.requantize %a : tensor<4x!quant.uniform<u8:f32, 0.5:100>>
  %c = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 0.5:-27>>
  %d = dqnn.requantize %c : tensor<4x!quant.uniform<u8:f32, 0.5:100>>
  func.return %b, %d : tensor<4x!quant.uniform<u8:f32, 0.5:100>>, tensor<4x!quant.uniform<u8:f32, 0.5:100>>
}

// CHECK-LABEL: func.func @quantize_of_dequantize
// CHECK-NEXT:    func.return %x
func.func @quantize_of_dequantize(%x: tensor<4x!quant.uniform<i8:f32, 0.1:7>>) -> tensor<4x!quant.uniform<i8:f32, 0.1:7>> {
  %y = dqnn.dequantize %x : tensor<4xf32>
  %z = dqnn.quantize %y : tensor<4x!quant.uniform<i8:f32, 0.1:7>>
  func.return %z : tensor<4x!quant.uniform<i8:f32, 0.1:7>>
}

// The other way round, and to another type, values are lost.
// CHECK-LABEL: func.func @no_dequantize_of_quantize
// CHECK-NEXT:    dqnn.quantize
// CHECK-NEXT:    dqnn.dequantize
// CHECK-NEXT:    dqnn.quantize
func.func @no_dequantize_of_quantize(%x: tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.2:7>> {
  %y = dqnn.quantize %x : tensor<4x!quant.uniform<i8:f32, 0.1:7>>
  %z = dqnn.dequantize %y : tensor<4xf32>
  %w = dqnn.quantize %z : tensor<4x!quant.uniform<i8:f32, 0.2:7>>
  func.return %w : tensor<4x!quant.uniform<i8:f32, 0.2:7>>
}

// Every code is in range: the smallest is real 0, the largest below 6.
// CHECK-LABEL: func.func @clamp_nothing
// CHECK-NEXT:    func.return %x
func.func @clamp_nothing(%x: tensor<4x!quant.uniform<i8:f32, 0.02:-128>>) -> tensor<4x!quant.uniform<i8:f32, 0.02:-128>> {
  %y = dqnn.relu %x : tensor<4x!quant.uniform<i8:f32, 0.02:-128>>
  %z = dqnn.relu6 %y : tensor<4x!quant.uniform<i8:f32, 0.02:-128>>
  %w = dqnn.clip %z {min = -1.0, max = 0x7F800000} : tensor<4x!quant.uniform<i8:f32, 0.02:-128>>
  func.return %w : tensor<4x!quant.uniform<i8:f32, 0.02:-128>>
}

// One code is below real 0; some are above 6; reals have no smallest code; another type rescales.
// CHECK-LABEL: func.func @clamp_something
// CHECK-NEXT:    dqnn.relu %x
// CHECK-NEXT:    dqnn.relu6 %y
// CHECK-NEXT:    dqnn.relu %z
// CHECK-NEXT:    dqnn.relu %v
func.func @clamp_something(%x: tensor<4x!quant.uniform<i8:f32, 0.05:-127>>, %y: tensor<4x!quant.uniform<i8:f32, 0.05:-128>>, %z: tensor<4xf32>, %v: tensor<4x!quant.uniform<i8:f32, 0.05:-128>>) {
  %a = dqnn.relu %x : tensor<4x!quant.uniform<i8:f32, 0.05:-127>>
  %b = dqnn.relu6 %y : tensor<4x!quant.uniform<i8:f32, 0.05:-128>>
  %c = dqnn.relu %z : tensor<4xf32>
  %d = dqnn.relu %v : tensor<4x!quant.uniform<i8:f32, 0.025:-128>>
  "test.op"(%a, %b, %c, %d) : (tensor<4x!quant.uniform<i8:f32, 0.05:-127>>, tensor<4x!quant.uniform<i8:f32, 0.05:-128>>, tensor<4xf32>, tensor<4x!quant.uniform<i8:f32, 0.025:-128>>) -> ()
  func.return
}

// -----

// A number beside a tensor gets a dimension, as a constant, as codes, or computed.
// CHECK-LABEL: func.func @numbers
// CHECK-NEXT:    %[[c:.+]] = dqnn.constant dense<5.000000e-01> : tensor<1xf32>
// CHECK-NEXT:    %[[m:.+]] = dqnn.mul %x, %[[c]] : tensor<1x4xf32>
// CHECK-NEXT:    %[[k:.+]] = dqnn.constant dense<3> : tensor<1xi8> as !quant.uniform<i8:f32, 5.000000e-01>
// CHECK-NEXT:    %[[d:.+]] = dqnn.dequantize %[[k]] : tensor<1xf32>
// CHECK-NEXT:    %[[a:.+]] = dqnn.add %[[d]], %[[m]] : tensor<1x4xf32>
// CHECK-NEXT:    %[[r:.+]] = dqnn.reshape %n : tensor<1xf32>
// CHECK-NEXT:    dqnn.maximum %[[a]], %[[r]] : tensor<1x4xf32>
func.func @numbers(%x: tensor<1x4xf32>, %n: tensor<f32>) -> tensor<1x4xf32> {
  %c = dqnn.constant dense<5.000000e-01> : tensor<f32>
  %m = dqnn.mul %x, %c : tensor<1x4xf32>
  %k = dqnn.constant dense<3> : tensor<i8> as !quant.uniform<i8:f32, 5.000000e-01>
  %d = dqnn.dequantize %k : tensor<f32>
  %a = dqnn.add %d, %m : tensor<1x4xf32>
  %y = dqnn.maximum %a, %n : tensor<1x4xf32>
  func.return %y : tensor<1x4xf32>
}

// -----

// Among themselves numbers stay numbers.
// CHECK-LABEL: func.func @numbers_alone
// CHECK:         dqnn.mul %n, %{{.+}} : tensor<f32>
func.func @numbers_alone(%n: tensor<f32>) -> tensor<f32> {
  %c = dqnn.constant dense<5.000000e-01> : tensor<f32>
  %m = dqnn.mul %n, %c : tensor<f32>
  func.return %m : tensor<f32>
}
