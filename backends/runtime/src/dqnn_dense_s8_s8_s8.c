/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_fully_connected.h"
#include "dqnn_s8_kernels.h"

void dqnn_dense_s8_s8_s8(const int8_t *in,
                         const int8_t *weights,
                         const float *scale,
                         const float *offset,
                         int8_t *out,
                         int32_t rows,
                         int32_t in_features,
                         int32_t out_features,
                         int32_t in_offset,
                         int32_t out_offset,
                         int32_t act_min,
                         int32_t act_max)
{
    const dqnn_dense_layer layer = {
        .in_offset = in_offset,
        .codes = {.scale = scale,
                  .offset = offset,
                  .out_offset = out_offset,
                  .act_min = act_min,
                  .act_max = act_max},
    };
    dqnn_fully_connected(&layer, DQNN_IN_FLOAT, in, weights, out, rows, in_features, out_features);
}
