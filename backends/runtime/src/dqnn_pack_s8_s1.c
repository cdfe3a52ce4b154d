/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_output.h"

void dqnn_pack_s8_s1(const int8_t *in, uint32_t *out, int32_t pixels, int32_t channels, int32_t zero_point)
{
    for (int32_t pixel = 0; pixel < pixels; pixel++)
    {
        for (int32_t left = channels; left > 0; left -= 32)
        {
            const int32_t count = dqnn_min(left, 32);
            uint32_t bits = 0;
            for (int32_t i = 0; i < count; i++)
            {
                bits |= (uint32_t)(*in++ < zero_point) << i;
            }
            *out++ = bits;
        }
    }
}
