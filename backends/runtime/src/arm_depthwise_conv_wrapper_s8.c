/* SPDX-License-Identifier: Apache-2.0
 *
 * As in arm_convolve_wrapper_s8.c, acc = (bias + offset * sum w) + sum x * w where the bracket is the same along the
 * inner part of an output row; at the row's ends the offset is added to each input. Channels are taken four by four
 * where the four read neighbouring input channels (multiplier 1) or the same one (a multiple of 4), else one by one.
 */
#include "arm_nnfunctions.h"
#include "dqnn_requantize.h"
#include "dqnn_window.h"

typedef struct
{
    const cmsis_nn_dw_conv_params *params;
    const cmsis_nn_per_channel_quant_params *quant;
    const cmsis_nn_dims *in, *filter, *out;
    const int8_t *weights;
    const int32_t *bias;
} layer;

/* sum[i] += sum over rows x columns taps of (x + offset) * w, for `width` (1 or 4) channels. x and w are at the first
 * tap; x_next is the distance of the channels' inputs, 0 or 1. */
DQNN_INLINE void dot(const layer *l,
                     const int8_t *x,
                     int32_t x_next,
                     const int8_t *w,
                     int32_t rows,
                     int32_t columns,
                     int32_t offset,
                     int32_t width,
                     int32_t sum[4])
{
    const int32_t x_row = l->params->dilation.h * l->in->w * l->in->c;
    const int32_t x_column = l->params->dilation.w * l->in->c;
    const int32_t w_column = l->out->c;
    const int32_t w_row = l->filter->w * w_column;
    for (int32_t row = 0; row < rows; row++)
    {
        const int8_t *xt = x + row * x_row;
        const int8_t *wt = w + row * w_row;
        for (int32_t column = columns; column > 0; column--)
        {
            int32_t a = xt[0] + offset;
            sum[0] += a * wt[0];
            if (width == 4)
            {
                a = x_next ? xt[1] + offset : a;
                sum[1] += a * wt[1];
                a = x_next ? xt[2] + offset : a;
                sum[2] += a * wt[2];
                a = x_next ? xt[3] + offset : a;
                sum[3] += a * wt[3];
            }
            xt += x_column;
            wt += w_column;
        }
    }
}

/* folded[i] = bias + offset * sum of the weights in `rows` whole kernel rows. */
DQNN_INLINE void fold(const layer *l, int32_t channel, const int8_t *w, int32_t rows, int32_t width, int32_t folded[4])
{
    for (int32_t i = 0; i < width; i++)
    {
        int32_t sum = 0;
        for (int32_t tap = 0; tap < rows * l->filter->w; tap++)
        {
            sum += w[tap * l->out->c + i];
        }
        folded[i] = dqnn_wrapping_add(l->bias ? l->bias[channel + i] : 0, l->params->input_offset * sum);
    }
}

DQNN_INLINE void store(const layer *l, int32_t channel, int32_t acc, int8_t *out)
{
    *out = dqnn_output_code(acc,
                            l->quant->multiplier[channel],
                            l->quant->shift[channel],
                            l->params->output_offset,
                            l->params->activation.min,
                            l->params->activation.max);
}

/* `width` channels of one image from output channel `channel` on. in: the image at the first of their inputs. */
DQNN_INLINE void channels(const layer *l, const int8_t *in, int32_t x_next, int32_t channel, int32_t width, int8_t *out)
{
    const cmsis_nn_dw_conv_params *const p = l->params;
    const int32_t extent = (l->filter->w - 1) * p->dilation.w + 1;
    const dqnn_range inner = dqnn_inner_positions(p->padding.w, p->stride.w, extent, l->in->w, l->out->w);
    for (int32_t y = 0; y < l->out->h; y++)
    {
        const int32_t in_y = y * p->stride.h - p->padding.h;
        const dqnn_range taps_y = dqnn_taps(in_y, l->filter->h, p->dilation.h, l->in->h);
        const int32_t rows = taps_y.end - taps_y.first;
        const int32_t x_row = rows > 0 ? (in_y + taps_y.first * p->dilation.h) * l->in->w : 0;
        const int8_t *const w = l->weights + taps_y.first * l->filter->w * l->out->c + channel;
        int32_t folded[4];
        fold(l, channel, w, rows, width, folded);
        for (int32_t x = 0; x < l->out->w; x++)
        {
            const int32_t in_x = x * p->stride.w - p->padding.w;
            int32_t sum[4] = {0, 0, 0, 0};
            if (x >= inner.first && x < inner.end)
            {
                dot(l, in + (x_row + in_x) * l->in->c, x_next, w, rows, l->filter->w, 0, width, sum);
                for (int32_t i = 0; i < width; i++)
                {
                    store(l, channel + i, dqnn_wrapping_add(folded[i], sum[i]), out + i);
                }
            }
            else
            {
                const dqnn_range taps_x = dqnn_taps(in_x, l->filter->w, p->dilation.w, l->in->w);
                const int32_t columns = taps_x.end - taps_x.first;
                const int32_t x_column = columns > 0 ? in_x + taps_x.first * p->dilation.w : 0;
                dot(l,
                    in + (x_row + x_column) * l->in->c,
                    x_next,
                    w + taps_x.first * l->out->c,
                    rows,
                    columns,
                    p->input_offset,
                    width,
                    sum);
                for (int32_t i = 0; i < width; i++)
                {
                    const int32_t bias = l->bias ? l->bias[channel + i] : 0;
                    store(l, channel + i, dqnn_wrapping_add(bias, sum[i]), out + i);
                }
            }
            out += l->out->c;
        }
    }
}

/* Three specialisations of `channels`. */
static void one_channel(const layer *l, const int8_t *in, int32_t channel, int8_t *out)
{
    channels(l, in, 0, channel, 1, out);
}

static void four_of_neighbours(const layer *l, const int8_t *in, int32_t channel, int8_t *out)
{
    channels(l, in, 1, channel, 4, out);
}

static void four_of_one(const layer *l, const int8_t *in, int32_t channel, int8_t *out)
{
    channels(l, in, 0, channel, 4, out);
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
                four_of_neighbours(&l, in, channel, out);
                channel += 4;
            }
            else if (multiplier % 4 == 0)
            {
                four_of_one(&l, in, channel, out);
                channel += 4;
            }
            else
            {
                one_channel(&l, in, channel, out);
                channel += 1;
            }
        }
        input_data += input_dims->h * input_dims->w * input_dims->c;
        output_data += output_dims->h * output_dims->w * output_dims->c;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
