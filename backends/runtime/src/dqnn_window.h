/* SPDX-License-Identifier: Apache-2.0
 *
 * Which taps of a sliding window lie inside the input, found once for a position and not tap by tap.
 */
#ifndef DQNN_WINDOW_H
#define DQNN_WINDOW_H

#include "dqnn_inline.h"

/* Taps [first, end) lie inside; first <= end. */
typedef struct
{
    int32_t first, end;
} dqnn_range;

DQNN_INLINE int32_t dqnn_ceil_div(int32_t a, int32_t b)
{
    return (a + b - 1) / b;
}

/* The taps k of [0, kernel) with 0 <= start + k * dilation < size. */
DQNN_INLINE dqnn_range dqnn_taps(int32_t start, int32_t kernel, int32_t dilation, int32_t size)
{
    dqnn_range taps;
    taps.first = start < 0 ? dqnn_min(dqnn_ceil_div(-start, dilation), kernel) : 0;
    taps.end = start < size ? dqnn_min(dqnn_ceil_div(size - start, dilation), kernel) : 0;
    taps.end = dqnn_max(taps.first, taps.end);
    return taps;
}

/* The output positions of [0, out) whose whole window, of `extent` input positions, lies inside. */
DQNN_INLINE dqnn_range dqnn_inner_positions(int32_t pad, int32_t stride, int32_t extent, int32_t size, int32_t out)
{
    const int32_t last_start = size - extent + pad;
    dqnn_range inner;
    inner.first = dqnn_min(dqnn_ceil_div(pad, stride), out);
    inner.end = last_start >= 0 ? dqnn_min(last_start / stride + 1, out) : 0;
    inner.end = dqnn_max(inner.first, inner.end);
    return inner;
}

/* Transposed: the input positions i of [0, size) with a tap 0 <= at - i * stride < kernel, for `at` >= 0 in the full
 * output. */
DQNN_INLINE dqnn_range dqnn_contributors(int32_t at, int32_t stride, int32_t kernel, int32_t size)
{
    dqnn_range inputs;
    inputs.first = at >= kernel ? (at - kernel) / stride + 1 : 0;
    inputs.end = dqnn_max(inputs.first, dqnn_min(at / stride + 1, size));
    return inputs;
}

#endif /* DQNN_WINDOW_H */
