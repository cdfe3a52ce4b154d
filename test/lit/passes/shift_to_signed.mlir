// RUN: dqnn-opt %s -p shift-to-signed --split-input-file | filecheck %s
// RUN: dqnn-opt %s -p shift-to-signed,shift-to-signed,canonicalize --split-input-file | filecheck %s --check-prefix=TWICE

// Edges keep their types. Zero points of weights move too, for each channel; codes of constants keep their real numbers.
// Biases have signed codes already.
// CHECK-LABEL: @network
// TWICE-LABEL: @network
// CHECK-SAME: %x: tensor<1x2x2x1x!quant.uniform<u8:f32, 5.000000e-01:128>>
// CHECK-SAME: -> tensor<1x2x2x2x!quant.uniform<u8:f32, 2.500000e-01:3>>
func.func @network(%x : tensor<1x2x2x1x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.25:3>> {
  // CHECK-NEXT: %[[X:.*]] = dqnn.requantize %x : tensor<1x2x2x1x!quant.uniform<i8:f32, 5.000000e-01>>
  // CHECK-NEXT: %w = dqnn.constant dense<{{\[\[\[\[}}-128]]], {{\[\[\[}}127]]]]> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01:-1}>
  // CHECK-NEXT: %b = dqnn.constant dense<[1, 2]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {2.500000e-01,1.250000e-01}>
  // CHECK-NEXT: %y = dqnn.conv2d %[[X]], %w, %b : tensor<1x2x2x2x!quant.uniform<i8:f32, 2.500000e-01:-125>>
  // CHECK-NEXT: %[[Y:.*]] = dqnn.requantize %y : tensor<1x2x2x2x!quant.uniform<u8:f32, 2.500000e-01:3>>
  // CHECK-NEXT: func.return %[[Y]]
  // TWICE-COUNT-2: dqnn.requantize
  // TWICE-NOT: dqnn.requantize
  %w = dqnn.constant dense<[[[[0]]], [[[255]]]]> : tensor<2x1x1x1xui8> as !quant.uniform<u8:f32:0, {0.5:128,0.25:127}>
  %b = dqnn.constant dense<[1, 2]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {0.25,0.125}>
  %y = dqnn.conv2d %x, %w, %b : tensor<1x2x2x2x!quant.uniform<u8:f32, 0.25:3>>
  func.return %y : tensor<1x2x2x2x!quant.uniform<u8:f32, 0.25:3>>
}

// -----

// Halves of means of unsigned codes are rounded up. Those of signed codes, and means of another scale, which are taken of
// real numbers, have no such mark.
// CHECK-LABEL: @means
// TWICE-LABEL: @means
func.func @means(%x : tensor<1x2x2x1x!quant.uniform<u8:f32, 0.5>>, %s : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) {
  // CHECK: dqnn.avg_pool2d %{{.*}} {kernel = [2, 2], rounding = "up"} : tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-01:-128>>
  %y = dqnn.avg_pool2d %x {kernel = [2, 2]} : tensor<1x1x1x1x!quant.uniform<u8:f32, 0.5>>
  // CHECK-NEXT: dqnn.avg_pool2d %{{.*}} {kernel = [2, 2]} : tensor<1x1x1x1x!quant.uniform<i8:f32, 2.500000e-01:-128>>
  %z = dqnn.avg_pool2d %x {kernel = [2, 2]} : tensor<1x1x1x1x!quant.uniform<u8:f32, 0.25>>
  // CHECK-NEXT: dqnn.avg_pool2d %s {kernel = [2, 2]} : tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-01>>
  %t = dqnn.avg_pool2d %s {kernel = [2, 2]} : tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>
  func.return
}

// -----

// TensorFlow Lite multiplies 0.1 * 0.1 in float32 where weights are unsigned. So that signed ones have that multiplier, the
// scale changes in its last digits, the bias's with it. Another reader of the weights keeps what it has.
// CHECK-LABEL: @product_of_scales
func.func @product_of_scales(%x : tensor<1x1x1x1x!quant.uniform<u8:f32, 0.1>>) -> tensor<1x1x1x1xf32> {
  // CHECK-DAG: %w = dqnn.constant dense<72> : tensor<1x1x1x1xi8> as !quant.uniform<i8:f32, 1.000000e-01:-128>
  // CHECK-DAG: %[[W:.*]] = dqnn.constant dense<72> : tensor<1x1x1x1xi8> as !quant.uniform<i8:f32, 0.10000000{{.+}}:-128>
  // CHECK-DAG: %[[B:.*]] = dqnn.constant dense<1> : tensor<1xi32> as !quant.uniform<i32:f32, 0.0100000{{.+}}>
  // CHECK: dqnn.conv2d %{{.*}}, %[[W]], %[[B]] : tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-02:-128>>
  // CHECK: dqnn.dequantize %w
  %w = dqnn.constant dense<200> : tensor<1x1x1x1xui8> as !quant.uniform<u8:f32, 0.1>
  %b = dqnn.constant dense<1> : tensor<1xi32> as !quant.uniform<i32:f32, 0.01>
  %y = dqnn.conv2d %x, %w, %b : tensor<1x1x1x1x!quant.uniform<u8:f32, 0.05>>
  %z = dqnn.dequantize %w : tensor<1x1x1x1xf32>
  func.return %z : tensor<1x1x1x1xf32>
}

// -----

// Shifts that stand at edges already, signed codes, and codes of other widths stay.
// CHECK-LABEL: @nothing_to_do
func.func @nothing_to_do(%x : tensor<4x!quant.uniform<u8:f32, 0.5:128>>, %i : tensor<4x!quant.uniform<u16:f32, 0.5>>) -> (tensor<4x!quant.uniform<u8:f32, 0.5:128>>, tensor<4xf32>) {
  // CHECK-NEXT: %s = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
  // CHECK-NEXT: %r = dqnn.relu %s : tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
  // CHECK-NEXT: %u = dqnn.requantize %r : tensor<4x!quant.uniform<u8:f32, 5.000000e-01:128>>
  // CHECK-NEXT: %f = dqnn.dequantize %i : tensor<4xf32>
  // CHECK-NEXT: func.return %u, %f
  %s = dqnn.requantize %x : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %r = dqnn.relu %s : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %u = dqnn.requantize %r : tensor<4x!quant.uniform<u8:f32, 0.5:128>>
  %f = dqnn.dequantize %i : tensor<4xf32>
  func.return %u, %f : tensor<4x!quant.uniform<u8:f32, 0.5:128>>, tensor<4xf32>
}
