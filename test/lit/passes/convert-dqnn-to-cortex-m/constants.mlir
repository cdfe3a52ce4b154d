// RUN: dqnn-opt %s -p select-kernels,convert-dqnn-to-cortex-m --split-input-file | filecheck %s

// Equal constants are one global, whatever the layer. Names come from layers: of several the first, and of a long one
// its end; unique, and valid in C.
// CHECK: "memref.global"() <{sym_name = "stem_1_conv_weights", type = memref<2x1x1x1xi8>, initial_value = dense<{{.*}}> : tensor<2x1x1x1xi8>, sym_visibility = "private", constant}>
// CHECK: "memref.global"() <{sym_name = "stem_1_conv_multiplier"
// CHECK: "memref.global"() <{sym_name = "stem_1_conv_shift"
// CHECK: "memref.global"() <{sym_name = "layer_2nd_multiplier"
// CHECK-NOT: memref.global
// CHECK-LABEL: @shared
func.func @shared(%x : tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>) -> (tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>, tensor<1x1x1x2x!quant.uniform<i8:f32, 0.75>>) {
  // CHECK: %[[W:.*]] = memref.get_global @stem_1_conv_weights
  // CHECK: arm_convolve_wrapper_s8 in(%x : {{.*}}, %[[W]] :
  // CHECK-NOT: memref.get_global @stem_1_conv_weights
  // CHECK: arm_convolve_wrapper_s8 in(%x : {{.*}}, %[[W]] :
  %w = dqnn.constant dense<[[[[1]]], [[[2]]]]> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {0.25,0.5}>
  %v = dqnn.constant dense<[[[[1]]], [[[2]]]]> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {0.25,0.5}>
  %y = "dqnn.conv2d"(%x, %w) <{strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>}> : (tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x1x!quant.uniform<i8:f32:0, {0.25,0.5}>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>> loc("stem_1/conv;stem_1/relu")
  %z = "dqnn.conv2d"(%x, %v) <{strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>}> : (tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>, tensor<2x1x1x1x!quant.uniform<i8:f32:0, {0.25,0.5}>>) -> tensor<1x1x1x2x!quant.uniform<i8:f32, 0.75>> loc("2nd")
  func.return %y, %z : tensor<1x1x1x2x!quant.uniform<i8:f32, 1.0>>, tensor<1x1x1x2x!quant.uniform<i8:f32, 0.75>>
}

// -----

// A name that the module has already gets a number.
// CHECK: sym_name = "table_2"
// CHECK: @table
func.func private @table()
func.func @taken(%x : tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  %y = dqnn.relu %x : tensor<4x!quant.uniform<i8:f32, 0.5>>
  func.return %y : tensor<4x!quant.uniform<i8:f32, 0.5>>
}
