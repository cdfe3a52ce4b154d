/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DQNN_INLINE_H
#define DQNN_INLINE_H

#include <stdint.h>

/* DQNN_INLINE: helpers of the inner loops, inlined always, so that constant arguments specialise them; where
 * DQNN_SMALL_CODE is defined, as the compiler sees fit.
 * DQNN_NOINLINE: functions around an inner loop, kept apart so that their callers' variables stay out of registers. */
#if defined(__GNUC__) && !defined(DQNN_SMALL_CODE)
#define DQNN_INLINE static inline __attribute__((always_inline))
#else
#define DQNN_INLINE static inline
#endif
#if defined(__GNUC__)
#define DQNN_NOINLINE static __attribute__((noinline))
#else
#define DQNN_NOINLINE static
#endif

DQNN_INLINE int32_t dqnn_min(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

DQNN_INLINE int32_t dqnn_max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

DQNN_INLINE int32_t dqnn_clamp(int32_t x, int32_t low, int32_t high)
{
    return dqnn_min(dqnn_max(x, low), high);
}

/* a + b modulo 2^32: biases come from model files and may be anything. */
DQNN_INLINE int32_t dqnn_wrapping_add(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

#endif /* DQNN_INLINE_H */
