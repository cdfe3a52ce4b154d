/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_output.h"

void dqnn_pack_f32_s1(const float *in, uint32_t *out, int32_t pixels, int32_t channels)
{
    for (int32_t pixel = 0; pixel < pixels; pixel++)
    {
        for (int32_t left = channels; left > 0; left -= 32)
        {
            const int32_t count = dqnn_min(left, 32);
            uint32_t bits = 0;
            for (int32_t i = 0; i < count; i++)
            {
                bits |= (uint32_t)(*in++ < 0.0f) << i;
            }
            *out++ = bits;
        }
    }
}
