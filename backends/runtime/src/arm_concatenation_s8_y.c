/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_concatenation.h"

void arm_concatenation_s8_y(const int8_t *input,
                            const uint16_t input_x,
                            const uint16_t input_y,
                            const uint16_t input_z,
                            const uint16_t input_w,
                            int8_t *output,
                            const uint16_t output_y,
                            const uint32_t offset_y)
{
    const uint32_t inner = input_x;
    const uint32_t runs = (uint32_t)input_z * input_w;
    dqnn_concatenation(input, output + offset_y * inner, runs, inner * input_y, inner * output_y);
}
