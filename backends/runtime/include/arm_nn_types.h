/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of CMSIS-NN's argument types that generated code uses, declared for the portable kernels of this
 * folder. Names, field order and values follow CMSIS-NN's public API (7.0.0 and later), so that the same
 * generated code compiles against either set of headers.
 */
#ifndef ARM_NN_TYPES_H
#define ARM_NN_TYPES_H

#include <stdint.h>

/* What a kernel returns: 0, or a negative error. */
typedef enum
{
    ARM_CMSIS_NN_SUCCESS = 0,
    ARM_CMSIS_NN_ARG_ERROR = -1,
    ARM_CMSIS_NN_NO_IMPL_ERROR = -2,
    ARM_CMSIS_NN_FAILURE = -3
} arm_cmsis_nn_status;

/* Scratch memory. The portable kernels need none and never look at it. */
typedef struct
{
    void *buf;
    int32_t size; /* bytes */
} cmsis_nn_context;

/* A pair along the width and the height: a stride, a padding, a dilation. Width first. */
typedef struct
{
    int32_t w;
    int32_t h;
} cmsis_nn_tile;

/* A shape, row-major NHWC. For filters see each kernel. */
typedef struct
{
    int32_t n;
    int32_t h;
    int32_t w;
    int32_t c;
} cmsis_nn_dims;

/* Bounds of the output codes, inclusive. */
typedef struct
{
    int32_t min;
    int32_t max;
} cmsis_nn_activation;

/* real multiplier = multiplier * 2^(shift - 31), one pair for each output channel. */
typedef struct
{
    int32_t *multiplier;
    int32_t *shift;
} cmsis_nn_per_channel_quant_params;

/* real multiplier = multiplier * 2^(shift - 31). */
typedef struct
{
    int32_t multiplier;
    int32_t shift;
} cmsis_nn_per_tensor_quant_params;

/* Everywhere below input_offset is minus the input's zero point, output_offset plus the output's zero point. */
typedef struct
{
    int32_t input_offset;
    int32_t output_offset;
    cmsis_nn_tile stride;
    cmsis_nn_tile padding; /* left and top */
    cmsis_nn_tile dilation;
    cmsis_nn_activation activation;
} cmsis_nn_conv_params;

typedef struct
{
    int32_t input_offset;
    int32_t output_offset;
    int32_t ch_mult; /* output channels = input channels * ch_mult */
    cmsis_nn_tile stride;
    cmsis_nn_tile padding; /* left and top */
    cmsis_nn_tile dilation;
    cmsis_nn_activation activation;
} cmsis_nn_dw_conv_params;

typedef struct
{
    int32_t input_offset;
    int32_t output_offset;
    cmsis_nn_tile stride;
    cmsis_nn_tile padding;         /* columns and rows cropped from the left and the top of the full output */
    cmsis_nn_tile padding_offsets; /* not read */
    cmsis_nn_tile dilation;        /* not read: dilation is 1 */
    cmsis_nn_activation activation;
} cmsis_nn_transpose_conv_params;

typedef struct
{
    cmsis_nn_tile stride;
    cmsis_nn_tile padding; /* left and top */
    cmsis_nn_activation activation;
} cmsis_nn_pool_params;

typedef struct
{
    int32_t input_offset;
    int32_t filter_offset; /* minus the weights' zero point */
    int32_t output_offset;
    cmsis_nn_activation activation;
} cmsis_nn_fc_params;

/* Dimension i of the output is dimension permutations[i] of the input. */
typedef struct
{
    const int32_t num_dims;
    const uint32_t *permutations;
} cmsis_nn_transpose_params;

#endif /* ARM_NN_TYPES_H */
