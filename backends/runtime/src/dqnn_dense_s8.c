/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_fully_connected.h"
#include "dqnn_kernels.h"

void dqnn_dense_s8(const int8_t *in,
                   const int8_t *weights,
                   const int32_t *bias,
                   int8_t *out,
                   int32_t rows,
                   int32_t in_features,
                   int32_t out_features,
                   int32_t in_offset,
                   const int32_t *multipliers,
                   const int32_t *shifts,
                   int32_t per_channel,
                   int32_t out_offset,
                   int32_t act_min,
                   int32_t act_max)
{
    const dqnn_dense_layer layer = {
        .in_offset = in_offset,
        .codes = {.bias = bias,
                  .multipliers = multipliers,
                  .shifts = shifts,
                  .step = per_channel ? 1 : 0,
                  .out_offset = out_offset,
                  .act_min = act_min,
                  .act_max = act_max},
    };
    dqnn_fully_connected(&layer, DQNN_ONE_ROUNDING, in, weights, out, rows, in_features, out_features);
}
