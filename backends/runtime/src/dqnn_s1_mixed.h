/* SPDX-License-Identifier: Apache-2.0
 *
 * Dense layers where one side is s1 and the other s8 or f32: sums of plus or minus the other side's elements, four output
 * channels at a time. The sign of an element is its bit, spread over a mask or moved to the sign bit of a float: no branch.
 */
#ifndef DQNN_S1_MIXED_H
#define DQNN_S1_MIXED_H

#include "dqnn_s1_output.h"

/* All bits set for -1 (bit 0 of the word set), none for +1. */
DQNN_INLINE int32_t dqnn_sign_mask(uint32_t word)
{
    return -(int32_t)(word & 1u);
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

/* sum +-w = sum (w ^ mask) - mask. The masks are the activations': their sum is the same for all output channels. */
DQNN_INLINE void dqnn_dense_s1_s8(const uint32_t *in,
                                  const int8_t *weights,
                                  int32_t pixels,
                                  int32_t channels,
                                  const dqnn_output *output,
                                  dqnn_output_type type)
{
    for (int32_t first = 0; first < output->channels; first += 4)
    {
        const int8_t *w[4];
        int32_t acc[4] = {0, 0, 0, 0};
        int32_t masks = 0;
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
                    const int32_t mask = dqnn_sign_mask(bits);
                    acc[0] += *w[0]++ ^ mask;
                    acc[1] += *w[1]++ ^ mask;
                    acc[2] += *w[2]++ ^ mask;
                    acc[3] += *w[3]++ ^ mask;
                    masks += mask;
                    bits >>= 1;
                }
            }
        }
        for (int32_t i = 0; i < dqnn_min(4, output->channels - first); i++)
        {
            dqnn_put_one(output, type, 0, first + i, acc[i] - masks);
        }
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

/* sum +-x = sum x - 2 * (sum of x where the weight is -1). */
DQNN_INLINE void dqnn_dense_s8_s1(const int8_t *in,
                                  const uint32_t *weights,
                                  int32_t in_offset,
                                  int32_t in_features,
                                  const dqnn_output *output,
                                  dqnn_output_type type)
{
    const int32_t words = dqnn_words(in_features);
    int32_t total = 0;
    for (int32_t i = 0; i < in_features; i++)
    {
        total += in[i] + in_offset;
    }
    for (int32_t first = 0; first < output->channels; first += 4)
    {
        const uint32_t *w[4];
        int32_t minus[4] = {0, 0, 0, 0};
        for (int32_t i = 0; i < 4; i++)
        {
            w[i] = weights + dqnn_min(first + i, output->channels - 1) * words;
        }
        for (int32_t from = 0; from < in_features; from += 32)
        {
            const int8_t *const end = in + dqnn_min(from + 32, in_features);
            uint32_t w0 = *w[0]++;
            uint32_t w1 = *w[1]++;
            uint32_t w2 = *w[2]++;
            uint32_t w3 = *w[3]++;
            for (const int8_t *x = in + from; x != end; x++)
            {
                const int32_t value = *x + in_offset;
                minus[0] += value & dqnn_sign_mask(w0);
                minus[1] += value & dqnn_sign_mask(w1);
                minus[2] += value & dqnn_sign_mask(w2);
                minus[3] += value & dqnn_sign_mask(w3);
                w0 >>= 1;
                w1 >>= 1;
                w2 >>= 1;
                w3 >>= 1;
            }
        }
        for (int32_t i = 0; i < dqnn_min(4, output->channels - first); i++)
        {
            dqnn_put_one(output, type, 0, first + i, total - 2 * minus[i]);
        }
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
