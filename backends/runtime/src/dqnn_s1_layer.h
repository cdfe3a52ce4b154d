/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolution and dense layer of s1 activations with s1 weights. A pixel's window is gathered once; each output channel then
 * is one count over contiguous words, or eight channels are, whose words lie side by side.
 */
#ifndef DQNN_S1_LAYER_H
#define DQNN_S1_LAYER_H

#include "dqnn_kernels.h"
#include "dqnn_s1_abreast.h"
#include "dqnn_s1_count.h"
#include "dqnn_s1_output.h"
#include "dqnn_window.h"

/* Not to be inlined: in the middle of the loops over pixels gcc loses what `restrict` says, and the registers are short. */
#if defined(__GNUC__)
#define DQNN_OUT_OF_LINE static __attribute__((noinline, unused))
#else
#define DQNN_OUT_OF_LINE static
#endif

/* How many output channels have their words side by side: DQNN_ABREAST or 1. An argument of this type is a constant. There
 * are weights, limits and padding sums for a multiple of it. */
typedef int32_t dqnn_abreast;

/* What all pixels of a region share. A channel's sum is elements - 2 * count - padding_sums[channel], where padding_sums
 * is not NULL. An output of s1 knows no sums: its code is -1 where 2 * count > limits[channel]. */
typedef struct
{
    const uint32_t *weights;
    int32_t words, elements;
    const uint32_t *padding_sums;
    const int32_t *limits;
    dqnn_output output;
} dqnn_s1_layer;

/* dqnn_count_words for any number. Out of line: the registers are short, and the code is not. */
DQNN_NOINLINE uint32_t dqnn_count_many_words(const uint32_t *a, const uint32_t *w, int32_t words)
{
    return dqnn_count_words(a, w, words);
}

/* The bits in which a pixel's window x and the weights `w` of a channel differ. `words` is layer->words as a constant, or
 * 0 for any number. */
DQNN_INLINE uint32_t dqnn_s1_count(const uint32_t *x, const uint32_t *w, const dqnn_s1_layer *layer, int32_t words)
{
    return words ? dqnn_count_words(x, w, words) : dqnn_count_many_words(x, w, layer->words);
}

/* The codes of up to 32 channels from `first` on, in bits 0 and up: signs of limit - 2 * count, which does not overflow for
 * |limit| <= 2^30 + 2^29. */
DQNN_INLINE uint32_t dqnn_s1_codes(const uint32_t *x, const dqnn_s1_layer *layer, int32_t first, int32_t words)
{
    const int32_t channels = dqnn_min(layer->output.channels - first, 32);
    const int32_t *limit = layer->limits + first;
    const uint32_t *w = layer->weights + first * layer->words;
    uint32_t codes = 0;
    for (const int32_t *const end = limit + channels; limit != end; limit++)
    {
        const uint32_t count = dqnn_s1_count(x, w, layer, words);
        codes = codes >> 1 | (((uint32_t)*limit - (count << 1)) & 0x80000000u);
        w += words ? words : layer->words;
    }
    return codes >> (32 - channels);
}

/* Stores channel c of s8 or f32 outputs. */
DQNN_INLINE void
dqnn_s1_put_count(const dqnn_s1_layer *layer, dqnn_output_type type, int32_t pixel, int32_t c, uint32_t count)
{
    const uint32_t sum = (uint32_t)layer->elements - (count << 1);
    const uint32_t padding = layer->padding_sums ? layer->padding_sums[c] : 0;
    const int32_t at = pixel * layer->output.channels + c;
    dqnn_put_scaled(&layer->output, type, at, c, (float)(int32_t)(sum - padding));
}

/* All output channels of one pixel, from its window x (or input vector). */
DQNN_INLINE void
dqnn_s1_put(const uint32_t *x, const dqnn_s1_layer *layer, dqnn_output_type type, int32_t pixel, int32_t words)
{
    const dqnn_output *const o = &layer->output;
    if (type == DQNN_TO_S1)
    {
        uint32_t *out = (uint32_t *)o->out + pixel * dqnn_words(o->channels);
        for (int32_t first = 0; first < o->channels; first += 32)
        {
            *out++ = dqnn_s1_codes(x, layer, first, words);
        }
        return;
    }
    const uint32_t *w = layer->weights;
    for (int32_t c = 0; c < o->channels; c++)
    {
        dqnn_s1_put_count(layer, type, pixel, c, dqnn_s1_count(x, w, layer, words));
        w += words ? words : layer->words;
    }
}

