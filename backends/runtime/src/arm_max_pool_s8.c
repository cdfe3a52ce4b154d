/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "arm_nnfunctions.h"
#include "dqnn_window.h"

/* out[i] = max(out[i], in[i]) */
static void keep_larger(int8_t *restrict out, const int8_t *restrict in, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = in[i] > out[i] ? in[i] : out[i];
    }
}

arm_cmsis_nn_status arm_max_pool_s8(const cmsis_nn_context *ctx,
                                    const cmsis_nn_pool_params *pool_params,
                                    const cmsis_nn_dims *input_dims,
                                    const int8_t *input_data,
                                    const cmsis_nn_dims *filter_dims,
                                    const cmsis_nn_dims *output_dims,
                                    int8_t *output_data)
{
    const cmsis_nn_pool_params *const p = pool_params;
    const int8_t act_min = (int8_t)dqnn_max(p->activation.min, INT8_MIN);
    const int8_t act_max = (int8_t)dqnn_min(p->activation.max, INT8_MAX);
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
                /* The lower bound is where the maximum starts: it is the lower clamp at once. */
                memset(output_data, act_min, (size_t)channels);
                for (int32_t row = rows.first; row < rows.end; row++)
                {
                    for (int32_t column = columns.first; column < columns.end; column++)
                    {
                        const int32_t pixel = (in_y + row) * input_dims->w + in_x + column;
                        keep_larger(output_data, input_data + pixel * channels, channels);
                    }
                }
                for (int32_t i = 0; act_max != INT8_MAX && i < channels; i++)
                {
                    output_data[i] = output_data[i] < act_max ? output_data[i] : act_max;
                }
                output_data += channels;
            }
        }
        input_data += input_dims->h * input_dims->w * channels;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
