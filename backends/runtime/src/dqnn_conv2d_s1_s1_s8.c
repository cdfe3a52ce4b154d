/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_layer.h"

void dqnn_conv2d_s1_s1_s8(const uint32_t *in,
                          const uint32_t *weights,
                          const float *scale,
                          const float *offset,
                          int8_t *out,
                          const dqnn_window *window,
                          int32_t pad_value,
                          int32_t out_offset,
                          int32_t act_min,
                          int32_t act_max,
                          uint32_t *scratch)
{
    const dqnn_output output = {.out = out,
                                .channels = window->out_c,
                                .scale = scale,
                                .offset = offset,
                                .out_offset = out_offset,
                                .act_min = act_min,
                                .act_max = act_max};
    dqnn_conv2d_s1_s1(in, weights, window, pad_value, scratch, NULL, &output, DQNN_TO_S8, 1);
}
