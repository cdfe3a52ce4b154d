/* SPDX-License-Identifier: Apache-2.0
 *
 * For output channel o at one position, over the taps inside the input (padding holds the zero point and adds nothing):
 *
 *   acc = bias + sum (x + offset) * w = (bias + offset * sum w) + sum x * w
 *
 * The bracket is the same along the inner part of an output row, where no window crosses the input's left or right end.
 * There two pixels and two channels are taken together: 4 products for 4 loads. The row's ends, and an odd inner pixel,
 * go pixel by pixel with the offset added to each input.
 */
#include "arm_nnfunctions.h"
#include "dqnn_dot.h"
#include "dqnn_requantize.h"
#include "dqnn_window.h"

/* A window's taps in memory: `rows` times `pieces` runs of `run` contiguous elements, and the steps between them in
 * the input and in the weights. */
typedef struct
{
    int32_t rows, pieces, run;
    int32_t x_row, x_piece;
    int32_t w_row, w_piece;
} tap_runs;

/* Two output channels; both the same where the number of channels in a group is odd. */
typedef struct
{
    const int8_t *w[2];
    int32_t bias[2];
    int32_t multiplier[2];
    int32_t shift[2];
    int8_t *out[2];
} channel_pair;

typedef struct
{
    const cmsis_nn_conv_params *params;
    int32_t in_h, in_w, in_c;
    int32_t kernel_h, kernel_w, kernel_c;
    int32_t out_h, out_w, out_c;
} geometry;

/* A kernel row is one run when its taps are neighbours in the input with all their channels. */
static tap_runs runs_of(const geometry *g, int32_t rows, int32_t columns)
{
    const int whole_row = g->params->dilation.w == 1 && g->in_c == g->kernel_c;
    tap_runs t;
    t.rows = rows;
    t.pieces = whole_row ? 1 : columns;
    t.run = whole_row ? columns * g->kernel_c : g->kernel_c;
    t.x_row = g->params->dilation.h * g->in_w * g->in_c;
    t.x_piece = g->params->dilation.w * g->in_c;
    t.w_row = g->kernel_w * g->kernel_c;
    t.w_piece = g->kernel_c;
    return t;
}

DQNN_INLINE void store(const channel_pair *c, const cmsis_nn_conv_params *p, int32_t i, int32_t at, int32_t acc)
{
    c->out[i][at] = dqnn_output_code(
        acc, c->multiplier[i], c->shift[i], p->output_offset, p->activation.min, p->activation.max);
}

/* One pixel: `x` and the weights at `w_first` are at the first valid tap. */
DQNN_NOINLINE void one_pixel(
    const channel_pair *c, const cmsis_nn_conv_params *p, const tap_runs *t, const int8_t *x, int32_t w_first, int32_t at)
{
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    for (int32_t row = 0; row < t->rows; row++)
    {
        for (int32_t piece = 0; piece < t->pieces; piece++)
        {
            const int32_t w_at = w_first + row * t->w_row + piece * t->w_piece;
            dqnn_dot_1x2(x + row * t->x_row + piece * t->x_piece,
                         p->input_offset,
                         c->w[0] + w_at,
                         c->w[1] + w_at,
                         t->run,
                         &sum0,
                         &sum1);
        }
    }
    store(c, p, 0, at, dqnn_wrapping_add(c->bias[0], sum0));
    store(c, p, 1, at, dqnn_wrapping_add(c->bias[1], sum1));
}

/* Two inner pixels, `x_next` elements apart in the input. folded: bias + offset * sum w, for each channel. */
DQNN_NOINLINE void two_pixels(const channel_pair *c,
                       const cmsis_nn_conv_params *p,
                       const tap_runs *t,
                       const int8_t *x,
                       int32_t x_next,
                       int32_t w_first,
                       const int32_t folded[2],
                       int32_t at,
                       int32_t at_next)
{
    int32_t sum00 = 0;
    int32_t sum01 = 0;
    int32_t sum10 = 0;
    int32_t sum11 = 0;
    for (int32_t row = 0; row < t->rows; row++)
    {
        for (int32_t piece = 0; piece < t->pieces; piece++)
        {
            const int8_t *const x0 = x + row * t->x_row + piece * t->x_piece;
            const int32_t w_at = w_first + row * t->w_row + piece * t->w_piece;
            dqnn_dot_2x2(
                x0, x0 + x_next, c->w[0] + w_at, c->w[1] + w_at, t->run, &sum00, &sum01, &sum10, &sum11);
        }
    }
    store(c, p, 0, at, dqnn_wrapping_add(folded[0], sum00));
    store(c, p, 1, at, dqnn_wrapping_add(folded[1], sum01));
    store(c, p, 0, at_next, dqnn_wrapping_add(folded[0], sum10));
    store(c, p, 1, at_next, dqnn_wrapping_add(folded[1], sum11));
}