/* The same, by straight-line code for the usual lengths: pointwise layers of up to 256 channels, 3 x 3 of up to 64. */
DQNN_NOINLINE void dqnn_s1_pixel(const uint32_t *x, const dqnn_s1_layer *layer, dqnn_output_type type, int32_t pixel)
{
    switch (layer->words)
    {
    case 1:
        dqnn_s1_put(x, layer, type, pixel, 1);
        break;
    case 2:
        dqnn_s1_put(x, layer, type, pixel, 2);
        break;
    case 3:
        dqnn_s1_put(x, layer, type, pixel, 3);
        break;
    case 4:
        dqnn_s1_put(x, layer, type, pixel, 4);
        break;
    case 8:
        dqnn_s1_put(x, layer, type, pixel, 8);
        break;
    case 9:
        dqnn_s1_put(x, layer, type, pixel, 9);
        break;
    case 18:
        dqnn_s1_put(x, layer, type, pixel, 18);
        break;
    default:
        dqnn_s1_put(x, layer, type, pixel, 0);
    }
}

/* The same for weights of eight channels side by side. */
DQNN_NOINLINE void dqnn_s1_pixel_abreast(const uint32_t *x, const dqnn_s1_layer *layer, dqnn_output_type type, int32_t pixel)
{
    const dqnn_output *const o = &layer->output;
    const uint32_t *w = layer->weights;
    if (type == DQNN_TO_S1)
    {
        uint32_t *out = (uint32_t *)o->out + pixel * dqnn_words(o->channels);
        for (int32_t first = 0; first < o->channels; first += 32)
        {
            const int32_t eights = (dqnn_min(o->channels - first, 32) + DQNN_ABREAST - 1) / DQNN_ABREAST;
            *out++ = dqnn_codes_of_eights(x, w, layer->words, layer->limits + first, eights);
            w += 32 * layer->words;
        }
        return;
    }
    for (int32_t first = 0; first < o->channels; first += DQNN_ABREAST)
    {
        uint32_t counts[DQNN_ABREAST];
        const int32_t end = dqnn_min(o->channels, first + DQNN_ABREAST);
        dqnn_store_eight(counts, dqnn_count_eight(x, w, layer->words));
        for (int32_t c = first; c < end; c++)
        {
            dqnn_s1_put_count(layer, type, pixel, c, counts[c - first]);
        }
        w += DQNN_ABREAST * layer->words;
    }
}

/* One pixel by the function for its weights. */
DQNN_INLINE void dqnn_s1_put_pixel(
    const uint32_t *x, const dqnn_s1_layer *layer, dqnn_output_type type, dqnn_abreast abreast, int32_t pixel)
{
    if (abreast == DQNN_ABREAST)
    {
        dqnn_s1_pixel_abreast(x, layer, type, pixel);
    }
    else
    {
        dqnn_s1_pixel(x, layer, type, pixel);
    }
}

DQNN_INLINE void dqnn_dense_s1_s1(const uint32_t *in,
                                  const uint32_t *weights,
                                  int32_t words,
                                  int32_t in_features,
                                  const int32_t *limits,
                                  const dqnn_output *output,
                                  dqnn_output_type type,
                                  dqnn_abreast abreast)
{
    const dqnn_s1_layer layer = {weights, words, in_features, NULL, limits, *output};
    dqnn_s1_put_pixel(in, &layer, type, abreast, 0);
}

/* A rectangle of output pixels whose windows have the same taps inside the input. */
typedef struct
{
    dqnn_range rows, columns; /* taps inside */
} dqnn_s1_region;

DQNN_INLINE void dqnn_s1_copy_three(uint32_t *to, const uint32_t *from)
{
    const uint32_t a = from[0], b = from[1], c = from[2];
    to[0] = a;
    to[1] = b;
    to[2] = c;
}

/* Three words at a time: rows of 3 x 3 windows are short. */
DQNN_INLINE void dqnn_s1_copy(uint32_t *to, const uint32_t *from, int32_t words)
{
    for (; words >= 3; words -= 3)
    {
        dqnn_s1_copy_three(to, from);
        to += 3;
        from += 3;
    }
    for (; words > 0; words--)
    {
        *to++ = *from++;
    }
}

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

/* Gathers the window whose first tap inside the input is at x; taps outside have all bits `pad`. */
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
        to = dqnn_s1_fill(to, region->columns.first, words, pad, tail);
        for (int32_t piece = 0; piece < pieces; piece++)
        {
            dqnn_s1_copy(to, x + piece * w->dilation_w * words, run);
            to += run;
        }
        to = dqnn_s1_fill(to, after, words, pad, tail);
        x += w->dilation_h * w->in_w * words;
    }
    dqnn_s1_fill(to, (w->kernel_h - region->rows.end) * w->kernel_w, words, pad, tail);
}

/* As dqnn_s1_gather, for a window that lies inside the input and has no dilation along rows: rows of `run` words, `line`
 * words apart. */
