/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_strided.h"

/* An operand's strides: 0 along a dimension that it repeats. */
static void operand_strides(const cmsis_nn_dims *dims, int32_t strides[4])
{
    const int32_t shape[4] = {dims->n, dims->h, dims->w, dims->c};
    dqnn_dense_strides(4, shape, strides);
    for (int32_t d = 0; d < 4; d++)
    {
        strides[d] = shape[d] == 1 ? 0 : strides[d];
    }
}

arm_cmsis_nn_status arm_maximum_s8(const cmsis_nn_context *ctx,
                                   const int8_t *input_1_data,
                                   const cmsis_nn_dims *input_1_dims,
                                   const int8_t *input_2_data,
                                   const cmsis_nn_dims *input_2_dims,
                                   int8_t *output_data,
                                   const cmsis_nn_dims *output_dims)
{
    const int32_t shape[4] = {output_dims->n, output_dims->h, output_dims->w, output_dims->c};
    int32_t strides_1[4];
    int32_t strides_2[4];
    dqnn_walk walk = {{0}, {0}};
    (void)ctx;
    operand_strides(input_1_dims, strides_1);
    operand_strides(input_2_dims, strides_2);
    do
    {
        for (int32_t i = 0; i < shape[3]; i++)
        {
            const int8_t a = input_1_data[walk.at[0] + i * strides_1[3]];
            const int8_t b = input_2_data[walk.at[1] + i * strides_2[3]];
            *output_data++ = a > b ? a : b;
        }
    } while (dqnn_walk_next(&walk, 3, shape, strides_1, strides_2));
    return ARM_CMSIS_NN_SUCCESS;
}
