/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_conv_s8.h"

void dqnn_conv2d_s8_s8_s1(const int8_t *in,
                          const int8_t *weights,
                          const int32_t *thresholds,
                          uint32_t *out,
                          const dqnn_window *window,
                          int32_t in_offset,
                          int32_t pad_code)
{
    const dqnn_output output = {.out = out, .channels = window->out_c, .thresholds = thresholds};
    dqnn_conv2d_to_s1(in, (const uint8_t *)weights, DQNN_WEIGHTS_S8, window, in_offset, pad_code, &output);
}
