/* SPDX-License-Identifier: Apache-2.0
 *
 * Gathered, so that no accumulator image is needed: input row i times tap ky adds to output row i * stride + ky - pad,
 * so output row y receives from each input row i the tap ky = y + pad - i * stride, where that lies in [0, kernel).
 */
#include "arm_nnfunctions.h"
#include "dqnn_dot.h"
#include "dqnn_requantize.h"
#include "dqnn_window.h"

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
    const cmsis_nn_transpose_conv_params *const p = transpose_conv_params;
    const int32_t depth = input_dims->c;
    const int32_t outputs = output_dims->c;
    const int32_t filter_size = filter_dims->h * filter_dims->w * depth;
    (void)ctx;
    (void)output_ctx;
    (void)bias_dims;
    for (int32_t position = 0; position < input_dims->n * output_dims->h * output_dims->w; position++)
    {
        const int32_t at_x = position % output_dims->w + p->padding.w;
        const int32_t at_y = position / output_dims->w % output_dims->h + p->padding.h;
        const int32_t batch = position / output_dims->w / output_dims->h;
        const dqnn_range rows = dqnn_contributors(at_y, p->stride.h, filter_dims->h, input_dims->h);
        const dqnn_range columns = dqnn_contributors(at_x, p->stride.w, filter_dims->w, input_dims->w);
        for (int32_t first = 0; first < outputs; first += 4)
        {
            int32_t sum[4] = {0, 0, 0, 0};
            for (int32_t i = rows.first; i < rows.end; i++)
            {
                for (int32_t j = columns.first; j < columns.end; j++)
                {
                    const int32_t tap = (at_y - i * p->stride.h) * filter_dims->w + at_x - j * p->stride.w;
                    const int32_t pixel = (batch * input_dims->h + i) * input_dims->w + j;
                    const int8_t *w[4];
                    for (int32_t k = 0; k < 4; k++)
                    {
                        w[k] = filter_data + dqnn_min(first + k, outputs - 1) * filter_size + tap * depth;
                    }
                    dqnn_dot_1x4(input_data + pixel * depth, p->input_offset, w, depth, sum);
                }
            }
            for (int32_t k = 0; k < dqnn_min(4, outputs - first); k++)
            {
                const int32_t o = first + k;
                output_data[position * outputs + o] =
                    dqnn_output_code(bias_data ? dqnn_wrapping_add(bias_data[o], sum[k]) : sum[k],
                                     quant_params->multiplier[o],
                                     quant_params->shift[o],
                                     p->output_offset,
                                     p->activation.min,
                                     p->activation.max);
            }
        }
    }
    return ARM_CMSIS_NN_SUCCESS;
}
