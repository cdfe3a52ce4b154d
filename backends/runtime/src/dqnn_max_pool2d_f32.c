/* SPDX-License-Identifier: Apache-2.0 */
#include <float.h>

#include "dqnn_float.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

void dqnn_max_pool2d_f32(const float *in, float *out, const dqnn_window *window, float clamp_min, float clamp_max)
{
    const dqnn_window *const g = window;
    const int32_t channels = g->in_c;
    for (int32_t position = 0; position < g->out_h * g->out_w; position++)
    {
        const int32_t in_y = position / g->out_w * g->stride_h - g->pad_top;
        const int32_t in_x = position % g->out_w * g->stride_w - g->pad_left;
        const dqnn_range rows = dqnn_taps(in_y, g->kernel_h, 1, g->in_h);
        const dqnn_range columns = dqnn_taps(in_x, g->kernel_w, 1, g->in_w);
        for (int32_t channel = 0; channel < channels; channel++)
        {
            float value = -FLT_MAX;
            for (int32_t ky = rows.first; ky < rows.end; ky++)
            {
                for (int32_t kx = columns.first; kx < columns.end; kx++)
                {
                    const int32_t pixel = (in_y + ky) * g->in_w + in_x + kx;
                    const float x = in[pixel * channels + channel];
                    value = x > value ? x : value;
                }
            }
            *out++ = dqnn_clamp_f32(value, clamp_min, clamp_max);
        }
    }
}
