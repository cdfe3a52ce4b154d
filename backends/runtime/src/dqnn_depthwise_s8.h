/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise convolution of s8: acc = bias + sum over the taps inside the input of (x + offset) * w. Channels are taken
 * four by four, with NEON eight by eight, where they read neighbouring input channels (multiplier 1), four by four where
 * these read the same one (a multiple of 4), else one by one. A tap outside the input adds pad * w, nothing where padding is real 0.
 */
#ifndef DQNN_DEPTHWISE_S8_H
#define DQNN_DEPTHWISE_S8_H

#include "dqnn_codes.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

/* What does not change within a call. Weights are 1HWC. */
typedef struct
{
    dqnn_window window;
    int32_t in_offset, pad; /* pad: what a padded tap holds, the offset added */
    dqnn_codes codes;
    const int8_t *weights;
} dqnn_depthwise;

/* Neighbouring pixels of an output row that have the same taps, rows x columns; x and w are at the first tap. */
typedef struct
{
    const int8_t *x, *w;
    int32_t rows, columns, count;
    int8_t *out;
} dqnn_span;

/* The sum of a channel's weights over rows x columns taps, from the one at w on. */
DQNN_INLINE int32_t dqnn_sum_of_channel(const dqnn_window *window, const int8_t *w, int32_t rows, int32_t columns)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < rows; row++)
    {
        for (int32_t column = 0; column < columns; column++)
        {
            sum += w[(row * window->kernel_w + column) * window->out_c];
        }
    }
    return sum;
}

/* What the sums of a span start from, for channel + i. */
DQNN_INLINE int32_t dqnn_span_start(
    const dqnn_depthwise *l, dqnn_rescaling how, const dqnn_span *s, int32_t channel, int32_t i)
{
    const dqnn_window *const w = &l->window;
    int32_t start = dqnn_bias(&l->codes, how, channel + i);
    if (how == DQNN_IN_FLOAT && l->pad != 0)
    {
        start += l->pad * (dqnn_sum_of_channel(w, l->weights + channel + i, w->kernel_h, w->kernel_w) -
                           dqnn_sum_of_channel(w, s->w + i, s->rows, s->columns));
    }
    return start;
}

/* The span's pixels, for `width` (1 or 4) output channels whose inputs lie x_next (0 or 1) apart. `columns` is the
 * span's, an argument of its own so that a constant can unroll the loop. All four codes are ready before the first is
 * stored: a store of bytes may change anything as far as the compiler knows. */
DQNN_INLINE void dqnn_span_pixels(const dqnn_depthwise *l,
                                  dqnn_rescaling how,
                                  const dqnn_span *s,
                                  int32_t channel,
                                  int32_t columns,
                                  int32_t x_next,
                                  int32_t width)
{
    const int32_t offset = l->in_offset;
    const int32_t x_column = l->window.dilation_w * l->window.in_c;
    const int32_t w_column = l->window.out_c;
    const int32_t start0 = dqnn_span_start(l, how, s, channel, 0);
    const int32_t start1 = width == 4 ? dqnn_span_start(l, how, s, channel, 1) : 0;
    const int32_t start2 = width == 4 ? dqnn_span_start(l, how, s, channel, 2) : 0;
    const int32_t start3 = width == 4 ? dqnn_span_start(l, how, s, channel, 3) : 0;
    const int8_t *x = s->x;
    int8_t *out = s->out;
    for (int32_t count = s->count; count > 0; count--)
    {
        const int8_t *x_row = x;
        const int8_t *w_row = s->w;
        int32_t sum0 = 0;
        int32_t sum1 = 0;
        int32_t sum2 = 0;
        int32_t sum3 = 0;
        for (int32_t row = s->rows; row > 0; row--)
        {
            const int8_t *xt = x_row;
            const int8_t *wt = w_row;
            for (int32_t column = 0; column < columns; column++)
            {
                sum0 += (xt[0] + offset) * wt[0];
                if (width == 4)
                {
                    sum1 += (xt[x_next] + offset) * wt[1];
                    sum2 += (xt[2 * x_next] + offset) * wt[2];
                    sum3 += (xt[3 * x_next] + offset) * wt[3];
                }
                xt += x_column;
                wt += w_column;
            }
            x_row += l->window.dilation_h * l->window.in_w * l->window.in_c;
            w_row += l->window.kernel_w * w_column;
        }
        const int8_t code0 = dqnn_code(&l->codes, how, channel, dqnn_wrapping_add(start0, sum0));
        if (width == 4)
        {
            const int8_t code1 = dqnn_code(&l->codes, how, channel + 1, dqnn_wrapping_add(start1, sum1));
            const int8_t code2 = dqnn_code(&l->codes, how, channel + 2, dqnn_wrapping_add(start2, sum2));
            const int8_t code3 = dqnn_code(&l->codes, how, channel + 3, dqnn_wrapping_add(start3, sum3));
            out[1] = code1;
            out[2] = code2;
            out[3] = code3;
        }
        out[0] = code0;
        x += l->window.stride_w * l->window.in_c;
        out += w_column;
    }
}

