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
    const dqnn_dense_layer layer = {fc_params, &quant_params->multiplier, &quant_params->shift, 0, bias_data};
    (void)ctx;
    (void)bias_dims;
    dqnn_fully_connected(
        &layer, 2, input_data, filter_data, output_data, input_dims->n, filter_dims->n, output_dims->c);
    return ARM_CMSIS_NN_SUCCESS;
}
