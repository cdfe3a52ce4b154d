/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "dqnn_kernels.h"

void dqnn_flip_sign_bits(const void *in, void *out, int32_t count)
{
    const uint8_t *source = in;
    uint8_t *target = out;
    for (; count >= 4; count -= 4, source += 4, target += 4)
    {
        uint32_t four;
        memcpy(&four, source, 4);
        four ^= 0x80808080u;
        memcpy(target, &four, 4);
    }
    for (; count > 0; count--)
    {
        *target++ = *source++ ^ 0x80u;
    }
}
