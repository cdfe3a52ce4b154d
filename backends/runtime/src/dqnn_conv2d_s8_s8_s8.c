/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_convolve_s8.h"
#include "dqnn_s8_kernels.h"

void dqnn_conv2d_s8_s8_s8(const int8_t *in,
                          const int8_t *weights,
                          const float *scale,
                          const float *offset,
                          int8_t *out,
                          const dqnn_window *window,
                          int32_t in_offset,
                          int32_t pad_code,
                          int32_t out_offset,
                          int32_t act_min,
                          int32_t act_max)
{
    const dqnn_convolution layer = {
        .window = *window,
        .in_offset = in_offset,
        .pad = pad_code + in_offset,
        .codes = {.scale = scale,
                  .offset = offset,
                  .out_offset = out_offset,
                  .act_min = act_min,
                  .act_max = act_max},
    };
    dqnn_convolve_s8(layer, DQNN_IN_FLOAT, in, weights, out);
}
