/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fully connected kernels share.
 */
#ifndef DQNN_FULLY_CONNECTED_H
#define DQNN_FULLY_CONNECTED_H

#include "dqnn_codes.h"
#include "dqnn_dot.h"

typedef struct
{
    int32_t in_offset, filter_offset;
    dqnn_codes codes;
} dqnn_dense_layer;

DQNN_INLINE void dqnn_store_output(const dqnn_dense_layer *l, dqnn_rescaling how, int32_t o, int32_t sum, int8_t *out)
{
    out[o] = dqnn_code(&l->codes, how, o, dqnn_wrapping_add(dqnn_bias(&l->codes, how, o), sum));
}

/* acc_o = bias_o + sum (x + in_offset) * (w_o + filter_offset)
 *       = bias_o + filter_offset * (sum x + depth * in_offset) + sum (x + in_offset) * w_o,
 * four outputs at a time; outputs past the last repeat it. */
DQNN_INLINE void dqnn_fully_connected(const dqnn_dense_layer *l,
                                      dqnn_rescaling how,
                                      const int8_t *in,
                                      const int8_t *weights,
                                      int8_t *out,
                                      int32_t rows,
                                      int32_t depth,
                                      int32_t outputs)
{
    const int32_t in_offset = l->in_offset;
    const int32_t filter_offset = l->filter_offset;
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
            dqnn_store_output(l, how, o, s.s0, out);
            dqnn_store_output(l, how, o1, s.s1, out);
            dqnn_store_output(l, how, o2, s.s2, out);
            dqnn_store_output(l, how, o3, s.s3, out);
        }
        in += depth;
        out += outputs;
    }
}

#endif /* DQNN_FULLY_CONNECTED_H */
