/* SPDX-License-Identifier: Apache-2.0
 *
 * Dot products of contiguous s8 vectors, several at a time so that each load serves several products.
 * With |code| <= 128 and |offset| <= 255 no sum of fewer than 2^16 products overflows.
 */
#ifndef DQNN_DOT_H
#define DQNN_DOT_H

#include "dqnn_inline.h"

/* sum w[i] */
DQNN_INLINE int32_t dqnn_sum(const int8_t *w, int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++)
    {
        sum += w[i];
    }
    return sum;
}

/* *sum_j += sum (x[i] + offset) * w_j[i], for two rows of weights. */
DQNN_INLINE void dqnn_dot_1x2(const int8_t *x,
                              int32_t offset,
                              const int8_t *w0,
                              const int8_t *w1,
                              int32_t count,
                              int32_t *sum0,
                              int32_t *sum1)
{
    int32_t s0 = *sum0;
    int32_t s1 = *sum1;
    for (const int8_t *const end = x + count; x != end; x++)
    {
        const int32_t a = *x + offset;
        s0 += a * *w0++;
        s1 += a * *w1++;
    }
    *sum0 = s0;
    *sum1 = s1;
}

/* *sum_j += sum (x[i] + offset) * w_j[i], for four rows of weights. */
DQNN_INLINE void dqnn_dot_1x4(const int8_t *x, int32_t offset, const int8_t *const w[4], int32_t count, int32_t sum[4])
{
    const int8_t *w0 = w[0];
    const int8_t *w1 = w[1];
    const int8_t *w2 = w[2];
    const int8_t *w3 = w[3];
    int32_t s0 = sum[0];
    int32_t s1 = sum[1];
    int32_t s2 = sum[2];
    int32_t s3 = sum[3];
    for (const int8_t *const end = x + count; x != end; x++)
    {
        const int32_t a = *x + offset;
        s0 += a * *w0++;
        s1 += a * *w1++;
        s2 += a * *w2++;
        s3 += a * *w3++;
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
}

/* *sum_pq += sum x_p[i] * w_q[i], for two inputs and two rows of weights. */
DQNN_INLINE void dqnn_dot_2x2(const int8_t *x0,
                              const int8_t *x1,
                              const int8_t *w0,
                              const int8_t *w1,
                              int32_t count,
                              int32_t *sum00,
                              int32_t *sum01,
                              int32_t *sum10,
                              int32_t *sum11)
{
    int32_t s00 = *sum00;
    int32_t s01 = *sum01;
    int32_t s10 = *sum10;
    int32_t s11 = *sum11;
    for (const int8_t *const end = x0 + count; x0 != end; x0++)
    {
        const int32_t a = *x0;
        const int32_t b = *x1++;
        int32_t w = *w0++;
        s00 += a * w;
        s10 += b * w;
        w = *w1++;
        s01 += a * w;
        s11 += b * w;
    }
    *sum00 = s00;
    *sum01 = s01;
    *sum10 = s10;
    *sum11 = s11;
}

#endif /* DQNN_DOT_H */
