/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_elementwise_f32.h"

void dqnn_minimum_f32(const float *lhs,
                      const float *rhs,
                      float *out,
                      int32_t rank,
                      const int32_t *shape,
                      const int32_t *lhs_strides,
                      const int32_t *rhs_strides)
{
    dqnn_elementwise_f32(DQNN_MINIMUM, lhs, rhs, out, rank, shape, lhs_strides, rhs_strides, -FLT_MAX, FLT_MAX);
}
