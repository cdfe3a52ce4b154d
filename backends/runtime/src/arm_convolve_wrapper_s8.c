/* SPDX-License-Identifier: Apache-2.0
 *
 * For output channel o at one position, over the taps inside the input (padding holds the zero point and adds nothing):
 *
 *   acc = bias + sum (x + offset) * w = (bias + offset * sum w) + sum x * w
 *
 * The bracket is the same along the inner part of an output column, where no window crosses the input's upper or lower
 * end. There two pixels, one below the other, and two channels are taken together: 4 products for 4 loads. The column's
 * ends, and an odd inner pixel, go pixel by pixel with the offset added to each input.
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
    const int8_t *w0, *w1;
    int32_t bias0, bias1;
    int32_t multiplier0, multiplier1;
    int32_t shift0, shift1;
    int8_t *out0, *out1;
} channel_pair;

typedef struct
{
    const cmsis_nn_conv_params *params;
    int32_t in_h, in_w, in_c;
    int32_t kernel_h, kernel_w, kernel_c;
    int32_t out_h, out_w, out_c;
} geometry;

/* A kernel row is one run when its taps are neighbours in the input with all their channels: then the kernel's rows
 * are pieces of one long row, or one run altogether where they too are neighbours. */
static tap_runs runs_of(const geometry *g, int32_t rows, int32_t columns)
{
    const int whole_rows = g->params->dilation.w == 1 && g->in_c == g->kernel_c;
    const int32_t x_row = g->params->dilation.h * g->in_w * g->in_c;
    const int32_t w_row = g->kernel_w * g->kernel_c;
    const int32_t run = columns * g->kernel_c;
    const tap_runs in_one = {1, 1, rows * run, 0, 0, 0, 0};
    const tap_runs in_rows = {1, rows, run, 0, x_row, 0, w_row};
    const tap_runs in_taps = {
        rows, columns, g->kernel_c, x_row, g->params->dilation.w * g->in_c, w_row, g->kernel_c};
    if (!whole_rows)
    {
        return in_taps;
    }
    return x_row == run && w_row == run ? in_one : in_rows;
}

DQNN_INLINE int8_t code_of(const cmsis_nn_conv_params *p, int32_t acc, int32_t multiplier, int32_t shift)
{
    return dqnn_output_code(acc, multiplier, shift, p->output_offset, p->activation.min, p->activation.max);
}

/* One pixel, `at` in the output: `x` and the weights at `w_first` are at the first valid tap. */
DQNN_NOINLINE void one_pixel(const channel_pair *c,
                             const cmsis_nn_conv_params *p,
                             const tap_runs *t,
                             const int8_t *x,
                             int32_t w_first,
                             int32_t at)
{
    const int32_t offset = p->input_offset;
    const int32_t run = t->run;
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    for (int32_t row = 0; row < t->rows; row++)
    {
        const int8_t *x0 = x + row * t->x_row;
        const int8_t *w0 = c->w0 + w_first + row * t->w_row;
        const int8_t *w1 = c->w1 + w_first + row * t->w_row;
        for (int32_t piece = t->pieces; piece > 0; piece--)
        {
            for (int32_t i = 0; i < run; i++)
            {
                const int32_t a = x0[i] + offset;
                sum0 += a * w0[i];
                sum1 += a * w1[i];
            }
            x0 += t->x_piece;
            w0 += t->w_piece;
            w1 += t->w_piece;
        }
    }
    const int8_t code0 = code_of(p, dqnn_wrapping_add(c->bias0, sum0), c->multiplier0, c->shift0);
    const int8_t code1 = code_of(p, dqnn_wrapping_add(c->bias1, sum1), c->multiplier1, c->shift1);
    c->out0[at] = code0;
    c->out1[at] = code1;
}

/* sum w over the taps, from the weights at the first on. */
static int32_t sum_of_weights(const tap_runs *t, const int8_t *w)
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

/* The inner part of an output column: where it starts in the input, in the weights and in the output, the pixels'
 * distance in the input and in the output, and bias + offset * sum w of both channels. */
typedef struct
{
    const int8_t *x;
    int32_t w_first, at;
    int32_t x_next, at_next;
    int32_t folded0, folded1;
} inner_column;

/* 2 * `pairs` inner pixels. All codes of a pair are ready before the first is stored: a store of bytes may change
 * anything as far as the compiler knows. */
DQNN_NOINLINE void pixel_pairs(
    const channel_pair *c, const cmsis_nn_conv_params *p, const tap_runs *t, const inner_column *r, int32_t pairs)
{
    const int8_t *x = r->x;
    int32_t at = r->at;
    for (; pairs > 0; pairs--)
    {
        int32_t sum00 = 0;
        int32_t sum01 = 0;
        int32_t sum10 = 0;
        int32_t sum11 = 0;
        for (int32_t row = 0; row < t->rows; row++)
        {
            const int8_t *x0 = x + row * t->x_row;
            const int8_t *x1 = x0 + r->x_next;
            const int8_t *w0 = c->w0 + r->w_first + row * t->w_row;
            const int8_t *w1 = c->w1 + r->w_first + row * t->w_row;
            const int32_t x_gap = t->x_piece - t->run;
            const int32_t w_gap = t->w_piece - t->run;
            for (int32_t piece = t->pieces; piece > 0; piece--)
            {
                for (const int8_t *const end = x0 + t->run; x0 != end; x0++)
                {
                    const int32_t a = *x0;
                    const int32_t b = *x1++;
                    int32_t w = *w0++;
                    sum00 += a * w;
                    sum10 += b * w;
                    w = *w1++;
                    sum01 += a * w;
                    sum11 += b * w;
                }
                x0 += x_gap;
                x1 += x_gap;
                w0 += w_gap;
                w1 += w_gap;
            }
        }
        const int8_t code00 = code_of(p, dqnn_wrapping_add(r->folded0, sum00), c->multiplier0, c->shift0);
        const int8_t code10 = code_of(p, dqnn_wrapping_add(r->folded0, sum10), c->multiplier0, c->shift0);
        const int8_t code01 = code_of(p, dqnn_wrapping_add(r->folded1, sum01), c->multiplier1, c->shift1);
        const int8_t code11 = code_of(p, dqnn_wrapping_add(r->folded1, sum11), c->multiplier1, c->shift1);
        c->out0[at] = code00;
        c->out1[at] = code01;
        c->out0[at + r->at_next] = code10;
        c->out1[at + r->at_next] = code11;
        x += 2 * r->x_next;
        at += 2 * r->at_next;
    }
}

