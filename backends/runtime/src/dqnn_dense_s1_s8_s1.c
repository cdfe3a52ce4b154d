/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_mixed.h"

void dqnn_dense_s1_s8_s1(const uint32_t *in,
                         const int8_t *weights,
                         const int32_t *thresholds,
                         uint32_t *out,
                         int32_t pixels,
                         int32_t channels,
                         int32_t out_features)
{
    const dqnn_output output = {.out = out, .channels = out_features, .thresholds = thresholds};
    dqnn_dense_s1_s8(in, weights, pixels, channels, &output, DQNN_TO_S1);
}
