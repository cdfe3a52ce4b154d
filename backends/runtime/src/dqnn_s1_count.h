/* SPDX-License-Identifier: Apache-2.0
 *
 * How many bits differ between a vector of s1 activations and the weights of an output channel: the core of the s1 x s1
 * kernels, and the only file to change for a core that has a population count of its own.
 *
 * No word is counted alone. Full adders gather the ones of many words in bit planes of weight 1, 2 and 4, a small
 * counter for each bit position (a tree of carry-save adders, after Harley and Seal), and only the planes are counted.
 */
#ifndef DQNN_S1_COUNT_H
#define DQNN_S1_COUNT_H

#include "dqnn_inline.h"

#if defined(__ARM_FEATURE_SIMD32)

#include <arm_acle.h>

/* sum + the four bytes. */
DQNN_INLINE uint32_t dqnn_add_bytes(uint32_t sum, uint32_t bytes)
{
    return __usada8(bytes, 0, sum);
}

#else

/* sum + the four bytes. */
DQNN_INLINE uint32_t dqnn_add_bytes(uint32_t sum, uint32_t bytes)
{
    const uint32_t halves = (bytes & 0x00FF00FFu) + ((bytes >> 8) & 0x00FF00FFu);
    return sum + ((halves * 0x00010001u) >> 16);
}

#endif

/* x, computed before what is made of it: where a shift comes free with an addition, gcc has to be kept from reordering
 * masks, shifts and sums so that a shift stands alone. */
DQNN_INLINE uint32_t dqnn_in_order(uint32_t x)
{
#if defined(__GNUC__) && defined(__arm__)
    __asm__("" : "+r"(x));
#endif
    return x;
}

/* x & mask, to be shifted right and added. */
DQNN_INLINE uint32_t dqnn_masked(uint32_t x, uint32_t mask)
{
    return dqnn_in_order(x & mask);
}

/* Sums of the 8 bits of each byte. */
DQNN_INLINE uint32_t dqnn_count_bytes(uint32_t plane)
{
    const uint32_t twos = plane - (dqnn_masked(plane, 0xAAAAAAAAu) >> 1);
    const uint32_t fours = (twos & 0x33333333u) + (dqnn_masked(twos, 0xCCCCCCCCu) >> 2);
    return (fours + (fours >> 4)) & 0x0F0F0F0Fu;
}

/* sum + the bits of one word. */
DQNN_INLINE uint32_t dqnn_add_bits(uint32_t sum, uint32_t word)
{
    return dqnn_add_bytes(sum, dqnn_count_bytes(word));
}

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

#include <arm_mve.h>

/* ---- MVE: four words of a channel in a vector register ------------------------------------------------------------- */

/* Four words of a ^ w, the first `words` of them; 0 for the rest. */
DQNN_INLINE uint8x16_t dqnn_different(const uint32_t *a, const uint32_t *w, int32_t words)
{
    if (words >= 4)
    {
        return vreinterpretq_u8_u32(veorq_u32(vldrwq_u32(a), vldrwq_u32(w)));
    }
    const mve_pred16_t valid = vctp32q((uint32_t)words);
    return vreinterpretq_u8_u32(veorq_u32(vldrwq_z_u32(a, valid), vldrwq_z_u32(w, valid)));
}

/* Sums over the 4 bits of each nibble. */
DQNN_INLINE uint8x16_t dqnn_count_plane(uint8x16_t plane)
{
    const uint8x16_t mask = vdupq_n_u8(0x33);
    const uint8x16_t twos = vsubq_u8(plane, vandq_u8(vshrq_n_u8(plane, 1), vdupq_n_u8(0x55)));
    return vaddq_u8(vandq_u8(twos, mask), vandq_u8(vshrq_n_u8(twos, 2), mask));
}

/* Sums over the 4 bits of each nibble of low + 2 * high: at most 12. */
DQNN_INLINE uint8x16_t dqnn_count_two_planes(uint8x16_t low, uint8x16_t high)
{
    /* Exchange low's odd bits with high's even ones: both then hold 2-bit numbers, of the even and the odd columns. */
    const uint8x16_t mask = vdupq_n_u8(0x33);
    const uint8x16_t swap = vandq_u8(veorq_u8(vshrq_n_u8(low, 1), high), vdupq_n_u8(0x55));
    const uint8x16_t odd = veorq_u8(high, swap);
    const uint8x16_t even = veorq_u8(low, vaddq_u8(swap, swap));
    const uint8x16_t first = vaddq_u8(vandq_u8(even, mask), vandq_u8(odd, mask));
    const uint8x16_t second = vaddq_u8(vandq_u8(vshrq_n_u8(even, 2), mask), vandq_u8(vshrq_n_u8(odd, 2), mask));
    return vaddq_u8(first, second);
}

/* The sum of all nibbles: a byte is its low one and 16 times its high one. */
DQNN_INLINE uint32_t dqnn_sum_nibbles(uint8x16_t nibbles)
{
    return vaddvq_u8(nibbles) - 15u * vaddvq_u8(vshrq_n_u8(nibbles, 4));
}

