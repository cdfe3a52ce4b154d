/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_kernels.h"

void dqnn_lut_s8(const int8_t *in, const int8_t *table, int8_t *out, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = table[in[i] + 128];
    }
}
