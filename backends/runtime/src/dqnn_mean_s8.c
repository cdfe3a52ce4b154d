/* SPDX-License-Identifier: Apache-2.0
 *
 * TensorFlow Lite's MEAN of int8 folds the division by n = the number of elements averaged into the multiplier: with
 * (m, s) the fixed-point form of in_scale / out_scale and k = min(floor(log2 n), 31 + s),
 *
 *   multiplier = floor(m * 2^k / n),   shift = s - k.
 */
#include "dqnn_reduce.h"
#include "dqnn_requantize.h"

void dqnn_mean_s8(const int8_t *in,
                  int8_t *out,
                  int32_t rank,
                  const int32_t *shape,
                  const int32_t *reduce,
                  int32_t in_offset,
                  int32_t multiplier,
                  int32_t shift,
                  int32_t out_offset)
{
    const dqnn_reduction r = dqnn_split(rank, shape, reduce);
    dqnn_walk kept = {{0}, {0}};
    do
    {
        int32_t sum = r.reduced_count * in_offset;
        dqnn_walk reduced = {{0}, {0}};
        do
        {
            sum += in[kept.at[0] + reduced.at[0]];
        } while (dqnn_walk_next(&reduced, r.reduced_rank, r.reduced_shape, r.reduced_strides, 0));
        *out++ = dqnn_output_code(sum, multiplier, shift, out_offset, INT8_MIN, INT8_MAX);
    } while (dqnn_walk_next(&kept, r.kept_rank, r.kept_shape, r.kept_strides, 0));
}
