/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernels on 1-bit tensors (s1), written for speed on cores without a population count. Conventions of dqnn_kernels.h
 * hold (NHWC, batch 1, arguments are constants that the compiler has verified, nothing is checked here); `out` never
 * overlaps another operand but where "in place" is said.
 *
 * s1 tensors. +1 is bit 0, -1 is bit 1. Bits lie in 32-bit words along the channels, channel 0 in the least significant
 * bit; each pixel starts a new word, so it has words(C) = ceil(C / 32) of them; bits behind the last channel (the tail)
 * are 0. Every kernel writes tails as 0 and relies on them being 0, in activations and in weights.
 *
 * Accumulators are int32 and exact. They come out in one of three forms; a constant array entry a channel each:
 *
 *   s1   code -1 (bit 1) exactly when acc < thresholds[c]; -2^30 <= threshold <= 2^30. INT32 sums fit in +-2^29 for all
 *        kernels below 2^29 products, so +-2^30 makes a constant channel: -2^30 always +1, 2^30 always -1.
 *        There is no direction: a channel whose test is the other way round has its weights negated at compile time.
 *        Kernels of s1 with s1 weights have limits[c] instead, the number of products less thresholds[c].
 *   s8   clamp(rne(acc * scale[c] + offset[c]) + out_offset, act_min, act_max): float32, product and sum rounded one by
 *        one, rne to the nearest integer with ties to even. -128 <= act_min <= act_max <= 127, out_offset is the output's
 *        zero point. scale and offset are those of the code: divide them by the output's scale.
 *   f32  acc * scale[c] + offset[c], rounded likewise.
 *
 * (float)acc is exact below 2^24. Code built with fused multiply-add would round once only: build as ISO C (-std=c99)
 * with gcc; for clang the kernels say so themselves.
 *
 * Weights that are s1 lie as activations do, one output channel after the other: 1 bit a weight, rounded up to 32 input
 * channels. The layout is the same for all cores, but for the kernels that say otherwise.
 */
#ifndef DQNN_S1_KERNELS_H
#define DQNN_S1_KERNELS_H

#include "dqnn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Convolution, s1 x s1 (groups 1, any kernel, stride, dilation; pointwise and a 1-row image likewise) -------------
 *
 * acc = sum of in * weight over the taps. Weights: [out_c][kernel_h][kernel_w][words(in_c)], K words an output channel.
 * pad_value is what a padded tap holds: +1, -1, or 0 for one that counts nothing. Exact in all three, and for the kernel
 * without padding whatever it says. scratch has DQNN_S1_CONV_SCRATCH_WORDS words, contents do not matter. */
#define DQNN_S1_CONV_SCRATCH_WORDS(K, out_c, zero_padding) ((K) + ((zero_padding) ? (out_c) : 0))

/* zero_padding: pad_value is 0 and some window reaches over the edge; else 0. */
void dqnn_conv2d_s1_s1_s1(const uint32_t *in,
                          const uint32_t *weights,
                          const int32_t *limits,
                          uint32_t *out,
                          const dqnn_window *window,
                          int32_t pad_value,
                          uint32_t *scratch);

void dqnn_conv2d_s1_s1_s8(const uint32_t *in,
                          const uint32_t *weights,
                          const float *scale,
                          const float *offset,
                          int8_t *out,
                          const dqnn_window *window,
                          int32_t pad_value,
                          int32_t out_offset,
                          int32_t act_min,
                          int32_t act_max,
                          uint32_t *scratch);

void dqnn_conv2d_s1_s1_f32(const uint32_t *in,
                           const uint32_t *weights,
                           const float *scale,
                           const float *offset,
                           float *out,
                           const dqnn_window *window,
                           int32_t pad_value,
                           uint32_t *scratch);

/* Depthwise, one output channel an input channel (in_c = out_c).
 * Weights: [kernel_h * kernel_w][words(in_c)], a channel's weight for a tap in the channel's bit.
 * Bounds instead of thresholds, as bit planes: with n = kernel_h * kernel_w and threshold t (acc < t gives -1),
 *   bound[c] = clamp(n - t + 1, 0, 2 * n + 1)
 * and bit c of bounds[word * bound_planes + p] is bit p of the bound of the word's channel c. bound_planes is the number
 * of bits of 2 * n + 1, at most DQNN_S1_BOUND_PLANES_MAX. Channels behind the last may have any bound. */
#define DQNN_S1_BOUND_PLANES_MAX 16
void dqnn_depthwise_conv2d_s1_s1_s1(const uint32_t *in,
                                    const uint32_t *weights,
                                    const uint32_t *bounds,
                                    uint32_t *out,
                                    const dqnn_window *window,
                                    int32_t pad_value,
                                    int32_t bound_planes);

