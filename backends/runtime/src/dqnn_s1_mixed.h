/* SPDX-License-Identifier: Apache-2.0
 *
 * Dense layers where one side is s1 and the other s8 or f32: sums of plus or minus the other side's elements. The sign of an
 * element is its bit, spread over a mask or moved to the sign bit of a float: no branch.
 */
#ifndef DQNN_S1_MIXED_H
#define DQNN_S1_MIXED_H

#include "dqnn_s1_count.h"
#include "dqnn_s1_output.h"

/* Elements of s8 are taken as bytes of a register. With m = 0 for +1 and -1 for -1, +-x = (x ^ m) - m; and (x ^ m) + 128,
 * which is no negative number, is the byte x ^ m ^ 0x80. So
 *
 *   sum +-x = sum of bytes (x ^ m ^ 0x80) - 128 * (number of x) + (number of -1)
 *
 * dqnn_add_signed adds those bytes for x[0..count), at most 32 whose signs are in bits 0 and up. */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

DQNN_INLINE uint32_t dqnn_add_signed(uint32_t acc, const int8_t *x, uint32_t bits, int32_t count)
{
    for (; count > 0; count -= 16)
    {
        const mve_pred16_t valid = vctp8q((uint32_t)count);
        const uint8x16_t mask = vpselq_u8(vdupq_n_u8(0x7F), vdupq_n_u8(0x80), (mve_pred16_t)bits);
        acc = vaddvaq_p_u8(acc, veorq_u8(vldrbq_z_u8((const uint8_t *)x, valid), mask), valid);
        bits >>= 16;
        x += 16;
    }
    return acc;
}

#else

/* m ^ 0x80 of bits 0 to 3, in the bytes 0 to 3: 0x80 less the bit. */
DQNN_INLINE uint32_t dqnn_four_masks(uint32_t bits)
{
    return 0x80808080u - (((bits & 15u) * 0x00204081u) & 0x01010101u);
}

