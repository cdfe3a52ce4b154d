// RUN: dqnn-opt %s -t c | filecheck %s
// RUN: dqnn-opt %s -t c{part=header} | filecheck %s --check-prefix HEADER
// RUN: dqnn-opt %s -t c{part=weights} | filecheck %s --check-prefix WEIGHTS
// RUN: dqnn-opt %s -t 'c{part="weights-header"}' | filecheck %s --check-prefix DECLARATIONS

// CHECK: #include "net.h"
// CHECK-NEXT: #include "net_weights.h"
// CHECK: #include <stdint.h>
// CHECK-EMPTY:
// CHECK-NEXT: #include "arm_nnfunctions.h"
// CHECK-NEXT: #include "dqnn_kernels.h"
// CHECK-EMPTY:
// CHECK-NEXT: /* Generated for the DSP build of CMSIS-NN, versions 7.0.0 and later.
// CHECK: #ifndef DQNN_PORTABLE_KERNELS
// CHECK-NEXT: #if !defined(ARM_MATH_DSP) || defined(ARM_MATH_MVEI)
// CHECK-NEXT: #error "network net is for the DSP build of CMSIS-NN: generate it for a target that fits this core"
// CHECK-NEXT: #endif
// CHECK-NEXT: #ifdef CMSIS_NN_USE_SINGLE_ROUNDING
// CHECK-NEXT: #error "network net needs the two roundings of TensorFlow Lite: undefine CMSIS_NN_USE_SINGLE_ROUNDING"

// CHECK: int net_run(void *activations, const void *const inputs[], void *const outputs[])
// CHECK-NEXT: {
// CHECK-NEXT:     uint8_t *const arena = (uint8_t *)activations;
// CHECK-EMPTY:
// CHECK-NEXT:     if (activations == NULL
// CHECK-NEXT:         || inputs == NULL
// CHECK-NEXT:         || outputs == NULL) {
// CHECK-NEXT:         return NET_ERROR_POINTER;
// CHECK-NEXT:     }
// CHECK-NEXT:     if (inputs[0] == NULL
// CHECK-NEXT:         || outputs[0] == NULL) {
// CHECK-NEXT:         return NET_ERROR_POINTER;
// CHECK-NEXT:     }
// CHECK-NEXT:     if ((uintptr_t)activations % NET_ACTIVATIONS_ALIGN != 0
// CHECK-NEXT:         || (uintptr_t)outputs[0] % 4 != 0) {
// CHECK-NEXT:         return NET_ERROR_ALIGNMENT;
// CHECK-NEXT:     }

// Struct arguments are static where all that they hold is constant; operands point into the arena, to weights, or to
// the application's memory, typed as their elements.
// CHECK:     /* 0: conv1/Relu */
// CHECK-NEXT:     {
// CHECK-NEXT:         const cmsis_nn_context ctx = {.buf = (int8_t *)(arena + 8), .size = 16};
// CHECK-NEXT:         static const cmsis_nn_conv_params conv_params = {.input_offset = 3, .stride = {.w = 1, .h = 2}};
// CHECK-NEXT:         static const cmsis_nn_per_channel_quant_params quant_params = {.multiplier = (int32_t *)net_m,
// CHECK-NEXT:                                                                        .shift = (int32_t *)net_m};
// CHECK-NEXT:         static const cmsis_nn_dims input_dims = {.n = 1, .h = 1, .w = 2, .c = 4};
// CHECK-NEXT:         static const cmsis_nn_dims input_dims_2 = {.n = 2};
// CHECK-NEXT:         if (arm_convolve_wrapper_s8(&ctx, &conv_params, &quant_params, &input_dims, (const int8_t *)inputs[0],
// CHECK-NEXT:                                     &input_dims_2, net_w, NULL, (int8_t *)arena) != 0) {
// CHECK-NEXT:             return NET_ERROR_KERNEL - 0;
// CHECK-NEXT:         }
// CHECK-NEXT:     }

// CHECK:     /* 1: dqnn_slice */
// CHECK-NEXT:     {
// CHECK-NEXT:         static const int32_t offsets[3] = {0, INT32_MIN, 2147483647};
// CHECK-NEXT:         dqnn_slice((const int8_t *)(arena + 4), (float *)outputs[0], 1, offsets, 0.1f, -1e-45f, 4294967295u,
// CHECK-NEXT:                    (const float *)(void *)(arena + 4));
// CHECK-NEXT:     }
// CHECK-NEXT:     return 0;
// CHECK-NEXT: }

