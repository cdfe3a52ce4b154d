// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s


// A reshape is the same memory; the last value is written into the output.
// CHECK-LABEL: @reshape
// CHECK-SAME: %x: memref<1x2x2x1xi8> {{{.*}}dqnn.name = "x"}, %output: memref<4xi8> {{{.*}}dqnn.output}
// CHECK: %[[A:.*]] = dqnn.view %[[BUFFER:.*]][0] : memref<4xi8> to memref<1x2x2x1xi8>
// CHECK: dqnn_lut_s8 in(%x {{.*}}) out(%[[A]] :
// CHECK: dqnn_lut_s8 in(%[[BUFFER]] {{.*}}) out(%output :
// CHECK-NEXT: args(%[[BUFFER]], %{{.*}}, %output, 4)
// CHECK-SAME: in_place = array<i64: 0, 0>
func.func @reshape(%x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  %a = dqnn.tanh %x : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.0078125>>
  %r = dqnn.reshape %a : tensor<4x!quant.uniform<i8:f32, 0.0078125>>
  %y = dqnn.relu %r : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.5>>
}

// -----


// Producers write into their places in the concatenation. What a producer cannot write there, the argument %y and the
// second %a, is copied. The slice is a piece of the result.
// CHECK-LABEL: @concat
// CHECK: %[[BUFFER:.*]] = memref.alloc() {{.*}} : memref<10xi8>
// CHECK-NOT: memref.alloc
// CHECK: %[[A:.*]] = dqnn.view %[[BUFFER]][0] : memref<10xi8> to memref<1x2xi8>
// CHECK: dqnn_lut_s8 in(%x {{.*}}) out(%[[A]] :
// CHECK: %[[B:.*]] = dqnn.view %[[BUFFER]][7] : memref<10xi8> to memref<1x3xi8>
// CHECK: dqnn_lut_s8 in(%y {{.*}}) out(%[[B]] :
// CHECK: %[[SECOND:.*]] = dqnn.view %[[BUFFER]][2] : memref<10xi8> to memref<3xi8>
// CHECK-NEXT: dqnn_copy in(%y {{.*}}) out(%[[SECOND]] :
// CHECK: %[[THIRD:.*]] = dqnn.view %[[BUFFER]][5] : memref<10xi8> to memref<2xi8>
// CHECK-NEXT: dqnn_copy in(%[[A]] {{.*}}) out(%[[THIRD]] :
// CHECK: %[[D:.*]] = dqnn.view %[[BUFFER]][1] : memref<10xi8> to memref<1x9xi8>
// CHECK: dqnn_lut_s8 in(%[[D]] {{.*}}) out(%output :
func.func @concat(%x : tensor<1x2x!quant.uniform<i8:f32, 0.5>>, %y : tensor<1x3x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x9x!quant.uniform<i8:f32, 0.5>> {
  %a = dqnn.relu %x : tensor<1x2x!quant.uniform<i8:f32, 0.5>>
  %b = dqnn.relu %y : tensor<1x3x!quant.uniform<i8:f32, 0.5>>
  %c = dqnn.concat %a, %y, %a, %b {axis = 1} : tensor<1x10x!quant.uniform<i8:f32, 0.5>>
  %d = dqnn.slice %c {offsets = [0, 1], strides = [1, 1]} : tensor<1x9x!quant.uniform<i8:f32, 0.5>>
  %e = dqnn.relu6 %d : tensor<1x9x!quant.uniform<i8:f32, 0.5>>
  func.return %e : tensor<1x9x!quant.uniform<i8:f32, 0.5>>
}

// -----


// Along an inner axis every operand is copied; the second copy leaves the first one's columns alive.
// CHECK-LABEL: @concat_inner_axis
// CHECK: dqnn_lut_s8 in(%x {{.*}}) out(%[[A:.*]] :
// CHECK: arm_concatenation_s8_x in(%[[A]] : memref<2x2xi8>) out(%output : memref<2x4xi8>)
// CHECK-NEXT: args(%[[A]], 2, 2, 1, 1, %output, 4, 0)
// CHECK: arm_concatenation_s8_x in(%x : memref<2x2xi8>, %output : memref<2x4xi8>) out(%output : memref<2x4xi8>)
// CHECK-NEXT: args(%x, 2, 2, 1, 1, #c.operand<2>, 4, 2)
func.func @concat_inner_axis(%x : tensor<2x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<2x4x!quant.uniform<i8:f32, 0.5>> {
  %a = dqnn.relu %x : tensor<2x2x!quant.uniform<i8:f32, 0.5>>
  %c = dqnn.concat %a, %x {axis = 1} : tensor<2x4x!quant.uniform<i8:f32, 0.5>>
  func.return %c : tensor<2x4x!quant.uniform<i8:f32, 0.5>>
}

// -----


// A value that is returned is written into its output and read from there. What is returned twice, or is a piece of
// another value, an argument or a constant, is copied.
// CHECK-LABEL: @outputs
// CHECK-NOT: memref.alloc
// CHECK: dqnn_lut_s8 in(%x {{.*}}) out(%output :
// CHECK: %[[B:.*]] = dqnn.view %output_5[0] : memref<2x2xi8> to memref<4xi8>
// CHECK: dqnn_lut_s8 in(%output {{.*}}) out(%[[B]] :
// CHECK: dqnn_copy in(%output {{.*}}) out(%output_1 :
// CHECK: %[[Q:.*]] = dqnn.view %output_5[2] : memref<2x2xi8> to memref<2xi8>
// CHECK-NEXT: dqnn_copy in(%[[Q]] {{.*}}) out(%output_2 :
// CHECK: dqnn_copy in(%x {{.*}}) out(%output_3 :
// CHECK: %[[K:.*]] = memref.get_global @constant
// CHECK-NEXT: dqnn_copy in(%[[K]] {{.*}}) out(%output_4 :
func.func @outputs(%x : tensor<4x!quant.uniform<i8:f32, 0.5>>) -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x!quant.uniform<i8:f32, 0.5>>) {
  %k = dqnn.constant dense<[1, 2, 3, 4]> : tensor<4xi8> as !quant.uniform<i8:f32, 0.5>
  %a = dqnn.relu %x : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %b = dqnn.relu6 %a : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %p, %q = dqnn.split %b {axis = 0} : tensor<2x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>
  %r = dqnn.reshape %b : tensor<2x2x!quant.uniform<i8:f32, 0.5>>
  func.return %a, %a, %q, %x, %k, %r : tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x!quant.uniform<i8:f32, 0.5>>
}

// -----


// An operand that is returned itself is copied into the concatenation.
// CHECK-LABEL: @returned_concat
// CHECK: dqnn_lut_s8 in(%x {{.*}}) out(%output_1 :
// CHECK: %[[B:.*]] = dqnn.view %output[2] : memref<4xi8> to memref<2xi8>
// CHECK: dqnn_lut_s8 in(%x {{.*}}) out(%[[B]] :
// CHECK: %[[C:.*]] = dqnn.view %output[0] : memref<4xi8> to memref<2xi8>
// CHECK-NEXT: dqnn_copy in(%output_1 {{.*}}) out(%[[C]] :
func.func @returned_concat(%x : tensor<2x!quant.uniform<i8:f32, 0.5>>) -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  %a = dqnn.relu %x : tensor<2x!quant.uniform<i8:f32, 0.5>>
  %b = dqnn.relu6 %x : tensor<2x!quant.uniform<i8:f32, 0.5>>
  %c = dqnn.concat %a, %b {axis = 0} : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %c, %a : tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>
}
