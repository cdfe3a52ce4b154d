// A 1x1 convolution, its result as floats, and its last pixel backwards; with names that C does not allow.
func.func @net(%x: memref<1x2x2x4xi8> {dqnn.name = "in*/??/", dqnn.type = tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5:-3>>},
               %y: memref<1x16xf32> {dqnn.name = "out"}, %z: memref<1x4xi8>) {
  %w = memref.get_global @"conv/weights" : memref<4x1x1x4xi8>
  %m = memref.get_global @run : memref<4xi32>
  %s = memref.get_global @int : memref<4xi32>
  %scratch = memref.alloc() : memref<32xi8>
  %a = memref.alloc() : memref<16xi8>
  %image = dqnn.view %a[0] : memref<16xi8> to memref<1x2x2x4xi8>
  %last = dqnn.view %image[12] : memref<1x2x2x4xi8> to memref<1x4xi8>
  cortex_m.call checked arm_convolve_wrapper_s8 in(%x : memref<1x2x2x4xi8>, %w : memref<4x1x1x4xi8>, %m : memref<4xi32>, %s : memref<4xi32>) out(%image : memref<1x2x2x4xi8>) scratch(%scratch : memref<32xi8>)
    args(cmsis_nn_context ctx {buf = %scratch, size = 32},
         cmsis_nn_conv_params inputs {input_offset = 3, output_offset = 1, stride = {w = 1, h = 1}, padding = {w = 0, h = 0}, dilation = {w = 1, h = 1}, activation = {min = -128, max = 127}},
         cmsis_nn_per_channel_quant_params quant_params {multiplier = %m, shift = %s},
         cmsis_nn_dims input_dims {n = 1, h = 2, w = 2, c = 4}, %x,
         cmsis_nn_dims arena {n = 4, h = 1, w = 1, c = 4}, %w,
         cmsis_nn_dims cmsis_nn_dims {n = 1, h = 1, w = 1, c = 4}, null,
         cmsis_nn_dims int {n = 1, h = 2, w = 2, c = 4}, %image)
    {header = "arm_nnfunctions.h"} loc("a layer */ \22with\22 a ??/ name \\")
  cortex_m.call dqnn_dequantize_s8_f32 in(%a : memref<16xi8>) out(%y : memref<1x16xf32>)
    args(%a, %y, 16, 0.1, 1) {header = "dqnn_kernels.h"}
  cortex_m.call dqnn_slice in(%a : memref<16xi8>) out(%z : memref<1x4xi8>)
    args(%a, %z, 1, 2, int32_t in_shape [4, 4], int32_t offsets [3, 3], int32_t strides [1, -1], int32_t out_shape [1, 4])
    {header = "dqnn_kernels.h"}
  func.return
}
"memref.global"() <{sym_name = "conv/weights", type = memref<4x1x1x4xi8>, initial_value = dense<"0x01ff02038005060708090a0b0c0d0e7f"> : tensor<16xi8>, sym_visibility = "private", constant}> : () -> ()
"memref.global"() <{sym_name = "run", type = memref<4xi32>, initial_value = dense<1073741824> : tensor<4xi32>, sym_visibility = "private", constant}> : () -> ()
"memref.global"() <{sym_name = "int", type = memref<4xi32>, initial_value = dense<[0, -1, -2, -3]> : tensor<4xi32>, sym_visibility = "private", constant}> : () -> ()
