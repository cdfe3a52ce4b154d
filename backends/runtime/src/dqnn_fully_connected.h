/* SPDX-License-Identifier: Apache-2.0
 *
 * What the per-tensor and the per-channel fully connected kernel share.
 */
#ifndef DQNN_FULLY_CONNECTED_H
#define DQNN_FULLY_CONNECTED_H

#include "arm_nn_types.h"
#include "dqnn_dot.h"
#include "dqnn_requantize.h"

/* acc_o = bias_o + sum (x + in_offset) * (w_o + filter_offset)
 *       = bias_o + filter_offset * (sum x + depth * in_offset) + sum (x + in_offset) * w_o,
 * four outputs at a time; outputs past the last repeat it. The entry of multipliers and shifts for output o is
 * o * quant_step. */
DQNN_INLINE void dqnn_fully_connected(const cmsis_nn_fc_params *p,
                                      const int32_t *multipliers,
                                      const int32_t *shifts,
                                      int32_t quant_step,
                                      const int8_t *in,
                                      const int8_t *weights,
                                      const int32_t *bias,
                                      int8_t *out,
                                      int32_t rows,
                                      int32_t depth,
                                      int32_t outputs)
{
    for (int32_t row = 0; row < rows; row++)
    {
        const int32_t common =
            p->filter_offset == 0 ? 0 : p->filter_offset * (dqnn_sum(in, depth) + depth * p->input_offset);
        for (int32_t first = 0; first < outputs; first += 4)
        {
            const int8_t *w[4];
            int32_t sum[4];
            for (int32_t i = 0; i < 4; i++)
            {
                w[i] = weights + dqnn_min(first + i, outputs - 1) * depth;
                sum[i] = common;
            }
            dqnn_dot_1x4(in, p->input_offset, w, depth, sum);
            for (int32_t i = 0; i < dqnn_min(4, outputs - first); i++)
            {
                const int32_t o = first + i;
                out[o] = dqnn_output_code(bias ? dqnn_wrapping_add(bias[o], sum[i]) : sum[i],
                                          multipliers[o * quant_step],
                                          shifts[o * quant_step],
                                          p->output_offset,
                                          p->activation.min,
                                          p->activation.max);
            }
        }
        in += depth;
        out += outputs;
    }
}

#endif /* DQNN_FULLY_CONNECTED_H */
