/* SPDX-License-Identifier: Apache-2.0
 *
 * Output pixel by output pixel: which input pixels reach it, and by which tap. Along either dimension, from one such input
 * pixel to the next the tap moves back by a stride.
 */
#include "dqnn_asymmetric_s8.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

void dqnn_transpose_conv2d_asymmetric_s8(const int8_t *in,
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
    const int32_t filter = g.kernel_h * g.kernel_w * g.in_c;
    for (int32_t y = 0; y < g.out_h; y++)
    {
        const int32_t full_y = y + g.pad_top;
        const dqnn_range from_y = dqnn_contributors(full_y, g.stride_h, g.kernel_h, g.in_h);
        for (int32_t x = 0; x < g.out_w; x++)
        {
            const int32_t full_x = x + g.pad_left;
            const dqnn_range from_x = dqnn_contributors(full_x, g.stride_w, g.kernel_w, g.in_w);
            const int32_t columns = from_x.end - from_x.first;
            const dqnn_tap_runs taps = {
                .rows = columns > 0 ? from_y.end - from_y.first : 0,
                .pieces = columns,
                .run = g.in_c,
                .x_row = g.in_w * g.in_c,
                .x_piece = g.in_c,
                .w_row = -g.stride_h * g.kernel_w * g.in_c,
                .w_piece = -g.stride_w * g.in_c,
            };
            /* Without any tap neither place is looked at, but it must be one. */
            const int32_t tap_y = full_y - from_y.first * g.stride_h;
            const int32_t tap_x = full_x - from_x.first * g.stride_w;
            const int32_t x_first = taps.rows > 0 ? (from_y.first * g.in_w + from_x.first) * g.in_c : 0;
            const int32_t w_first = taps.rows > 0 ? (tap_y * g.kernel_w + tap_x) * g.in_c : 0;
            dqnn_asymmetric_pixel(&layer, &taps, in + x_first, weights + w_first, filter, 0, g.out_c - 1, out);
            out += g.out_c;
        }
    }
}
