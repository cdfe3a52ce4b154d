/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_mixed.h"

void dqnn_dense_s1_f32_f32(const uint32_t *in,
                           const float *weights,
                           const float *scale,
                           const float *offset,
                           float *out,
                           int32_t pixels,
                           int32_t channels,
                           int32_t out_features)
{
    const dqnn_output output = {.out = out, .channels = out_features, .scale = scale, .offset = offset};
    dqnn_dense_s1_f32(in, weights, pixels, channels, &output, DQNN_TO_F32);
}
