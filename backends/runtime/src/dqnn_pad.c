/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_strided.h"

/* Writes the low bytes of `value` to every element. */
static void fill(char *out, int32_t count, int32_t element_bytes, uint32_t value)
{
    const uint8_t byte = (uint8_t)value;
    const uint16_t half = (uint16_t)value;
    const void *element = &value;
    if (element_bytes <= 2)
    {
        element = element_bytes == 1 ? (const void *)&byte : (const void *)&half;
    }
    for (int32_t i = 0; i < count; i++)
    {
        memcpy(out + i * element_bytes, element, (size_t)element_bytes);
    }
}

/* Fills the whole output, then puts the input's rows in their places. */
void dqnn_pad(const void *in,
              void *out,
              int32_t element_bytes,
              int32_t rank,
              const int32_t *in_shape,
              const int32_t *padding,
              uint32_t fill_value)
{
    const int32_t row_bytes = in_shape[rank - 1] * element_bytes;
    const char *from = (const char *)in;
    int32_t out_shape[DQNN_MAX_RANK];
    int32_t strides[DQNN_MAX_RANK];
    int32_t first = 0;
    dqnn_walk walk = {{0}, {0}};
    for (int32_t d = 0; d < rank; d++)
    {
        out_shape[d] = padding[2 * d] + in_shape[d] + padding[2 * d + 1];
    }
    dqnn_dense_strides(rank, out_shape, strides);
    for (int32_t d = 0; d < rank; d++)
    {
        first += padding[2 * d] * strides[d];
    }
    fill((char *)out, out_shape[0] * strides[0], element_bytes, fill_value);
    do
    {
        memcpy((char *)out + (first + walk.at[0]) * element_bytes, from, (size_t)row_bytes);
        from += row_bytes;
    } while (dqnn_walk_next(&walk, rank - 1, in_shape, strides, 0));
}
