/* SPDX-License-Identifier: Apache-2.0
 *
 * Gathered, so that no accumulator image is needed: input row i times tap ky adds to output row i * stride + ky - pad,
 * so output row y receives from each input row i the tap ky = y + pad - i * stride, where that lies in [0, kernel).
 */
#include "arm_nnfunctions.h"
#include "dqnn_dot.h"
#include "dqnn_requantize.h"
#include "dqnn_window.h"

/* One output position: where its taps are. */
typedef struct
{
    const cmsis_nn_transpose_conv_params *params;
    const cmsis_nn_per_channel_quant_params *quant;
    const cmsis_nn_dims *in, *filter;
    const int8_t *x, *w; /* of the image, of the whole layer */
    const int32_t *bias;
    int32_t at_x, at_y; /* in the full output */
    dqnn_range rows, columns;
} position;

/* The sums of output channels o0 to o3. */
static dqnn_sums gather(const position *p, int32_t o0, int32_t o1, int32_t o2, int32_t o3)
{
    const int32_t depth = p->in->c;
    const int32_t filter_size = p->filter->h * p->filter->w * depth;
    dqnn_sums sums = {0, 0, 0, 0};
    for (int32_t i = p->rows.first; i < p->rows.end; i++)
    {
        for (int32_t j = p->columns.first; j < p->columns.end; j++)
        {
            const int32_t ky = p->at_y - i * p->params->stride.h;
            const int32_t kx = p->at_x - j * p->params->stride.w;
            const int8_t *const w = p->w + (ky * p->filter->w + kx) * depth;
            dqnn_dot_1x4(&sums,
                         p->x + (i * p->in->w + j) * depth,
                         p->params->input_offset,
                         w + o0 * filter_size,
                         w + o1 * filter_size,
                         w + o2 * filter_size,
                         w + o3 * filter_size,
                         depth);
        }
    }
    return sums;
}

static void store(const position *p, int32_t o, int32_t sum, int8_t *out)
{
    out[o] = dqnn_output_code(p->bias ? dqnn_wrapping_add(p->bias[o], sum) : sum,
                              p->quant->multiplier[o],
                              p->quant->shift[o],
                              p->params->output_offset,
                              p->params->activation.min,
                              p->params->activation.max);
}

arm_cmsis_nn_status arm_transpose_conv_wrapper_s8(const cmsis_nn_context *ctx,
                                                  const cmsis_nn_context *output_ctx,
                                                  const cmsis_nn_transpose_conv_params *transpose_conv_params,
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
    const int32_t positions = output_dims->h * output_dims->w;
    const int32_t last = output_dims->c - 1;
    position p = {transpose_conv_params,
                  quant_params,
                  input_dims,
                  filter_dims,
                  input_data,
                  filter_data,
                  bias_data,
                  0,
                  0,
                  {0, 0},
                  {0, 0}};
    (void)ctx;
    (void)output_ctx;
    (void)bias_dims;
    for (int32_t batch = 0; batch < input_dims->n; batch++)
    {
        for (int32_t i = 0; i < positions; i++)
        {
            p.at_y = i / output_dims->w + transpose_conv_params->padding.h;
            p.at_x = i % output_dims->w + transpose_conv_params->padding.w;
            p.rows = dqnn_contributors(p.at_y, transpose_conv_params->stride.h, filter_dims->h, input_dims->h);
            p.columns = dqnn_contributors(p.at_x, transpose_conv_params->stride.w, filter_dims->w, input_dims->w);
            /* Four output channels at a time; channels past the last repeat it. */
            for (int32_t o = 0; o <= last; o += 4)
            {
                const int32_t o1 = dqnn_min(o + 1, last);
                const int32_t o2 = dqnn_min(o + 2, last);
                const int32_t o3 = dqnn_min(o + 3, last);
                const dqnn_sums sums = gather(&p, o, o1, o2, o3);
                store(&p, o, sums.s0, output_data);
                store(&p, o1, sums.s1, output_data);
                store(&p, o2, sums.s2, output_data);
                store(&p, o3, sums.s3, output_data);
            }
            output_data += output_dims->c;
        }
        p.x += input_dims->h * input_dims->w * input_dims->c;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
