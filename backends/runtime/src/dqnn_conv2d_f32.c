/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

/* Four output channels of a group at a time; channels past the group's last repeat it. */
void dqnn_conv2d_f32(const float *in,
                     const float *weights,
                     const float *bias,
                     float *out,
                     const dqnn_window *window,
                     float clamp_min,
                     float clamp_max)
{
    const dqnn_window *const g = window;
    const int32_t depth = g->in_c / g->groups;
    const int32_t group_channels = g->out_c / g->groups;
    const int32_t filter_size = g->kernel_h * g->kernel_w * depth;
    for (int32_t position = 0; position < g->out_h * g->out_w; position++)
    {
        const int32_t in_y = position / g->out_w * g->stride_h - g->pad_top;
        const int32_t in_x = position % g->out_w * g->stride_w - g->pad_left;
        const dqnn_range rows = dqnn_taps(in_y, g->kernel_h, g->dilation_h, g->in_h);
        const dqnn_range columns = dqnn_taps(in_x, g->kernel_w, g->dilation_w, g->in_w);
        for (int32_t first = 0, end = 0; first < g->out_c; first = dqnn_min(first + 4, end))
        {
            const int32_t group = first / group_channels;
            end = (group + 1) * group_channels;
            float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
            for (int32_t ky = rows.first; ky < rows.end; ky++)
            {
                for (int32_t kx = columns.first; kx < columns.end; kx++)
                {
                    const int32_t pixel = (in_y + ky * g->dilation_h) * g->in_w + in_x + kx * g->dilation_w;
                    const float *w[4];
                    for (int32_t i = 0; i < 4; i++)
                    {
                        w[i] = weights + dqnn_min(first + i, end - 1) * filter_size + (ky * g->kernel_w + kx) * depth;
                    }
                    dqnn_dot_1x4_f32(in + pixel * g->in_c + group * depth, w, depth, sum);
                }
            }
            dqnn_store_f32(sum, first, end, bias, out, clamp_min, clamp_max);
        }
        out += g->out_c;
    }
}
