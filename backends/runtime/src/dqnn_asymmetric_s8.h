/* SPDX-License-Identifier: Apache-2.0
 *
 * One pixel of a convolution whose weights have zero points. For output channel o, over the taps inside the input (padding
 * holds the zero point and adds nothing):
 *
 *   acc = bias_o + sum (x + in_offset) * (w + weight_offset_o)
 *       = bias_o + weight_offset_o * sum (x + in_offset) + sum (x + in_offset) * w
 *
 * The first sum is the same for all channels. Channels are taken four at a time.
 */
#ifndef DQNN_ASYMMETRIC_S8_H
#define DQNN_ASYMMETRIC_S8_H

#include "dqnn_dot.h"
#include "dqnn_requantize.h"

typedef struct
{
    const int32_t *bias;
    int32_t in_offset;
    const int32_t *weight_offsets, *multipliers, *shifts;
    int32_t out_offset, act_min, act_max;
} dqnn_asymmetric_layer;

/* A window's taps in memory: `rows` times `pieces` runs of `run` contiguous elements, and the steps between them in the
 * input and in the weights. */
typedef struct
{
    int32_t rows, pieces, run;
    int32_t x_row, x_piece;
    int32_t w_row, w_piece;
} dqnn_tap_runs;

/* sum (x + offset) over the taps. */
DQNN_INLINE int32_t dqnn_sum_of_inputs(const dqnn_tap_runs *t, const int8_t *x, int32_t offset)
{
    int32_t sum = t->rows * t->pieces * t->run * offset;
    for (int32_t row = 0; row < t->rows; row++)
    {
        for (int32_t i = 0; i < t->pieces; i++)
        {
            sum += dqnn_sum(x + row * t->x_row + i * t->x_piece, t->run);
        }
    }
    return sum;
}

/* Channels first to last, `out` at channel 0. x is at the first tap, w at the first tap of the first channel; from one
 * channel to the next there are `filter` weights. */
DQNN_NOINLINE void dqnn_asymmetric_pixel(const dqnn_asymmetric_layer *l,
                                         const dqnn_tap_runs *t,
                                         const int8_t *x,
                                         const int8_t *w,
                                         int32_t filter,
                                         int32_t first,
                                         int32_t last,
                                         int8_t *out)
{
    const int32_t common = dqnn_sum_of_inputs(t, x, l->in_offset);
    for (int32_t o = first; o <= last; o += 4)
    {
        /* Channels past the last repeat it. */
        const int8_t *const w0 = w + (o - first) * filter;
        const int8_t *const w1 = w + (dqnn_min(o + 1, last) - first) * filter;
        const int8_t *const w2 = w + (dqnn_min(o + 2, last) - first) * filter;
        const int8_t *const w3 = w + (dqnn_min(o + 3, last) - first) * filter;
        dqnn_sums s = {0, 0, 0, 0};
        for (int32_t row = 0; row < t->rows; row++)
        {
            for (int32_t i = 0; i < t->pieces; i++)
            {
                const int8_t *const xi = x + row * t->x_row + i * t->x_piece;
                const int32_t wi = row * t->w_row + i * t->w_piece;
                dqnn_dot_1x4(&s, xi, l->in_offset, w0 + wi, w1 + wi, w2 + wi, w3 + wi, t->run);
            }
        }
        const int32_t sums[4] = {s.s0, s.s1, s.s2, s.s3};
        const int32_t count = dqnn_min(4, last + 1 - o);
        for (int32_t i = 0; i < count; i++)
        {
            const int32_t at = o + i;
            const int32_t sum = sums[i] + l->weight_offsets[at] * common;
            out[at] = dqnn_output_code(dqnn_wrapping_add(l->bias ? l->bias[at] : 0, sum),
                                       l->multipliers[at],
                                       l->shifts[at],
                                       l->out_offset,
                                       l->act_min,
                                       l->act_max);
        }
    }
}

#endif /* DQNN_ASYMMETRIC_S8_H */
