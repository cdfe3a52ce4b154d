// RUN: dqnn-opt %s -p quantize-operators --split-input-file | filecheck %s

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-128>

// A sum with its relu; both readers of the codes have them. Sums are whole codes here, many products are halves.
// CHECK-LABEL: func.func @sum
// CHECK-NEXT:    %[[s:.+]] = dqnn.add %x, %y {clamp_min = 0.000000e+00} : tensor<1x2x2x4x!quant.uniform<i8:f32, 2.500000e-01:-128>>
// CHECK-NEXT:    %[[p:.+]] = dqnn.mul %[[s]], %[[s]] {rounding = "float"} : tensor<1x2x2x4x!quant.uniform<i8:f32, 5.000000e-01:3>>
// CHECK-NEXT:    func.return %[[s]], %[[p]]
func.func @sum(%x: tensor<1x2x2x4x!a>, %y: tensor<1x2x2x4x!a>) -> (tensor<1x2x2x4x!b>, tensor<1x2x2x4x!a>) {
  %0 = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %1 = dqnn.dequantize %y : tensor<1x2x2x4xf32>
  %2 = dqnn.add %0, %1 : tensor<1x2x2x4xf32>
  %3 = dqnn.relu %2 : tensor<1x2x2x4xf32>
  %4 = dqnn.quantize %3 {method = "divide_half_even"} : tensor<1x2x2x4x!b>
  %5 = dqnn.dequantize %4 : tensor<1x2x2x4xf32>
  %6 = dqnn.mul %5, %5 : tensor<1x2x2x4xf32>
  %7 = dqnn.quantize %6 {method = "divide_half_even"} : tensor<1x2x2x4x!a>
  func.return %4, %7 : tensor<1x2x2x4x!b>, tensor<1x2x2x4x!a>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-128>

// What chooses codes gets them in the result's type; a pool and a mean over the whole image rescale.
// CHECK-LABEL: func.func @choose
// CHECK-NEXT:    %[[r:.+]] = dqnn.requantize %y {method = "divide_half_even"} : tensor<1x2x2x4x!quant.uniform<i8:f32, 2.500000e-01:-128>>
// CHECK-NEXT:    %[[c:.+]] = dqnn.concat %x, %[[r]] {axis = 3} : tensor<1x2x2x8x!quant.uniform<i8:f32, 2.500000e-01:-128>>
// CHECK-NEXT:    %[[p:.+]] = dqnn.avg_pool2d %[[c]] {kernel = [2, 2]} : tensor<1x1x1x8x!quant.uniform<i8:f32, 5.000000e-01:3>>
// CHECK-NEXT:    %[[m:.+]] = dqnn.avg_pool2d %y {kernel = [2, 2]} : tensor<1x1x1x4x!quant.uniform<i8:f32, 2.500000e-01:-128>>
// CHECK-NEXT:    dqnn.reshape %[[m]] : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01:-128>>
func.func @choose(%x: tensor<1x2x2x4x!b>, %y: tensor<1x2x2x4x!a>) -> (tensor<1x1x1x8x!a>, tensor<1x4x!b>) {
  %0 = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %1 = dqnn.dequantize %y : tensor<1x2x2x4xf32>
  %2 = dqnn.concat %0, %1 {axis = 3} : tensor<1x2x2x8xf32>
  %3 = dqnn.quantize %2 {method = "divide_half_even"} : tensor<1x2x2x8x!b>
  %4 = dqnn.dequantize %3 : tensor<1x2x2x8xf32>
  %5 = dqnn.avg_pool2d %4 {kernel = [2, 2]} : tensor<1x1x1x8xf32>
  %6 = dqnn.quantize %5 {method = "divide_half_even"} : tensor<1x1x1x8x!a>
  %7 = dqnn.mean %1 {axes = [1, 2]} : tensor<1x4xf32>
  %8 = dqnn.quantize %7 {method = "divide_half_even"} : tensor<1x4x!b>
  func.return %6, %8 : tensor<1x1x1x8x!a>, tensor<1x4x!b>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-128>

// A transposed convolution, whose bias becomes int32 in units of input scale times weights scale.
// CHECK-LABEL: func.func @transposed
// CHECK:         %[[b:.+]] = dqnn.constant dense<[-4, 8]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {2.500000e-01,5.000000e-01}>
// CHECK-NEXT:    dqnn.transpose_conv2d %x, %{{.+}}, %[[b]] {rounding = "once", strides = [2, 2]} : tensor<1x4x4x2x!quant.uniform<i8:f32, 2.500000e-01:-128>>
func.func @transposed(%x: tensor<1x2x2x1x!a>) -> tensor<1x4x4x2x!b> {
  %0 = dqnn.dequantize %x : tensor<1x2x2x1xf32>
  %c = dqnn.constant dense<[[[[1], [2]], [[3], [4]]], [[[1], [2]], [[3], [4]]]]> : tensor<2x2x2x1xi8> as !quant.uniform<i8<-127:127>:f32:0, {0.5,1.0}>
  %w = dqnn.dequantize %c : tensor<2x2x2x1xf32>
  %b = dqnn.constant dense<[-1.0, 4.0]> : tensor<2xf32>
  %1 = dqnn.transpose_conv2d %0, %w, %b {strides = [2, 2]} : tensor<1x4x4x2xf32>
  %2 = dqnn.quantize %1 {method = "divide_half_even"} : tensor<1x4x4x2x!b>
  func.return %2 : tensor<1x4x4x2x!b>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-128>

// What is not surrounded stays in float and says why; so does what the table has no row for.
// CHECK-LABEL: func.func @stay
// CHECK:         dqnn.add {{.*}} attributes {dqnn.fallback = {reason = "supported where all inputs are quantized, with one scale each"}} : tensor<1x2x2x4xf32>
// CHECK:         dqnn.sigmoid {{.*}} attributes {dqnn.fallback = {reason = "supported where nothing but a quantizer reads the result"}} : tensor<1x2x2x4xf32>
// CHECK:         dqnn.softmax {{.*}} attributes {dqnn.fallback = {asked = "{{.*}}softmax", reason = "supported where the output has scale 1/256 and zero point -128"}}
func.func @stay(%x: tensor<1x2x2x4x!a>, %y: tensor<1x2x2x4xf32>) -> (tensor<1x2x2x4x!b>, tensor<1x2x2x4xf32>, tensor<1x2x2x4x!b>) {
  %0 = dqnn.dequantize %x : tensor<1x2x2x4xf32>
  %1 = dqnn.add %0, %y : tensor<1x2x2x4xf32>
  %2 = dqnn.quantize %1 {method = "divide_half_even"} : tensor<1x2x2x4x!b>
  %3 = dqnn.sigmoid %0 : tensor<1x2x2x4xf32>
  %4 = dqnn.softmax %0 : tensor<1x2x2x4xf32>
  %5 = dqnn.quantize %4 {method = "divide_half_even"} : tensor<1x2x2x4x!b>
  func.return %2, %3, %5 : tensor<1x2x2x4x!b>, tensor<1x2x2x4xf32>, tensor<1x2x2x4x!b>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>

// Quantizers of Keras mean their products exactly, those of TensorFlow Lite have integer operators where they mean them.
// CHECK-LABEL: func.func @other_frameworks
// CHECK:         dqnn.add {{.*}} : tensor<4xf32>
// CHECK:         dqnn.sub {{.*}} : tensor<4xf32>
func.func @other_frameworks(%x: tensor<4x!a>) -> (tensor<4x!a>, tensor<4x!a>) {
  %0 = dqnn.dequantize %x : tensor<4xf32>
  %1 = dqnn.add %0, %0 : tensor<4xf32>
  %2 = dqnn.quantize %1 {method = "multiply_half_even"} : tensor<4x!a>
  %3 = dqnn.sub %0, %0 : tensor<4xf32>
  %4 = dqnn.quantize %3 : tensor<4x!a>
  func.return %2, %4 : tensor<4x!a>, tensor<4x!a>
}

// -----

!x = !quant.uniform<i8:f32, 0.0052774008363485336:-128>
!y = !quant.uniform<i8:f32, 0.010436401702463627:21>
!z = !quant.uniform<i8:f32, 0.0063169579952955246:-128>

// One pair of codes has a sum that float32 rounds up to a half: another multiplier sends it to the same side.
// CHECK-LABEL: func.func @next_to_a_half
// CHECK-NEXT:    dqnn.add %x, %y {nudge = {{-?[0-9]+}}}
func.func @next_to_a_half(%x: tensor<4x!x>, %y: tensor<4x!y>) -> tensor<4x!z> {
  %0 = dqnn.dequantize %x : tensor<4xf32>
  %1 = dqnn.dequantize %y : tensor<4xf32>
  %2 = dqnn.add %0, %1 : tensor<4xf32>
  %3 = dqnn.quantize %2 {method = "divide_half_even"} : tensor<4x!z>
  func.return %3 : tensor<4x!z>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>

// Means of four codes are halves in a quarter of all cases, which float32 rounds as its errors have it; of nine never,
// whatever the order of the sum.
// CHECK-LABEL: func.func @halves
// CHECK:         dqnn.avg_pool2d {{.*}}dqnn.fallback{{.*}} : tensor<1x2x2x1xf32>
// CHECK:         dqnn.avg_pool2d %x {kernel = [3, 3]} : tensor<1x1x1x1x!quant
func.func @halves(%x: tensor<1x3x3x1x!a>) -> (tensor<1x2x2x1x!a>, tensor<1x1x1x1x!a>) {
  %0 = dqnn.dequantize %x : tensor<1x3x3x1xf32>
  %1 = dqnn.avg_pool2d %0 {kernel = [2, 2]} : tensor<1x2x2x1xf32>
  %2 = dqnn.quantize %1 {method = "divide_half_even"} : tensor<1x2x2x1x!a>
  %3 = dqnn.avg_pool2d %0 {by_columns = true, kernel = [3, 3]} : tensor<1x1x1x1xf32>
  %4 = dqnn.quantize %3 {method = "divide_half_even"} : tensor<1x1x1x1x!a>
  func.return %2, %4 : tensor<1x2x2x1x!a>, tensor<1x1x1x1x!a>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>

// A network that is quantized in part says of each operator in float what it lacks. A reshape computes nothing.
// CHECK-LABEL: func.func @in_part
// CHECK:         dqnn.reshape %{{[0-9]+}} : tensor<1x4xf32>
// CHECK:         dqnn.dense {{.*}} attributes {dqnn.fallback = {reason = "supported where input and weights are quantized, to 8 bits"}}
// CHECK:         dqnn.softmax {{.*}} attributes {dqnn.fallback = {reason = "supported where inputs and result are quantized"}}
func.func @in_part(%x: tensor<1x2x2x1xf32>) -> tensor<1x2xf32> {
  %0 = dqnn.quantize %x {method = "divide_half_even"} : tensor<1x2x2x1x!a>
  %1 = dqnn.dequantize %0 : tensor<1x2x2x1xf32>
  %2 = dqnn.reshape %1 : tensor<1x4xf32>
  %w = dqnn.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf32>
  %3 = dqnn.dense %2, %w : tensor<1x2xf32>
  %4 = dqnn.softmax %3 : tensor<1x2xf32>
  func.return %4 : tensor<1x2xf32>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-128>

// One scale of all weights is repeated for each output channel, as the kernels take it.
// CHECK-LABEL: func.func @transposed_per_tensor
// CHECK-NEXT:    %[[w:.+]] = dqnn.constant dense<{{.+}}> : tensor<2x1x1x1xi8> as !quant.uniform<i8<-127:127>:f32:0, {5.000000e-01,5.000000e-01}>
// CHECK-NEXT:    %[[b:.+]] = dqnn.constant dense<[-4, 16]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {2.500000e-01,2.500000e-01}>
// CHECK-NEXT:    dqnn.transpose_conv2d %x, %[[w]], %[[b]] {{.*}}: tensor<1x2x2x2x!quant.uniform<i8:f32, 2.500000e-01:-128>>
func.func @transposed_per_tensor(%x: tensor<1x2x2x1x!a>) -> tensor<1x2x2x2x!b> {
  %0 = dqnn.dequantize %x : tensor<1x2x2x1xf32>
  %c = dqnn.constant dense<[[[[1]]], [[[2]]]]> : tensor<2x1x1x1xi8> as !quant.uniform<i8<-127:127>:f32, 0.5>
  %w = dqnn.dequantize %c : tensor<2x1x1x1xf32>
  %b = dqnn.constant dense<[-1.0, 4.0]> : tensor<2xf32>
  %1 = dqnn.transpose_conv2d %0, %w, %b : tensor<1x2x2x2xf32>
  %2 = dqnn.quantize %1 {method = "divide_half_even"} : tensor<1x2x2x2x!b>
  func.return %2 : tensor<1x2x2x2x!b>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-128>

// Tables of all codes may as well be of ONNX's float32 as of fixed point.
// CHECK-LABEL: func.func @tables
// CHECK-NEXT:    dqnn.leaky_relu %x {alpha = 1.000000e-01, method = "divide_half_even"} : tensor<4x!quant.uniform<i8:f32, 2.500000e-01:-128>>
// CHECK-NEXT:    dqnn.requantize %x {method = "divide_half_even"} : tensor<4x!quant.uniform<i8:f32, 2.500000e-01:-128>>
func.func @tables(%x: tensor<4x!a>) -> (tensor<4x!b>, tensor<4x!b>) {
  %0 = dqnn.dequantize %x : tensor<4xf32>
  %1 = dqnn.leaky_relu %0 {alpha = 0.1} : tensor<4xf32>
  %2 = dqnn.quantize %1 {method = "divide_half_even"} : tensor<4x!b>
  %3 = dqnn.quantize %0 {method = "divide_half_even"} : tensor<4x!b>
  func.return %2, %3 : tensor<4x!b>, tensor<4x!b>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>

// Windows of nine that reach over the edge have four or six codes there.
// CHECK-LABEL: func.func @halves_at_the_edge
// CHECK:         dqnn.avg_pool2d {{.*}}dqnn.fallback{{.*}} : tensor<1x3x3x1xf32>
func.func @halves_at_the_edge(%x: tensor<1x3x3x1x!a>) -> tensor<1x3x3x1x!a> {
  %0 = dqnn.dequantize %x : tensor<1x3x3x1xf32>
  %1 = dqnn.avg_pool2d %0 {kernel = [3, 3], padding = [1, 1, 1, 1]} : tensor<1x3x3x1xf32>
  %2 = dqnn.quantize %1 {method = "divide_half_even"} : tensor<1x3x3x1x!a>
  func.return %2 : tensor<1x3x3x1x!a>
}

// -----

!a = !quant.uniform<i8:f32, 3.000000e-01:3>
!b = !quant.uniform<i8:f32, 4.000000e-01:-128>
!c = !quant.uniform<i8:f32, 3.700000e-01:5>

// Simple ratios put many sums, differences and products in the middle of two codes, whether or not scales are powers of
// two; other ratios do not.
// CHECK-LABEL: func.func @ties
// CHECK-NEXT:    dqnn.add %x, %y {clamp_min = 0.000000e+00, rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 4.000000e-01:-128>>
// CHECK-NEXT:    dqnn.sub %x, %y {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 4.000000e-01:-128>>
// CHECK-NEXT:    dqnn.mul %x, %y {rounding = "float"} : tensor<4x!quant.uniform<i8:f32, 4.000000e-01:-128>>
// CHECK-NEXT:    dqnn.add %x, %y : tensor<4x!quant.uniform<i8:f32, 3.700000e-01:5>>
// CHECK-NEXT:    dqnn.mul %x, %y {rounding = "once"} : tensor<4x!quant.uniform<i8:f32, 3.700000e-01:5>>
func.func @ties(%x: tensor<4x!a>, %y: tensor<4x!a>) -> (tensor<4x!b>, tensor<4x!b>, tensor<4x!b>, tensor<4x!c>, tensor<4x!c>) {
  %0 = dqnn.dequantize %x : tensor<4xf32>
  %1 = dqnn.dequantize %y : tensor<4xf32>
  %2 = dqnn.add %0, %1 : tensor<4xf32>
  %3 = dqnn.relu %2 : tensor<4xf32>
  %4 = dqnn.quantize %3 {method = "divide_half_even"} : tensor<4x!b>
  %5 = dqnn.sub %0, %1 : tensor<4xf32>
  %6 = dqnn.quantize %5 {method = "divide_half_even"} : tensor<4x!b>
  %7 = dqnn.mul %0, %1 : tensor<4xf32>
  %8 = dqnn.quantize %7 {method = "divide_half_even"} : tensor<4x!b>
  %9 = dqnn.add %0, %1 : tensor<4xf32>
  %10 = dqnn.quantize %9 {method = "divide_half_even"} : tensor<4x!c>
  %11 = dqnn.mul %0, %1 : tensor<4xf32>
  %12 = dqnn.quantize %11 {method = "divide_half_even"} : tensor<4x!c>
  func.return %4, %6, %8, %10, %12 : tensor<4x!b>, tensor<4x!b>, tensor<4x!b>, tensor<4x!c>, tensor<4x!c>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 1.000000e+00:-128>

// Of a constant its own codes count: an even number of steps keeps the halves that an odd number of %x makes, and the
// product of that number has none.
// CHECK-LABEL: func.func @constants
// CHECK:         dqnn.add %x, %{{.+}} {rounding = "float"}
// CHECK-NEXT:    dqnn.mul %x, %{{.+}} {rounding = "once"}
func.func @constants(%x: tensor<4x!a>) -> (tensor<4x!b>, tensor<4x!b>) {
  %0 = dqnn.dequantize %x : tensor<4xf32>
  %c = dqnn.constant dense<7> : tensor<1xi8> as !quant.uniform<i8:f32, 5.000000e-01:3>
  %1 = dqnn.dequantize %c : tensor<1xf32>
  %2 = dqnn.add %0, %1 : tensor<4xf32>
  %3 = dqnn.quantize %2 {method = "divide_half_even"} : tensor<4x!b>
  %4 = dqnn.mul %0, %1 : tensor<4xf32>
  %5 = dqnn.quantize %4 {method = "divide_half_even"} : tensor<4x!b>
  func.return %3, %5 : tensor<4x!b>, tensor<4x!b>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 1.000000e+00:127>

// Halves beyond the bounds of the activation become no codes.
// CHECK-LABEL: func.func @halves_out_of_bounds
// CHECK-NEXT:    dqnn.add %x, %x {clamp_min = 0.000000e+00{{(, nudge = -?[0-9]+)?}}} :
func.func @halves_out_of_bounds(%x: tensor<4x!a>) -> tensor<4x!b> {
  %0 = dqnn.dequantize %x : tensor<4xf32>
  %1 = dqnn.add %0, %0 : tensor<4xf32>
  %2 = dqnn.relu %1 : tensor<4xf32>
  %3 = dqnn.quantize %2 {method = "divide_half_even"} : tensor<4x!b>
  func.return %3 : tensor<4x!b>
}

// -----

!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 1.000000e+00:4>
!c = !quant.uniform<i8:f32, 1.000000e+00:5>

// What rounds with the zero point added gives these codes where that is even alone.
// CHECK-LABEL: func.func @with_zero_point
// CHECK-NEXT:    dqnn.add %x, %x {rounding = "float"} :
// CHECK-NEXT:    dqnn.add %x, %x{{( {nudge = -?[0-9]+})?}} :
func.func @with_zero_point(%x: tensor<4x!a>) -> (tensor<4x!b>, tensor<4x!c>) {
  %0 = dqnn.dequantize %x : tensor<4xf32>
  %1 = dqnn.add %0, %0 attributes {dqnn.rounds_with_zero_point} : tensor<4xf32>
  %2 = dqnn.quantize %1 {method = "divide_half_even"} : tensor<4x!b>
  %3 = dqnn.add %0, %0 attributes {dqnn.rounds_with_zero_point} : tensor<4xf32>
  %4 = dqnn.quantize %3 {method = "divide_half_even"} : tensor<4x!c>
  func.return %2, %4 : tensor<4x!b>, tensor<4x!c>
}
