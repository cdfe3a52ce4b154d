/* SPDX-License-Identifier: Apache-2.0
 *
 *   acc_o = bias_o + sum (x + in_offset) * (w_o + weight_offset_o)
 *         = bias_o + weight_offset_o * sum (x + in_offset) + sum (x + in_offset) * w_o
 */
#include "dqnn_dot.h"
#include "dqnn_kernels.h"
#include "dqnn_requantize.h"

void dqnn_dense_asymmetric_s8(const int8_t *in,
                              const int8_t *weights,
                              const int32_t *bias,
                              int8_t *out,
                              int32_t rows,
                              int32_t in_features,
                              int32_t out_features,
                              int32_t in_offset,
                              const int32_t *weight_offsets,
                              const int32_t *multipliers,
                              const int32_t *shifts,
                              int32_t per_channel,
                              int32_t out_offset,
                              int32_t act_min,
                              int32_t act_max)
{
    const int32_t step = per_channel ? 1 : 0;
    const int32_t last = out_features - 1;
    for (int32_t row = 0; row < rows; row++)
    {
        const int32_t common = dqnn_sum(in, in_features) + in_features * in_offset;
        for (int32_t o = 0; o <= last; o += 4)
        {
            /* Outputs past the last repeat it. */
            const int8_t *const w1 = weights + dqnn_min(o + 1, last) * in_features;
            const int8_t *const w2 = weights + dqnn_min(o + 2, last) * in_features;
            const int8_t *const w3 = weights + dqnn_min(o + 3, last) * in_features;
            dqnn_sums s = {0, 0, 0, 0};
            dqnn_dot_1x4(&s, in, in_offset, weights + o * in_features, w1, w2, w3, in_features);
            const int32_t sums[4] = {s.s0, s.s1, s.s2, s.s3};
            const int32_t count = dqnn_min(4, last + 1 - o);
            for (int32_t i = 0; i < count; i++)
            {
                const int32_t at = o + i;
                const int32_t sum = sums[i] + weight_offsets[at * step] * common;
                const int32_t acc = dqnn_wrapping_add(bias ? bias[at] : 0, sum);
                const int32_t code = dqnn_requantize_once(acc, multipliers[at * step], shifts[at * step]);
                out[at] = (int8_t)dqnn_clamp(dqnn_wrapping_add(code, out_offset), act_min, act_max);
            }
        }
        in += in_features;
        out += out_features;
    }
}
