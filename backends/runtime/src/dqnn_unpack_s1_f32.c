/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_output.h"

void dqnn_unpack_s1_f32(const uint32_t *in, float *out, int32_t pixels, int32_t channels, float plus, float minus)
{
    for (int32_t pixel = 0; pixel < pixels; pixel++)
    {
        for (int32_t left = channels; left > 0; left -= 32)
        {
            const int32_t count = dqnn_min(left, 32);
            uint32_t bits = *in++;
            for (int32_t i = 0; i < count; i++)
            {
                *out++ = bits & 1u ? minus : plus;
                bits >>= 1;
            }
        }
    }
}
