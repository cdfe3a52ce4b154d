/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolution of s8, for output channel o at one position, over the taps inside the input:
 *
 *   acc = bias + sum (x + offset) * w = (bias + offset * sum w) + sum x * w
 *
 * The bracket is the same along the inner part of an output column, where no window crosses the input's upper or lower
 * end. There two pixels, one below the other, and two channels are taken together: 4 products for 4 loads. The column's
 * ends, and an odd inner pixel, go pixel by pixel with the offset added to each input.
 *
 * A tap outside the input adds pad * w: pad * (sum of all w - sum of w inside) in all, and nothing where padding is real 0.
 */
#ifndef DQNN_CONVOLVE_S8_H
#define DQNN_CONVOLVE_S8_H

#include "dqnn_codes.h"
#include "dqnn_dot.h"
#include "dqnn_kernels.h"
#include "dqnn_window.h"

/* A convolution of one image but for its tensors. Weights are OHWI, I being in_c / groups. */
typedef struct
{
    dqnn_window window;
    int32_t in_offset, pad; /* pad: what a padded tap holds, the offset added */
    dqnn_codes codes;
} dqnn_convolution;

/* A window's taps in memory: `rows` times `pieces` runs of `run` contiguous elements, and the steps between them in
 * the input and in the weights. */
typedef struct
{
    int32_t rows, pieces, run;
    int32_t x_row, x_piece;
    int32_t w_row, w_piece;
} dqnn_tap_runs;

/* Two output channels, o0 and o1; both the same where the number of channels in a group is odd. */
typedef struct
{
    const int8_t *w0, *w1;
    int32_t o0, o1;
    int32_t bias0, bias1;
    int8_t *out;
} dqnn_channel_pair;

DQNN_INLINE int32_t dqnn_group_channels(const dqnn_window *w)
{
    return w->in_c / w->groups;
}

/* A kernel row is one run when its taps are neighbours in the input with all their channels: then the kernel's rows
 * are pieces of one long row, or one run altogether where they too are neighbours. */
static dqnn_tap_runs dqnn_runs_of(const dqnn_window *w, int32_t rows, int32_t columns)
{
    const int32_t depth = dqnn_group_channels(w);
    const int32_t x_row = w->dilation_h * w->in_w * w->in_c;
    const int32_t w_row = w->kernel_w * depth;
    const int32_t run = columns * depth;
    const dqnn_tap_runs in_one = {1, 1, rows * run, 0, 0, 0, 0};
    const dqnn_tap_runs in_rows = {1, rows, run, 0, x_row, 0, w_row};
    const dqnn_tap_runs in_taps = {rows, columns, depth, x_row, w->dilation_w * w->in_c, w_row, depth};
    if (w->dilation_w != 1 || w->groups != 1)
    {
        return in_taps;
    }
    return x_row == run && w_row == run ? in_one : in_rows;
}

/* sum w over the taps, from the weights at the first on. */
static int32_t dqnn_sum_of_taps(const dqnn_tap_runs *t, const int8_t *w)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < t->rows; row++)
    {
        for (int32_t piece = 0; piece < t->pieces; piece++)
        {
            sum += dqnn_sum(w + row * t->w_row + piece * t->w_piece, t->run);
        }
    }
    return sum;
}

/* What the taps outside the input add to the sum of a filter at w, where those inside, from w_first on, are t. */
DQNN_INLINE int32_t dqnn_padded_sum(const dqnn_convolution *l, const dqnn_tap_runs *t, const int8_t *w, int32_t w_first)
{
    const int32_t taps = l->window.kernel_h * l->window.kernel_w;
    return l->pad * (dqnn_sum(w, taps * dqnn_group_channels(&l->window)) - dqnn_sum_of_taps(t, w + w_first));
}

