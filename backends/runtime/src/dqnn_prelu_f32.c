/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_strided.h"

void dqnn_prelu_f32(const float *in,
                    const float *alpha,
                    float *out,
                    int32_t rank,
                    const int32_t *shape,
                    const int32_t *in_strides,
                    const int32_t *alpha_strides)
{
    dqnn_walk walk = {{0}, {0}};
    do
    {
        for (int32_t i = 0; i < shape[rank - 1]; i++)
        {
            const float x = in[walk.at[0] + i * in_strides[rank - 1]];
            *out++ = x > 0.0f ? x : x * alpha[walk.at[1] + i * alpha_strides[rank - 1]];
        }
    } while (dqnn_walk_next(&walk, rank - 1, shape, in_strides, alpha_strides));
}
