/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_elementwise_f32.h"

void dqnn_prelu_f32(const float *in,
                    const float *alpha,
                    float *out,
                    int32_t rank,
                    const int32_t *shape,
                    const int32_t *in_strides,
                    const int32_t *alpha_strides)
{
    dqnn_elementwise_f32(DQNN_PRELU, in, alpha, out, rank, shape, in_strides, alpha_strides, -FLT_MAX, FLT_MAX);
}
