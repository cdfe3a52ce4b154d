/* SPDX-License-Identifier: Apache-2.0
 *
 * How many bits differ between a vector of s1 activations and the weights of a few output channels: the core of the
 * s1 x s1 kernels, and the only file to change for a core that has a population count of its own.
 *
 * A `dqnn_bits` holds one word for each of DQNN_BITS_CHANNELS output channels: four in a vector register with MVE, one
 * elsewhere. All code below the loads and sums is the same for both (vectors take C's operators, with gcc and clang).
 *
 * No word is counted alone. Full adders gather the ones of many words in bit planes of weight 1, 2 and 4, a small
 * counter for each bit position (a tree of carry-save adders, after Harley and Seal), and only the planes are counted.
 * With x = a ^ w, the adder takes a pair of words (y, z) into the plane `ones` by
 *
 *   u = x_y ^ x_z,   carry = x_z ^ (u & (ones ^ x_z))  [u ? ones : x_z],   ones = ones ^ u
 *
 * where u = (a_y ^ a_z) ^ (w_y ^ w_z). So both sides hold (y ^ z, z) for (y, z), their paired form: the weights in memory,
 * the activations once for all output channels (dqnn_pair_words). It saves an operation and costs no byte.
 */
#ifndef DQNN_S1_COUNT_H
#define DQNN_S1_COUNT_H

#include "dqnn_inline.h"

#define DQNN_S1_BLOCK 4 /* output channels whose weights lie interleaved */

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

#include <arm_mve.h>

#define DQNN_BITS_CHANNELS 4
typedef uint32x4_t dqnn_bits;

DQNN_INLINE dqnn_bits dqnn_bits_all(uint32_t word)
{
    return vdupq_n_u32(word);
}

/* a[at] and a[at + 1] for all channels. */
DQNN_INLINE void dqnn_bits_all_two(const uint32_t *a, int32_t at, dqnn_bits *first, dqnn_bits *second)
{
    *first = vdupq_n_u32(a[at]);
    *second = vdupq_n_u32(a[at + 1]);
}

/* The words of `channels` channels, 1 to 4; 0 for the rest. */
DQNN_INLINE dqnn_bits dqnn_bits_load(const uint32_t *words, int32_t channels)
{
    return channels == DQNN_S1_BLOCK ? vldrwq_u32(words) : vldrwq_z_u32(words, vctp32q((uint32_t)channels));
}

DQNN_INLINE void dqnn_bits_store(uint32_t *words, dqnn_bits bits)
{
    vstrwq_u32(words, bits);
}

#else

#define DQNN_BITS_CHANNELS 1
typedef uint32_t dqnn_bits;

DQNN_INLINE dqnn_bits dqnn_bits_all(uint32_t word)
{
    return word;
}

/* a[at] and a[at + 1] for all channels; `at` is a constant of 0 to 6. One instruction where there is one, which gcc does
 * not find here. */
DQNN_INLINE void dqnn_bits_all_two(const uint32_t *a, int32_t at, dqnn_bits *first, dqnn_bits *second)
{
#if defined(__GNUC__) && defined(__thumb2__) && defined(__OPTIMIZE__)
    typedef struct
    {
        uint32_t words[8];
    } some_words;
    __asm__("ldrd %0, %1, [%2, %3]"
            : "=r"(*first), "=r"(*second)
            : "r"(a), "i"(at * 4), "m"(*(const some_words *)a));
#else
    *first = a[at];
    *second = a[at + 1];
#endif
}

DQNN_INLINE dqnn_bits dqnn_bits_load(const uint32_t *words, int32_t channels)
{
    (void)channels;
    return *words;
}

DQNN_INLINE void dqnn_bits_store(uint32_t *words, dqnn_bits bits)
{
    *words = bits;
}

#endif

#if DQNN_BITS_CHANNELS == 1 && defined(__ARM_FEATURE_SIMD32)

#include <arm_acle.h>

/* sum + the four bytes. */
DQNN_INLINE dqnn_bits dqnn_add_bytes(dqnn_bits sum, dqnn_bits bytes)
{
    return __usada8(bytes, 0, sum);
}

#else

/* sum + the four bytes. */
DQNN_INLINE dqnn_bits dqnn_add_bytes(dqnn_bits sum, dqnn_bits bytes)
{
    const dqnn_bits halves = (bytes & 0x00FF00FFu) + ((bytes >> 8) & 0x00FF00FFu);
    return sum + ((halves * 0x00010001u) >> 16);
}

