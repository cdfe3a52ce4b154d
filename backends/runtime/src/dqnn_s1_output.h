/* SPDX-License-Identifier: Apache-2.0
 *
 * Output stages: what becomes of accumulators.
 */
#ifndef DQNN_S1_OUTPUT_H
#define DQNN_S1_OUTPUT_H

#include "dqnn_inline.h"

#include <string.h>

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#include <arm_mve.h>
#endif

/* The type that an output stage makes; always a constant, so that the others' code is not there. */
typedef enum
{
    DQNN_TO_S1,
    DQNN_TO_S8,
    DQNN_TO_F32
} dqnn_output_type;

/* `channels` is a pixel's. Read are: thresholds for s1 (from integers); scale and offset else; the last three for s8. */
typedef struct
{
    void *out;
    int32_t channels;
    const int32_t *thresholds;
    const float *scale;
    const float *offset;
    int32_t out_offset, act_min, act_max;
} dqnn_output;

DQNN_INLINE int32_t dqnn_words(int32_t channels)
{
    return (channels + 31) / 32;
}

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

/* The accumulators of some channels, from counts of differing bits: elements - 2 * counts[c] - padding_sums[c].
 * padding_sums may be NULL for zeros. */
typedef struct
{
    const uint32_t *counts;
    int32_t elements;
    const uint32_t *padding_sums;
} dqnn_sums;

DQNN_INLINE int32_t dqnn_sum_of(const dqnn_sums *sums, int32_t c)
{
    const uint32_t sum = (uint32_t)sums->elements - (sums->counts[c] << 1);
    return (int32_t)(sums->padding_sums ? sum - sums->padding_sums[c] : sum);
}

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

/* The codes of up to 32 channels, in bits 0 and up: -1 where sum c < thresholds[c]. */
DQNN_INLINE uint32_t dqnn_codes(const dqnn_sums *sums, const int32_t *thresholds, int32_t channels)
{
    uint32_t codes = 0;
    for (int32_t c = 0; c < channels; c += 4)
    {
        const mve_pred16_t valid = vctp32q((uint32_t)(channels - c));
        const uint32x4_t counts = vldrwq_z_u32(sums->counts + c, valid);
        uint32x4_t sum = vdupq_n_u32((uint32_t)sums->elements) - (counts << 1);
        if (sums->padding_sums)
        {
            sum -= vldrwq_z_u32(sums->padding_sums + c, valid);
        }
        const int32x4_t bounds = vldrwq_z_s32(thresholds + c, valid);
        /* A predicate has four equal bits for each of the four channels: take bit i of channel i. */
        uint32_t four = vcmpltq_m_s32(vreinterpretq_s32_u32(sum), bounds, valid) & 0x8421u;
        four |= four >> 8;
        codes |= ((four | four >> 4) & 0xFu) << c;
    }
    return codes;
}

#else

/* Puts the code of channel c, which is -1 where its sum < thresholds[c], on top of `bits`. It is the sign of the
 * difference, which does not overflow for |threshold| <= 2^30. */
DQNN_INLINE uint32_t dqnn_push_code(uint32_t bits, const dqnn_sums *sums, const int32_t *thresholds, int32_t c)
{
    return bits >> 1 | ((uint32_t)(dqnn_sum_of(sums, c) - thresholds[c]) & 0x80000000u);
}

/* The codes of up to 32 channels, in bits 0 and up. */
DQNN_INLINE uint32_t dqnn_codes(const dqnn_sums *sums, const int32_t *thresholds, int32_t channels)
{
    uint32_t bits = 0;
    int32_t c = 0;
    for (; c + 8 <= channels; c += 8)
    {
        for (int32_t i = c; i < c + 8; i++)
        {
            bits = dqnn_push_code(bits, sums, thresholds, i);
        }
    }
    for (; c < channels; c++)
    {
        bits = dqnn_push_code(bits, sums, thresholds, c);
    }
    return bits >> (32 - channels);
}

#endif

/* acc * scale + offset of channel c, stored for element `at` of s8 or f32 outputs. */
DQNN_INLINE void dqnn_put_scaled(const dqnn_output *o, dqnn_output_type type, int32_t at, int32_t c, float acc)
{
    const float value = dqnn_affine(acc, o->scale[c], o->offset[c]);
    if (type == DQNN_TO_F32)
    {
        ((float *)o->out)[at] = value;
    }
    else
    {
        ((int8_t *)o->out)[at] = dqnn_round_s8(value, o->out_offset, o->act_min, o->act_max);
    }
}

/* Stores a bit of a pixel's words at `out`. The first of a word clears the rest of it. */
DQNN_INLINE void dqnn_put_bit(uint32_t *out, int32_t c, int is_minus)
{
    const uint32_t before = c % 32 == 0 ? 0 : out[c / 32];
    out[c / 32] = before | (uint32_t)is_minus << (c % 32);
}

/* Stores one accumulator of one pixel; a pixel's channels come in order. */
DQNN_INLINE void dqnn_put_one(const dqnn_output *o, dqnn_output_type type, int32_t pixel, int32_t c, int32_t acc)
{
    if (type == DQNN_TO_S1)
    {
        dqnn_put_bit((uint32_t *)o->out + pixel * dqnn_words(o->channels), c, acc < o->thresholds[c]);
    }
    else
    {
        dqnn_put_scaled(o, type, pixel * o->channels + c, c, (float)acc);
    }
}

/* Stores the accumulators of one pixel's channels from `first`, a multiple of 32, on: at most 32. */
DQNN_INLINE void dqnn_put(
    const dqnn_output *o, dqnn_output_type type, int32_t pixel, int32_t first, int32_t channels, const dqnn_sums *sums)
{
    if (type == DQNN_TO_S1)
    {
        uint32_t *const out = (uint32_t *)o->out + pixel * dqnn_words(o->channels);
        out[first / 32] = dqnn_codes(sums, o->thresholds + first, channels);
        return;
    }
    for (int32_t c = 0; c < channels; c++)
    {
        dqnn_put_scaled(o, type, pixel * o->channels + first + c, first + c, (float)dqnn_sum_of(sums, c));
    }
}

#endif /* DQNN_S1_OUTPUT_H */
