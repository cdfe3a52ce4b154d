/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_strided.h"

void dqnn_transpose(const void *in,
                    void *out,
                    int32_t element_bytes,
                    int32_t rank,
                    const int32_t *in_shape,
                    const int32_t *permutation)
{
    int32_t in_strides[DQNN_MAX_RANK];
    int32_t strides[DQNN_MAX_RANK];
    int32_t out_shape[DQNN_MAX_RANK];
    dqnn_dense_strides(rank, in_shape, in_strides);
    for (int32_t d = 0; d < rank; d++)
    {
        strides[d] = in_strides[permutation[d]];
        out_shape[d] = in_shape[permutation[d]];
    }
    dqnn_gather_strided(in, strides, out, rank, out_shape, element_bytes);
}
