/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float.h"
#include "dqnn_strided.h"

void dqnn_div_f32(const float *lhs,
                  const float *rhs,
                  float *out,
                  int32_t rank,
                  const int32_t *shape,
                  const int32_t *lhs_strides,
                  const int32_t *rhs_strides,
                  float clamp_min,
                  float clamp_max)
{
    dqnn_walk walk = {{0}, {0}};
    do
    {
        for (int32_t i = 0; i < shape[rank - 1]; i++)
        {
            const float a = lhs[walk.at[0] + i * lhs_strides[rank - 1]];
            const float b = rhs[walk.at[1] + i * rhs_strides[rank - 1]];
            *out++ = dqnn_clamp_f32(a / b, clamp_min, clamp_max);
        }
    } while (dqnn_walk_next(&walk, rank - 1, shape, lhs_strides, rhs_strides));
}
