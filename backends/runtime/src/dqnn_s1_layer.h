/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolution and dense layer of s1 activations with s1 weights, but for the output stage. A pixel's window is gathered
 * in paired form once; each output channel then is one count over contiguous words.
 */
#ifndef DQNN_S1_LAYER_H
#define DQNN_S1_LAYER_H

#include "dqnn_kernels.h"
#include "dqnn_s1_count.h"
#include "dqnn_s1_output.h"
#include "dqnn_window.h"

#define DQNN_S1_GROUP 32 /* channels counted before any is stored */

/* Not to be inlined: in the middle of the loops over pixels gcc loses what `restrict` says, and the registers are short. */
#if defined(__GNUC__)
#define DQNN_OUT_OF_LINE static __attribute__((noinline, unused))
#else
#define DQNN_OUT_OF_LINE static
#endif

/* All output channels of one pixel, from its window x (or input vector) in paired form. A channel's sum is
 * elements - 2 * count - padding_sums[channel]; padding_sums may be NULL for zeros. */
DQNN_INLINE void dqnn_s1_pixel(const uint32_t *x,
                               const uint32_t *weights,
                               int32_t words,
                               int32_t elements,
                               const uint32_t *padding_sums,
                               const dqnn_output *output,
                               dqnn_output_type type,
                               int32_t pixel)
{
    for (int32_t first = 0; first < output->channels; first += DQNN_S1_GROUP)
    {
        const int32_t channels = dqnn_min(DQNN_S1_GROUP, output->channels - first);
        uint32_t counts[DQNN_S1_GROUP];
        const dqnn_sums sums = {counts, elements, padding_sums ? padding_sums + first : NULL};
        dqnn_count_channels(x, weights + first * words, words, channels, counts);
        dqnn_put(output, type, pixel, first, channels, &sums);
    }
}

DQNN_INLINE void dqnn_dense_s1_s1(const uint32_t *in,
                                  const uint32_t *weights,
                                  int32_t words,
                                  int32_t in_features,
                                  uint32_t *scratch,
                                  const dqnn_output *output,
                                  dqnn_output_type type)
{
    memcpy(scratch, in, (size_t)words * sizeof *in);
    dqnn_pair_words(scratch, words);
    dqnn_s1_pixel(scratch, weights, words, in_features, NULL, output, type, 0);
}

/* A rectangle of output pixels whose windows have the same taps inside the input. */
typedef struct
{
    dqnn_range rows, columns; /* taps inside */
} dqnn_s1_region;

/* Words of padded taps. */
static inline uint32_t *dqnn_s1_fill(uint32_t *to, int32_t taps, int32_t words, uint32_t pad, uint32_t tail)
{
    for (int32_t tap = 0; tap < taps; tap++)
    {
        for (int32_t i = 1; i < words; i++)
        {
            *to++ = pad;
        }
        *to++ = pad & tail;
    }
    return to;
}

/* Gathers the window whose first tap inside the input is at x, in paired form; taps outside have all bits `pad`. With x
 * NULL, taps inside have no bit set. */
DQNN_OUT_OF_LINE void dqnn_s1_gather(
    const uint32_t *x, const dqnn_window *w, const dqnn_s1_region *region, uint32_t pad, uint32_t *window)
{
    const int32_t words = dqnn_words(w->in_c);
    const uint32_t tail = 0xFFFFFFFFu >> (-w->in_c & 31);
    const int32_t inside = region->columns.end - region->columns.first;
    const int32_t after = w->kernel_w - region->columns.end;
    /* Neighbouring taps are one run of words. */
    const int32_t pieces = w->dilation_w == 1 ? 1 : inside;
    const int32_t run = w->dilation_w == 1 ? inside * words : words;
    uint32_t *to = dqnn_s1_fill(window, region->rows.first * w->kernel_w, words, pad, tail);
    for (int32_t row = region->rows.first; row < region->rows.end; row++)
    {
        const uint32_t *from = x;
        to = dqnn_s1_fill(to, region->columns.first, words, pad, tail);
        for (int32_t piece = 0; x && piece < pieces; piece++)
        {
            for (const uint32_t *const end = from + run; from != end;)
            {
                *to++ = *from++;
            }
            from += w->dilation_w * words - words;
        }
        if (x)
        {
            x += w->dilation_h * w->in_w * words;
        }
        else
        {
            to = dqnn_s1_fill(to, inside, words, 0, 0);
        }
        to = dqnn_s1_fill(to, after, words, pad, tail);
    }
    dqnn_s1_fill(to, (w->kernel_h - region->rows.end) * w->kernel_w, words, pad, tail);
    dqnn_pair_words(window, w->kernel_h * w->kernel_w * words);
}

/* sums[c] = the sum of the weights of channel c at the padded taps of a region: by how much -1 there counts more than +1.
 * counts[c]: the count for +1 everywhere; `window`: room for a window. */
