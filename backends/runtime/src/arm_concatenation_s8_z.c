/* SPDX-License-Identifier: Apache-2.0 */
#include "arm_nnfunctions.h"
#include "dqnn_concatenation.h"

void arm_concatenation_s8_z(const int8_t *input,
                            const uint16_t input_x,
                            const uint16_t input_y,
                            const uint16_t input_z,
                            const uint16_t input_w,
                            int8_t *output,
                            const uint16_t output_z,
                            const uint32_t offset_z)
{
    const uint32_t inner = (uint32_t)input_x * input_y;
    const uint32_t runs = input_w;
    dqnn_concatenation(input, output + offset_z * inner, runs, inner * input_z, inner * output_z);
}
