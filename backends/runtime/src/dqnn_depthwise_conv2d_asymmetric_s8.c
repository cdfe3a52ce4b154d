/* SPDX-License-Identifier: Apache-2.0
 *
 * acc = bias + sum over the taps inside the input of (x + in_offset) * (w + weight_offset). Channels are taken four by four
 * where each has an input channel of its own, else one by one.
 */
#include "dqnn_kernels.h"
#include "dqnn_requantize.h"
#include "dqnn_window.h"

/* The taps of one pixel: x and w at the first one, of the channel that is computed. */
typedef struct
{
    const int8_t *x, *w;
    int32_t rows, columns;
    int32_t x_row, x_column, w_row, w_column;
} tap_grid;

/* sums[i] = sum (x[i] + in_offset) * (w[i] + weight_offsets[i]) for `width` (1 or 4) neighbouring channels. */
DQNN_INLINE void add_taps(
    const tap_grid *t, int32_t in_offset, const int32_t *weight_offsets, int32_t width, int32_t sums[4])
{
    const int32_t o0 = weight_offsets[0];
    const int32_t o1 = width == 4 ? weight_offsets[1] : 0;
    const int32_t o2 = width == 4 ? weight_offsets[2] : 0;
    const int32_t o3 = width == 4 ? weight_offsets[3] : 0;
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    int32_t sum2 = 0;
    int32_t sum3 = 0;
    for (int32_t row = 0; row < t->rows; row++)
    {
        const int8_t *x = t->x + row * t->x_row;
        const int8_t *w = t->w + row * t->w_row;
        for (int32_t column = t->columns; column > 0; column--)
        {
            sum0 += (x[0] + in_offset) * (w[0] + o0);
            if (width == 4)
            {
                sum1 += (x[1] + in_offset) * (w[1] + o1);
                sum2 += (x[2] + in_offset) * (w[2] + o2);
                sum3 += (x[3] + in_offset) * (w[3] + o3);
            }
            x += t->x_column;
            w += t->w_column;
        }
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

DQNN_NOINLINE void four_channels(
    const tap_grid *t, int32_t in_offset, const int32_t *weight_offsets, int32_t sums[4])
{
    add_taps(t, in_offset, weight_offsets, 4, sums);
}

DQNN_NOINLINE void one_channel(
    const tap_grid *t, int32_t in_offset, const int32_t *weight_offsets, int32_t sums[4])
{
    add_taps(t, in_offset, weight_offsets, 1, sums);
}

void dqnn_depthwise_conv2d_asymmetric_s8(const int8_t *in,
                                         const int8_t *weights,
                                         const int32_t *bias,
                                         int8_t *out,
                                         const dqnn_window *window,
                                         int32_t in_offset,
                                         const int32_t *weight_offsets,
                                         const int32_t *multipliers,
                                         const int32_t *shifts,
                                         int32_t out_offset,
                                         int32_t act_min,
                                         int32_t act_max)
{
    const dqnn_window g = *window;
    const int32_t multiplier = g.out_c / g.in_c;
    for (int32_t y = 0; y < g.out_h; y++)
    {
        const int32_t in_y = y * g.stride_h - g.pad_top;
        const dqnn_range rows = dqnn_taps(in_y, g.kernel_h, g.dilation_h, g.in_h);
        for (int32_t x = 0; x < g.out_w; x++)
        {
            const int32_t in_x = x * g.stride_w - g.pad_left;
            const dqnn_range columns = dqnn_taps(in_x, g.kernel_w, g.dilation_w, g.in_w);
            tap_grid taps = {
                .rows = columns.end > columns.first ? rows.end - rows.first : 0,
                .columns = columns.end - columns.first,
                .x_row = g.dilation_h * g.in_w * g.in_c,
                .x_column = g.dilation_w * g.in_c,
                .w_row = g.kernel_w * g.out_c,
                .w_column = g.out_c,
            };
            /* Without any tap neither place is looked at, but it must be one. */
            const int32_t first_y = in_y + rows.first * g.dilation_h;
            const int32_t first_x = in_x + columns.first * g.dilation_w;
            const int32_t x_first = taps.rows > 0 ? (first_y * g.in_w + first_x) * g.in_c : 0;
            const int32_t w_first = taps.rows > 0 ? (rows.first * g.kernel_w + columns.first) * g.out_c : 0;
            for (int32_t o = 0; o < g.out_c;)
            {
                const int32_t count = multiplier == 1 && o + 4 <= g.out_c ? 4 : 1;
                int32_t sums[4];
                taps.x = in + x_first + o / multiplier;
                taps.w = weights + w_first + o;
                if (count == 4)
                {
                    four_channels(&taps, in_offset, weight_offsets + o, sums);
                }
                else
                {
                    one_channel(&taps, in_offset, weight_offsets + o, sums);
                }
                for (int32_t i = 0; i < count; i++, o++)
                {
                    out[o] = dqnn_output_code(dqnn_wrapping_add(bias ? bias[o] : 0, sums[i]),
                                              multipliers[o],
                                              shifts[o],
                                              out_offset,
                                              act_min,
                                              act_max);
                }
            }
            out += g.out_c;
        }
    }
}
