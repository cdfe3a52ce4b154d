/* SPDX-License-Identifier: Apache-2.0
 *
 * What the float kernels share.
 */
#ifndef DQNN_FLOAT_H
#define DQNN_FLOAT_H

#include "dqnn_inline.h"

#include <float.h>

/* NaN stays NaN. -FLT_MAX and FLT_MAX bound nothing, not even infinities. */
DQNN_INLINE float dqnn_clamp_f32(float x, float low, float high)
{
    const float raised = x < low && low > -FLT_MAX ? low : x;
    return raised > high && high < FLT_MAX ? high : raised;
}

/* sum[i] += in . w[i] for four rows of weights, each sum in the order of the elements. */
DQNN_INLINE void dqnn_dot_1x4_f32(const float *in, const float *const w[4], int32_t count, float sum[4])
{
    const float *const w0 = w[0];
    const float *const w1 = w[1];
    const float *const w2 = w[2];
    const float *const w3 = w[3];
    float s0 = sum[0];
    float s1 = sum[1];
    float s2 = sum[2];
    float s3 = sum[3];
    for (int32_t i = 0; i < count; i++)
    {
        const float x = in[i];
        s0 += x * w0[i];
        s1 += x * w1[i];
        s2 += x * w2[i];
        s3 += x * w3[i];
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
}

/* Stores up to four accumulators of outputs first, first + 1, ... < end, with their bias. */
DQNN_INLINE void dqnn_store_f32(
    const float sum[4], int32_t first, int32_t end, const float *bias, float *out, float clamp_min, float clamp_max)
{
    for (int32_t i = 0; i < dqnn_min(4, end - first); i++)
    {
        out[first + i] = dqnn_clamp_f32(sum[i] + (bias ? bias[first + i] : 0.0f), clamp_min, clamp_max);
    }
}

#endif /* DQNN_FLOAT_H */