DQNN_INLINE void dqnn_s1_gather_inside(const uint32_t *x, int32_t rows, int32_t run, int32_t line, uint32_t *window)
{
    if (rows == 3 && run == 3)
    {
        dqnn_s1_copy_three(window, x);
        dqnn_s1_copy_three(window + 3, x + line);
        dqnn_s1_copy_three(window + 6, x + 2 * line);
        return;
    }
    for (int32_t row = 0; row < rows; row++)
    {
        dqnn_s1_copy(window, x, run);
        window += run;
        x += line;
    }
}

/* sums[c] = the sum of the weights of channel c at the padded taps of a region: what padding with +1 counts too much; with
 * limits, those less the sum. `numbers`: room for those of the padded words. */
DQNN_OUT_OF_LINE void dqnn_s1_sum_padding(const dqnn_s1_layer *layer,
                                          const dqnn_window *w,
                                          const dqnn_s1_region *r,
                                          dqnn_abreast abreast,
                                          const int32_t *limits,
                                          uint32_t *numbers,
                                          uint32_t *sums)
{
    const int32_t words = dqnn_words(w->in_c);
    const uint32_t *weights = layer->weights;
    uint32_t padded = 0;
    uint32_t *end = numbers;
    for (int32_t tap = 0; tap < w->kernel_h * w->kernel_w; tap++)
    {
        const int32_t row = tap / w->kernel_w;
        const int32_t column = tap % w->kernel_w;
        if (row < r->rows.first || row >= r->rows.end || column < r->columns.first || column >= r->columns.end)
        {
            padded += (uint32_t)w->in_c;
            for (int32_t i = 0; i < words; i++)
            {
                *end++ = (uint32_t)((tap * words + i) * abreast);
            }
        }
    }
    for (int32_t c = 0; c < w->out_c || c % abreast > 0; c++)
    {
        uint32_t bits = 0;
        for (const uint32_t *number = numbers; number != end; number++)
        {
            bits = dqnn_add_bits(bits, weights[*number]);
        }
        const uint32_t sum = padded - (bits << 1);
        sums[c] = limits ? (uint32_t)limits[c] - sum : sum;
        weights += (c + 1) % abreast > 0 ? 1 : 1 + (layer->words - 1) * abreast;
    }
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

DQNN_INLINE void dqnn_conv2d_s1_s1(const uint32_t *in,
                                   const uint32_t *weights,
                                   const dqnn_window *w,
                                   int32_t pad_value,
                                   uint32_t *scratch,
                                   const int32_t *limits,
                                   const dqnn_output *output,
                                   dqnn_output_type type,
                                   dqnn_abreast abreast)
{
    const int32_t taps = w->kernel_h * w->kernel_w;
    const int32_t words = dqnn_words(w->in_c);
    const int32_t step = w->stride_w * words;
    const int32_t run = w->kernel_w * words;
    const int32_t line = w->dilation_h * w->in_w * words;
    const uint32_t pad = pad_value < 0 ? 0xFFFFFFFFu : 0;
    uint32_t *const sums = scratch + taps * words; /* only where padding counts nothing */
    dqnn_s1_layer layer = {weights, taps * words, taps * w->in_c, NULL, limits, *output};
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
            const int is_whole = inside == taps && w->dilation_w == 1;
            const int ignore_padding = pad_value == 0 && inside < taps;
            if (ignore_padding)
            {
                dqnn_s1_sum_padding(&layer, w, &r, abreast, limits, scratch, sums);
            }
            layer.padding_sums = ignore_padding ? sums : NULL;
            layer.limits = ignore_padding ? (const int32_t *)sums : limits;
            for (int32_t y = top; y < next_y; y++)
            {
                const int32_t in_y = y * w->stride_h - w->pad_top + r.rows.first * w->dilation_h;
                const int32_t in_x = left * w->stride_w - w->pad_left + r.columns.first * w->dilation_w;
                const uint32_t *start = inside > 0 ? in + (in_y * w->in_w + in_x) * words : in;
                const int32_t end = y * w->out_w + next_x;
                for (int32_t pixel = y * w->out_w + left; pixel < end; pixel++)
                {
                    if (taps == 1 && is_whole)
                    {
                        dqnn_s1_put_pixel(start, &layer, type, abreast, pixel);
                    }
                    else
                    {
                        if (is_whole)
                        {
                            dqnn_s1_gather_inside(start, w->kernel_h, run, line, scratch);
                        }
                        else
                        {
                            dqnn_s1_gather(start, w, &r, pad, scratch);
                        }
                        dqnn_s1_put_pixel(scratch, &layer, type, abreast, pixel);
                    }
                    start += inside > 0 ? step : 0;
                }
            }
        }
    }
}

#endif /* DQNN_S1_LAYER_H */
