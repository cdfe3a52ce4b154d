/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_strided.h"

arm_cmsis_nn_status arm_transpose_s8(const int8_t *input_data,
                                     int8_t *const output_data,
                                     const cmsis_nn_dims *const input_dims,
                                     const cmsis_nn_dims *const output_dims,
                                     const cmsis_nn_transpose_params *const transpose_params)
{
    static const uint32_t swap[2] = {1, 0};
    const int32_t rank = transpose_params->num_dims;
    const uint32_t *const permutation = rank == 2 ? swap : transpose_params->permutations;
    const int32_t in_shape[4] = {input_dims->n, input_dims->h, input_dims->w, input_dims->c};
    int32_t in_strides[4];
    int32_t out_shape[4];
    int32_t strides[4];
    (void)output_dims;
    if (rank == 1)
    {
        memcpy(output_data, input_data, (size_t)input_dims->n);
        return ARM_CMSIS_NN_SUCCESS;
    }
    if (rank < 1 || rank > 4)
    {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    dqnn_dense_strides(rank, in_shape, in_strides);
    for (int32_t d = 0; d < rank; d++)
    {
        if (permutation[d] >= (uint32_t)rank)
        {
            return ARM_CMSIS_NN_ARG_ERROR;
        }
        out_shape[d] = in_shape[permutation[d]];
        strides[d] = in_strides[permutation[d]];
    }
    dqnn_gather_strided(input_data, strides, output_data, rank, out_shape, 1);
    return ARM_CMSIS_NN_SUCCESS;
}
