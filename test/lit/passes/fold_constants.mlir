// RUN: dqnn-opt %s -p fold-constants --print-debuginfo | filecheck %s
// RUN: dqnn-opt %s -p 'fold-constants{max-elements=3}' | filecheck %s --check-prefix=SMALL

// What depends on constants alone becomes a constant of the layer's name; the constants it came from go.
// CHECK-LABEL: func.func @fold_chain
// CHECK-NEXT:    %y = dqnn.constant dense<[0.000000e+00, 4.000000e+00]> : tensor<2xf32> loc("second")
// CHECK-NEXT:    func.return %y
func.func @fold_chain() -> tensor<2xf32> {
  %a = dqnn.constant dense<[-1.0, 2.0]> : tensor<2xf32>
  %b = dqnn.relu %a : tensor<2xf32> loc("first")
  %y = dqnn.add %b, %b : tensor<2xf32> loc("second")
  func.return %y : tensor<2xf32>
}

// Codes fold to codes.
// CHECK-LABEL: func.func @fold_int8
// CHECK-NEXT:    %y = dqnn.constant dense<[20, -56]> : tensor<2xi8> as !quant.uniform<i8:f32, 2.500000e-01>
// CHECK-NEXT:    func.return %y
func.func @fold_int8() -> tensor<2x!quant.uniform<i8:f32, 0.25>> {
  %a = dqnn.constant dense<[10, -28]> : tensor<2xi8> as !quant.uniform<i8:f32, 0.5>
  %y = dqnn.requantize %a : tensor<2x!quant.uniform<i8:f32, 0.25>>
  func.return %y : tensor<2x!quant.uniform<i8:f32, 0.25>>
}

// Weights that are quantized per channel in the network itself.
// CHECK-LABEL: func.func @fold_per_channel
// CHECK-NEXT:    %y = dqnn.constant dense<[2, 4]> : tensor<2xi8> as !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
func.func @fold_per_channel() -> tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>> {
  %a = dqnn.constant dense<1.0> : tensor<2xf32>
  %y = dqnn.quantize %a : tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  func.return %y : tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
}

// Several results.
// CHECK-LABEL: func.func @fold_split
// CHECK-NEXT:    dqnn.constant dense<1> : tensor<1xi8> as !quant.uniform<i8:f32, 5.000000e-01>
// CHECK-NEXT:    dqnn.constant dense<[2, 3]> : tensor<2xi8> as !quant.uniform<i8:f32, 5.000000e-01>
// CHECK-NEXT:    func.return
func.func @fold_split() -> (tensor<1x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  %a = dqnn.constant dense<[1, 2, 3]> : tensor<3xi8> as !quant.uniform<i8:f32, 0.5>
  %y, %z = dqnn.split %a {axis = 0} : tensor<1x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>
  func.return %y, %z : tensor<1x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>
}

// One operand is no constant: nothing to fold.
// CHECK-LABEL: func.func @no_fold_of_an_argument
// CHECK:         %y = dqnn.add %x, %a : tensor<2xf32>
func.func @no_fold_of_an_argument(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = dqnn.constant dense<1.0> : tensor<2xf32>
  %y = dqnn.add %x, %a : tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// A result with more elements than the option allows stays to be computed.
// CHECK-LABEL: func.func @fold_where_small
// CHECK-NEXT:    dqnn.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK-NEXT:    func.return
// SMALL-LABEL: func.func @fold_where_small
// SMALL:         %y = dqnn.pad %a {padding = [1, 1], value = 1.000000e+00} : tensor<4xf32>
func.func @fold_where_small() -> tensor<4xf32> {
  %a = dqnn.constant dense<1.0> : tensor<2xf32>
  %y = dqnn.pad %a {padding = [1, 1], value = 1.0} : tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// Dead code goes; an op with effects stays.
// CHECK-LABEL: func.func @dead_code
// CHECK-NOT:     dqnn.relu
// CHECK:         "test.op"
func.func @dead_code(%x: tensor<2xf32>) {
  %a = dqnn.relu %x : tensor<2xf32>
  %b = dqnn.relu6 %a : tensor<2xf32>
  "test.op"(%x) : (tensor<2xf32>) -> ()
  func.return
}

// Of what codes weights are made decides their kernel: `fuse-quantizers` folds what is left.
// CHECK-LABEL: func.func @not_the_dequantizer_of_weights
// CHECK-NEXT:    %w = dqnn.constant
// CHECK-NEXT:    %v = dqnn.dequantize %w
// CHECK-NEXT:    dqnn.dense %x, %v
func.func @not_the_dequantizer_of_weights(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %w = dqnn.constant dense<1> : tensor<1x2xi8> as !dqnn.s1
  %v = dqnn.dequantize %w : tensor<1x2xf32>
  %y = dqnn.dense %x, %v : tensor<1x1xf32>
  func.return %y : tensor<1x1xf32>
}