#endif

/* x & mask, to be shifted right and added. Where a shift comes free with an addition, gcc has to be kept from shifting
 * before it masks, which takes an instruction of its own. */
DQNN_INLINE dqnn_bits dqnn_masked(dqnn_bits x, uint32_t mask)
{
    dqnn_bits masked = x & mask;
#if DQNN_BITS_CHANNELS == 1 && defined(__GNUC__) && defined(__arm__)
    __asm__("" : "+r"(masked));
#endif
    return masked;
}

/* Sums of the 8 bits of each byte. */
DQNN_INLINE dqnn_bits dqnn_count_bytes(dqnn_bits plane)
{
    const dqnn_bits twos = plane - (dqnn_masked(plane, 0xAAAAAAAAu) >> 1);
    const dqnn_bits fours = (twos & 0x33333333u) + (dqnn_masked(twos, 0xCCCCCCCCu) >> 2);
    return (fours + (fours >> 4)) & 0x0F0F0F0Fu;
}

/* Sums over the 8 bits of each byte of low + 2 * high: at most 24. */
DQNN_INLINE dqnn_bits dqnn_count_two_planes(dqnn_bits low, dqnn_bits high)
{
    /* Exchange low's odd bits with high's even ones: both then hold 2-bit numbers, of the even and the odd columns. */
    const dqnn_bits swap = ((low >> 1) ^ high) & 0x55555555u;
    const dqnn_bits odd = high ^ swap;
    const dqnn_bits even = low ^ (swap << 1);
    const dqnn_bits nibbles = (even & 0x33333333u) + (odd & 0x33333333u) + (dqnn_masked(even, 0xCCCCCCCCu) >> 2) +
                              (dqnn_masked(odd, 0xCCCCCCCCu) >> 2);
    return (nibbles & 0x0F0F0F0Fu) + (dqnn_masked(nibbles, 0xF0F0F0F0u) >> 4);
}

/* *a = the sum bit of *a + b + c; returns the carry. */
DQNN_INLINE dqnn_bits dqnn_full_add(dqnn_bits *a, dqnn_bits b, dqnn_bits c)
{
    const dqnn_bits u = *a ^ b;
    const dqnn_bits carry = b ^ (u & (b ^ c));
    *a = u ^ c;
    return carry;
}

/* Gives words a[0..words) their paired form: of an odd number the last stays alone. */
DQNN_INLINE void dqnn_pair_words(uint32_t *a, int32_t words)
{
    for (int32_t i = 0; i + 1 < words; i += 2)
    {
        a[i] ^= a[i + 1];
    }
}

/* Takes words `at` and at + 1 into *ones; returns the carry. */
DQNN_INLINE dqnn_bits dqnn_add_pair(
    dqnn_bits *ones, const uint32_t *a, const uint32_t *w, int32_t at, int32_t block, int32_t channels)
{
    dqnn_bits first, second;
    dqnn_bits_all_two(a, at, &first, &second);
    const dqnn_bits u = first ^ dqnn_bits_load(w + at * block, channels);
    const dqnn_bits x = second ^ dqnn_bits_load(w + (at + 1) * block, channels);
    const dqnn_bits carry = x ^ (u & (*ones ^ x));
    *ones = *ones ^ u;
    return carry;
}

/* The bits that differ between words a[0..words) and the weights w[0], w[block], w[2 * block], ... of as many channels
 * side by side as a dqnn_bits holds, or of `channels` if fewer. Both sides in paired form. */
