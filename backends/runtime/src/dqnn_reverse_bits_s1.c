/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"

void dqnn_reverse_bits_s1(const uint32_t *in, uint32_t *out, int32_t words)
{
    for (int32_t i = 0; i < words; i++)
    {
        uint32_t x = in[i];
        x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
        x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
        x = (x >> 4 & 0x0F0F0F0Fu) | (x & 0x0F0F0F0Fu) << 4;
        x = (x >> 8 & 0x00FF00FFu) | (x & 0x00FF00FFu) << 8;
        out[i] = x >> 16 | x << 16;
    }
}
