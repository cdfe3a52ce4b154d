/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_asymmetric_s8.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

void dqnn_conv2d_asymmetric_s8(const int8_t *in,
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
    const dqnn_asymmetric_layer layer = {
        bias, in_offset, weight_offsets, multipliers, shifts, out_offset, act_min, act_max};
    const int32_t kernel_c = g.in_c / g.groups;
    const int32_t group_out = g.out_c / g.groups;
    const int32_t filter = g.kernel_h * g.kernel_w * kernel_c;
    /* A kernel row is one run where its taps are neighbours with all their channels. */
    const int whole_rows = g.groups == 1 && g.dilation_w == 1;
    for (int32_t y = 0; y < g.out_h; y++)
    {
        const int32_t in_y = y * g.stride_h - g.pad_top;
        const dqnn_range taps_y = dqnn_taps(in_y, g.kernel_h, g.dilation_h, g.in_h);
        for (int32_t x = 0; x < g.out_w; x++)
        {
            const int32_t in_x = x * g.stride_w - g.pad_left;
            const dqnn_range taps_x = dqnn_taps(in_x, g.kernel_w, g.dilation_w, g.in_w);
            const int32_t columns = taps_x.end - taps_x.first;
            const dqnn_tap_runs taps = {
                .rows = columns > 0 ? taps_y.end - taps_y.first : 0,
                .pieces = whole_rows ? 1 : columns,
                .run = whole_rows ? columns * kernel_c : kernel_c,
                .x_row = g.dilation_h * g.in_w * g.in_c,
                .x_piece = g.dilation_w * g.in_c,
                .w_row = g.kernel_w * kernel_c,
                .w_piece = kernel_c,
            };
            /* Without any tap neither place is looked at, but it must be one. */
            const int32_t first_y = in_y + taps_y.first * g.dilation_h;
            const int32_t first_x = in_x + taps_x.first * g.dilation_w;
            const int32_t x_first = taps.rows > 0 ? (first_y * g.in_w + first_x) * g.in_c : 0;
            const int32_t w_first = taps.rows > 0 ? (taps_y.first * g.kernel_w + taps_x.first) * kernel_c : 0;
            for (int32_t group = 0; group < g.groups; group++)
            {
                const int8_t *const pixel = in + x_first + group * kernel_c;
                const int32_t first = group * group_out;
                const int8_t *const w = weights + first * filter + w_first;
                dqnn_asymmetric_pixel(&layer, &taps, pixel, w, filter, first, first + group_out - 1, out);
            }
            out += g.out_c;
        }
    }
}
