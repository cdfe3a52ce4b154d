/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

/* Gathered as in arm_transpose_conv_wrapper_s8.c, four output channels at a time. */
void dqnn_transpose_conv2d_f32(const float *in,
                               const float *weights,
                               const float *bias,
                               float *out,
                               const dqnn_window *window,
                               float clamp_min,
                               float clamp_max)
{
    const dqnn_window *const g = window;
    const int32_t filter_size = g->kernel_h * g->kernel_w * g->in_c;
    for (int32_t position = 0; position < g->out_h * g->out_w; position++)
    {
        const int32_t at_y = position / g->out_w + g->pad_top;
        const int32_t at_x = position % g->out_w + g->pad_left;
        const dqnn_range rows = dqnn_contributors(at_y, g->stride_h, g->kernel_h, g->in_h);
        const dqnn_range columns = dqnn_contributors(at_x, g->stride_w, g->kernel_w, g->in_w);
        for (int32_t first = 0; first < g->out_c; first += 4)
        {
            float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
            for (int32_t y = rows.first; y < rows.end; y++)
            {
                for (int32_t x = columns.first; x < columns.end; x++)
                {
                    const int32_t tap = (at_y - y * g->stride_h) * g->kernel_w + at_x - x * g->stride_w;
                    const float *w[4];
                    for (int32_t i = 0; i < 4; i++)
                    {
                        w[i] = weights + dqnn_min(first + i, g->out_c - 1) * filter_size + tap * g->in_c;
                    }
                    dqnn_dot_1x4_f32(in + (y * g->in_w + x) * g->in_c, w, g->in_c, sum);
                }
            }
            dqnn_store_f32(sum, first, g->out_c, bias, out, clamp_min, clamp_max);
        }
        out += g->out_c;
    }
}