/* How output channels are taken. */
typedef enum
{
    DQNN_EIGHT_NEIGHBOURS,
    DQNN_FOUR_NEIGHBOURS,
    DQNN_FOUR_OF_ONE,
    DQNN_SINGLE
} dqnn_channels;

#if defined(__ARM_NEON)

/* The most neighbouring channels that are taken at once. */
#define DQNN_NEIGHBOURS 8

/* The span's pixels for eight neighbouring channels. */
DQNN_NOINLINE void dqnn_eight_neighbours(const dqnn_depthwise *l, dqnn_rescaling how, const dqnn_span *s, int32_t channel)
{
    const int16x8_t offsets = vdupq_n_s16((int16_t)l->in_offset);
    const int32_t x_column = l->window.dilation_w * l->window.in_c;
    const int32_t w_column = l->window.out_c;
    const int8_t *x = s->x;
    int8_t *out = s->out;
    int32_t sums[8];
    for (int32_t i = 0; i < 8; i++)
    {
        sums[i] = dqnn_span_start(l, how, s, channel, i);
    }
    const int32x4_t start_low = vld1q_s32(sums);
    const int32x4_t start_high = vld1q_s32(sums + 4);
    for (int32_t count = s->count; count > 0; count--)
    {
        const int8_t *x_row = x;
        const int8_t *w_row = s->w;
        int32x4_t low = start_low;
        int32x4_t high = start_high;
        for (int32_t row = s->rows; row > 0; row--)
        {
            const int8_t *xt = x_row;
            const int8_t *wt = w_row;
            for (int32_t column = s->columns; column > 0; column--)
            {
                const int16x8_t a = vaddw_s8(offsets, vld1_s8(xt));
                const int16x8_t b = vmovl_s8(vld1_s8(wt));
                low = vmlal_s16(low, vget_low_s16(a), vget_low_s16(b));
                high = vmlal_s16(high, vget_high_s16(a), vget_high_s16(b));
                xt += x_column;
                wt += w_column;
            }
            x_row += l->window.dilation_h * l->window.in_w * l->window.in_c;
            w_row += l->window.kernel_w * w_column;
        }
        if (how == DQNN_TWO_ROUNDINGS)
        {
            const int16x4_t codes_low = vmovn_s32(dqnn_four_codes(&l->codes, channel, low));
            const int16x4_t codes_high = vmovn_s32(dqnn_four_codes(&l->codes, channel + 4, high));
            vst1_s8(out, vmovn_s16(vcombine_s16(codes_low, codes_high)));
        }
        else
        {
            vst1q_s32(sums, low);
            vst1q_s32(sums + 4, high);
            for (int32_t i = 0; i < 8; i++)
            {
                out[i] = dqnn_code(&l->codes, how, channel + i, sums[i]);
            }
        }
        x += l->window.stride_w * l->window.in_c;
        out += w_column;
    }
}

#else

#define DQNN_NEIGHBOURS 4

#endif

DQNN_NOINLINE void dqnn_four_neighbours(const dqnn_depthwise *l, dqnn_rescaling how, const dqnn_span *s, int32_t channel)
{
    if (s->columns == 3)
    {
        dqnn_span_pixels(l, how, s, channel, 3, 1, 4);
    }
    else
    {
        dqnn_span_pixels(l, how, s, channel, s->columns, 1, 4);
    }
}

