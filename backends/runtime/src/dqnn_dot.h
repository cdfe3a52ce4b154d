/* SPDX-License-Identifier: Apache-2.0
 *
 * Dot products of contiguous s8 vectors, several at a time so that each load serves several products: 16 elements a step
 * with Helium and NEON, 4 with the DSP extension, else 1. Plain scalars throughout: GCC 12 turns small arrays of sums into vectors
 * that it fills through the stack.
 * With |code| <= 128 and |offset| <= 255 no sum of fewer than 2^16 products overflows.
 */
#ifndef DQNN_DOT_H
#define DQNN_DOT_H

#include "dqnn_inline.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#include <arm_mve.h>
#else
#if defined(__ARM_FEATURE_SIMD32)
#include <arm_acle.h>
#include <string.h>
#endif
#if defined(__ARM_NEON)
#include <arm_neon.h>
#endif
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

#if defined(__ARM_NEON)

/* ---- NEON: elements by sixteens; the functions below take the rest ------------------------------------------------- */

/* sum + the products, four by four. */
DQNN_INLINE int32x4_t dqnn_add_products(int32x4_t sum, int8x16_t a, int8x16_t b)
{
    sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
    return vpadalq_s16(sum, vmull_s8(vget_high_s8(a), vget_high_s8(b)));
}

/* sums += the sum of each vector. */
DQNN_INLINE void dqnn_add_vectors(dqnn_sums *sums, int32x4_t v0, int32x4_t v1, int32x4_t v2, int32x4_t v3)
{
    const int32x2_t two0 = vadd_s32(vget_low_s32(v0), vget_high_s32(v0));
    const int32x2_t two1 = vadd_s32(vget_low_s32(v1), vget_high_s32(v1));
    const int32x2_t two2 = vadd_s32(vget_low_s32(v2), vget_high_s32(v2));
    const int32x2_t two3 = vadd_s32(vget_low_s32(v3), vget_high_s32(v3));
    const int32x2_t first = vpadd_s32(two0, two1);
    const int32x2_t second = vpadd_s32(two2, two3);
    sums->s0 += vget_lane_s32(first, 0);
    sums->s1 += vget_lane_s32(first, 1);
    sums->s2 += vget_lane_s32(second, 0);
    sums->s3 += vget_lane_s32(second, 1);
}

/* As dqnn_dot_2x2; count > 0. */
DQNN_INLINE void dqnn_sixteens_2x2(
    dqnn_sums *sums, const int8_t *x0, const int8_t *x1, const int8_t *w0, const int8_t *w1, int32_t count)
{
    int32x4_t v0 = vdupq_n_s32(0);
    int32x4_t v1 = v0;
    int32x4_t v2 = v0;
    int32x4_t v3 = v0;
    for (const int8_t *const end = x0 + count; x0 != end; x0 += 16)
    {
        const int8x16_t a = vld1q_s8(x0);
        const int8x16_t b = vld1q_s8(x1);
        const int8x16_t c = vld1q_s8(w0);
        const int8x16_t d = vld1q_s8(w1);
        v0 = dqnn_add_products(v0, a, c);
        v1 = dqnn_add_products(v1, a, d);
        v2 = dqnn_add_products(v2, b, c);
        v3 = dqnn_add_products(v3, b, d);
        x1 += 16;
        w0 += 16;
        w1 += 16;
    }
    dqnn_add_vectors(sums, v0, v1, v2, v3);
}

/* sum + the elements, four by four. */
DQNN_INLINE int32x4_t dqnn_add_elements(int32x4_t sum, int8x16_t w)
{
    return vpadalq_s16(sum, vpaddlq_s8(w));
}

/* As dqnn_dot_1x2; count > 0. */
DQNN_INLINE void dqnn_sixteens_1x2(
    dqnn_sums *sums, const int8_t *x, int32_t offset, const int8_t *w0, const int8_t *w1, int32_t count)
{
    const int32x4_t zero = vdupq_n_s32(0);
    int32x4_t v0 = zero;
    int32x4_t v1 = zero;
    int32x4_t t0 = zero;
    int32x4_t t1 = zero;
    for (const int8_t *const end = x + count; x != end; x += 16)
    {
        const int8x16_t a = vld1q_s8(x);
        const int8x16_t b0 = vld1q_s8(w0);
        const int8x16_t b1 = vld1q_s8(w1);
        v0 = dqnn_add_products(v0, a, b0);
        v1 = dqnn_add_products(v1, a, b1);
        t0 = dqnn_add_elements(t0, b0);
        t1 = dqnn_add_elements(t1, b1);
        w0 += 16;
        w1 += 16;
    }
    dqnn_add_vectors(sums, vmlaq_n_s32(v0, t0, offset), vmlaq_n_s32(v1, t1, offset), zero, zero);
}

/* As dqnn_dot_1x4; count > 0. */
DQNN_INLINE void dqnn_sixteens_1x4(dqnn_sums *sums,
                                   const int8_t *x,
                                   int32_t offset,
                                   const int8_t *w0,
                                   const int8_t *w1,
                                   const int8_t *w2,
                                   const int8_t *w3,
                                   int32_t count)
{
    dqnn_sums others = {0, 0, 0, 0};
    dqnn_sixteens_1x2(sums, x, offset, w0, w1, count);
    dqnn_sixteens_1x2(&others, x, offset, w2, w3, count);
    sums->s2 += others.s0;
    sums->s3 += others.s1;
}

#endif

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
#if defined(__ARM_NEON)
    const int32_t sixteens = count / 16 * 16;
    if (sixteens > 0)
    {
        dqnn_sixteens_2x2(sums, x0, x1, w0, w1, sixteens);
        x0 += sixteens;
        x1 += sixteens;
        w0 += sixteens;
        w1 += sixteens;
        count -= sixteens;
    }
#endif
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
#if defined(__ARM_NEON)
    const int32_t sixteens = count / 16 * 16;
    if (sixteens > 0)
    {
        dqnn_sixteens_1x2(sums, x, offset, w0, w1, sixteens);
        x += sixteens;
        w0 += sixteens;
        w1 += sixteens;
        count -= sixteens;
    }
#endif
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
#if defined(__ARM_NEON)
    const int32_t sixteens = count / 16 * 16;
    if (sixteens > 0)
    {
        dqnn_sixteens_1x4(sums, x, offset, w0, w1, w2, w3, sixteens);
        x += sixteens;
        w0 += sixteens;
        w1 += sixteens;
        w2 += sixteens;
        w3 += sixteens;
        count -= sixteens;
    }
#endif
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
