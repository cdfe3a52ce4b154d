/* SPDX-License-Identifier: Apache-2.0 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_output.h"

void dqnn_concat_s1(
    const uint32_t *in, uint32_t *out, int32_t pixels, int32_t in_channels, int32_t out_channels, int32_t first_channel)
{
    const int32_t in_words = dqnn_words(in_channels);
    const int32_t out_words = dqnn_words(out_channels);
    const int32_t shift = first_channel % 32;
    const int32_t touched = dqnn_words(shift + in_channels);
    out += first_channel / 32;
    for (int32_t pixel = 0; pixel < pixels; pixel++)
    {
        if (shift == 0)
        {
            memcpy(out, in, (size_t)in_words * sizeof *out);
        }
        else
        {
            uint32_t carry = out[0] & (0xFFFFFFFFu >> (32 - shift));
            for (int32_t i = 0; i < in_words; i++)
            {
                out[i] = carry | in[i] << shift;
                carry = in[i] >> (32 - shift);
            }
            if (touched > in_words)
            {
                out[in_words] = carry;
            }
        }
        in += in_words;
        out += out_words;
    }
}
