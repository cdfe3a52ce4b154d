/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "dqnn_inline.h"
#include "dqnn_kernels.h"

void dqnn_quantize_divide_even_f32_s8(const float *in,
                                      int8_t *out,
                                      int32_t count,
                                      float scale,
                                      int32_t zero_point,
                                      int32_t act_min,
                                      int32_t act_max)
{
    for (int32_t i = 0; i < count; i++)
    {
        /* Any code is within 255 of any zero point, so larger values (and NaN) saturate before the conversion. */
        const float steps = rintf(in[i] / scale);
        const int32_t code = !(steps > -256.0f) ? -256 : steps > 256.0f ? 256 : (int32_t)steps;
        out[i] = (int8_t)dqnn_clamp(code + zero_point, act_min, act_max);
    }
}