/* x[0..4) in the bytes 0 to 3. */
DQNN_INLINE uint32_t dqnn_four_bytes(const int8_t *x)
{
    uint32_t word;
    memcpy(&word, x, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = word << 24 | (word & 0xFF00u) << 8 | (word >> 8 & 0xFF00u) | word >> 24;
#endif
    return word;
}

DQNN_INLINE uint32_t dqnn_add_signed(uint32_t acc, const int8_t *x, uint32_t bits, int32_t count)
{
    const int8_t *const end = x + count;
    const int8_t *const whole = x + (count & ~15);
    while (x != whole)
    {
        acc = dqnn_add_bytes(acc, dqnn_four_bytes(x) ^ dqnn_four_masks(bits));
        acc = dqnn_add_bytes(acc, dqnn_four_bytes(x + 4) ^ dqnn_four_masks(bits >> 4));
        acc = dqnn_add_bytes(acc, dqnn_four_bytes(x + 8) ^ dqnn_four_masks(bits >> 8));
        acc = dqnn_add_bytes(acc, dqnn_four_bytes(x + 12) ^ dqnn_four_masks(bits >> 12));
        bits >>= 16;
        x += 16;
    }
    while (x != end)
    {
        acc += ((uint32_t)*x++ ^ dqnn_four_masks(bits & 1u)) & 0xFFu;
        bits >>= 1;
    }
    return acc;
}

#endif

/* The number of -1. */
DQNN_INLINE int32_t dqnn_count_minus(const uint32_t *x, int32_t words)
{
    uint32_t count = 0;
    for (int32_t i = 0; i < words; i++)
    {
        count = dqnn_add_bits(count, x[i]);
    }
    return (int32_t)count;
}

/* x or -x, by bit 0 of the word. */
DQNN_INLINE float dqnn_signed(float x, uint32_t word)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits ^= word << 31;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

DQNN_INLINE void dqnn_dense_s1_s8(const uint32_t *in,
                                  const int8_t *weights,
                                  int32_t pixels,
                                  int32_t channels,
                                  const dqnn_output *output,
                                  dqnn_output_type type)
{
    const int32_t minus = dqnn_count_minus(in, pixels * dqnn_words(channels));
    for (int32_t c = 0; c < output->channels; c++)
    {
        const uint32_t *x = in;
        uint32_t acc = 0;
        for (int32_t pixel = 0; pixel < pixels; pixel++)
        {
            for (int32_t i = 0; i < channels; i += 32)
            {
                acc = dqnn_add_signed(acc, weights + i, *x++, dqnn_min(channels - i, 32));
            }
            weights += channels;
        }
        dqnn_put_one(output, type, 0, c, (int32_t)acc - 128 * pixels * channels + minus);
    }
}

DQNN_INLINE void dqnn_dense_s1_f32(const uint32_t *in,
                                   const float *weights,
                                   int32_t pixels,
                                   int32_t channels,
                                   const dqnn_output *output,
                                   dqnn_output_type type)
{
    for (int32_t first = 0; first < output->channels; first += 4)
    {
        const float *w[4];
        float acc[4] = {0.0f, 0.0f, 0.0f, 0.0f};
        const uint32_t *x = in;
        for (int32_t i = 0; i < 4; i++)
        {
            w[i] = weights + dqnn_min(first + i, output->channels - 1) * pixels * channels;
        }
        for (int32_t pixel = 0; pixel < pixels; pixel++)
        {
            for (int32_t left = channels; left > 0; left -= 32)
            {
                uint32_t bits = *x++;
                for (int32_t i = 0; i < dqnn_min(left, 32); i++)
                {
                    acc[0] += dqnn_signed(*w[0]++, bits);
                    acc[1] += dqnn_signed(*w[1]++, bits);
                    acc[2] += dqnn_signed(*w[2]++, bits);
                    acc[3] += dqnn_signed(*w[3]++, bits);
                    bits >>= 1;
                }
            }
        }
        for (int32_t i = 0; i < dqnn_min(4, output->channels - first); i++)
        {
            dqnn_put_scaled(output, type, first + i, first + i, acc[i]);
        }
    }
}

/* sum +-(x + offset) = sum +-x + offset * (number of +1 less that of -1). */
DQNN_INLINE void dqnn_dense_s8_s1(const int8_t *in,
                                  const uint32_t *weights,
                                  int32_t in_offset,
                                  int32_t in_features,
                                  const dqnn_output *output,
                                  dqnn_output_type type)
{
    const int32_t words = dqnn_words(in_features);
    for (int32_t c = 0; c < output->channels; c++)
    {
        const int32_t minus = dqnn_count_minus(weights, words);
        uint32_t acc = 0;
        for (int32_t i = 0; i < in_features; i += 32)
        {
            acc = dqnn_add_signed(acc, in + i, *weights++, dqnn_min(in_features - i, 32));
        }
        const int32_t sum = (int32_t)acc - 128 * in_features + minus;
        dqnn_put_one(output, type, 0, c, sum + in_offset * (in_features - 2 * minus));
    }
}

DQNN_INLINE void dqnn_dense_f32_s1(const float *in,
                                   const uint32_t *weights,
                                   int32_t in_features,
                                   const dqnn_output *output,
                                   dqnn_output_type type)
{
    const int32_t words = dqnn_words(in_features);
    for (int32_t first = 0; first < output->channels; first += 4)
    {
        const uint32_t *w[4];
        float acc[4] = {0.0f, 0.0f, 0.0f, 0.0f};
        for (int32_t i = 0; i < 4; i++)
        {
            w[i] = weights + dqnn_min(first + i, output->channels - 1) * words;
        }
        for (int32_t from = 0; from < in_features; from += 32)
        {
            const float *const end = in + dqnn_min(from + 32, in_features);
            uint32_t w0 = *w[0]++;
            uint32_t w1 = *w[1]++;
            uint32_t w2 = *w[2]++;
            uint32_t w3 = *w[3]++;
            for (const float *x = in + from; x != end; x++)
            {
                acc[0] += dqnn_signed(*x, w0);
                acc[1] += dqnn_signed(*x, w1);
                acc[2] += dqnn_signed(*x, w2);
                acc[3] += dqnn_signed(*x, w3);
                w0 >>= 1;
                w1 >>= 1;
                w2 >>= 1;
                w3 >>= 1;
            }
        }
        for (int32_t i = 0; i < dqnn_min(4, output->channels - first); i++)
        {
            const int32_t c = first + i;
            if (type == DQNN_TO_S1)
            {
                dqnn_put_bit(output->out, c, dqnn_affine(acc[i], output->scale[c], output->offset[c]) < 0.0f);
            }
            else
            {
                dqnn_put_scaled(output, type, c, c, acc[i]);
            }
        }
    }
}

#endif /* DQNN_S1_MIXED_H */
