/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_kernels.h"
#include "dqnn_requantize.h"

void dqnn_requantize_s8(const int8_t *in,
                        int8_t *out,
                        int32_t count,
                        int32_t in_offset,
                        int32_t multiplier,
                        int32_t shift,
                        int32_t out_offset)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = dqnn_output_code(in[i] + in_offset, multiplier, shift, out_offset, INT8_MIN, INT8_MAX);
    }
}