// HEADER: #ifndef NET_H
// HEADER: #define NET_ACTIVATIONS_BYTES 24
// HEADER-NEXT: #define NET_ACTIVATIONS_ALIGN 4
// HEADER: #define NET_INPUT_COUNT 1
// HEADER: #define NET_INPUT_0_NAME "serving_default\134 \042in\042*/\077\077/"
// HEADER-NEXT: #define NET_INPUT_0_TYPE int8_t
// HEADER-NEXT: #define NET_INPUT_0_BYTES 8
// HEADER-NEXT: #define NET_INPUT_0_RANK 4
// HEADER-NEXT: #define NET_INPUT_0_SHAPE {1, 1, 2, 4}
// HEADER-NEXT: #define NET_INPUT_0_SCALE 0.5847029f
// HEADER-NEXT: #define NET_INPUT_0_ZERO_POINT (-3)
// HEADER: #define NET_OUTPUT_COUNT 1
// HEADER-EMPTY:
// HEADER-NEXT: #define NET_OUTPUT_0_TYPE float
// HEADER-NEXT: #define NET_OUTPUT_0_BYTES 4
// HEADER-NEXT: #define NET_OUTPUT_0_RANK 1
// HEADER-NEXT: #define NET_OUTPUT_0_SHAPE {1}
// HEADER-EMPTY:
// HEADER-NEXT: /* Errors of net_run. */
// HEADER-NEXT: #define NET_ERROR_POINTER (-1)
// HEADER-NEXT: #define NET_ERROR_ALIGNMENT (-2)
// HEADER-NEXT: #define NET_ERROR_KERNEL (-3)
// HEADER: int net_run(void *activations, const void *const inputs[], void *const outputs[]);

// WEIGHTS: /* @w */
// WEIGHTS-NEXT: const int8_t net_w[8] NET_ALIGNED(4) = {
// WEIGHTS-NEXT:     -1, 0, 1, 127, -128, 5, 6, 7
// WEIGHTS-NEXT: };
// WEIGHTS: const int32_t net_m[3] NET_ALIGNED(4) = {
// WEIGHTS-NEXT:     9, 9, 9
// WEIGHTS-NEXT: };
// WEIGHTS: const float net_f[4] NET_ALIGNED(16) = {
// WEIGHTS-NEXT:     0.1f, -2.0f, INFINITY, 1e-45f
// WEIGHTS-NEXT: };
// WEIGHTS: const uint8_t net_u[2] NET_ALIGNED(4) = {
// WEIGHTS-NEXT:     255, 0
// WEIGHTS-NEXT: };

// DECLARATIONS: extern const int8_t net_w[8];
// DECLARATIONS-NEXT: extern const int32_t net_m[3];
// DECLARATIONS-NEXT: extern const float net_f[4];
// DECLARATIONS-NEXT: extern const uint8_t net_u[2];

builtin.module attributes {c.cmsis_nn_build = "DSP"} {
  func.func @net(%x: memref<1x1x2x4xi8> {dqnn.name = "serving_default\\ \22in\22*/??/", dqnn.type = tensor<1x1x2x4x!quant.uniform<i8:f32, 0.58470290899276733:-3>>}, %y: memref<1xf32>) {
    %arena = dqnn.arena : memref<24xi8>
    %w = memref.get_global @w : memref<2x1x1x4xi8>
    %m = memref.get_global @m : memref<3xi32>
    %a = dqnn.view %arena[0] : memref<24xi8> to memref<1x1x2x4xi8>
    %b = dqnn.view %a[4] : memref<1x1x2x4xi8> to memref<4xi8>
    %f = dqnn.view %a[4] : memref<1x1x2x4xi8> to memref<1xf32>
    %s = dqnn.view %arena[8] : memref<24xi8> to memref<16xi8>
    cortex_m.call checked arm_convolve_wrapper_s8 in(%x : memref<1x1x2x4xi8>, %w : memref<2x1x1x4xi8>, %m : memref<3xi32>) out(%a : memref<1x1x2x4xi8>) scratch(%s : memref<16xi8>)
      args(cmsis_nn_context ctx {buf = %s, size = 16}, cmsis_nn_conv_params conv_params {input_offset = 3, stride = {w = 1, h = 2}}, cmsis_nn_per_channel_quant_params quant_params {multiplier = %m, shift = %m}, cmsis_nn_dims input_dims {n = 1, h = 1, w = 2, c = 4}, %x, cmsis_nn_dims input_dims {n = 2}, %w, null, %a) {header = "arm_nnfunctions.h"} loc("conv1/Relu")
    cortex_m.call dqnn_slice in(%b : memref<4xi8>, %f : memref<1xf32>) out(%y : memref<1xf32>)
      args(%b, %y, true, int32_t offsets [0, -2147483648, 2147483647], 0.1, -1.0e-45, 4294967295 : i64, %f) {header = "dqnn_kernels.h"}
    func.return
  }
  "memref.global"() <{sym_name = "w", type = memref<2x1x1x4xi8>, initial_value = dense<"0xff00017f80050607"> : tensor<2x1x1x4xi8>, sym_visibility = "private", constant}> : () -> ()
  "memref.global"() <{sym_name = "m", type = memref<3xi32>, initial_value = dense<9> : tensor<3xi32>, sym_visibility = "private", constant}> : () -> ()
  "memref.global"() <{sym_name = "f", type = memref<4xf32>, initial_value = dense<"0xcdcccc3d000000c00000807f01000000"> : tensor<4xf32>, sym_visibility = "private", constant, alignment = 16 : i64}> : () -> ()
  "memref.global"() <{sym_name = "u", type = memref<2xui8>, initial_value = dense<[255, 0]> : tensor<2xui8>, sym_visibility = "private", constant}> : () -> ()
}
