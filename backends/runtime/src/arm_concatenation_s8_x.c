/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_concatenation.h"

void arm_concatenation_s8_x(const int8_t *input,
                            const uint16_t input_x,
                            const uint16_t input_y,
                            const uint16_t input_z,
                            const uint16_t input_w,
                            int8_t *output,
                            const uint16_t output_x,
                            const uint32_t offset_x)
{
    const uint32_t inner = 1;
    const uint32_t runs = (uint32_t)input_y * input_z * input_w;
    dqnn_concatenation(input, output + offset_x * inner, runs, inner * input_x, inner * output_x);
}
