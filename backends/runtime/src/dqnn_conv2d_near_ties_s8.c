/* SPDX-License-Identifier: Apache-2.0
 *
 * Few codes can come from a near tie. Those alone have their sum formed again, as an integer; and where that is a near
 * tie's, in float32.
 */
#include <math.h>

#include "dqnn_dot.h"
#include "dqnn_s8_kernels.h"
#include "dqnn_window.h"

#define CODES 256

/* The part of one window that lies inside the input: rows times columns taps of `depth` neighbouring elements, the first at
 * x in the input and at w in the weights. */
typedef struct
{
    const int8_t *x, *w;
    int32_t rows, columns, depth;
    int32_t x_row, x_column, w_row;
    int32_t in_offset, weight_offset;
} tap_grid;

static int32_t integer_sum(const tap_grid *t)
{
    /* A row is one run where its taps are neighbours with all their channels. */
    const int32_t pieces = t->x_column == t->depth ? 1 : t->columns;
    const int32_t run = t->x_column == t->depth ? t->columns * t->depth : t->depth;
    dqnn_sums sums = {0, 0, 0, 0};
    int32_t inputs = t->rows * pieces * run * t->in_offset;
    for (int32_t row = 0; row < t->rows; row++)
    {
        for (int32_t piece = 0; piece < pieces; piece++)
        {
            const int8_t *const x = t->x + row * t->x_row + piece * t->x_column;
            const int8_t *const w = t->w + row * t->w_row + piece * t->depth;
            dqnn_dot_1x2(&sums, x, t->in_offset, w, w, run);
            inputs += t->weight_offset == 0 ? 0 : dqnn_sum(x, run);
        }
    }
    return sums.s0 + t->weight_offset * inputs;
}

static float float_sum(const tap_grid *t, float x_scale, float w_scale)
{
    float sum = 0.0f;
    for (int32_t c = 0; c < t->depth; c++)
    {
        for (int32_t row = 0; row < t->rows; row++)
        {
            for (int32_t column = 0; column < t->columns; column++)
            {
                const int32_t x = t->x[row * t->x_row + column * t->x_column + c] + t->in_offset;
                const int32_t w = t->w[row * t->w_row + column * t->depth + c] + t->weight_offset;
                sum = fmaf((float)x * x_scale, (float)w * w_scale, sum);
            }
        }
    }
    return sum;
}

/* `place`: of the channel among those with near ties. */
static int is_near_tie(const dqnn_near_ties *ties, int32_t place, int32_t sum)
{
    for (int32_t i = ties->first[place]; i < ties->first[place + 1]; i++)
    {
        if (ties->sums[i] == sum)
        {
            return 1;
        }
    }
    return 0;
}

/* Whether a near tie of the channel has a code: set or cleared for the codes of all its near ties. */
static void mark_codes(const dqnn_near_ties *ties, int32_t place, uint8_t is_marked[CODES], uint8_t value)
{
    for (int32_t i = ties->first[place]; i < ties->first[place + 1]; i++)
    {
        is_marked[ties->codes[i] + CODES / 2] = value;
    }
}

static tap_grid taps_at(const dqnn_window *g, const int8_t *in, const int8_t *weights, int32_t channel, int32_t pixel)
{
    const int32_t depth = g->in_c / g->groups;
    const int32_t group = channel / (g->out_c / g->groups);
    const int32_t in_y = pixel / g->out_w * g->stride_h - g->pad_top;
    const int32_t in_x = pixel % g->out_w * g->stride_w - g->pad_left;
    const dqnn_range rows = dqnn_taps(in_y, g->kernel_h, g->dilation_h, g->in_h);
    const dqnn_range columns = dqnn_taps(in_x, g->kernel_w, g->dilation_w, g->in_w);
    const int is_inside = rows.end > rows.first && columns.end > columns.first;
    const int32_t first_y = in_y + rows.first * g->dilation_h;
    const int32_t first_x = in_x + columns.first * g->dilation_w;
    const int32_t w_first = (channel * g->kernel_h + rows.first) * g->kernel_w + columns.first;
    const tap_grid taps = {
        .x = is_inside ? in + (first_y * g->in_w + first_x) * g->in_c + group * depth : in,
        .w = is_inside ? weights + w_first * depth : weights,
        .rows = is_inside ? rows.end - rows.first : 0,
        .columns = columns.end - columns.first,
        .depth = depth,
        .x_row = g->dilation_h * g->in_w * g->in_c,
        .x_column = g->dilation_w * g->in_c,
        .w_row = g->kernel_w * depth,
        .in_offset = 0,
        .weight_offset = 0,
    };
    return taps;
}

void dqnn_conv2d_near_ties_s8(const int8_t *in,
                              const int8_t *weights,
                              const int32_t *bias,
                              int8_t *out,
                              const dqnn_window *window,
                              const dqnn_near_ties *ties,
                              int32_t in_offset,
                              const int32_t *weight_offsets,
                              int32_t out_offset,
                              int32_t act_min,
                              int32_t act_max)
{
    const int32_t pixels = window->out_h * window->out_w;
    uint8_t is_marked[CODES] = {0};
    for (int32_t i = 0; i < ties->count; i++)
    {
        const int32_t channel = ties->channels[i];
        const float weight_scale = ties->weight_scales[i];
        const float real_bias = bias ? (float)bias[channel] * (ties->in_scale * weight_scale) : 0.0f;
        mark_codes(ties, i, is_marked, 1);
        for (int32_t pixel = 0; pixel < pixels; pixel++)
        {
            int8_t *const code = out + pixel * window->out_c + channel;
            if (!is_marked[*code + CODES / 2])
            {
                continue;
            }
            tap_grid taps = taps_at(window, in, weights, channel, pixel);
            taps.in_offset = in_offset;
            taps.weight_offset = weight_offsets ? weight_offsets[channel] : 0;
            if (is_near_tie(ties, i, integer_sum(&taps)))
            {
                const float sum = float_sum(&taps, ties->in_scale, weight_scale);
                /* Float32's errors may be many codes where large products cancel: saturate before the conversion. */
                const float steps = rintf((sum + real_bias) / ties->out_scale);
                const int32_t saturated = !(steps > -256.0f) ? -256 : steps > 256.0f ? 256 : (int32_t)steps;
                *code = (int8_t)dqnn_clamp(saturated + out_offset, act_min, act_max);
            }
        }
        mark_codes(ties, i, is_marked, 0);
    }
}
