/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_fully_connected.h"

arm_cmsis_nn_status arm_fully_connected_s8(const cmsis_nn_context *ctx,
                                           const cmsis_nn_fc_params *fc_params,
                                           const cmsis_nn_per_tensor_quant_params *quant_params,
                                           const cmsis_nn_dims *input_dims,
                                           const int8_t *input_data,
                                           const cmsis_nn_dims *filter_dims,
                                           const int8_t *filter_data,
                                           const cmsis_nn_dims *bias_dims,
                                           const int32_t *bias_data,
                                           const cmsis_nn_dims *output_dims,
                                           int8_t *output_data)
{
    const dqnn_dense_layer layer = {
        .in_offset = fc_params->input_offset,
        .filter_offset = fc_params->filter_offset,
        .codes = {.bias = bias_data,
                  .multipliers = &quant_params->multiplier,
                  .shifts = &quant_params->shift,
                  .step = 0,
                  .out_offset = fc_params->output_offset,
                  .act_min = fc_params->activation.min,
                  .act_max = fc_params->activation.max},
    };
    const int32_t rows = input_dims->n;
    (void)ctx;
    (void)bias_dims;
    dqnn_fully_connected(
        &layer, DQNN_TWO_ROUNDINGS, input_data, filter_data, output_data, rows, filter_dims->n, output_dims->c);
    return ARM_CMSIS_NN_SUCCESS;
}
