/* SPDX-License-Identifier: Apache-2.0
 *
 * Scale and offset of an accumulator in float32, and codes of the result.
 */
#ifndef DQNN_AFFINE_H
#define DQNN_AFFINE_H

#include "dqnn_inline.h"

#include <string.h>

/* acc * scale + offset, each rounded: two roundings, whatever the compiler's habit with fused operations. */
DQNN_INLINE float dqnn_affine(float acc, float scale, float offset)
{
#if defined(__clang__)
#pragma clang fp contract(off)
#endif
    const float product = acc * scale;
    return product + offset;
}

/* clamp(rne(x) + out_offset). Bounds are codes, so clamping before rounding is the same; adding 1.5 * 2^23 then leaves
 * the rounded value in the low bits of the sum. NaN gives act_min. */
DQNN_INLINE int8_t dqnn_round_s8(float x, int32_t out_offset, int32_t act_min, int32_t act_max)
{
    const float low = (float)(act_min - out_offset);
    const float high = (float)(act_max - out_offset);
    const float raised = x > low ? x : low;
    const float shifted = (raised < high ? raised : high) + 12582912.0f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (int8_t)(bits - 0x4B400000 + out_offset);
}

#endif /* DQNN_AFFINE_H */
