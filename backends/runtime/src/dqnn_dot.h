/* SPDX-License-Identifier: Apache-2.0
 *
 * Dot products of contiguous s8 vectors, several at a time so that each load serves several products. Plain scalars
 * throughout: GCC 12 turns small arrays of sums into vectors that it fills through the stack.
 * With |code| <= 128 and |offset| <= 255 no sum of fewer than 2^16 products overflows.
 */
#ifndef DQNN_DOT_H
#define DQNN_DOT_H

#include "dqnn_inline.h"

typedef struct
{
    int32_t s0, s1, s2, s3;
} dqnn_sums;

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
    for (const int8_t *const end = x + count; x != end; x++)
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

#endif /* DQNN_DOT_H */
