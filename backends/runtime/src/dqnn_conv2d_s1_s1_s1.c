/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_layer.h"

void dqnn_conv2d_s1_s1_s1(const uint32_t *in,
                          const uint32_t *weights,
                          const int32_t *limits,
                          uint32_t *out,
                          const dqnn_window *window,
                          int32_t pad_value,
                          uint32_t *scratch)
{
    const dqnn_output output = {.out = out, .channels = window->out_c};
    dqnn_conv2d_s1_s1(in, weights, window, pad_value, scratch, limits, &output, DQNN_TO_S1, 1);
}