/* The bits that differ between a[0..words) and w[0..words). Straight-line code for a constant number up to 12. */
DQNN_INLINE uint32_t dqnn_count_words(const uint32_t *a, const uint32_t *w, int32_t words)
{
    uint32_t count = 0;
    for (; words > 8; words -= 12)
    {
        const uint8x16_t x = dqnn_different(a, w, 4);
        const uint8x16_t y = dqnn_different(a + 4, w + 4, 4);
        const uint8x16_t z = dqnn_different(a + 8, w + 8, words - 8);
        const uint8x16_t u = veorq_u8(x, y);
        const uint8x16_t carry = veorq_u8(y, vandq_u8(u, veorq_u8(y, z)));
        count += dqnn_sum_nibbles(dqnn_count_two_planes(veorq_u8(u, z), carry));
        a += 12;
        w += 12;
    }
    if (words > 4)
    {
        const uint8x16_t x = dqnn_different(a, w, 4);
        const uint8x16_t y = dqnn_different(a + 4, w + 4, words - 4);
        count += dqnn_sum_nibbles(dqnn_count_two_planes(veorq_u8(x, y), vandq_u8(x, y)));
    }
    else if (words > 0)
    {
        count += dqnn_sum_nibbles(dqnn_count_plane(dqnn_different(a, w, words)));
    }
    return count;
}

#else

/* ---- Other cores: words in registers ------------------------------------------------------------------------------- */

/* words[at] and words[at + 1], `at` a constant of 0 to 16: one instruction where there is one, which gcc does not find
 * here. (As an operand in memory, its address would be kept in a register for each `at`.) */
DQNN_INLINE void dqnn_load_two(const uint32_t *words, int32_t at, uint32_t *first, uint32_t *second)
{
#if defined(__GNUC__) && defined(__thumb2__) && defined(__OPTIMIZE__) && !defined(DQNN_SMALL_CODE)
    typedef struct
    {
        uint32_t words[18];
    } some_words;
    __asm__("ldrd %0, %1, [%2, %3]"
            : "=r"(*first), "=r"(*second)
            : "r"(words), "i"(at * 4), "m"(*(const some_words *)words));
#else
    *first = words[at];
    *second = words[at + 1];
#endif
}

/* Sums over the 8 bits of each byte of low + 2 * high: at most 24. */
DQNN_INLINE uint32_t dqnn_count_two_planes(uint32_t low, uint32_t high)
{
    /* Exchange low's odd bits with high's even ones: both then hold 2-bit numbers, of the even and the odd columns. */
    const uint32_t swap = ((low >> 1) ^ high) & 0x55555555u;
    const uint32_t odd = high ^ swap;
    const uint32_t even = low ^ (swap << 1);
    uint32_t nibbles = dqnn_in_order((even & 0x33333333u) + (odd & 0x33333333u));
    nibbles = dqnn_in_order(nibbles + (dqnn_masked(even, 0xCCCCCCCCu) >> 2));
    nibbles += dqnn_masked(odd, 0xCCCCCCCCu) >> 2;
    return (nibbles & 0x0F0F0F0Fu) + (dqnn_masked(nibbles, 0xF0F0F0F0u) >> 4);
}

/* *a = the sum bit of *a + b + c; returns the carry. */
DQNN_INLINE uint32_t dqnn_full_add(uint32_t *a, uint32_t b, uint32_t c)
{
    const uint32_t u = *a ^ b;
    const uint32_t carry = b ^ (u & (b ^ c));
    *a = u ^ c;
    return carry;
}

/* Takes words `at` and at + 1 of a ^ w into *ones; returns the carry. */
DQNN_INLINE uint32_t dqnn_add_two(uint32_t *ones, const uint32_t *a, const uint32_t *w, int32_t at)
{
    uint32_t a0, a1, w0, w1;
    dqnn_load_two(a, at, &a0, &a1);
    dqnn_load_two(w, at, &w0, &w1);
    return dqnn_full_add(ones, a0 ^ w0, a1 ^ w1);
}

/* The bits that differ between a[0..words) and w[0..words). Straight-line code for a constant number up to 9. */
DQNN_INLINE uint32_t dqnn_count_words(const uint32_t *a, const uint32_t *w, int32_t words)
{
    uint32_t ones = 0;
    uint32_t twos = 0;  /* two planes of weight 2, */
    uint32_t twos2 = 0; /* so that the last carries of a short vector need no adder */
    uint32_t fours = 0;
    uint32_t eights = 0; /* counted bits, not a plane */
    const int32_t pairs = words / 2;

    if (words & 1)
    {
        ones = a[words - 1] ^ w[words - 1];
    }
    if (pairs == 0)
    {
        return dqnn_add_bits(0, ones);
    }
    /* One to four pairs, then four at a time. */
    const int32_t first = ((pairs - 1) & 3) + 1;
    const uint32_t *const end = a + 2 * pairs;
    twos = dqnn_add_two(&ones, a, w, 0);
    if (first > 1)
    {
        twos2 = dqnn_add_two(&ones, a, w, 2);
    }
    if (first > 2)
    {
        fours = dqnn_full_add(&twos, twos2, dqnn_add_two(&ones, a, w, 4));
        twos2 = 0;
    }
    if (first > 3)
    {
        twos2 = dqnn_add_two(&ones, a, w, 6);
    }
    a += 2 * first;
    w += 2 * first;
    while (a != end)
    {
        uint32_t carry = dqnn_add_two(&ones, a, w, 0);
        const uint32_t four = dqnn_full_add(&twos, carry, dqnn_add_two(&ones, a, w, 2));
        carry = dqnn_add_two(&ones, a, w, 4);
        carry = dqnn_full_add(&twos2, carry, dqnn_add_two(&ones, a, w, 6));
        carry = dqnn_full_add(&fours, four, carry);
        eights = dqnn_add_bytes(eights, dqnn_count_bytes(carry));
        a += 8;
        w += 8;
    }
    uint32_t bytes = dqnn_count_two_planes(ones, twos);
    if (words == 4 || words == 5)
    {
        bytes += dqnn_count_bytes(twos2) << 1;
    }
    else if (words > 5)
    {
        bytes += dqnn_count_two_planes(twos2, fours) << 1;
    }
    return dqnn_add_bytes(eights << 3, bytes);
}

#endif

#endif /* DQNN_S1_COUNT_H */
