/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_requantize.h"
#include "dqnn_strided.h"

void dqnn_sub_s8(const int8_t *lhs,
                 const int8_t *rhs,
                 int8_t *out,
                 int32_t rank,
                 const int32_t *shape,
                 const int32_t *lhs_strides,
                 const int32_t *rhs_strides,
                 int32_t lhs_offset,
                 int32_t lhs_multiplier,
                 int32_t lhs_shift,
                 int32_t rhs_offset,
                 int32_t rhs_multiplier,
                 int32_t rhs_shift,
                 int32_t left_shift,
                 int32_t out_offset,
                 int32_t out_multiplier,
                 int32_t out_shift,
                 int32_t act_min,
                 int32_t act_max)
{
    const int32_t unit = 1 << left_shift;
    const int32_t lhs_step = lhs_strides[rank - 1];
    const int32_t rhs_step = rhs_strides[rank - 1];
    dqnn_walk walk = {{0}, {0}};
    do
    {
        const int8_t *const l = lhs + walk.at[0];
        const int8_t *const r = rhs + walk.at[1];
        for (int32_t i = 0; i < shape[rank - 1]; i++)
        {
            const int32_t a = dqnn_requantize((l[i * lhs_step] + lhs_offset) * unit, lhs_multiplier, lhs_shift);
            const int32_t b = dqnn_requantize((r[i * rhs_step] + rhs_offset) * unit, rhs_multiplier, rhs_shift);
            *out++ = dqnn_output_code(
                dqnn_wrapping_add(a, -b), out_multiplier, out_shift, out_offset, act_min, act_max);
        }
    } while (dqnn_walk_next(&walk, rank - 1, shape, lhs_strides, rhs_strides));
}
