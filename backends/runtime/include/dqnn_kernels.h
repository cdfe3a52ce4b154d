/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernels of this project that no CMSIS-NN function covers. Conventions:
 *
 * - Tensors are dense, row-major, activations NHWC with batch 1. Sizes and strides count elements unless a name says
 *   bytes. All sizes are at least 1, a rank is 1 to DQNN_MAX_RANK.
 * - Arrays `shape`, `strides`, ... have `rank` entries, outermost dimension first.
 * - Arguments are not checked: they are constants that the compiler has verified. Nothing outside the tensors is
 *   read or written, no memory is allocated, nothing is kept between calls.
 * - "In place" means that `out` may be the very address of that input. Any other overlap is forbidden.
 * - A pair (multiplier, shift) stands for multiplier * 2^(shift - 31), 0 <= multiplier < 2^31, -31 <= shift <= 30,
 *   and is applied with two roundings, as TensorFlow Lite does (dqnn_requantize.h). `*_offset` of an input is minus its
 *   zero point, `out_offset` is the output's zero point. act_min and act_max bound the output codes, inclusive.
 * - clamp_min and clamp_max bound float results; -FLT_MAX and FLT_MAX mean no fused activation.
 */
#ifndef DQNN_KERNELS_H
#define DQNN_KERNELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DQNN_MAX_RANK 6

/* Geometry of a sliding window over one image, HWC. pad_top and pad_left are the rows and columns of padding before
 * the input (for a transposed convolution: those cropped before the output); padding after it follows from out_h and
 * out_w. Pools ignore dilation and groups; a depthwise convolution has the channel multiplier out_c / in_c and ignores
 * groups; a transposed convolution ignores dilation and groups. */
typedef struct
{
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t pad_top, pad_left;
    int32_t dilation_h, dilation_w;
    int32_t groups;
} dqnn_window;

/* ---- Bytes: the element type does not matter, only its size (1, 2, 4 or 8 bytes) ------------------------------ */

/* out[0..bytes) = in[0..bytes). */
void dqnn_copy(const void *in, void *out, int32_t bytes);

/* out[i] = in[i] ^ 0x80 for bytes: codes of uint8_t as int8_t, 128 less, and back. In place. */
void dqnn_flip_sign_bits(const void *in, void *out, int32_t count);

/* `rows` runs of row_bytes: one input of a concatenation (in_stride = row_bytes), one output of a split
 * (out_stride = row_bytes). Strides in bytes from one run to the next; `in` and `out` point to the first run. */
void dqnn_copy_rows(const void *in, int32_t in_stride, void *out, int32_t out_stride, int32_t rows, int32_t row_bytes);

/* out[i...] = in[offsets + i * strides] for i in out_shape. Strides are steps along each dimension of `in`; they may be
 * negative. */
void dqnn_slice(const void *in,
                void *out,
                int32_t element_bytes,
                int32_t rank,
                const int32_t *in_shape,
                const int32_t *offsets,
                const int32_t *strides,
                const int32_t *out_shape);

/* Dimension i of `out` is dimension permutation[i] of `in`. */
void dqnn_transpose(const void *in,
                    void *out,
                    int32_t element_bytes,
                    int32_t rank,
                    const int32_t *in_shape,
                    const int32_t *permutation);

/* padding = [before 0, after 0, before 1, after 1, ...], each at least 0. fill_value is the padding element's bit
 * pattern (its low element_bytes bytes): (uint8_t)code for s8, 0 for 0.0f. element_bytes is 1, 2 or 4. */
void dqnn_pad(const void *in,
              void *out,
              int32_t element_bytes,
              int32_t rank,
              const int32_t *in_shape,
              const int32_t *padding,
              uint32_t fill_value);

/* Nearest-neighbour resize of [in_h, in_w] pixels of pixel_bytes each to [out_h, out_w], with TensorFlow Lite's rules
 * and float32 arithmetic. align_corners and half_pixel_centers are 0 or 1, not both 1. */
void dqnn_resize_nearest(const void *in,
                         void *out,
                         int32_t pixel_bytes,
                         int32_t in_h,
                         int32_t in_w,
                         int32_t out_h,
                         int32_t out_w,
                         int32_t align_corners,
                         int32_t half_pixel_centers);

/* ---- s8 ------------------------------------------------------------------------------------------------------- */

/* out[i] = table[in[i] + 128]; table has 256 entries. In place. */
void dqnn_lut_s8(const int8_t *in, const int8_t *table, int8_t *out, int32_t count);

/* out[i] = clamp(requantize(in[i] + in_offset) + out_offset, -128, 127). In place. */
void dqnn_requantize_s8(const int8_t *in,
                        int8_t *out,
                        int32_t count,
                        int32_t in_offset,
                        int32_t multiplier,
                        int32_t shift,
                        int32_t out_offset);

