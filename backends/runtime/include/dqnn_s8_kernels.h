/* SPDX-License-Identifier: Apache-2.0
 *
 * Layers of s8 with weights of s8 whose sums become codes in float32, where an int32 bias would be too coarse.
 * Conventions of dqnn_kernels.h hold; `out` never overlaps another operand.
 *
 *   code = clamp(rne(acc * scale[c] + offset[c]) + out_offset, act_min, act_max)
 *
 * with an entry of scale and offset for each output channel; product and sum are rounded to float32 one by one, rne is
 * to the nearest integer with ties to even. -128 <= act_min <= act_max <= 127, out_offset is the output's zero point.
 * scale and offset are those of the code: divide them by the output's scale.
 *
 * acc = sum of (in + in_offset) * weight is an exact int32 below 2^16 products, and an exact float below 2^24; a larger
 * one is rounded to float32 first. Build as ISO C (-std=c99): fused multiply-add would round once only.
 */
#ifndef DQNN_S8_KERNELS_H
#define DQNN_S8_KERNELS_H

#include "dqnn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Weights OHWI [out_c, kernel_h, kernel_w, in_c / groups]. A padded tap holds the code pad_code; -in_offset pads with
 * zeros, and costs nothing. */
void dqnn_conv2d_s8_s8_s8(const int8_t *in,
                          const int8_t *weights,
                          const float *scale,
                          const float *offset,
                          int8_t *out,
                          const dqnn_window *window,
                          int32_t in_offset,
                          int32_t pad_code,
                          int32_t out_offset,
                          int32_t act_min,
                          int32_t act_max);

/* Weights [1, kernel_h, kernel_w, out_c]; output channel o reads input channel o / (out_c / in_c). Padding as above. */
void dqnn_depthwise_conv2d_s8_s8_s8(const int8_t *in,
                                    const int8_t *weights,
                                    const float *scale,
                                    const float *offset,
                                    int8_t *out,
                                    const dqnn_window *window,
                                    int32_t in_offset,
                                    int32_t pad_code,
                                    int32_t out_offset,
                                    int32_t act_min,
                                    int32_t act_max);

/* in [rows, in_features], weights [out_features, in_features], out [rows, out_features]. */
void dqnn_dense_s8_s8_s8(const int8_t *in,
                         const int8_t *weights,
                         const float *scale,
                         const float *offset,
                         int8_t *out,
                         int32_t rows,
                         int32_t in_features,
                         int32_t out_features,
                         int32_t in_offset,
                         int32_t out_offset,
                         int32_t act_min,
                         int32_t act_max);

/* ---- Near ties: convolutions with an int32 bias that follow ONNX Runtime's float32 sums ------------------------- */

/* The sums of a convolution that lie next to the middle of two codes, and what float32 needs to form them again. Those of
 * output channel channels[i], i < count, are sums[first[i]] to sums[first[i + 1] - 1], without the bias; codes[j] is what
 * the convolution makes of sums[j]. weight_scales has an entry for each of these channels. */
typedef struct
{
    int32_t count;
    const uint16_t *channels, *first;
    const int32_t *sums;
    const int8_t *codes;
    const float *weight_scales;
    float in_scale, out_scale;
} dqnn_near_ties;

/* Behind a convolution: of its codes in `out`, those of near ties again. Such a sum is formed in float32,
 *
 *   code = clamp(rne((sum of x * w + b) / out_scale) + out_offset)
 *   x = (in + in_offset) * in_scale, w = (weight + weight_offset) * weight_scale, b = bias * (in_scale * weight_scale)
 *
 * over channels, then rows, then columns of the window, each product added by fmaf; rne is to the nearest integer with ties
 * to even. Weights are OHWI [out_c, kernel_h, kernel_w, in_c / groups]; bias and weight_offsets may be NULL, for zeros. */
void dqnn_conv2d_near_ties_s8(const int8_t *in,
                              const int8_t *weights,
                              const int32_t *bias,
                              int8_t *out,
                              const dqnn_window *window,
                              const dqnn_near_ties *ties,
                              int32_t in_offset,
                              const int32_t *weight_offsets,
                              int32_t out_offset,
                              int32_t act_min,
                              int32_t act_max);

#ifdef __cplusplus
}
#endif

#endif /* DQNN_S8_KERNELS_H */