DQNN_NOINLINE void dqnn_four_of_one(const dqnn_depthwise *l, dqnn_rescaling how, const dqnn_span *s, int32_t channel)
{
    dqnn_span_pixels(l, how, s, channel, s->columns, 0, 4);
}

DQNN_NOINLINE void dqnn_single(const dqnn_depthwise *l, dqnn_rescaling how, const dqnn_span *s, int32_t channel)
{
    dqnn_span_pixels(l, how, s, channel, s->columns, 0, 1);
}

/* The output channels from `channel` on for one image; `in` and `out` are at its first channel. */
static void dqnn_depthwise_channels(const dqnn_depthwise *l,
                                    dqnn_rescaling how,
                                    dqnn_channels channels,
                                    int32_t channel,
                                    const int8_t *in,
                                    int8_t *out)
{
    const dqnn_window *const w = &l->window;
    const int32_t extent = (w->kernel_w - 1) * w->dilation_w + 1;
    const dqnn_range inner = dqnn_inner_positions(w->pad_left, w->stride_w, extent, w->in_w, w->out_w);
    for (int32_t y = 0; y < w->out_h; y++)
    {
        const int32_t in_y = y * w->stride_h - w->pad_top;
        const dqnn_range taps_y = dqnn_taps(in_y, w->kernel_h, w->dilation_h, w->in_h);
        for (int32_t x = 0; x < w->out_w;)
        {
            const int32_t in_x = x * w->stride_w - w->pad_left;
            const dqnn_range taps_x = dqnn_taps(in_x, w->kernel_w, w->dilation_w, w->in_w);
            dqnn_span s = {in, l->weights + channel, 0, 0, 1, out};
            if (taps_y.end > taps_y.first && taps_x.end > taps_x.first)
            {
                const int32_t first_y = in_y + taps_y.first * w->dilation_h;
                const int32_t first_x = in_x + taps_x.first * w->dilation_w;
                s.x += (first_y * w->in_w + first_x) * w->in_c;
                s.w += (taps_y.first * w->kernel_w + taps_x.first) * w->out_c;
                s.rows = taps_y.end - taps_y.first;
                s.columns = taps_x.end - taps_x.first;
            }
            if (x == inner.first && inner.end > inner.first)
            {
                s.count = inner.end - inner.first;
            }
            switch (channels)
            {
#if DQNN_NEIGHBOURS == 8
            case DQNN_EIGHT_NEIGHBOURS:
                dqnn_eight_neighbours(l, how, &s, channel);
                break;
#endif
            case DQNN_FOUR_NEIGHBOURS:
                dqnn_four_neighbours(l, how, &s, channel);
                break;
            case DQNN_FOUR_OF_ONE:
                dqnn_four_of_one(l, how, &s, channel);
                break;
            default:
                dqnn_single(l, how, &s, channel);
                break;
            }
            x += s.count;
            out += s.count * w->out_c;
        }
    }
}

/* One image. */
DQNN_INLINE void dqnn_depthwise_s8(const dqnn_depthwise *l, dqnn_rescaling how, const int8_t *in, int8_t *out)
{
    const int32_t outputs = l->window.out_c;
    const int32_t multiplier = outputs / l->window.in_c;
    int32_t channel = 0;
    while (channel < outputs)
    {
        const int32_t neighbours = multiplier == 1 ? outputs - channel : 0;
        const dqnn_channels channels = neighbours >= 8 && DQNN_NEIGHBOURS == 8 ? DQNN_EIGHT_NEIGHBOURS
                                       : neighbours >= 4                       ? DQNN_FOUR_NEIGHBOURS
                                       : multiplier % 4 == 0                   ? DQNN_FOUR_OF_ONE
                                                                               : DQNN_SINGLE;
        dqnn_depthwise_channels(l, how, channels, channel, in + channel / multiplier, out + channel);
        channel += channels == DQNN_EIGHT_NEIGHBOURS ? 8 : channels == DQNN_SINGLE ? 1 : 4;
    }
}

#endif /* DQNN_DEPTHWISE_S8_H */
