/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_reduce.h"

void dqnn_mean_f32(const float *in, float *out, int32_t rank, const int32_t *shape, const int32_t *reduce)
{
    const dqnn_reduction r = dqnn_split(rank, shape, reduce);
    dqnn_walk kept = {{0}, {0}};
    do
    {
        float sum = 0.0f;
        dqnn_walk reduced = {{0}, {0}};
        do
        {
            sum += in[kept.at[0] + reduced.at[0]];
        } while (dqnn_walk_next(&reduced, r.reduced_rank, r.reduced_shape, r.reduced_strides, 0));
        *out++ = sum / (float)r.reduced_count;
    } while (dqnn_walk_next(&kept, r.kept_rank, r.kept_shape, r.kept_strides, 0));
}
