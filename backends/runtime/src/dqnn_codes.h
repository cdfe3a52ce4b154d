/* SPDX-License-Identifier: Apache-2.0
 *
 * From int32 accumulators of s8 layers to output codes: with integers as TensorFlow Lite does, or with a scale and an
 * offset in float32.
 */
#ifndef DQNN_CODES_H
#define DQNN_CODES_H

#include "dqnn_affine.h"
#include "dqnn_requantize.h"

#if defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/* How; always a constant, so that the others' code is not there. */
typedef enum
{
    DQNN_TWO_ROUNDINGS, /* multiplier and shift, as CMSIS-NN */
    DQNN_ONE_ROUNDING,  /* multiplier and shift, as TensorFlow Lite in dense layers */
    DQNN_IN_FLOAT       /* scale and offset; no bias */
} dqnn_rescaling;

/* Read are: bias, multipliers and shifts, of which channel c has entry c * step, for integers; else scale and offset. */
typedef struct
{
    const int32_t *bias; /* or NULL */
    const int32_t *multipliers, *shifts;
    int32_t step;
    const float *scale, *offset;
    int32_t out_offset, act_min, act_max;
} dqnn_codes;

/* What the sums of channel c start from. */
DQNN_INLINE int32_t dqnn_bias(const dqnn_codes *codes, dqnn_rescaling how, int32_t c)
{
    return how != DQNN_IN_FLOAT && codes->bias ? codes->bias[c] : 0;
}

/* The code of channel c's accumulator, in which the bias is. */
DQNN_INLINE int8_t dqnn_code(const dqnn_codes *codes, dqnn_rescaling how, int32_t c, int32_t acc)
{
    if (how == DQNN_IN_FLOAT)
    {
        const float value = dqnn_affine((float)acc, codes->scale[c], codes->offset[c]);
        return dqnn_round_s8(value, codes->out_offset, codes->act_min, codes->act_max);
    }
    const int32_t multiplier = codes->multipliers[c * codes->step];
    const int32_t shift = codes->shifts[c * codes->step];
    const int32_t scaled = how == DQNN_TWO_ROUNDINGS ? dqnn_requantize(acc, multiplier, shift)
                                                     : dqnn_requantize_once(acc, multiplier, shift);
    const int32_t code = dqnn_wrapping_add(scaled, codes->out_offset);
    return (int8_t)dqnn_clamp(code, codes->act_min, codes->act_max);
}

#if defined(__ARM_NEON)

/* DQNN_TWO_ROUNDINGS for four channels, from c on, with step 1; codes in 32 bits. VQRDMULH is dqnn_high_mul. VRSHL rounds
 * halves up: a negative number is lowered by one before a shift to the right, as in dqnn_rounding_shift_right. */
DQNN_INLINE int32x4_t dqnn_four_codes(const dqnn_codes *codes, int32_t c, int32x4_t acc)
{
    const int32x4_t zero = vdupq_n_s32(0);
    const int32x4_t shifts = vld1q_s32(codes->shifts + c);
    const int32x4_t right = vminq_s32(shifts, zero);
    const int32x4_t raised = vshlq_s32(acc, vmaxq_s32(shifts, zero));
    const int32x4_t high = vqrdmulhq_s32(raised, vld1q_s32(codes->multipliers + c));
    const int32x4_t lowered = vaddq_s32(high, vshrq_n_s32(vandq_s32(high, right), 31));
    const int32x4_t code = vaddq_s32(vrshlq_s32(lowered, right), vdupq_n_s32(codes->out_offset));
    return vminq_s32(vmaxq_s32(code, vdupq_n_s32(codes->act_min)), vdupq_n_s32(codes->act_max));
}

#endif

#endif /* DQNN_CODES_H */