/* One output column of two channels. in: the group's first channel of the image. */
static void one_column(const geometry *g, const channel_pair *c, const int8_t *in, int32_t x, dqnn_range inner)
{
    const cmsis_nn_conv_params *const p = g->params;
    const int32_t in_x = x * p->stride.w - p->padding.w;
    const dqnn_range taps_x = dqnn_taps(in_x, g->kernel_w, p->dilation.w, g->in_w);
    const int32_t columns = taps_x.end - taps_x.first;
    const int32_t first_x = columns > 0 ? in_x + taps_x.first * p->dilation.w : 0;
    const int32_t w_column = taps_x.first * g->kernel_c;
    const int32_t pairs = (inner.end - inner.first) / 2;
    int32_t y = 0;

    while (y < g->out_h)
    {
        const int32_t in_y = y * p->stride.h - p->padding.h;
        const int32_t at = (y * g->out_w + x) * g->out_c;
        if (y == inner.first && pairs > 0)
        {
            const tap_runs all = runs_of(g, columns > 0 ? g->kernel_h : 0, columns);
            const int32_t sum0 = sum_of_weights(&all, c->w0 + w_column);
            const int32_t sum1 = sum_of_weights(&all, c->w1 + w_column);
            const inner_column r = {in + (in_y * g->in_w + first_x) * g->in_c,
                                    w_column,
                                    at,
                                    p->stride.h * g->in_w * g->in_c,
                                    g->out_w * g->out_c,
                                    dqnn_wrapping_add(c->bias0, p->input_offset * sum0),
                                    dqnn_wrapping_add(c->bias1, p->input_offset * sum1)};
            pixel_pairs(c, p, &all, &r, pairs);
            y += 2 * pairs;
        }
        else
        {
            const dqnn_range taps_y = dqnn_taps(in_y, g->kernel_h, p->dilation.h, g->in_h);
            const int32_t rows = columns > 0 ? taps_y.end - taps_y.first : 0;
            const tap_runs part = runs_of(g, rows, columns);
            const int32_t first_y = rows > 0 ? in_y + taps_y.first * p->dilation.h : 0;
            const int32_t w_first = taps_y.first * g->kernel_w * g->kernel_c + w_column;
            one_pixel(c, p, &part, in + (first_y * g->in_w + first_x) * g->in_c, w_first, at);
            y += 1;
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
    cmsis_nn_conv_params params = *conv_params;
    cmsis_nn_conv_params *const p = &params;
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
    /* A pointwise layer does not see rows: take the image as one column, which leaves at most one odd pixel. */
    if (g.kernel_h == 1 && g.kernel_w == 1 && p->stride.h == 1 && p->stride.w == 1 && p->padding.h == 0 &&
        p->padding.w == 0)
    {
        g.in_h *= g.in_w;
        g.in_w = 1;
        g.out_h *= g.out_w;
        g.out_w = 1;
    }
    /* An image of one row is in memory an image of one column. */
    else if (g.in_h == 1 && g.kernel_h == 1 && g.out_h == 1 && p->padding.h == 0)
    {
        p->stride.h = p->stride.w;
        p->dilation.h = p->dilation.w;
        p->dilation.w = 1;
        p->padding.h = p->padding.w;
        p->padding.w = 0;
        g.in_h = g.in_w;
        g.in_w = 1;
        g.kernel_h = g.kernel_w;
        g.kernel_w = 1;
        g.out_h = g.out_w;
        g.out_w = 1;
    }

    const int32_t group_channels = g.out_c / groups;
    const int32_t filter_size = g.kernel_h * g.kernel_w * g.kernel_c;
    const int32_t extent = (g.kernel_h - 1) * p->dilation.h + 1;
    const dqnn_range inner = dqnn_inner_positions(p->padding.h, p->stride.h, extent, g.in_h, g.out_h);
    for (int32_t batch = 0; batch < input_dims->n; batch++)
    {
        for (int32_t group = 0; group < groups; group++)
        {
            for (int32_t channel = 0; channel < group_channels; channel += 2)
            {
                const int32_t o0 = group * group_channels + channel;
                const int32_t o1 = channel + 1 < group_channels ? o0 + 1 : o0;
                const channel_pair c = {filter_data + o0 * filter_size,
                                        filter_data + o1 * filter_size,
                                        bias_data ? bias_data[o0] : 0,
                                        bias_data ? bias_data[o1] : 0,
                                        quant_params->multiplier[o0],
                                        quant_params->multiplier[o1],
                                        quant_params->shift[o0],
                                        quant_params->shift[o1],
                                        output_data + o0,
                                        output_data + o1};
                for (int32_t x = 0; x < g.out_w; x++)
                {
                    one_column(&g, &c, input_data + group * g.kernel_c, x, inner);
                }
            }
        }
        input_data += g.in_h * g.in_w * g.in_c;
        output_data += g.out_h * g.out_w * g.out_c;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
