/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolution of s8 activations with 8-bit weights and a threshold for each output channel, four channels at a time.
 * DoReFa's weight of code k is (2k - 255) / 255; its sums are sum x * (2k - 255) = 2 * sum x * k - 255 * sum x.
 */
#ifndef DQNN_S1_CONV_S8_H
#define DQNN_S1_CONV_S8_H

#include "dqnn_kernels.h"
#include "dqnn_s1_output.h"
#include "dqnn_window.h"

typedef enum
{
    DQNN_WEIGHTS_S8,
    DQNN_WEIGHTS_DOREFA
} dqnn_weight_type;

DQNN_INLINE int32_t dqnn_weight(uint8_t code, dqnn_weight_type type)
{
    return type == DQNN_WEIGHTS_S8 ? (int8_t)code : code;
}

/* acc[i] += sum x * w[i], *x_sum += sum x, over one tap: x = in + offset, or `offset` everywhere where `in` is NULL. */
DQNN_INLINE void dqnn_conv2d_s8_tap(const int8_t *in,
                                    int32_t offset,
                                    const uint8_t *const w[4],
                                    dqnn_weight_type type,
                                    int32_t channels,
                                    int32_t acc[4],
                                    int32_t *x_sum)
{
    const uint8_t *const w0 = w[0];
    const uint8_t *const w1 = w[1];
    const uint8_t *const w2 = w[2];
    const uint8_t *const w3 = w[3];
    for (int32_t i = 0; i < channels; i++)
    {
        const int32_t x = in ? in[i] + offset : offset;
        acc[0] += x * dqnn_weight(w0[i], type);
        acc[1] += x * dqnn_weight(w1[i], type);
        acc[2] += x * dqnn_weight(w2[i], type);
        acc[3] += x * dqnn_weight(w3[i], type);
        *x_sum += x;
    }
}

DQNN_INLINE void dqnn_conv2d_to_s1(const int8_t *in,
                                   const uint8_t *weights,
                                   dqnn_weight_type type,
                                   const dqnn_window *w,
                                   int32_t in_offset,
                                   int32_t pad_code,
                                   const dqnn_output *output)
{
    const int32_t pad = pad_code + in_offset;
    const int32_t filter = w->kernel_h * w->kernel_w * w->in_c;
    for (int32_t pixel = 0; pixel < w->out_h * w->out_w; pixel++)
    {
        const int32_t in_y = pixel / w->out_w * w->stride_h - w->pad_top;
        const int32_t in_x = pixel % w->out_w * w->stride_w - w->pad_left;
        const dqnn_range rows = dqnn_taps(in_y, w->kernel_h, w->dilation_h, w->in_h);
        const dqnn_range columns = dqnn_taps(in_x, w->kernel_w, w->dilation_w, w->in_w);
        for (int32_t first = 0; first < w->out_c; first += 4)
        {
            const uint8_t *filters[4];
            int32_t acc[4] = {0, 0, 0, 0};
            int32_t x_sum = 0;
            for (int32_t i = 0; i < 4; i++)
            {
                filters[i] = weights + dqnn_min(first + i, w->out_c - 1) * filter;
            }
            for (int32_t tap = 0; tap < w->kernel_h * w->kernel_w; tap++)
            {
                const int32_t row = tap / w->kernel_w;
                const int32_t column = tap % w->kernel_w;
                if (row >= rows.first && row < rows.end && column >= columns.first && column < columns.end)
                {
                    const int32_t at = (in_y + row * w->dilation_h) * w->in_w + in_x + column * w->dilation_w;
                    dqnn_conv2d_s8_tap(in + at * w->in_c, in_offset, filters, type, w->in_c, acc, &x_sum);
                }
                else if (pad != 0)
                {
                    dqnn_conv2d_s8_tap(NULL, pad, filters, type, w->in_c, acc, &x_sum);
                }
                for (int32_t i = 0; i < 4; i++)
                {
                    filters[i] += w->in_c;
                }
            }
            for (int32_t i = 0; i < dqnn_min(4, w->out_c - first); i++)
            {
                const int32_t sum = type == DQNN_WEIGHTS_S8 ? acc[i] : 2 * acc[i] - 255 * x_sum;
                dqnn_put_one(output, DQNN_TO_S1, pixel, first + i, sum);
            }
        }
    }
}

#endif /* DQNN_S1_CONV_S8_H */
