/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_kernels.h"

void dqnn_hard_swish_f32(const float *in, float *out, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = in[i] * dqnn_clamp_f32(in[i] + 3.0f, 0.0f, 6.0f) / 6.0f;
    }
}
