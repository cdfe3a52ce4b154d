/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_layer.h"

void dqnn_dense_s1_s1_s8(const uint32_t *in,
                         const uint32_t *weights,
                         const float *scale,
                         const float *offset,
                         int8_t *out,
                         int32_t words,
                         int32_t in_features,
                         int32_t out_features,
                         int32_t out_offset,
                         int32_t act_min,
                         int32_t act_max)
{
    const dqnn_output output = {.out = out,
                                .channels = out_features,
                                .scale = scale,
                                .offset = offset,
                                .out_offset = out_offset,
                                .act_min = act_min,
                                .act_max = act_max};
    dqnn_dense_s1_s1(in, weights, words, in_features, NULL, &output, DQNN_TO_S8, 1);
}
