/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_kernels.h"

void dqnn_leaky_relu_f32(const float *in, float *out, int32_t count, float alpha)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = in[i] > 0.0f ? in[i] : in[i] * alpha;
    }
}
