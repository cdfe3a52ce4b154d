/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_strided.h"

void dqnn_slice(const void *in,
                void *out,
                int32_t element_bytes,
                int32_t rank,
                const int32_t *in_shape,
                const int32_t *offsets,
                const int32_t *strides,
                const int32_t *out_shape)
{
    int32_t steps[DQNN_MAX_RANK];
    int32_t first = 0;
    dqnn_dense_strides(rank, in_shape, steps);
    for (int32_t d = 0; d < rank; d++)
    {
        first += offsets[d] * steps[d];
        steps[d] *= strides[d];
    }
    dqnn_gather_strided((const char *)in + first * element_bytes, steps, out, rank, out_shape, element_bytes);
}
