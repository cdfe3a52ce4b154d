/* SPDX-License-Identifier: Apache-2.0
 *
 * Dot products of contiguous s8 vectors, several at a time so that each load serves several products: 16 elements a step
 * with Helium, 4 with the DSP extension, else 1. Plain scalars throughout: GCC 12 turns small arrays of sums into vectors
 * that it fills through the stack.
 * With |code| <= 128 and |offset| <= 255 no sum of fewer than 2^16 products overflows.
 */
#ifndef DQNN_DOT_H
#define DQNN_DOT_H

#include "dqnn_inline.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#include <arm_mve.h>
#elif defined(__ARM_FEATURE_SIMD32)
#include <arm_acle.h>
#include <string.h>
#endif

typedef struct
{
    int32_t s0, s1, s2, s3;
} dqnn_sums;

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

/* sum w[i] */
DQNN_INLINE int32_t dqnn_sum(const int8_t *w, int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i += 16)
    {
        sum = vaddvaq_s8(sum, vldrbq_z_s8(w + i, vctp8q((uint32_t)(count - i))));
    }
    return sum;
}

/* s0, s1 += sum x0[i] * w0[i], x0[i] * w1[i]; s2, s3 likewise for x1. */
DQNN_INLINE void dqnn_dot_2x2(
    dqnn_sums *sums, const int8_t *x0, const int8_t *x1, const int8_t *w0, const int8_t *w1, int32_t count)
{
    for (int32_t i = 0; i < count; i += 16)
    {
        const mve_pred16_t valid = vctp8q((uint32_t)(count - i));
        const int8x16_t a = vldrbq_z_s8(x0 + i, valid);
        const int8x16_t b = vldrbq_z_s8(x1 + i, valid);
        const int8x16_t w = vldrbq_z_s8(w0 + i, valid);
        const int8x16_t v = vldrbq_z_s8(w1 + i, valid);
        sums->s0 = vmladavaq_s8(sums->s0, a, w);
        sums->s1 = vmladavaq_s8(sums->s1, a, v);
        sums->s2 = vmladavaq_s8(sums->s2, b, w);
        sums->s3 = vmladavaq_s8(sums->s3, b, v);
    }
}

/* s0, s1 += sum (x[i] + offset) * w0[i], (x[i] + offset) * w1[i]. */
DQNN_INLINE void dqnn_dot_1x2(
    dqnn_sums *sums, const int8_t *x, int32_t offset, const int8_t *w0, const int8_t *w1, int32_t count)
{
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    for (int32_t i = 0; i < count; i += 16)
    {
        const mve_pred16_t valid = vctp8q((uint32_t)(count - i));
        const int8x16_t a = vldrbq_z_s8(x + i, valid);
        const int8x16_t b0 = vldrbq_z_s8(w0 + i, valid);
        const int8x16_t b1 = vldrbq_z_s8(w1 + i, valid);
        sums->s0 = vmladavaq_s8(sums->s0, a, b0);
        sums->s1 = vmladavaq_s8(sums->s1, a, b1);
        sum0 = vaddvaq_s8(sum0, b0);
        sum1 = vaddvaq_s8(sum1, b1);
    }
    sums->s0 += offset * sum0;
    sums->s1 += offset * sum1;
}

/* s_j += sum (x[i] + offset) * w_j[i], for four rows of weights. */
DQNN_INLINE void dqnn_dot_1x4(dqnn_sums *sums,
                              const int8_t *x,
                              int32_t offset,
                              const int8_t *w0,
                              const int8_t *w1,
                              const int8_t *w2,
                              const int8_t *w3,
                              int32_t count)
{
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    int32_t sum2 = 0;
    int32_t sum3 = 0;
    for (int32_t i = 0; i < count; i += 16)
    {
        const mve_pred16_t valid = vctp8q((uint32_t)(count - i));
        const int8x16_t a = vldrbq_z_s8(x + i, valid);
        const int8x16_t b0 = vldrbq_z_s8(w0 + i, valid);
        const int8x16_t b1 = vldrbq_z_s8(w1 + i, valid);
        const int8x16_t b2 = vldrbq_z_s8(w2 + i, valid);
        const int8x16_t b3 = vldrbq_z_s8(w3 + i, valid);
        sums->s0 = vmladavaq_s8(sums->s0, a, b0);
        sums->s1 = vmladavaq_s8(sums->s1, a, b1);
        sums->s2 = vmladavaq_s8(sums->s2, a, b2);
        sums->s3 = vmladavaq_s8(sums->s3, a, b3);
        sum0 = vaddvaq_s8(sum0, b0);
        sum1 = vaddvaq_s8(sum1, b1);
        sum2 = vaddvaq_s8(sum2, b2);
        sum3 = vaddvaq_s8(sum3, b3);
    }
    sums->s0 += offset * sum0;
    sums->s1 += offset * sum1;
    sums->s2 += offset * sum2;
    sums->s3 += offset * sum3;
}

#else

#if defined(__ARM_FEATURE_SIMD32)

/* Four codes as two pairs of 16 bits: elements 0 and 2, and 1 and 3. */
typedef struct
{
    int16x2_t even, odd;
} dqnn_four;

DQNN_INLINE dqnn_four dqnn_load_four(const int8_t *x)
{
    uint32_t bytes;
    memcpy(&bytes, x, sizeof bytes);
    const dqnn_four four = {__sxtb16((int8x4_t)bytes), __sxtb16((int8x4_t)(bytes >> 8 | bytes << 24))};
    return four;
}

/* A number twice, in 16 bits each. */
DQNN_INLINE int16x2_t dqnn_twice(int32_t x)
{
    return (int16x2_t)((uint32_t)x << 16 | ((uint32_t)x & 0xFFFFu));
}

