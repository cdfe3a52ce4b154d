/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

/* The sum of `height` x `width` elements, `down` and `across` apart. */
static float sum_of(const float *in, int32_t height, int32_t width, int32_t down, int32_t across)
{
    float sum = 0.0f;
    for (int32_t y = 0; y < height; y++)
    {
        for (int32_t x = 0; x < width; x++)
        {
            sum += in[y * down + x * across];
        }
    }
    return sum;
}

void dqnn_avg_pool2d_f32(const float *in,
                         float *out,
                         const dqnn_window *window,
                         int32_t by_columns,
                         float clamp_min,
                         float clamp_max)
{
    const dqnn_window *const g = window;
    const int32_t channels = g->in_c;
    for (int32_t position = 0; position < g->out_h * g->out_w; position++)
    {
        const int32_t in_y = position / g->out_w * g->stride_h - g->pad_top;
        const int32_t in_x = position % g->out_w * g->stride_w - g->pad_left;
        const dqnn_range rows = dqnn_taps(in_y, g->kernel_h, 1, g->in_h);
        const dqnn_range columns = dqnn_taps(in_x, g->kernel_w, 1, g->in_w);
        const int32_t height = rows.end - rows.first;
        const int32_t width = columns.end - columns.first;
        const int32_t part = by_columns ? 1 : width;
        const int32_t row_size = g->in_w * channels;
        const float *corner = in + (in_y + rows.first) * row_size + (in_x + columns.first) * channels;
        for (int32_t channel = 0; channel < channels; channel++)
        {
            float sum = 0.0f;
            for (int32_t x = 0; x < width; x += part)
            {
                sum += sum_of(corner + x * channels + channel, height, part, row_size, channels);
            }
            *out++ = dqnn_clamp_f32(sum / (float)(height * width), clamp_min, clamp_max);
        }
    }
}