/* One pixel, `at` in the output: `x` and the weights at `w_first` are at the first valid tap. */
DQNN_NOINLINE void dqnn_one_pixel(const dqnn_convolution *l,
                                  dqnn_rescaling how,
                                  const dqnn_channel_pair *c,
                                  const dqnn_tap_runs *t,
                                  const int8_t *x,
                                  int32_t w_first,
                                  int32_t at)
{
    dqnn_sums sums = {0, 0, 0, 0};
    for (int32_t row = 0; row < t->rows; row++)
    {
        const int8_t *x0 = x + row * t->x_row;
        const int8_t *w0 = c->w0 + w_first + row * t->w_row;
        const int8_t *w1 = c->w1 + w_first + row * t->w_row;
        for (int32_t piece = t->pieces; piece > 0; piece--)
        {
            dqnn_dot_1x2(&sums, x0, l->in_offset, w0, w1, t->run);
            x0 += t->x_piece;
            w0 += t->w_piece;
            w1 += t->w_piece;
        }
    }
    if (how == DQNN_IN_FLOAT && l->pad != 0)
    {
        sums.s0 += dqnn_padded_sum(l, t, c->w0, w_first);
        sums.s1 += dqnn_padded_sum(l, t, c->w1, w_first);
    }
    const int8_t code0 = dqnn_code(&l->codes, how, c->o0, dqnn_wrapping_add(c->bias0, sums.s0));
    const int8_t code1 = dqnn_code(&l->codes, how, c->o1, dqnn_wrapping_add(c->bias1, sums.s1));
    c->out[at + c->o0] = code0;
    c->out[at + c->o1] = code1;
}

/* The inner part of an output column: where it starts in the input, in the weights and in the output, the pixels'
 * distance in the input and in the output, and what the sums of both channels start from. */
typedef struct
{
    const int8_t *x;
    int32_t w_first, at;
    int32_t x_next, at_next;
    int32_t folded0, folded1;
} dqnn_inner_column;

/* 2 * `pairs` inner pixels. All codes of a pair are ready before the first is stored: a store of bytes may change
 * anything as far as the compiler knows. */
DQNN_NOINLINE void dqnn_pixel_pairs(const dqnn_convolution *l,
                                    dqnn_rescaling how,
                                    const dqnn_channel_pair *c,
                                    const dqnn_tap_runs *t,
                                    const dqnn_inner_column *r,
                                    int32_t pairs)
{
    const int8_t *x = r->x;
    int8_t *out0 = c->out + r->at + c->o0;
    int8_t *out1 = c->out + r->at + c->o1;
    for (; pairs > 0; pairs--)
    {
        dqnn_sums sums = {0, 0, 0, 0};
        for (int32_t row = 0; row < t->rows; row++)
        {
            const int8_t *x0 = x + row * t->x_row;
            const int8_t *x1 = x0 + r->x_next;
            const int8_t *w0 = c->w0 + r->w_first + row * t->w_row;
            const int8_t *w1 = c->w1 + r->w_first + row * t->w_row;
            for (int32_t piece = t->pieces; piece > 0; piece--)
            {
                dqnn_dot_2x2(&sums, x0, x1, w0, w1, t->run);
                x0 += t->x_piece;
                x1 += t->x_piece;
                w0 += t->w_piece;
                w1 += t->w_piece;
            }
        }
        const int8_t code00 = dqnn_code(&l->codes, how, c->o0, dqnn_wrapping_add(r->folded0, sums.s0));
        const int8_t code10 = dqnn_code(&l->codes, how, c->o0, dqnn_wrapping_add(r->folded0, sums.s2));
        const int8_t code01 = dqnn_code(&l->codes, how, c->o1, dqnn_wrapping_add(r->folded1, sums.s1));
        const int8_t code11 = dqnn_code(&l->codes, how, c->o1, dqnn_wrapping_add(r->folded1, sums.s3));
        out0[0] = code00;
        out1[0] = code01;
        out0[r->at_next] = code10;
        out1[r->at_next] = code11;
        x += 2 * r->x_next;
        out0 += 2 * r->at_next;
        out1 += 2 * r->at_next;
    }
}

/* What the sums of a channel start from where all pixels have the taps t. */
DQNN_INLINE int32_t dqnn_folded(const dqnn_convolution *l,
                                dqnn_rescaling how,
                                const dqnn_tap_runs *t,
                                const int8_t *w,
                                int32_t w_first,
                                int32_t bias)
{
    const int32_t padded = how == DQNN_IN_FLOAT && l->pad != 0 ? dqnn_padded_sum(l, t, w, w_first) : 0;
    return dqnn_wrapping_add(bias, l->in_offset * dqnn_sum_of_taps(t, w + w_first) + padded);
}

