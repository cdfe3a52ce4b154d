/* SPDX-License-Identifier: Apache-2.0
 *
 * How many bits differ between a vector of s1 activations and the weights of eight output channels at once, word i of all
 * eight side by side. With NEON, a word of a vector meets those of eight channels in two registers; the bits that differ
 * are counted for each byte, and byte by byte a channel's four counts grow, by at most 8 a word.
 */
#ifndef DQNN_S1_ABREAST_H
#define DQNN_S1_ABREAST_H

#include "dqnn_inline.h"

/* Channels side by side. */
#define DQNN_ABREAST 8

#if defined(__ARM_NEON)

#include <arm_neon.h>

/* Words whose counts a byte holds: 31 * 8 = 248. */
#define DQNN_WORDS_A_BYTE 31

typedef struct
{
    uint32x4_t even, odd; /* of channels 0, 2, 4, 6 and 1, 3, 5, 7: so does one instruction load eight words */
} dqnn_eight;

/* bytes + how many bits of each byte differ. */
DQNN_INLINE uint8x16_t dqnn_add_different(uint8x16_t bytes, uint32x4_t x, uint32x4_t w)
{
    return vaddq_u8(bytes, vcntq_u8(vreinterpretq_u8_u32(veorq_u32(x, w))));
}

/* The bits that differ between x[0..words) and each of the eight channels; words > 0. */
DQNN_INLINE dqnn_eight dqnn_count_eight(const uint32_t *x, const uint32_t *w, int32_t words)
{
    const uint32_t *const end = x + words;
    const uint32_t *stop = x + dqnn_min(words, DQNN_WORDS_A_BYTE);
    dqnn_eight counts = {vdupq_n_u32(0), vdupq_n_u32(0)};
    for (;;)
    {
        uint8x16_t even = vdupq_n_u8(0);
        uint8x16_t odd = vdupq_n_u8(0);
        do
        {
            const uint32x4_t word = vld1q_dup_u32(x++);
            const uint32x4x2_t weights = vld2q_u32(w);
            even = dqnn_add_different(even, word, weights.val[0]);
            odd = dqnn_add_different(odd, word, weights.val[1]);
            w += DQNN_ABREAST;
        } while (x != stop);
        counts.even = vpadalq_u16(counts.even, vpaddlq_u8(even));
        counts.odd = vpadalq_u16(counts.odd, vpaddlq_u8(odd));
        if (stop == end)
        {
            return counts;
        }
        stop = end - stop > DQNN_WORDS_A_BYTE ? stop + DQNN_WORDS_A_BYTE : end;
    }
}

DQNN_INLINE void dqnn_store_eight(uint32_t *to, dqnn_eight counts)
{
    const uint32x4x2_t pair = {{counts.even, counts.odd}};
    vst2q_u32(to, pair);
}

/* The codes of one to four times eight channels, in bits 0 and up: signs of limit - 2 * count, which does not overflow for
 * |limit| <= 2^30 + 2^29. */
DQNN_INLINE uint32_t
dqnn_codes_of_eights(const uint32_t *x, const uint32_t *w, int32_t words, const int32_t *limits, int32_t eights)
{
    static const int32_t shifts[4] = {-38, -36, -34, -32};
    uint32x4_t codes = vdupq_n_u32(0);
    for (const int32_t *const end = limits + eights * DQNN_ABREAST; limits != end; limits += DQNN_ABREAST)
    {
        const dqnn_eight counts = dqnn_count_eight(x, w, words);
        const int32x4x2_t limit = vld2q_s32(limits);
        const uint32x4_t even = vsubq_u32(vreinterpretq_u32_s32(limit.val[0]), vshlq_n_u32(counts.even, 1));
        const uint32x4_t odd = vsubq_u32(vreinterpretq_u32_s32(limit.val[1]), vshlq_n_u32(counts.odd, 1));
        /* A lane's two signs in its highest bits, and eight bits below those before. */
        const uint32x4_t signs = vandq_u32(vsriq_n_u32(odd, even, 1), vdupq_n_u32(0xC0000000u));
        codes = vsriq_n_u32(signs, codes, 8);
        w += DQNN_ABREAST * words;
    }
    /* Lane i has channels 2 * i and up of the first eight in bits 38 - 8 * eights and up. */
    codes = vshlq_u32(codes, vaddq_s32(vld1q_s32(shifts), vdupq_n_s32(8 * eights)));
    const uint32x2_t halves = vorr_u32(vget_low_u32(codes), vget_high_u32(codes));
    return vget_lane_u32(vpadd_u32(halves, halves), 0);
}

#else

#include "dqnn_s1_count.h"

typedef struct
{
    uint32_t counts[DQNN_ABREAST];
} dqnn_eight;

DQNN_INLINE dqnn_eight dqnn_count_eight(const uint32_t *x, const uint32_t *w, int32_t words)
{
    dqnn_eight eight = {{0}};
    for (int32_t i = 0; i < words; i++)
    {
        for (int32_t c = 0; c < DQNN_ABREAST; c++)
        {
            eight.counts[c] = dqnn_add_bits(eight.counts[c], x[i] ^ *w++);
        }
    }
    return eight;
}

DQNN_INLINE void dqnn_store_eight(uint32_t *to, dqnn_eight eight)
{
    for (int32_t c = 0; c < DQNN_ABREAST; c++)
    {
        to[c] = eight.counts[c];
    }
}

DQNN_INLINE uint32_t
dqnn_codes_of_eights(const uint32_t *x, const uint32_t *w, int32_t words, const int32_t *limits, int32_t eights)
{
    uint32_t codes = 0;
    for (int32_t c = 0; c < eights * DQNN_ABREAST; c += DQNN_ABREAST)
    {
        const dqnn_eight eight = dqnn_count_eight(x, w + c * words, words);
        for (int32_t i = 0; i < DQNN_ABREAST; i++)
        {
            codes |= ((uint32_t)limits[c + i] - (eight.counts[i] << 1)) >> 31 << (c + i);
        }
    }
    return codes;
}

#endif

#endif /* DQNN_S1_ABREAST_H */
