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
    const cmsis_nn_fc_params params = {in_offset, 0, out_offset, {act_min, act_max}};
    const dqnn_dense_layer layer = {&params, multipliers, shifts, per_channel ? 1 : 0, bias};
    dqnn_fully_connected(&layer, 1, in, weights, out, rows, in_features, out_features);
}
