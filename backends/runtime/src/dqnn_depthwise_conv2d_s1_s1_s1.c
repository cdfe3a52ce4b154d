/* SPDX-License-Identifier: Apache-2.0
 *
 * The 32 channels of a word stay in their columns: each has a counter spread over bit planes, which a tap's word is added
 * to with a ripple of half adders. The counter holds q = 2 * (differing taps) + (taps that count nothing), so that
 * sum = taps - q; it is compared with the channel's bound plane by plane.
 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_output.h"
#include "dqnn_window.h"

/* Adds each bit of x, with the weight of plane 1, to the counter of its column. */
DQNN_INLINE void dqnn_count_up(uint32_t *planes, int32_t count, uint32_t x)
{
    for (int32_t i = 1; i < count; i++)
    {
        const uint32_t carry = planes[i] & x;
        planes[i] ^= x;
        x = carry;
    }
}

/* Bit c is 1 where the counter of column c is at least its bound. */
DQNN_INLINE uint32_t dqnn_at_least(const uint32_t *planes, const uint32_t *bounds, int32_t count)
{
    uint32_t at_least = 0xFFFFFFFFu;
    for (int32_t i = 0; i < count; i++)
    {
        const uint32_t differ = planes[i] ^ bounds[i];
        at_least = (planes[i] & differ) | (at_least & ~differ);
    }
    return at_least;
}

void dqnn_depthwise_conv2d_s1_s1_s1(const uint32_t *in,
                                    const uint32_t *weights,
                                    const uint32_t *bounds,
                                    uint32_t *out,
                                    const dqnn_window *window,
                                    int32_t pad_value,
                                    int32_t bound_planes)
{
    const dqnn_window *const w = window;
    const int32_t words = dqnn_words(w->in_c);
    const int32_t taps = w->kernel_h * w->kernel_w;
    const uint32_t tail = 0xFFFFFFFFu >> (-w->in_c & 31);
    for (int32_t pixel = 0; pixel < w->out_h * w->out_w; pixel++)
    {
        const int32_t in_y = pixel / w->out_w * w->stride_h - w->pad_top;
        const int32_t in_x = pixel % w->out_w * w->stride_w - w->pad_left;
        const dqnn_range rows = dqnn_taps(in_y, w->kernel_h, w->dilation_h, w->in_h);
        const dqnn_range columns = dqnn_taps(in_x, w->kernel_w, w->dilation_w, w->in_w);
        const int32_t padded = taps - (rows.end - rows.first) * (columns.end - columns.first);
        const int32_t start = pad_value == 0 ? padded : 0;
        for (int32_t word = 0; word < words; word++)
        {
            uint32_t planes[DQNN_S1_BOUND_PLANES_MAX];
            for (int32_t i = 0; i < bound_planes; i++)
            {
                planes[i] = start >> i & 1 ? 0xFFFFFFFFu : 0;
            }
            for (int32_t row = 0; row < w->kernel_h; row++)
            {
                for (int32_t column = 0; column < w->kernel_w; column++)
                {
                    const uint32_t weight = weights[(row * w->kernel_w + column) * words + word];
                    if (row >= rows.first && row < rows.end && column >= columns.first && column < columns.end)
                    {
                        const int32_t at = (in_y + row * w->dilation_h) * w->in_w + in_x + column * w->dilation_w;
                        dqnn_count_up(planes, bound_planes, in[at * words + word] ^ weight);
                    }
                    else if (pad_value != 0)
                    {
                        dqnn_count_up(planes, bound_planes, pad_value < 0 ? ~weight : weight);
                    }
                }
            }
            out[pixel * words + word] =
                dqnn_at_least(planes, bounds + word * bound_planes, bound_planes) & (word + 1 < words ? 0xFFFFFFFFu : tail);
        }
    }
}
