/* SPDX-License-Identifier: Apache-2.0
 *
 * y_i = exp(x_i - max x) / sum_j exp(x_j - max x) in gemmlowp's fixed point. Qm.n: m integer bits, n fraction bits.
 * Exponentials are Q0.31; their sum is Q12.19, which holds 4096 equal elements.
 */
#include "arm_nnfunctions.h"
#include "dqnn_requantize.h"

#define SUM_INTEGER_BITS 12

/* exp(x) in Q0.31 for x <= 0 in Q5.26.
 * x = r - q, -1/4 <= r < 0, q >= 0 a multiple of 1/4. With t = r + 1/8, exp(r) = exp(-1/8) * (1 + t + t^2/2 + t^3/6 +
 * t^4/24); each set bit of q then multiplies by its exp(-2^k), k = -2 .. 4. */
static int32_t exp_of_negative(int32_t x)
{
    static const int32_t factors[7] = {
        1672461947, /* exp(-1/4) in Q0.31 */
        1302514674, /* exp(-1/2) */
        790015084,  /* exp(-1) */
        290630308,  /* exp(-2) */
        39332535,   /* exp(-4) */
        720401,     /* exp(-8) */
        242         /* exp(-16) */
    };
    const int32_t exp_of_minus_eighth = 1895147668;
    const int32_t third = 715827883;
    const int32_t quarter = 1 << 24; /* in Q5.26 */
    const int32_t r = (x & (quarter - 1)) - quarter;
    const int32_t q = r - x;
    const int32_t t = r * 32 + (1 << 28); /* in Q0.31 */
    const int32_t t2 = dqnn_high_mul(t, t);
    const int32_t t3 = dqnn_high_mul(t2, t);
    const int32_t t4_by_4 = dqnn_rounding_shift_right(dqnn_high_mul(t2, t2), 2);
    const int32_t tail = dqnn_rounding_shift_right(dqnn_high_mul(t4_by_4 + t3, third) + t2, 1);
    int32_t y = exp_of_minus_eighth + dqnn_high_mul(exp_of_minus_eighth, t + tail);
    if (x == 0)
    {
        return INT32_MAX;
    }
    for (int32_t k = 0; k < 7; k++)
    {
        if (q & (quarter << k))
        {
            y = dqnn_high_mul(y, factors[k]);
        }
    }
    return y;
}

/* x * 2^exponent, saturated. */
static int32_t shift_left_saturated(int32_t x, int32_t exponent)
{
    const int32_t limit = INT32_MAX >> exponent;
    return x > limit ? INT32_MAX : x < -limit ? INT32_MIN : x * (1 << exponent);
}

/* 1 / (1 + x) in Q0.31 for 0 <= x < 1 in Q0.31: three Newton steps u += u * (1 - d * u) on d = (1 + x) / 2 from the
 * line 48/17 - 32/17 d; u is Q2.29. */
static int32_t one_over_one_plus(int32_t x)
{
    const int32_t one = 1 << 29;
    const int32_t half_denominator = (int32_t)(((int64_t)x + (INT64_C(1) << 31)) / 2);
    int32_t u = 1515870810 + dqnn_high_mul(half_denominator, -1010580540);
    for (int32_t step = 0; step < 3; step++)
    {
        u += shift_left_saturated(dqnn_high_mul(u, one - dqnn_high_mul(half_denominator, u)), 2);
    }
    return shift_left_saturated(u, 1);
}

static int32_t leading_zeros(uint32_t x)
{
    int32_t count = 0;
    while (count < 32 && !(x & (UINT32_C(1) << (31 - count))))
    {
        count++;
    }
    return count;
}

/* exp of a difference of codes, 0 below diff_min. */
static int32_t exp_of_difference(int32_t difference, int32_t mult, int32_t shift)
{
    return exp_of_negative(dqnn_high_mul((int32_t)((uint32_t)difference << shift), mult));
}

void arm_softmax_s8(const int8_t *input,
                    const int32_t num_rows,
                    const int32_t row_size,
                    const int32_t mult,
                    const int32_t shift,
                    const int32_t diff_min,
                    int8_t *output)
{
    for (int32_t row = 0; row < num_rows; row++)
    {
        int32_t largest = INT8_MIN;
        uint32_t sum = 0;
        for (int32_t i = 0; i < row_size; i++)
        {
            largest = dqnn_max(largest, input[i]);
        }
        for (int32_t i = 0; i < row_size; i++)
        {
            const int32_t difference = input[i] - largest;
            if (difference >= diff_min)
            {
                const int32_t y = exp_of_difference(difference, mult, shift);
                sum += (uint32_t)dqnn_rounding_shift_right(y, SUM_INTEGER_BITS);
            }
        }
        /* sum = (1 + fraction) * 2^(31 - headroom); y = exp / sum, moved from Q0.31 to 8 bits. */
        const int32_t headroom = leading_zeros(sum);
        const int32_t scale = one_over_one_plus((int32_t)((sum << headroom) - (UINT32_C(1) << 31)));
        const int32_t exponent = SUM_INTEGER_BITS - headroom + 31 - 8;
        for (int32_t i = 0; i < row_size; i++)
        {
            const int32_t difference = input[i] - largest;
            int32_t y = 0;
            if (difference >= diff_min && exponent <= 31)
            {
                y = dqnn_rounding_shift_right(
                    dqnn_high_mul(scale, exp_of_difference(difference, mult, shift)), exponent);
            }
            output[i] = (int8_t)dqnn_min(y + INT8_MIN, INT8_MAX);
        }
        input += row_size;
        output += row_size;
    }
}
