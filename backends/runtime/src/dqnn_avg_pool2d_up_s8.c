/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_kernels.h"
#include "dqnn_window.h"

/* floor(sum / count + 1/2); sum >= -128 * count. Sums of code + 128 are not negative, so that C's division is a floor. */
static int32_t mean_rounded_up(int32_t sum, int32_t count)
{
    return (sum + 128 * count + count / 2) / count - 128;
}

void dqnn_avg_pool2d_up_s8(const int8_t *in, int8_t *out, const dqnn_window *window, int32_t act_min, int32_t act_max)
{
    const dqnn_window g = *window;
    for (int32_t y = 0; y < g.out_h; y++)
    {
        const int32_t in_y = y * g.stride_h - g.pad_top;
        const dqnn_range rows = dqnn_taps(in_y, g.kernel_h, 1, g.in_h);
        for (int32_t x = 0; x < g.out_w; x++)
        {
            const int32_t in_x = x * g.stride_w - g.pad_left;
            const dqnn_range columns = dqnn_taps(in_x, g.kernel_w, 1, g.in_w);
            const int32_t width = columns.end - columns.first;
            const int32_t count = (rows.end - rows.first) * width;
            for (int32_t channel = 0; channel < g.in_c; channel++)
            {
                int32_t sum = 0;
                for (int32_t row = rows.first; row < rows.end; row++)
                {
                    const int8_t *v = in + ((in_y + row) * g.in_w + in_x + columns.first) * g.in_c + channel;
                    for (int32_t column = width; column > 0; column--)
                    {
                        sum += *v;
                        v += g.in_c;
                    }
                }
                *out++ = (int8_t)dqnn_clamp(mean_rounded_up(sum, count), act_min, act_max);
            }
        }
    }
}
