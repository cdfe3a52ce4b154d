/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_layer.h"

void dqnn_conv2d_s1_s1_f32_x8(const uint32_t *in,
                              const uint32_t *weights,
                              const float *scale,
                              const float *offset,
                              float *out,
                              const dqnn_window *window,
                              int32_t pad_value,
                              uint32_t *scratch)
{
    const dqnn_output output = {.out = out, .channels = window->out_c, .scale = scale, .offset = offset};
    dqnn_conv2d_s1_s1(in, weights, window, pad_value, scratch, NULL, &output, DQNN_TO_F32, DQNN_ABREAST);
}
