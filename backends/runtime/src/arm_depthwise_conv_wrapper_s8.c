/* SPDX-License-Identifier: Apache-2.0
 *
 * acc = bias + sum over the taps inside the input of (x + offset) * w. Channels are taken four by four where the four
 * read neighbouring input channels (multiplier 1) or the same one (a multiple of 4), else one by one.
 */
#include "arm_nnfunctions.h"
#include "dqnn_requantize.h"
#include "dqnn_window.h"

/* What does not change within a call. */
typedef struct
{
    const cmsis_nn_dw_conv_params *params;
    const cmsis_nn_per_channel_quant_params *quant;
    const cmsis_nn_dims *in, *filter, *out;
    const int8_t *weights;
    const int32_t *bias;
} layer;

/* Neighbouring pixels of an output row that have the same taps, rows x columns; x and w are at the first tap. */
typedef struct
{
    const int8_t *x, *w;
    int32_t rows, columns, count;
    int8_t *out;
} span;

DQNN_INLINE int8_t code_of(const layer *l, int32_t channel, int32_t sum)
{
    const cmsis_nn_dw_conv_params *const p = l->params;
    return dqnn_output_code(l->bias ? dqnn_wrapping_add(l->bias[channel], sum) : sum,
                            l->quant->multiplier[channel],
                            l->quant->shift[channel],
                            p->output_offset,
                            p->activation.min,
                            p->activation.max);
}

/* The span's pixels, for `width` (1 or 4) output channels whose inputs lie x_next (0 or 1) apart. `columns` is the
 * span's, an argument of its own so that a constant can unroll the loop. All four codes are ready before the first is
 * stored: a store of bytes may change anything as far as the compiler knows. */
DQNN_INLINE void pixels(
    const layer *l, const span *s, int32_t channel, int32_t columns, int32_t x_next, int32_t width)
{
    const int32_t offset = l->params->input_offset;
    const int32_t x_column = l->params->dilation.w * l->in->c;
    const int32_t w_column = l->out->c;
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
            x_row += l->params->dilation.h * l->in->w * l->in->c;
            w_row += l->filter->w * w_column;
        }
        const int8_t code0 = code_of(l, channel, sum0);
        if (width == 4)
        {
            const int8_t code1 = code_of(l, channel + 1, sum1);
            const int8_t code2 = code_of(l, channel + 2, sum2);
            const int8_t code3 = code_of(l, channel + 3, sum3);
            out[1] = code1;
            out[2] = code2;
            out[3] = code3;
        }
        out[0] = code0;
        x += l->params->stride.w * l->in->c;
        out += w_column;
    }
}

DQNN_NOINLINE void four_neighbours(const layer *l, const span *s, int32_t channel)
{
    if (s->columns == 3)
    {
        pixels(l, s, channel, 3, 1, 4);
    }
    else
    {
        pixels(l, s, channel, s->columns, 1, 4);
    }
}

DQNN_NOINLINE void four_of_one(const layer *l, const span *s, int32_t channel)
{
    pixels(l, s, channel, s->columns, 0, 4);
}

DQNN_NOINLINE void single(const layer *l, const span *s, int32_t channel)
{
    pixels(l, s, channel, s->columns, 0, 1);
}

/* The output channels from `channel` on for one image; `in` and `out` are at its first channel. */
static void image(const layer *l,
                  void (*channels)(const layer *, const span *, int32_t),
                  int32_t channel,
                  const int8_t *in,
                  int8_t *out)
{
    const cmsis_nn_dw_conv_params *const p = l->params;
    const int32_t extent = (l->filter->w - 1) * p->dilation.w + 1;
    const dqnn_range inner = dqnn_inner_positions(p->padding.w, p->stride.w, extent, l->in->w, l->out->w);
    for (int32_t y = 0; y < l->out->h; y++)
    {
        const int32_t in_y = y * p->stride.h - p->padding.h;
        const dqnn_range taps_y = dqnn_taps(in_y, l->filter->h, p->dilation.h, l->in->h);
        for (int32_t x = 0; x < l->out->w;)
        {
            const int32_t in_x = x * p->stride.w - p->padding.w;
            const dqnn_range taps_x = dqnn_taps(in_x, l->filter->w, p->dilation.w, l->in->w);
            span s = {in, l->weights + channel, 0, 0, 1, out};
            if (taps_y.end > taps_y.first && taps_x.end > taps_x.first)
            {
                const int32_t first_y = in_y + taps_y.first * p->dilation.h;
                const int32_t first_x = in_x + taps_x.first * p->dilation.w;
                s.x += (first_y * l->in->w + first_x) * l->in->c;
                s.w += (taps_y.first * l->filter->w + taps_x.first) * l->out->c;
                s.rows = taps_y.end - taps_y.first;
                s.columns = taps_x.end - taps_x.first;
            }
            if (x == inner.first && inner.end > inner.first)
            {
                s.count = inner.end - inner.first;
            }
            channels(l, &s, channel);
            x += s.count;
            out += s.count * l->out->c;
        }
    }
}

arm_cmsis_nn_status arm_depthwise_conv_wrapper_s8(const cmsis_nn_context *ctx,
                                                  const cmsis_nn_dw_conv_params *dw_conv_params,
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
    const layer l = {dw_conv_params, quant_params, input_dims, filter_dims, output_dims, filter_data, bias_data};
    const int32_t multiplier = dw_conv_params->ch_mult;
    (void)ctx;
    (void)bias_dims;
    for (int32_t batch = 0; batch < input_dims->n; batch++)
    {
        int32_t channel = 0;
        while (channel < output_dims->c)
        {
            const int8_t *const in = input_data + channel / multiplier;
            int8_t *const out = output_data + channel;
            if (multiplier == 1 && channel + 4 <= output_dims->c)
            {
                image(&l, four_neighbours, channel, in, out);
                channel += 4;
            }
            else if (multiplier % 4 == 0)
            {
                image(&l, four_of_one, channel, in, out);
                channel += 4;
            }
            else
            {
                image(&l, single, channel, in, out);
                channel += 1;
            }
        }
        input_data += input_dims->h * input_dims->w * input_dims->c;
        output_data += output_dims->h * output_dims->w * output_dims->c;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
