/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_kernels.h"

/* Four outputs at a time; outputs past the last repeat it. */
void dqnn_dense_f32(const float *in,
                    const float *weights,
                    const float *bias,
                    float *out,
                    int32_t rows,
                    int32_t in_features,
                    int32_t out_features,
                    float clamp_min,
                    float clamp_max)
{
    for (int32_t row = 0; row < rows; row++)
    {
        for (int32_t first = 0; first < out_features; first += 4)
        {
            float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
            const float *w[4];
            for (int32_t i = 0; i < 4; i++)
            {
                w[i] = weights + dqnn_min(first + i, out_features - 1) * in_features;
            }
            dqnn_dot_1x4_f32(in, w, in_features, sum);
            dqnn_store_f32(sum, first, out_features, bias, out, clamp_min, clamp_max);
        }
        in += in_features;
        out += out_features;
    }
}