/* out[i] = clamp(round_half_away(in[i] / scale) + zero_point, -128, 127), in float32; NaN gives -128. */
void dqnn_quantize_f32_s8(const float *in, int8_t *out, int32_t count, float scale, int32_t zero_point);

/* out[i] = clamp(round(in[i] * inverse_scale) + zero_point, act_min, act_max), halves to even. NaN gives act_min. */
void dqnn_quantize_even_f32_s8(const float *in,
                               int8_t *out,
                               int32_t count,
                               float inverse_scale,
                               int32_t zero_point,
                               int32_t act_min,
                               int32_t act_max);

/* out[i] = clamp(round(in[i] / scale) + zero_point, act_min, act_max), halves to even. NaN gives act_min. */
void dqnn_quantize_divide_even_f32_s8(const float *in,
                                      int8_t *out,
                                      int32_t count,
                                      float scale,
                                      int32_t zero_point,
                                      int32_t act_min,
                                      int32_t act_max);

/* out[i] = clamp(round(in[i] * inverse_scale), low, high) * scale, halves to even; NaN gives low. In place. */
void dqnn_fake_quantize_f32(
    const float *in, float *out, int32_t count, float inverse_scale, float scale, float low, float high);

/* out[i] = (in[i] - zero_point) * scale. */
void dqnn_dequantize_s8_f32(const int8_t *in, float *out, int32_t count, float scale, int32_t zero_point);

/* Broadcasting arithmetic: `shape` is the output's shape; lhs_strides and rhs_strides are each operand's own strides in
 * elements, 0 along a dimension that the operand repeats. In place over an operand that repeats nothing.
 * Sums: scaled(x) = requantize((x + offset) * 2^left_shift, multiplier, shift);
 *       out = clamp(requantize(scaled(lhs) +- scaled(rhs), out_multiplier, out_shift) + out_offset).
 * Products: out = clamp(requantize((lhs + lhs_offset) * (rhs + rhs_offset), out_multiplier, out_shift) + out_offset).
 */
void dqnn_add_s8(const int8_t *lhs,
                 const int8_t *rhs,
                 int8_t *out,
                 int32_t rank,
                 const int32_t *shape,
                 const int32_t *lhs_strides,
                 const int32_t *rhs_strides,
                 int32_t lhs_offset,
                 int32_t lhs_multiplier,
                 int32_t lhs_shift,
                 int32_t rhs_offset,
                 int32_t rhs_multiplier,
                 int32_t rhs_shift,
                 int32_t left_shift,
                 int32_t out_offset,
                 int32_t out_multiplier,
                 int32_t out_shift,
                 int32_t act_min,
                 int32_t act_max);

void dqnn_sub_s8(const int8_t *lhs,
                 const int8_t *rhs,
                 int8_t *out,
                 int32_t rank,
                 const int32_t *shape,
                 const int32_t *lhs_strides,
                 const int32_t *rhs_strides,
                 int32_t lhs_offset,
                 int32_t lhs_multiplier,
                 int32_t lhs_shift,
                 int32_t rhs_offset,
                 int32_t rhs_multiplier,
                 int32_t rhs_shift,
                 int32_t left_shift,
                 int32_t out_offset,
                 int32_t out_multiplier,
                 int32_t out_shift,
                 int32_t act_min,
                 int32_t act_max);

void dqnn_mul_s8(const int8_t *lhs,
                 const int8_t *rhs,
                 int8_t *out,
                 int32_t rank,
                 const int32_t *shape,
                 const int32_t *lhs_strides,
                 const int32_t *rhs_strides,
                 int32_t lhs_offset,
                 int32_t rhs_offset,
                 int32_t out_offset,
                 int32_t out_multiplier,
                 int32_t out_shift,
                 int32_t act_min,
                 int32_t act_max);

/* Weights OHWI [out_c, kernel_h, kernel_w, in_c / groups] with zero point 0; bias may be NULL; multipliers and shifts have
 * one entry a channel. As arm_convolve_wrapper_s8, whose place it takes on cores with vectors that CMSIS-NN does not use;
 * no scratch memory. */
void dqnn_conv2d_s8(const int8_t *in,
                    const int8_t *weights,
                    const int32_t *bias,
                    int8_t *out,
                    const dqnn_window *window,
                    int32_t in_offset,
                    const int32_t *multipliers,
                    const int32_t *shifts,
                    int32_t out_offset,
                    int32_t act_min,
                    int32_t act_max);

/* The same beside arm_depthwise_conv_wrapper_s8: weights [1, kernel_h, kernel_w, out_c]; output channel o reads input
 * channel o / (out_c / in_c). */
