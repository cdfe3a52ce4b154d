/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking through tensors whose operands have strides of their own.
 */
#ifndef DQNN_STRIDED_H
#define DQNN_STRIDED_H

#include <string.h>

#include "dqnn_inline.h"
#include "dqnn_kernels.h"

/* The current index of a walk through `shape`, last dimension fastest, and the offsets of up to two operands there. */
typedef struct
{
    int32_t index[DQNN_MAX_RANK];
    int32_t at[2];
} dqnn_walk;

/* Steps to the next index and returns 1, or returns 0 after the last, back at the start. strides1 may be NULL. */
static inline int dqnn_walk_next(
    dqnn_walk *walk, int32_t rank, const int32_t *shape, const int32_t *strides0, const int32_t *strides1)
{
    for (int32_t d = rank - 1; d >= 0; d--)
    {
        walk->index[d]++;
        walk->at[0] += strides0[d];
        walk->at[1] += strides1 ? strides1[d] : 0;
        if (walk->index[d] < shape[d])
        {
            return 1;
        }
        walk->index[d] = 0;
        walk->at[0] -= shape[d] * strides0[d];
        walk->at[1] -= strides1 ? shape[d] * strides1[d] : 0;
    }
    return 0;
}

/* The strides of a dense row-major tensor. */
static inline void dqnn_dense_strides(int32_t rank, const int32_t *shape, int32_t *strides)
{
    int32_t stride = 1;
    for (int32_t d = rank - 1; d >= 0; d--)
    {
        strides[d] = stride;
        stride *= shape[d];
    }
}

/* out[i] = in[i * stride], i < count. */
static inline void dqnn_gather(const char *in, int32_t stride, char *out, int32_t count, int32_t element_bytes)
{
    if (stride == 1)
    {
        memcpy(out, in, (size_t)count * (size_t)element_bytes);
    }
    else if (element_bytes == 1)
    {
        for (int32_t i = 0; i < count; i++)
        {
            out[i] = in[i * stride];
        }
    }
    else
    {
        for (int32_t i = 0; i < count; i++)
        {
            memcpy(out + i * element_bytes, in + i * stride * element_bytes, (size_t)element_bytes);
        }
    }
}

/* Dense out of the given shape from `in`, whose element for the first index is `in` itself. */
static inline void dqnn_gather_strided(
    const void *in, const int32_t *strides, void *out, int32_t rank, const int32_t *shape, int32_t element_bytes)
{
    const int32_t count = shape[rank - 1];
    char *to = (char *)out;
    dqnn_walk walk = {{0}, {0}};
    do
    {
        dqnn_gather((const char *)in + walk.at[0] * element_bytes, strides[rank - 1], to, count, element_bytes);
        to += count * element_bytes;
    } while (dqnn_walk_next(&walk, rank - 1, shape, strides, 0));
}

#endif /* DQNN_STRIDED_H */
