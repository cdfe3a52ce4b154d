/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "dqnn_kernels.h"

void dqnn_copy_rows(const void *in, int32_t in_stride, void *out, int32_t out_stride, int32_t rows, int32_t row_bytes)
{
    for (int32_t row = 0; row < rows; row++)
    {
        memcpy((char *)out + row * out_stride, (const char *)in + row * in_stride, (size_t)row_bytes);
    }
}