void dqnn_depthwise_conv2d_s8(const int8_t *in,
                              const int8_t *weights,
                              const int32_t *bias,
                              int8_t *out,
                              const dqnn_window *window,
                              int32_t in_offset,
                              const int32_t *multipliers,
                              const int32_t *shifts,
                              int32_t out_offset,
                              int32_t act_min,
                              int32_t act_max);

/* in [rows, in_features], weights [out_features, in_features] with zero point 0, out [rows, out_features]; bias may be
 * NULL. multipliers and shifts have one entry, or one for each output where per_channel is 1. Unlike CMSIS-NN's fully
 * connected kernels this rounds once, as TensorFlow Lite does in dense layers (and in no other):
 * out = clamp(floor(acc * multiplier * 2^(shift - 31) + 1/2) + out_offset). */
void dqnn_dense_s8(const int8_t *in,
                   const int8_t *weights,
                   const int32_t *bias,
                   int8_t *out,
                   int32_t rows,
                   int32_t in_features,
                   int32_t out_features,
                   int32_t in_offset,
                   const int32_t *multipliers,
                   const int32_t *shifts,
                   int32_t per_channel,
                   int32_t out_offset,
                   int32_t act_min,
                   int32_t act_max);

/* Layers whose weights have zero points: weight_offsets are minus these, one for each output channel, and multipliers and
 * shifts have as many entries; bias may be NULL. Weights are OHWI [out_c, kernel_h, kernel_w, in_c / groups]. */
void dqnn_conv2d_asymmetric_s8(const int8_t *in,
                               const int8_t *weights,
                               const int32_t *bias,
                               int8_t *out,
                               const dqnn_window *window,
                               int32_t in_offset,
                               const int32_t *weight_offsets,
                               const int32_t *multipliers,
                               const int32_t *shifts,
                               int32_t out_offset,
                               int32_t act_min,
                               int32_t act_max);

/* Weights [1, kernel_h, kernel_w, out_c]; output channel o reads input channel o / (out_c / in_c). */
void dqnn_depthwise_conv2d_asymmetric_s8(const int8_t *in,
                                         const int8_t *weights,
                                         const int32_t *bias,
                                         int8_t *out,
                                         const dqnn_window *window,
                                         int32_t in_offset,
                                         const int32_t *weight_offsets,
                                         const int32_t *multipliers,
                                         const int32_t *shifts,
                                         int32_t out_offset,
                                         int32_t act_min,
                                         int32_t act_max);

/* Weights OHWI [out_c, kernel_h, kernel_w, in_c]. */
void dqnn_transpose_conv2d_asymmetric_s8(const int8_t *in,
                                         const int8_t *weights,
                                         const int32_t *bias,
                                         int8_t *out,
                                         const dqnn_window *window,
                                         int32_t in_offset,
                                         const int32_t *weight_offsets,
                                         const int32_t *multipliers,
                                         const int32_t *shifts,
                                         int32_t out_offset,
                                         int32_t act_min,
                                         int32_t act_max);

/* As dqnn_dense_s8, which rounds once. weight_offsets, multipliers and shifts have one entry, or one for each output where
 * per_channel is 1. */
void dqnn_dense_asymmetric_s8(const int8_t *in,
                              const int8_t *weights,
                              const int32_t *bias,
                              int8_t *out,
                              int32_t rows,
                              int32_t in_features,
                              int32_t out_features,
                              int32_t in_offset,
                              const int32_t *weight_offsets,
                              const int32_t *multipliers,
                              const int32_t *shifts,
                              int32_t per_channel,
                              int32_t out_offset,
                              int32_t act_min,
                              int32_t act_max);

/* The mean of each window over the values inside the input, halves up (arm_avgpool_s8: away from zero). Every window must
 * touch the input. */
void dqnn_avg_pool2d_up_s8(const int8_t *in, int8_t *out, const dqnn_window *window, int32_t act_min, int32_t act_max);

/* Mean over the dimensions whose entry in `reduce` is 1 (0: kept). With n = the number of elements averaged:
 * out = clamp(requantize(sum + n * in_offset, multiplier, shift) + out_offset, -128, 127). The division by n is part of
 * (multiplier, shift): see dqnn_mean_s8.c for TensorFlow Lite's way to derive it. */
void dqnn_mean_s8(const int8_t *in,
                  int8_t *out,
                  int32_t rank,
                  const int32_t *shape,
                  const int32_t *reduce,
                  int32_t in_offset,
                  int32_t multiplier,
                  int32_t shift,
                  int32_t out_offset);

/* ---- f32: the fallback where no integer kernel exists. The order of operations is that of TensorFlow Lite's reference
 *      kernels, so results are bit-equal but for the C library's exp and tanh. `bias` may be NULL. ---------------- */