/* One output column of two channels. in: the group's first channel of the image. */
static void dqnn_one_column(const dqnn_convolution *l,
                            dqnn_rescaling how,
                            const dqnn_channel_pair *c,
                            const int8_t *in,
                            int32_t x,
                            dqnn_range inner)
{
    const dqnn_window *const w = &l->window;
    const int32_t depth = dqnn_group_channels(w);
    const int32_t in_x = x * w->stride_w - w->pad_left;
    const dqnn_range taps_x = dqnn_taps(in_x, w->kernel_w, w->dilation_w, w->in_w);
    const int32_t columns = taps_x.end - taps_x.first;
    const int32_t first_x = columns > 0 ? in_x + taps_x.first * w->dilation_w : 0;
    const int32_t w_column = taps_x.first * depth;
    const int32_t pairs = (inner.end - inner.first) / 2;
    int32_t y = 0;

    while (y < w->out_h)
    {
        const int32_t in_y = y * w->stride_h - w->pad_top;
        const int32_t at = (y * w->out_w + x) * w->out_c;
        if (y == inner.first && pairs > 0)
        {
            const dqnn_tap_runs all = dqnn_runs_of(w, columns > 0 ? w->kernel_h : 0, columns);
            const dqnn_inner_column r = {in + (in_y * w->in_w + first_x) * w->in_c,
                                         w_column,
                                         at,
                                         w->stride_h * w->in_w * w->in_c,
                                         w->out_w * w->out_c,
                                         dqnn_folded(l, how, &all, c->w0, w_column, c->bias0),
                                         dqnn_folded(l, how, &all, c->w1, w_column, c->bias1)};
            dqnn_pixel_pairs(l, how, c, &all, &r, pairs);
            y += 2 * pairs;
        }
        else
        {
            const dqnn_range taps_y = dqnn_taps(in_y, w->kernel_h, w->dilation_h, w->in_h);
            const int32_t rows = columns > 0 ? taps_y.end - taps_y.first : 0;
            const dqnn_tap_runs part = dqnn_runs_of(w, rows, columns);
            const int32_t first_y = rows > 0 ? in_y + taps_y.first * w->dilation_h : 0;
            const int32_t w_first = taps_y.first * w->kernel_w * depth + w_column;
            dqnn_one_pixel(l, how, c, &part, in + (first_y * w->in_w + first_x) * w->in_c, w_first, at);
            y += 1;
        }
    }
}

/* The same layer as one of a single column, where that is the same in memory: most pixels of columns go in pairs. */
DQNN_INLINE dqnn_window dqnn_upright(dqnn_window w)
{
    /* A pointwise layer does not see rows: take the image as one column, which leaves at most one odd pixel. */
    if (w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1 && w.pad_top == 0 && w.pad_left == 0)
    {
        w.in_h *= w.in_w;
        w.in_w = 1;
        w.out_h *= w.out_w;
        w.out_w = 1;
    }
    /* An image of one row is in memory an image of one column. */
    else if (w.in_h == 1 && w.kernel_h == 1 && w.out_h == 1 && w.pad_top == 0)
    {
        w.stride_h = w.stride_w;
        w.dilation_h = w.dilation_w;
        w.dilation_w = 1;
        w.pad_top = w.pad_left;
        w.pad_left = 0;
        w.in_h = w.in_w;
        w.in_w = 1;
        w.kernel_h = w.kernel_w;
        w.kernel_w = 1;
        w.out_h = w.out_w;
        w.out_w = 1;
    }
    return w;
}

/* One image. */
DQNN_INLINE void dqnn_convolve_s8(
    dqnn_convolution l, dqnn_rescaling how, const int8_t *in, const int8_t *weights, int8_t *out)
{
    l.window = dqnn_upright(l.window);
    const dqnn_window *const w = &l.window;
    const int32_t depth = dqnn_group_channels(w);
    const int32_t group_channels = w->out_c / w->groups;
    const int32_t filter_size = w->kernel_h * w->kernel_w * depth;
    const int32_t extent = (w->kernel_h - 1) * w->dilation_h + 1;
    const dqnn_range inner = dqnn_inner_positions(w->pad_top, w->stride_h, extent, w->in_h, w->out_h);
    for (int32_t group = 0; group < w->groups; group++)
    {
        for (int32_t channel = 0; channel < group_channels; channel += 2)
        {
            const int32_t o0 = group * group_channels + channel;
            const int32_t o1 = channel + 1 < group_channels ? o0 + 1 : o0;
            const dqnn_channel_pair c = {weights + o0 * filter_size,
                                         weights + o1 * filter_size,
                                         o0,
                                         o1,
                                         dqnn_bias(&l.codes, how, o0),
                                         dqnn_bias(&l.codes, how, o1),
                                         out};
            for (int32_t x = 0; x < w->out_w; x++)
            {
                dqnn_one_column(&l, how, &c, in + group * depth, x, inner);
            }
        }
    }
}

#endif /* DQNN_CONVOLVE_S8_H */
