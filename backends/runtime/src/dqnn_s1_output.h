/* SPDX-License-Identifier: Apache-2.0
 *
 * Output stages: what becomes of accumulators.
 */
#ifndef DQNN_S1_OUTPUT_H
#define DQNN_S1_OUTPUT_H

#include "dqnn_affine.h"

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

#endif /* DQNN_S1_OUTPUT_H */
