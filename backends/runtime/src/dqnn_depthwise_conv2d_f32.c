/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

void dqnn_depthwise_conv2d_f32(const float *in,
                               const float *weights,
                               const float *bias,
                               float *out,
                               const dqnn_window *window,
                               float clamp_min,
                               float clamp_max)
{
    const dqnn_window *const g = window;
    const int32_t multiplier = g->out_c / g->in_c;
    for (int32_t position = 0; position < g->out_h * g->out_w; position++)
    {
        const int32_t in_y = position / g->out_w * g->stride_h - g->pad_top;
        const int32_t in_x = position % g->out_w * g->stride_w - g->pad_left;
        const dqnn_range rows = dqnn_taps(in_y, g->kernel_h, g->dilation_h, g->in_h);
        const dqnn_range columns = dqnn_taps(in_x, g->kernel_w, g->dilation_w, g->in_w);
        for (int32_t channel = 0; channel < g->out_c; channel++)
        {
            float sum = 0.0f;
            for (int32_t ky = rows.first; ky < rows.end; ky++)
            {
                for (int32_t kx = columns.first; kx < columns.end; kx++)
                {
                    const int32_t pixel = (in_y + ky * g->dilation_h) * g->in_w + in_x + kx * g->dilation_w;
                    const int32_t tap = ky * g->kernel_w + kx;
                    sum += in[pixel * g->in_c + channel / multiplier] * weights[tap * g->out_c + channel];
                }
            }
            *out++ = dqnn_clamp_f32(sum + (bias ? bias[channel] : 0.0f), clamp_min, clamp_max);
        }
    }
}