/* ---- Convolution of s8, threshold output (groups 1) ------------------------------------------------------------------
 *
 * acc = sum of (in + in_offset) * weight, weights OHWI [out_c][kernel_h][kernel_w][in_c]. in_offset is minus the input's
 * zero point. A padded tap holds the code pad_code; -in_offset pads with zeros, and costs nothing. */
void dqnn_conv2d_s8_s8_s1(const int8_t *in,
                          const int8_t *weights,
                          const int32_t *thresholds,
                          uint32_t *out,
                          const dqnn_window *window,
                          int32_t in_offset,
                          int32_t pad_code);

/* DoReFa weights of 8 bits: code k stands for (2k - 255) / 255. acc = sum of (in + in_offset) * (2k - 255), so acc / 255
 * times the input's scale is the real sum. At most 16,000 products a channel. */
void dqnn_conv2d_s8_u8_s1(const int8_t *in,
                          const uint8_t *weights,
                          const int32_t *thresholds,
                          uint32_t *out,
                          const dqnn_window *window,
                          int32_t in_offset,
                          int32_t pad_code);

/* ---- Dense, s1 x s1 --------------------------------------------------------------------------------------------------
 *
 * Input of `words` words with in_features real elements among them (after a Flatten of pixels with C channels:
 * pixels * words(C) and pixels * C); weights [out_features][words], tails 0. */
void dqnn_dense_s1_s1_s1(const uint32_t *in,
                         const uint32_t *weights,
                         const int32_t *limits,
                         uint32_t *out,
                         int32_t words,
                         int32_t in_features,
                         int32_t out_features);

void dqnn_dense_s1_s1_s8(const uint32_t *in,
                         const uint32_t *weights,
                         const float *scale,
                         const float *offset,
                         int8_t *out,
                         int32_t words,
                         int32_t in_features,
                         int32_t out_features,
                         int32_t out_offset,
                         int32_t act_min,
                         int32_t act_max);

void dqnn_dense_s1_s1_f32(const uint32_t *in,
                          const uint32_t *weights,
                          const float *scale,
                          const float *offset,
                          float *out,
                          int32_t words,
                          int32_t in_features,
                          int32_t out_features);

/* ---- s1 x s1 with eight channels side by side ------------------------------------------------------------------------
 *
 * For a core with vectors that count the bits of bytes (NEON): as the kernels of the names without _x8, but for the
 * constants. K words an output channel, `eights` = ceil(out_c / 8):
 *   weights  [eights][K][8], word k of channel c at (c / 8 * K + k) * 8 + c % 8. Those of channels behind the last are 0.
 *   limits   8 * eights; channels behind the last have 2^30, which makes their codes the tail's.
 * scratch has DQNN_S1_CONV_SCRATCH_WORDS(K, 8 * eights, zero_padding) words. */
void dqnn_conv2d_s1_s1_s1_x8(const uint32_t *in,
                             const uint32_t *weights,
                             const int32_t *limits,
                             uint32_t *out,
                             const dqnn_window *window,
                             int32_t pad_value,
                             uint32_t *scratch);

void dqnn_conv2d_s1_s1_s8_x8(const uint32_t *in,
                             const uint32_t *weights,
                             const float *scale,
                             const float *offset,
                             int8_t *out,
                             const dqnn_window *window,
                             int32_t pad_value,
                             int32_t out_offset,
                             int32_t act_min,
                             int32_t act_max,
                             uint32_t *scratch);

void dqnn_conv2d_s1_s1_f32_x8(const uint32_t *in,
                              const uint32_t *weights,
                              const float *scale,
                              const float *offset,
                              float *out,
                              const dqnn_window *window,
                              int32_t pad_value,
                              uint32_t *scratch);

void dqnn_dense_s1_s1_s1_x8(const uint32_t *in,
                            const uint32_t *weights,
                            const int32_t *limits,
                            uint32_t *out,
                            int32_t words,
                            int32_t in_features,
                            int32_t out_features);

void dqnn_dense_s1_s1_s8_x8(const uint32_t *in,
                            const uint32_t *weights,
                            const float *scale,
                            const float *offset,
                            int8_t *out,
                            int32_t words,
                            int32_t in_features,
                            int32_t out_features,
                            int32_t out_offset,
                            int32_t act_min,
                            int32_t act_max);

void dqnn_dense_s1_s1_f32_x8(const uint32_t *in,
                             const uint32_t *weights,
                             const float *scale,
                             const float *offset,
                             float *out,
                             int32_t words,
                             int32_t in_features,
                             int32_t out_features);

/* ---- Dense, s1 input with s8 or f32 weights --------------------------------------------------------------------------
 *
 * Input of `pixels` pixels with `channels` channels; weights [out_features][pixels * channels] without gaps, row-major.
 * acc = sum of in * weight, for f32 in the order of the elements. */
