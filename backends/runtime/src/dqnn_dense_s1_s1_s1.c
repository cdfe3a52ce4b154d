/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_layer.h"

void dqnn_dense_s1_s1_s1(const uint32_t *in,
                         const uint32_t *weights,
                         const int32_t *limits,
                         uint32_t *out,
                         int32_t words,
                         int32_t in_features,
                         int32_t out_features)
{
    const dqnn_output output = {.out = out, .channels = out_features};
    dqnn_dense_s1_s1(in, weights, words, in_features, limits, &output, DQNN_TO_S1, 1);
}
