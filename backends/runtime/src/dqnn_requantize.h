/* SPDX-License-Identifier: Apache-2.0
 *
 * TensorFlow Lite's fixed-point rescaling with two roundings, which CMSIS-NN follows by default.
 */
#ifndef DQNN_REQUANTIZE_H
#define DQNN_REQUANTIZE_H

#include "dqnn_inline.h"

/* floor(x * multiplier / 2^31 + 1/2): x times a Q31 fraction, halves rounded up. Not for both equal to -2^31. */
DQNN_INLINE int32_t dqnn_high_mul(int32_t x, int32_t multiplier)
{
    return (int32_t)(((int64_t)x * multiplier + (INT64_C(1) << 30)) >> 31);
}

/* x / 2^exponent, halves rounded away from zero; 1 <= exponent <= 31 and |x| < 2^31 - 1.
 * Lowering a negative x by one turns its halves, and nothing else, into what rounding half up takes down. */
DQNN_INLINE int32_t dqnn_rounding_shift_right(int32_t x, int32_t exponent)
{
    const int32_t lowered = x + (x >> 31);
    return ((lowered >> (exponent - 1)) + 1) >> 1;
}

/* x * multiplier * 2^(shift - 31), 0 <= multiplier < 2^31, -31 <= shift <= 30. The left shift wraps. */
DQNN_INLINE int32_t dqnn_requantize(int32_t x, int32_t multiplier, int32_t shift)
{
    if (shift >= 0)
    {
        return dqnn_high_mul((int32_t)((uint32_t)x << shift), multiplier);
    }
    return dqnn_rounding_shift_right(dqnn_high_mul(x, multiplier), -shift);
}

/* floor(x * multiplier * 2^(shift - 31) + 1/2), one rounding, as TensorFlow Lite's dense layers do; the same ranges. */
DQNN_INLINE int32_t dqnn_requantize_once(int32_t x, int32_t multiplier, int32_t shift)
{
    return (int32_t)(((int64_t)x * multiplier + (INT64_C(1) << (30 - shift))) >> (31 - shift));
}

/* An accumulator as an output code: rescaled, moved to the zero point, clamped. */
DQNN_INLINE int8_t dqnn_output_code(int32_t accumulator,
                                    int32_t multiplier,
                                    int32_t shift,
                                    int32_t out_offset,
                                    int32_t act_min,
                                    int32_t act_max)
{
    const int32_t code = dqnn_wrapping_add(dqnn_requantize(accumulator, multiplier, shift), out_offset);
    return (int8_t)dqnn_clamp(code, act_min, act_max);
}

#endif /* DQNN_REQUANTIZE_H */
