/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_depthwise_s8.h"

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
    const cmsis_nn_dw_conv_params *const p = dw_conv_params;
    const dqnn_depthwise l = {
        .window = {.in_h = input_dims->h,
                   .in_w = input_dims->w,
                   .in_c = input_dims->c,
                   .out_h = output_dims->h,
                   .out_w = output_dims->w,
                   .out_c = output_dims->c,
                   .kernel_h = filter_dims->h,
                   .kernel_w = filter_dims->w,
                   .stride_h = p->stride.h,
                   .stride_w = p->stride.w,
                   .pad_top = p->padding.h,
                   .pad_left = p->padding.w,
                   .dilation_h = p->dilation.h,
                   .dilation_w = p->dilation.w},
        .in_offset = p->input_offset,
        .codes = {.bias = bias_data,
                  .multipliers = quant_params->multiplier,
                  .shifts = quant_params->shift,
                  .step = 1,
                  .out_offset = p->output_offset,
                  .act_min = p->activation.min,
                  .act_max = p->activation.max},
        .weights = filter_data,
    };
    (void)ctx;
    (void)bias_dims;
    for (int32_t batch = 0; batch < input_dims->n; batch++)
    {
        dqnn_depthwise_s8(&l, DQNN_TWO_ROUNDINGS, input_data, output_data);
        input_data += input_dims->h * input_dims->w * input_dims->c;
        output_data += output_dims->h * output_dims->w * output_dims->c;
    }
    return ARM_CMSIS_NN_SUCCESS;
}
