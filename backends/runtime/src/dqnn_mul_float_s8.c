/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_float_s8.h"

void dqnn_mul_float_s8(const int8_t *lhs,
                       const int8_t *rhs,
                       int8_t *out,
                       int32_t rank,
                       const int32_t *shape,
                       const int32_t *lhs_strides,
                       const int32_t *rhs_strides,
                       int32_t lhs_offset,
                       float lhs_scale,
                       int32_t rhs_offset,
                       float rhs_scale,
                       int32_t out_offset,
                       float out_scale,
                       int32_t act_min,
                       int32_t act_max)
{
    const dqnn_reals l = {lhs, lhs_strides, lhs_offset, lhs_scale};
    const dqnn_reals r = {rhs, rhs_strides, rhs_offset, rhs_scale};
    const dqnn_codes_s8 codes = {out_scale, out_offset, act_min, act_max};
    dqnn_elementwise_float_s8(DQNN_MUL, &l, &r, out, rank, shape, &codes);
}
