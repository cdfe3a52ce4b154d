/* SPDX-License-Identifier: Apache-2.0
 *
 * Operators on two s8 tensors that give ONNX Runtime's codes, for scales with which many results are halves.
 * Conventions of dqnn_kernels.h hold; shapes and strides are those of dqnn_add_s8.
 *
 *   code = clamp(rne(f(real(lhs), real(rhs)) / out_scale) + out_offset, act_min, act_max)
 *   real(x) = (x + offset) * scale
 *
 * each step rounded to float32; rne is to the nearest integer with ties to even. Offsets of operands are their zero points
 * negated, out_offset is the output's. In place over an operand that repeats nothing. Build as ISO C (-std=c99): fused
 * multiply-add would round once only.
 */
#ifndef DQNN_FLOAT_S8_KERNELS_H
#define DQNN_FLOAT_S8_KERNELS_H

#include "dqnn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* f = real(lhs) + real(rhs). */
void dqnn_add_float_s8(const int8_t *lhs,
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
                       int32_t act_max);

/* f = real(lhs) - real(rhs). */
void dqnn_sub_float_s8(const int8_t *lhs,
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
                       int32_t act_max);

/* f = real(lhs) * real(rhs). */
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
                       int32_t act_max);

#ifdef __cplusplus
}
#endif

#endif /* DQNN_FLOAT_S8_KERNELS_H */
