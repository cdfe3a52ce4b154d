/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_kernels.h"

void dqnn_clip_f32(const float *in, float *out, int32_t count, float clamp_min, float clamp_max)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = dqnn_clamp_f32(in[i], clamp_min, clamp_max);
    }
}
