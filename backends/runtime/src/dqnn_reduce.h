/* SPDX-License-Identifier: Apache-2.0
 *
 * Reductions over any set of dimensions.
 */
#ifndef DQNN_REDUCE_H
#define DQNN_REDUCE_H

#include "dqnn_strided.h"

/* A tensor's dimensions split into those that stay and those that are reduced: shapes and the input's strides. */
typedef struct
{
    int32_t kept_rank, reduced_rank;
    int32_t kept_shape[DQNN_MAX_RANK], reduced_shape[DQNN_MAX_RANK];
    int32_t kept_strides[DQNN_MAX_RANK], reduced_strides[DQNN_MAX_RANK];
    int32_t reduced_count; /* elements reduced to one */
} dqnn_reduction;

static inline dqnn_reduction dqnn_split(int32_t rank, const int32_t *shape, const int32_t *reduce)
{
    int32_t strides[DQNN_MAX_RANK];
    dqnn_reduction r;
    r.kept_rank = 0;
    r.reduced_rank = 0;
    r.reduced_count = 1;
    dqnn_dense_strides(rank, shape, strides);
    for (int32_t d = 0; d < rank; d++)
    {
        if (reduce[d])
        {
            r.reduced_shape[r.reduced_rank] = shape[d];
            r.reduced_strides[r.reduced_rank] = strides[d];
            r.reduced_count *= shape[d];
            r.reduced_rank++;
        }
        else
        {
            r.kept_shape[r.kept_rank] = shape[d];
            r.kept_strides[r.kept_rank] = strides[d];
            r.kept_rank++;
        }
    }
    return r;
}

#endif /* DQNN_REDUCE_H */
