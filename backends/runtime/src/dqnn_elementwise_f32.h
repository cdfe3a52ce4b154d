/* SPDX-License-Identifier: Apache-2.0
 *
 * Float operators that compute each element from one of each operand. An operand that is broadcast has strides of 0.
 */
#ifndef DQNN_ELEMENTWISE_F32_H
#define DQNN_ELEMENTWISE_F32_H

#include "dqnn_float.h"
#include "dqnn_strided.h"

typedef enum
{
    DQNN_ADD,
    DQNN_SUB,
    DQNN_MUL,
    DQNN_DIV,
    DQNN_MINIMUM,
    DQNN_MAXIMUM,
    DQNN_PRELU /* b is the slope */
} dqnn_operator_f32;

DQNN_INLINE float dqnn_compute_f32(dqnn_operator_f32 how, float a, float b)
{
    switch (how)
    {
    case DQNN_ADD:
        return a + b;
    case DQNN_SUB:
        return a - b;
    case DQNN_MUL:
        return a * b;
    case DQNN_DIV:
        return a / b;
    case DQNN_MINIMUM:
        return a < b ? a : b;
    case DQNN_MAXIMUM:
        return a > b ? a : b;
    case DQNN_PRELU:
    default:
        return a > 0.0f ? a : a * b;
    }
}

/* Constant arguments, `how` among them, cost nothing in the loop. */
DQNN_INLINE void dqnn_elementwise_f32(dqnn_operator_f32 how,
                                      const float *lhs,
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
            *out++ = dqnn_clamp_f32(dqnn_compute_f32(how, a, b), clamp_min, clamp_max);
        }
    } while (dqnn_walk_next(&walk, rank - 1, shape, lhs_strides, rhs_strides));
}

#endif /* DQNN_ELEMENTWISE_F32_H */