void dqnn_dense_s1_s8_s1(const uint32_t *in,
                         const int8_t *weights,
                         const int32_t *thresholds,
                         uint32_t *out,
                         int32_t pixels,
                         int32_t channels,
                         int32_t out_features);

void dqnn_dense_s1_s8_s8(const uint32_t *in,
                         const int8_t *weights,
                         const float *scale,
                         const float *offset,
                         int8_t *out,
                         int32_t pixels,
                         int32_t channels,
                         int32_t out_features,
                         int32_t out_offset,
                         int32_t act_min,
                         int32_t act_max);

void dqnn_dense_s1_s8_f32(const uint32_t *in,
                          const int8_t *weights,
                          const float *scale,
                          const float *offset,
                          float *out,
                          int32_t pixels,
                          int32_t channels,
                          int32_t out_features);

void dqnn_dense_s1_f32_f32(const uint32_t *in,
                           const float *weights,
                           const float *scale,
                           const float *offset,
                           float *out,
                           int32_t pixels,
                           int32_t channels,
                           int32_t out_features);

/* ---- Dense, s8 or f32 input with s1 weights --------------------------------------------------------------------------
 *
 * Weights [out_features][words(in_features)], feature 0 in the least significant bit of a row's first word. acc = sum of (in + in_offset) * weight; for f32 sum of in * weight in the order of the elements.
 * s1 from f32: -1 exactly when acc * scale[c] + offset[c] < 0 (so 0 and -0 give +1, and so does NaN). */
void dqnn_dense_s8_s1_s1(const int8_t *in,
                         const uint32_t *weights,
                         const int32_t *thresholds,
                         uint32_t *out,
                         int32_t in_offset,
                         int32_t in_features,
                         int32_t out_features);

void dqnn_dense_s8_s1_s8(const int8_t *in,
                         const uint32_t *weights,
                         const float *scale,
                         const float *offset,
                         int8_t *out,
                         int32_t in_offset,
                         int32_t in_features,
                         int32_t out_features,
                         int32_t out_offset,
                         int32_t act_min,
                         int32_t act_max);

void dqnn_dense_s8_s1_f32(const int8_t *in,
                          const uint32_t *weights,
                          const float *scale,
                          const float *offset,
                          float *out,
                          int32_t in_offset,
                          int32_t in_features,
                          int32_t out_features);

void dqnn_dense_f32_s1_s1(const float *in,
                          const uint32_t *weights,
                          const float *scale,
                          const float *offset,
                          uint32_t *out,
                          int32_t in_features,
                          int32_t out_features);

void dqnn_dense_f32_s1_f32(const float *in,
                           const uint32_t *weights,
                           const float *scale,
                           const float *offset,
                           float *out,
                           int32_t in_features,
                           int32_t out_features);

/* ---- Shape and form -------------------------------------------------------------------------------------------------- */

/* Maximum over the part of each window that lies in the input, which must not be empty. flip: NULL, or words(C) words
 * whose bits turn their channel round after the pool (tail 0). For a convolution, a pool, then batch-norm and sign: the
 * convolution binarises with its channel's threshold unflipped, flip has a bit where the batch-norm's scale is negative.
 * Dilation is ignored. */
void dqnn_max_pool2d_s1(const uint32_t *in, const uint32_t *flip, uint32_t *out, const dqnn_window *window);

/* One input of a concatenation along the channels: its in_channels become channels first_channel and up of `out`, which
 * has out_channels a pixel. One call an input, IN ORDER from channel 0: a call keeps the channels below its own in the
 * first word it touches, and clears what is above its own in the last one. Nothing else of `out` is touched. */
void dqnn_concat_s1(
    const uint32_t *in, uint32_t *out, int32_t pixels, int32_t in_channels, int32_t out_channels, int32_t first_channel);

/* Sign: -1 where in < 0. NaN, 0 and -0 give +1. In place: `out` may begin where `in` begins, since a word is written
 * once its numbers are read, and never lies behind them. */
void dqnn_pack_f32_s1(const float *in, uint32_t *out, int32_t pixels, int32_t channels);

/* -1 where in < zero_point. */
void dqnn_pack_s8_s1(const int8_t *in, uint32_t *out, int32_t pixels, int32_t channels, int32_t zero_point);

/* `plus` for +1, `minus` for -1 (for s8: codes in -128..127), without gaps. */
void dqnn_unpack_s1_f32(const uint32_t *in, float *out, int32_t pixels, int32_t channels, float plus, float minus);

void dqnn_unpack_s1_s8(const uint32_t *in, int8_t *out, int32_t pixels, int32_t channels, int32_t plus, int32_t minus);

/* Bit 31 - i for bit i of each word: the other bit order, at the edge of a model, to or from the order used here.
 * In place. */
void dqnn_reverse_bits_s1(const uint32_t *in, uint32_t *out, int32_t words);

#ifdef __cplusplus
}
#endif

#endif /* DQNN_S1_KERNELS_H */