static inline void dqnn_s1_sum_padding(const uint32_t *weights,
                                       const dqnn_window *w,
                                       const dqnn_s1_region *region,
                                       const uint32_t *counts,
                                       uint32_t *window,
                                       uint32_t *sums)
{
    dqnn_s1_gather(NULL, w, region, 0xFFFFFFFFu, window);
    dqnn_count_channels(window, weights, w->kernel_h * w->kernel_w * dqnn_words(w->in_c), w->out_c, sums);
    for (int32_t c = 0; c < w->out_c; c++)
    {
        sums[c] -= counts[c];
    }
}

/* As dqnn_s1_gather, for a window that lies inside the input and has no dilation along rows. */
DQNN_OUT_OF_LINE void dqnn_s1_gather_inside(const uint32_t *restrict x, const dqnn_window *w, uint32_t *restrict window)
{
    const int32_t words = dqnn_words(w->in_c);
    const int32_t run = w->kernel_w * words;
    const int32_t line = w->dilation_h * w->in_w * words;
    for (int32_t row = 0; row < w->kernel_h; row++)
    {
        for (int32_t i = 0; i < run; i++)
        {
            window[row * run + i] = x[row * line + i];
        }
    }
    dqnn_pair_words(window, w->kernel_h * run);
}

/* The outputs from `start` on, at most to `out`, that have the same taps inside as `start`; returns the last one's
 * successor. */
static inline int32_t dqnn_s1_same_taps(
    int32_t start, int32_t out, int32_t stride, int32_t pad, int32_t kernel, int32_t dilation, int32_t in, dqnn_range *taps)
{
    int32_t next = start + 1;
    *taps = dqnn_taps(start * stride - pad, kernel, dilation, in);
    for (; next < out; next++)
    {
        const dqnn_range other = dqnn_taps(next * stride - pad, kernel, dilation, in);
        if (other.first != taps->first || other.end != taps->end)
        {
            break;
        }
    }
    return next;
}

DQNN_INLINE int32_t dqnn_s1_whole_blocks(int32_t channels)
{
    return dqnn_ceil_div(channels, DQNN_S1_BLOCK) * DQNN_S1_BLOCK;
}

DQNN_INLINE void dqnn_conv2d_s1_s1(const uint32_t *in,
                                   const uint32_t *weights,
                                   const dqnn_window *w,
                                   int32_t pad_value,
                                   uint32_t *scratch,
                                   const dqnn_output *output,
                                   dqnn_output_type type)
{
    const int32_t taps = w->kernel_h * w->kernel_w;
    const int32_t words = dqnn_words(w->in_c);
    const uint32_t pad = pad_value < 0 ? 0xFFFFFFFFu : 0;
    /* Only where padding counts nothing: for each channel the count for +1 everywhere, and sums of padded weights. */
    uint32_t *const counts = scratch + taps * words;
    uint32_t *const sums = counts + dqnn_s1_whole_blocks(w->out_c);
    int counted = 0;
    dqnn_s1_region r;
    for (int32_t next_y, top = 0; top < w->out_h; top = next_y)
    {
        next_y = dqnn_s1_same_taps(
            top, w->out_h, w->stride_h, w->pad_top, w->kernel_h, w->dilation_h, w->in_h, &r.rows);
        for (int32_t next_x, left = 0; left < w->out_w; left = next_x)
        {
            next_x = dqnn_s1_same_taps(
                left, w->out_w, w->stride_w, w->pad_left, w->kernel_w, w->dilation_w, w->in_w, &r.columns);
            const int32_t inside = (r.rows.end - r.rows.first) * (r.columns.end - r.columns.first);
            const int ignore_padding = pad_value == 0 && inside < taps;
            const uint32_t *const padding_sums = ignore_padding ? sums : NULL;
            if (ignore_padding)
            {
                if (!counted)
                {
                    memset(scratch, 0, (size_t)(taps * words) * sizeof *scratch);
                    dqnn_count_channels(scratch, weights, taps * words, w->out_c, counts);
                    counted = 1;
                }
                dqnn_s1_sum_padding(weights, w, &r, counts, scratch, sums);
            }
            for (int32_t y = top; y < next_y; y++)
            {
                for (int32_t x = left; x < next_x; x++)
                {
                    const int32_t in_y = y * w->stride_h - w->pad_top + r.rows.first * w->dilation_h;
                    const int32_t in_x = x * w->stride_w - w->pad_left + r.columns.first * w->dilation_w;
                    const uint32_t *const start = inside > 0 ? in + (in_y * w->in_w + in_x) * words : NULL;
                    if (inside == taps && w->dilation_w == 1)
                    {
                        dqnn_s1_gather_inside(start, w, scratch);
                    }
                    else
                    {
                        dqnn_s1_gather(start, w, &r, pad, scratch);
                    }
                    dqnn_s1_pixel(scratch,
                                  weights,
                                  taps * words,
                                  taps * w->in_c,
                                  padding_sums,
                                  output,
                                  type,
                                  y * w->out_w + x);
                }
            }
        }
    }
}

#endif /* DQNN_S1_LAYER_H */