/* One output row of two channels. x: the group's first channel of the image; at: the row's start in the output. */
static void one_row(const geometry *g, const channel_pair *c, const int8_t *x, int32_t y, dqnn_range inner)
{
    const cmsis_nn_conv_params *const p = g->params;
    const int32_t in_y = y * p->stride.h - p->padding.h;
    const dqnn_range taps_y = dqnn_taps(in_y, g->kernel_h, p->dilation.h, g->in_h);
    const int32_t rows = taps_y.end - taps_y.first;
    const int32_t w_row = g->kernel_w * g->kernel_c;
    const int32_t w_first = taps_y.first * w_row;
    const int32_t x_row = rows > 0 ? (in_y + taps_y.first * p->dilation.h) * g->in_w : 0;
    const tap_runs full = runs_of(g, rows, g->kernel_w);
    int32_t folded[2];
    int32_t out_x = 0;

    for (int i = 0; i < 2; i++)
    {
        folded[i] = dqnn_wrapping_add(c->bias[i], p->input_offset * dqnn_sum(c->w[i] + w_first, rows * w_row));
    }
    while (out_x < g->out_w)
    {
        const int32_t in_x = out_x * p->stride.w - p->padding.w;
        const int32_t at = (y * g->out_w + out_x) * g->out_c;
        if (out_x >= inner.first && out_x + 2 <= inner.end)
        {
            two_pixels(c, p, &full, x + (x_row + in_x) * g->in_c, p->stride.w * g->in_c, w_first, folded, at, at + g->out_c);
            out_x += 2;
        }
        else
        {
            const dqnn_range taps_x = dqnn_taps(in_x, g->kernel_w, p->dilation.w, g->in_w);
            const int32_t columns = taps_x.end - taps_x.first;
            const tap_runs part = runs_of(g, columns > 0 ? rows : 0, columns);
            const int32_t x_column = columns > 0 ? in_x + taps_x.first * p->dilation.w : 0;
            one_pixel(c, p, &part, x + (x_row + x_column) * g->in_c, w_first + taps_x.first * g->kernel_c, at);
            out_x += 1;
        }
    }
}

arm_cmsis_nn_status arm_convolve_wrapper_s8(const cmsis_nn_context *ctx,
                                            const cmsis_nn_conv_params *conv_params,
                                            const cmsis_nn_per_channel_quant_params *quant_params,
                                            const cmsis_nn_dims *input_dims,
                                            const int8_t *input_data,
                                            const cmsis_nn_dims *filter_dims,
                                            const int8_t *filter_data,
                                            const cmsis_nn_dims *bias_dims,
                                            const int32_t *bias_data,
                                            const cmsis_nn_dims *output_dims,
                                            int8_t *output_data)
{
    const cmsis_nn_conv_params *const p = conv_params;
    const int32_t groups = filter_dims->c > 0 ? input_dims->c / filter_dims->c : 0;
    geometry g = {p,
                  input_dims->h,
                  input_dims->w,
                  input_dims->c,
                  filter_dims->h,
                  filter_dims->w,
                  filter_dims->c,
                  output_dims->h,
                  output_dims->w,
                  output_dims->c};
    (void)ctx;
    (void)bias_dims;
    if (groups < 1 || g.in_c % groups != 0 || g.out_c % groups != 0)
    {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    /* A pointwise layer sees no rows: take the image as one row, which leaves at most one odd pixel. */
    if (g.kernel_h == 1 && g.kernel_w == 1 && p->stride.h == 1 && p->stride.w == 1 && p->padding.h == 0 &&
        p->padding.w == 0)
    {
        g.in_w *= g.in_h;
        g.in_h = 1;
        g.out_w *= g.out_h;
        g.out_h = 1;
    }

    const int32_t group_channels = g.out_c / groups;
    const int32_t filter_size = g.kernel_h * g.kernel_w * g.kernel_c;
    const int32_t extent = (g.kernel_w - 1) * p->dilation.w + 1;
    const dqnn_range inner = dqnn_inner_positions(p->padding.w, p->stride.w, extent, g.in_w, g.out_w);
    for (int32_t batch = 0; batch < input_dims->n; batch++)
    {
        for (int32_t group = 0; group < groups; group++)
        {
            for (int32_t channel = 0; channel < group_channels; channel += 2)
            {
                channel_pair c;
                for (int i = 0; i < 2; i++)
                {
                    const int32_t o = group * group_channels + dqnn_min(channel + i, group_channels - 1);
                    c.w[i] = filter_data + o * filter_size;
                    c.bias[i] = bias_data ? bias_data[o] : 0;
                    c.multiplier[i] = quant_params->multiplier[o];
                    c.shift[i] = quant_params->shift[o];
                    c.out[i] = output_data + o;
                }
                for (int32_t y = 0; y < g.out_h; y++)
                {
                    one_row(&g, &c, input_data + group * g.kernel_c, y, inner);
                }
            }
        }
        input_data += g.in_h * g.in_w * g.in_c;
        output_data += g.out_h * g.out_w * g.out_c;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