/* Weights OHWI [out_c, kernel_h, kernel_w, in_c / groups]. */
void dqnn_conv2d_f32(const float *in,
                     const float *weights,
                     const float *bias,
                     float *out,
                     const dqnn_window *window,
                     float clamp_min,
                     float clamp_max);

/* Weights [1, kernel_h, kernel_w, out_c]; output channel o reads input channel o / (out_c / in_c). */
void dqnn_depthwise_conv2d_f32(const float *in,
                               const float *weights,
                               const float *bias,
                               float *out,
                               const dqnn_window *window,
                               float clamp_min,
                               float clamp_max);

/* Weights OHWI [out_c, kernel_h, kernel_w, in_c]. */
void dqnn_transpose_conv2d_f32(const float *in,
                               const float *weights,
                               const float *bias,
                               float *out,
                               const dqnn_window *window,
                               float clamp_min,
                               float clamp_max);

/* in [rows, in_features], weights [out_features, in_features], out [rows, out_features]. */
void dqnn_dense_f32(const float *in,
                    const float *weights,
                    const float *bias,
                    float *out,
                    int32_t rows,
                    int32_t in_features,
                    int32_t out_features,
                    float clamp_min,
                    float clamp_max);

/* Both pools look at the window's part inside the input; the average divides by the number of its elements. It adds
 * them row by row, or by_columns: each column of the window by itself and then the columns' sums. */
void dqnn_max_pool2d_f32(const float *in, float *out, const dqnn_window *window, float clamp_min, float clamp_max);
void dqnn_avg_pool2d_f32(const float *in,
                         float *out,
                         const dqnn_window *window,
                         int32_t by_columns,
                         float clamp_min,
                         float clamp_max);

/* Mean over the dimensions whose entry in `reduce` is 1 (0: kept). */
void dqnn_mean_f32(const float *in, float *out, int32_t rank, const int32_t *shape, const int32_t *reduce);

/* Broadcasting as for s8. In place over an operand that repeats nothing. */
void dqnn_add_f32(const float *lhs,
                  const float *rhs,
                  float *out,
                  int32_t rank,
                  const int32_t *shape,
                  const int32_t *lhs_strides,
                  const int32_t *rhs_strides,
                  float clamp_min,
                  float clamp_max);

void dqnn_sub_f32(const float *lhs,
                  const float *rhs,
                  float *out,
                  int32_t rank,
                  const int32_t *shape,
                  const int32_t *lhs_strides,
                  const int32_t *rhs_strides,
                  float clamp_min,
                  float clamp_max);

void dqnn_mul_f32(const float *lhs,
                  const float *rhs,
                  float *out,
                  int32_t rank,
                  const int32_t *shape,
                  const int32_t *lhs_strides,
                  const int32_t *rhs_strides,
                  float clamp_min,
                  float clamp_max);

void dqnn_div_f32(const float *lhs,
                  const float *rhs,
                  float *out,
                  int32_t rank,
                  const int32_t *shape,
                  const int32_t *lhs_strides,
                  const int32_t *rhs_strides,
                  float clamp_min,
                  float clamp_max);

void dqnn_maximum_f32(const float *lhs,
                      const float *rhs,
                      float *out,
                      int32_t rank,
                      const int32_t *shape,
                      const int32_t *lhs_strides,
                      const int32_t *rhs_strides);

void dqnn_minimum_f32(const float *lhs,
                      const float *rhs,
                      float *out,
                      int32_t rank,
                      const int32_t *shape,
                      const int32_t *lhs_strides,
                      const int32_t *rhs_strides);

/* Softmax of beta * x over each row of row_size elements. In place. */
void dqnn_softmax_f32(const float *in, float *out, int32_t rows, int32_t row_size, float beta);

/* min(max(x, clamp_min), clamp_max): relu is (0, FLT_MAX), relu6 (0, 6). In place, as all below. */
void dqnn_clip_f32(const float *in, float *out, int32_t count, float clamp_min, float clamp_max);

/* x where x > 0, else alpha * x. */
void dqnn_leaky_relu_f32(const float *in, float *out, int32_t count, float alpha);

/* x where x > 0, else x times its slope, which `alpha_strides` repeat. */
void dqnn_prelu_f32(const float *in,
                    const float *alpha,
                    float *out,
                    int32_t rank,
                    const int32_t *shape,
                    const int32_t *in_strides,
                    const int32_t *alpha_strides);

/* x * clamp(x + 3, 0, 6) / 6. */
void dqnn_hard_swish_f32(const float *in, float *out, int32_t count);

/* 1 / (1 + exp(-x)). */
void dqnn_sigmoid_f32(const float *in, float *out, int32_t count);

void dqnn_tanh_f32(const float *in, float *out, int32_t count);

#ifdef __cplusplus
}
#endif

#endif /* DQNN_KERNELS_H */
