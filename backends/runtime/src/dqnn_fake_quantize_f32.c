/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "dqnn_kernels.h"

void dqnn_fake_quantize_f32(
    const float *in, float *out, int32_t count, float inverse_scale, float scale, float low, float high)
{
    for (int32_t i = 0; i < count; i++)
    {
        const float steps = rintf(in[i] * inverse_scale);
        const float code = !(steps > low) ? low : steps > high ? high : steps;
        out[i] = code * scale;
    }
}
