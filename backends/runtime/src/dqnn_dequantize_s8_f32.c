/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_kernels.h"

void dqnn_dequantize_s8_f32(const int8_t *in, float *out, int32_t count, float scale, int32_t zero_point)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = (float)(in[i] - zero_point) * scale;
    }
}
