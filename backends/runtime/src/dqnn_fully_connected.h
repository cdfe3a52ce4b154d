/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fully connected kernels share.
 */
#ifndef DQNN_FULLY_CONNECTED_H
#define DQNN_FULLY_CONNECTED_H

#include "arm_nn_types.h"
#include "dqnn_dot.h"
#include "dqnn_requantize.h"

/* The entry of multipliers and shifts for output o is o * quant_step. */
typedef struct
{
    const cmsis_nn_fc_params *params;
    const int32_t *multipliers, *shifts;
    int32_t quant_step;
    const int32_t *bias; /* or NULL */
} dqnn_dense_layer;

/* `roundings`: 2 as CMSIS-NN, 1 as TensorFlow Lite. */
DQNN_INLINE void dqnn_store_output(const dqnn_dense_layer *l, int32_t roundings, int32_t o, int32_t sum, int8_t *out)
{
    const cmsis_nn_fc_params *const p = l->params;
    const int32_t acc = l->bias ? dqnn_wrapping_add(l->bias[o], sum) : sum;
    const int32_t multiplier = l->multipliers[o * l->quant_step];
    const int32_t shift = l->shifts[o * l->quant_step];
    const int32_t scaled = roundings == 2 ? dqnn_requantize(acc, multiplier, shift)
                                          : dqnn_requantize_once(acc, multiplier, shift);
    const int32_t code = dqnn_wrapping_add(scaled, p->output_offset);
    out[o] = (int8_t)dqnn_clamp(code, p->activation.min, p->activation.max);
}

/* acc_o = bias_o + sum (x + in_offset) * (w_o + filter_offset)
 *       = bias_o + filter_offset * (sum x + depth * in_offset) + sum (x + in_offset) * w_o,
 * four outputs at a time; outputs past the last repeat it. */
DQNN_INLINE void dqnn_fully_connected(const dqnn_dense_layer *l,
                                      int32_t roundings,
                                      const int8_t *in,
                                      const int8_t *weights,
                                      int8_t *out,
                                      int32_t rows,
                                      int32_t depth,
                                      int32_t outputs)
{
    const int32_t in_offset = l->params->input_offset;
    const int32_t filter_offset = l->params->filter_offset;
    for (int32_t row = 0; row < rows; row++)
    {
        const int32_t common = filter_offset == 0 ? 0 : filter_offset * (dqnn_sum(in, depth) + depth * in_offset);
        for (int32_t o = 0; o < outputs; o += 4)
        {
            const int32_t last = outputs - 1;
            const int32_t o1 = dqnn_min(o + 1, last);
            const int32_t o2 = dqnn_min(o + 2, last);
            const int32_t o3 = dqnn_min(o + 3, last);
            const int8_t *const w = weights + o * depth;
            dqnn_sums s = {common, common, common, common};
            dqnn_dot_1x4(
                &s, in, in_offset, w, weights + o1 * depth, weights + o2 * depth, weights + o3 * depth, depth);
            dqnn_store_output(l, roundings, o, s.s0, out);
            dqnn_store_output(l, roundings, o1, s.s1, out);
            dqnn_store_output(l, roundings, o2, s.s2, out);
            dqnn_store_output(l, roundings, o3, s.s3, out);
        }
        in += depth;
        out += outputs;
    }
}

#endif /* DQNN_FULLY_CONNECTED_H */