DQNN_INLINE dqnn_bits
dqnn_count_different(const uint32_t *a, const uint32_t *w, int32_t words, int32_t block, int32_t channels)
{
    dqnn_bits ones = dqnn_bits_all(0);
    dqnn_bits twos = ones;  /* two planes of weight 2, */
    dqnn_bits twos2 = ones; /* so that the last carries of a short vector need no adder */
    dqnn_bits fours = ones;
    dqnn_bits eights = ones; /* counted bits, not a plane */
    int32_t pairs = words / 2;

    if (words & 1)
    {
        ones = dqnn_bits_all(a[words - 1]) ^ dqnn_bits_load(w + (words - 1) * block, channels);
    }
    if (pairs > 0)
    {
        /* One to four pairs, then four at a time. */
        const int32_t first = ((pairs - 1) & 3) + 1;
        twos = dqnn_add_pair(&ones, a, w, 0, block, channels);
        if (first > 1)
        {
            twos2 = dqnn_add_pair(&ones, a, w, 2, block, channels);
        }
        if (first > 2)
        {
            fours = dqnn_full_add(&twos, twos2, dqnn_add_pair(&ones, a, w, 4, block, channels));
            twos2 = dqnn_bits_all(0);
        }
        if (first > 3)
        {
            twos2 = dqnn_add_pair(&ones, a, w, 6, block, channels);
        }
        a += 2 * first;
        w += 2 * first * block;
        pairs -= first;
    }
    for (; pairs > 0; pairs -= 4)
    {
        dqnn_bits carry = dqnn_add_pair(&ones, a, w, 0, block, channels);
        const dqnn_bits four = dqnn_full_add(&twos, carry, dqnn_add_pair(&ones, a, w, 2, block, channels));
        carry = dqnn_add_pair(&ones, a, w, 4, block, channels);
        carry = dqnn_full_add(&twos2, carry, dqnn_add_pair(&ones, a, w, 6, block, channels));
        carry = dqnn_full_add(&fours, four, carry);
        eights = dqnn_add_bytes(eights, dqnn_count_bytes(carry));
        a += 8;
        w += 8 * block;
    }
    return dqnn_add_bytes(eights << 3, dqnn_count_two_planes(ones, twos) + (dqnn_count_two_planes(twos2, fours) << 1));
}

/* Keeps gcc from working on several channels at once: their values would not fit the registers. */
#if defined(__GNUC__)
#define DQNN_ONE_AT_A_TIME __asm__ volatile("" ::: "memory")
#else
#define DQNN_ONE_AT_A_TIME (void)0
#endif

/* counts[c] for the four channels of a block. */
DQNN_INLINE void dqnn_count_block(const uint32_t *a, const uint32_t *w, int32_t words, uint32_t *counts)
{
#if DQNN_BITS_CHANNELS == 1
    dqnn_bits_store(counts, dqnn_count_different(a, w, words, DQNN_S1_BLOCK, 1));
    DQNN_ONE_AT_A_TIME;
    dqnn_bits_store(counts + 1, dqnn_count_different(a, w + 1, words, DQNN_S1_BLOCK, 1));
    DQNN_ONE_AT_A_TIME;
    dqnn_bits_store(counts + 2, dqnn_count_different(a, w + 2, words, DQNN_S1_BLOCK, 1));
    DQNN_ONE_AT_A_TIME;
    dqnn_bits_store(counts + 3, dqnn_count_different(a, w + 3, words, DQNN_S1_BLOCK, 1));
    DQNN_ONE_AT_A_TIME;
#else
    dqnn_bits_store(counts, dqnn_count_different(a, w, words, DQNN_S1_BLOCK, DQNN_S1_BLOCK));
#endif
}

/* counts[c] = the bits that differ from the weights of channel c, for `channels` channels; counts has room for whole
 * blocks. w is laid out as dqnn_s1_kernels.h says, a in paired form. */
static inline void
dqnn_count_channels(const uint32_t *a, const uint32_t *w, int32_t words, int32_t channels, uint32_t *counts)
{
    const int32_t rest = channels % DQNN_S1_BLOCK;
    const uint32_t *const whole = counts + channels - rest;
    if (words == 9) /* a 3 x 3 window of up to 32 channels: straight-line code */
    {
        for (; counts != whole; counts += DQNN_S1_BLOCK)
        {
            dqnn_count_block(a, w, 9, counts);
            w += 9 * DQNN_S1_BLOCK;
        }
    }
    else
    {
        for (; counts != whole; w += (words - 1) * DQNN_S1_BLOCK)
        {
            for (const uint32_t *const next = w + DQNN_S1_BLOCK; w != next; w += DQNN_BITS_CHANNELS)
            {
                dqnn_bits_store(counts, dqnn_count_different(a, w, words, DQNN_S1_BLOCK, DQNN_BITS_CHANNELS));
                counts += DQNN_BITS_CHANNELS;
            }
        }
    }
    for (int32_t c = 0; c < rest; c += DQNN_BITS_CHANNELS)
    {
        dqnn_bits_store(counts + c, dqnn_count_different(a, w + c, words, rest, dqnn_min(DQNN_BITS_CHANNELS, rest)));
    }
}

#endif /* DQNN_S1_COUNT_H */
