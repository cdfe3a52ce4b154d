/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_window.h"

/* sum / count, halves away from zero. */
static int32_t rounded_mean(int32_t sum, int32_t count)
{
    return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

arm_cmsis_nn_status arm_avgpool_s8(const cmsis_nn_context *ctx,
                                   const cmsis_nn_pool_params *pool_params,
                                   const cmsis_nn_dims *input_dims,
                                   const int8_t *input_data,
                                   const cmsis_nn_dims *filter_dims,
                                   const cmsis_nn_dims *output_dims,
                                   int8_t *output_data)
{
    const cmsis_nn_pool_params *const p = pool_params;
    const int32_t channels = input_dims->c;
    (void)ctx;
    if (input_dims->n < 1)
    {
        return ARM_CMSIS_NN_ARG_ERROR;
    }
    for (int32_t batch = 0; batch < input_dims->n; batch++)
    {
        for (int32_t y = 0; y < output_dims->h; y++)
        {
            const int32_t in_y = y * p->stride.h - p->padding.h;
            const dqnn_range rows = dqnn_taps(in_y, filter_dims->h, 1, input_dims->h);
            for (int32_t x = 0; x < output_dims->w; x++)
            {
                const int32_t in_x = x * p->stride.w - p->padding.w;
                const dqnn_range columns = dqnn_taps(in_x, filter_dims->w, 1, input_dims->w);
                const int32_t width = columns.end - columns.first;
                const int32_t count = (rows.end - rows.first) * width;
                if (count == 0)
                {
                    return ARM_CMSIS_NN_ARG_ERROR;
                }
                for (int32_t channel = 0; channel < channels; channel++)
                {
                    int32_t sum = 0;
                    for (int32_t row = rows.first; row < rows.end; row++)
                    {
                        const int32_t pixel = (in_y + row) * input_dims->w + in_x + columns.first;
                        const int8_t *in = input_data + pixel * channels + channel;
                        for (int32_t i = 0; i < width; i++)
                        {
                            sum += in[i * channels];
                        }
                    }
                    *output_data++ = (int8_t)dqnn_clamp(rounded_mean(sum, count), p->activation.min, p->activation.max);
                }
            }
        }
        input_data += input_dims->h * input_dims->w * channels;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
