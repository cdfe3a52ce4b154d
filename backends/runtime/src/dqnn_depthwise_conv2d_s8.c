/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_depthwise_s8.h"

void dqnn_depthwise_conv2d_s8(const int8_t *in,
                              const int8_t *weights,
                              const int32_t *bias,
                              int8_t *out,
                              const dqnn_window *window,
                              int32_t in_offset,
                              const int32_t *multipliers,
                              const int32_t *shifts,
                              int32_t out_offset,
                              int32_t act_min,
                              int32_t act_max)
{
    const dqnn_depthwise layer = {
        .window = *window,
        .in_offset = in_offset,
        .codes = {.bias = bias,
                  .multipliers = multipliers,
                  .shifts = shifts,
                  .step = 1,
                  .out_offset = out_offset,
                  .act_min = act_min,
                  .act_max = act_max},
        .weights = weights,
    };
    dqnn_depthwise_s8(&layer, DQNN_TWO_ROUNDINGS, in, out);
}
