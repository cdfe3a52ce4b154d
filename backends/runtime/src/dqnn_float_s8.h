/* SPDX-License-Identifier: Apache-2.0
 *
 * Operators on two s8 tensors by way of float32.
 */
#ifndef DQNN_FLOAT_S8_H
#define DQNN_FLOAT_S8_H

#include "dqnn_affine.h"
#include "dqnn_elementwise_f32.h"
#include "dqnn_float_s8_kernels.h"

/* An operand: real = (code + offset) * scale. */
typedef struct
{
    const int8_t *codes;
    const int32_t *strides;
    int32_t offset;
    float scale;
} dqnn_reals;

/* The result: code = clamp(rne(real / scale) + offset, min, max). */
typedef struct
{
    float scale;
    int32_t offset, min, max;
} dqnn_codes_s8;

/* The element that lies `at` the operand's beginning. A product of its own: no fused multiply-add. */
DQNN_INLINE float dqnn_real_at(const dqnn_reals *operand, int32_t at)
{
#if defined(__clang__)
#pragma clang fp contract(off)
#endif
    const float real = (float)(operand->codes[at] + operand->offset) * operand->scale;
    return real;
}

/* Constant `how` costs nothing in the loop. */
DQNN_INLINE void dqnn_elementwise_float_s8(dqnn_operator_f32 how,
                                           const dqnn_reals *lhs,
                                           const dqnn_reals *rhs,
                                           int8_t *out,
                                           int32_t rank,
                                           const int32_t *shape,
                                           const dqnn_codes_s8 *codes)
{
    const int32_t count = shape[rank - 1];
    const int32_t lhs_step = lhs->strides[rank - 1];
    const int32_t rhs_step = rhs->strides[rank - 1];
    dqnn_walk walk = {{0}, {0}};
    do
    {
        for (int32_t i = 0; i < count; i++)
        {
            const float a = dqnn_real_at(lhs, walk.at[0] + i * lhs_step);
            const float b = dqnn_real_at(rhs, walk.at[1] + i * rhs_step);
            const float real = dqnn_compute_f32(how, a, b);
            /* Nothing is divided where the scales of the operands have taken in that of the result. */
            const float steps = codes->scale == 1.0f ? real : real / codes->scale;
            *out++ = dqnn_round_s8(steps, codes->offset, codes->min, codes->max);
        }
    } while (dqnn_walk_next(&walk, rank - 1, shape, lhs->strides, rhs->strides));
}

#endif /* DQNN_FLOAT_S8_H */