DQNN_INLINE dqnn_four dqnn_add_to_four(dqnn_four a, int16x2_t summands)
{
    const dqnn_four sums = {__sadd16(a.even, summands), __sadd16(a.odd, summands)};
    return sums;
}

DQNN_INLINE int32_t dqnn_dot_four(int32_t sum, dqnn_four a, dqnn_four b)
{
    return __smlad(a.odd, b.odd, __smlad(a.even, b.even, sum));
}

#endif

/* sum w[i] */
DQNN_INLINE int32_t dqnn_sum(const int8_t *w, int32_t count)
{
    const int8_t *const end = w + count;
    int32_t sum = 0;
#if defined(__ARM_FEATURE_SIMD32)
    const dqnn_four ones = {dqnn_twice(1), dqnn_twice(1)};
    for (const int8_t *const fours = w + count / 4 * 4; w != fours; w += 4)
    {
        sum = dqnn_dot_four(sum, dqnn_load_four(w), ones);
    }
#endif
    for (; w != end; w++)
    {
        sum += *w;
    }
    return sum;
}

/* s0, s1 += sum x0[i] * w0[i], x0[i] * w1[i]; s2, s3 likewise for x1. */
DQNN_INLINE void dqnn_dot_2x2(
    dqnn_sums *sums, const int8_t *x0, const int8_t *x1, const int8_t *w0, const int8_t *w1, int32_t count)
{
    int32_t s0 = sums->s0;
    int32_t s1 = sums->s1;
    int32_t s2 = sums->s2;
    int32_t s3 = sums->s3;
    const int8_t *const end = x0 + count;
#if defined(__ARM_FEATURE_SIMD32)
    for (const int8_t *const fours = x0 + count / 4 * 4; x0 != fours; x0 += 4)
    {
        const dqnn_four a = dqnn_load_four(x0);
        const dqnn_four b = dqnn_load_four(x1);
        dqnn_four w = dqnn_load_four(w0);
        s0 = dqnn_dot_four(s0, a, w);
        s2 = dqnn_dot_four(s2, b, w);
        w = dqnn_load_four(w1);
        s1 = dqnn_dot_four(s1, a, w);
        s3 = dqnn_dot_four(s3, b, w);
        x1 += 4;
        w0 += 4;
        w1 += 4;
    }
#endif
    for (; x0 != end; x0++)
    {
        const int32_t a = *x0;
        const int32_t b = *x1++;
        int32_t w = *w0++;
        s0 += a * w;
        s2 += b * w;
        w = *w1++;
        s1 += a * w;
        s3 += b * w;
    }
    sums->s0 = s0;
    sums->s1 = s1;
    sums->s2 = s2;
    sums->s3 = s3;
}

/* s0, s1 += sum (x[i] + offset) * w0[i], (x[i] + offset) * w1[i]. */
DQNN_INLINE void dqnn_dot_1x2(
    dqnn_sums *sums, const int8_t *x, int32_t offset, const int8_t *w0, const int8_t *w1, int32_t count)
{
    int32_t s0 = sums->s0;
    int32_t s1 = sums->s1;
    const int8_t *const end = x + count;
#if defined(__ARM_FEATURE_SIMD32)
    const int16x2_t offsets = dqnn_twice(offset);
    for (const int8_t *const fours = x + count / 4 * 4; x != fours; x += 4)
    {
        const dqnn_four a = dqnn_add_to_four(dqnn_load_four(x), offsets);
        s0 = dqnn_dot_four(s0, a, dqnn_load_four(w0));
        s1 = dqnn_dot_four(s1, a, dqnn_load_four(w1));
        w0 += 4;
        w1 += 4;
    }
#endif
    for (; x != end; x++)
    {
        const int32_t a = *x + offset;
        s0 += a * *w0++;
        s1 += a * *w1++;
    }
    sums->s0 = s0;
    sums->s1 = s1;
}

/* s_j += sum (x[i] + offset) * w_j[i], for four rows of weights. */
DQNN_INLINE void dqnn_dot_1x4(dqnn_sums *sums,
                              const int8_t *x,
                              int32_t offset,
                              const int8_t *w0,
                              const int8_t *w1,
                              const int8_t *w2,
                              const int8_t *w3,
                              int32_t count)
{
    int32_t s0 = sums->s0;
    int32_t s1 = sums->s1;
    int32_t s2 = sums->s2;
    int32_t s3 = sums->s3;
    const int8_t *const end = x + count;
#if defined(__ARM_FEATURE_SIMD32)
    const int16x2_t offsets = dqnn_twice(offset);
    for (const int8_t *const fours = x + count / 4 * 4; x != fours; x += 4)
    {
        const dqnn_four a = dqnn_add_to_four(dqnn_load_four(x), offsets);
        s0 = dqnn_dot_four(s0, a, dqnn_load_four(w0));
        s1 = dqnn_dot_four(s1, a, dqnn_load_four(w1));
        s2 = dqnn_dot_four(s2, a, dqnn_load_four(w2));
        s3 = dqnn_dot_four(s3, a, dqnn_load_four(w3));
        w0 += 4;
        w1 += 4;
        w2 += 4;
        w3 += 4;
    }
#endif
    for (; x != end; x++)
    {
        const int32_t a = *x + offset;
        s0 += a * *w0++;
        s1 += a * *w1++;
        s2 += a * *w2++;
        s3 += a * *w3++;
    }
    sums->s0 = s0;
    sums->s1 = s1;
    sums->s2 = s2;
    sums->s3 = s3;
}

#endif

#endif /* DQNN_DOT_H */
