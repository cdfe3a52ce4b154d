/* SPDX-License-Identifier: Apache-2.0
 *
 * Concatenation seen from its axis: every input is `runs` blocks of contiguous bytes, which lie `stride` bytes apart in
 * the output.
 */
#ifndef DQNN_CONCATENATION_H
#define DQNN_CONCATENATION_H

#include <stdint.h>
#include <string.h>

static inline void dqnn_concatenation(const int8_t *in, int8_t *out, uint32_t runs, uint32_t block, uint32_t stride)
{
    for (uint32_t run = 0; run < runs; run++)
    {
        memcpy(out, in, block);
        in += block;
        out += stride;
    }
}

#endif /* DQNN_CONCATENATION_H */
