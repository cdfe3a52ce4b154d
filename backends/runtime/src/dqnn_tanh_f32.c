/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "dqnn_kernels.h"

void dqnn_tanh_f32(const float *in, float *out, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = tanhf(in[i]);
    }
}
