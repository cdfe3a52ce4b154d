/* SPDX-License-Identifier: Apache-2.0
 *
 * The largest of some +1 and -1 is -1 (bit 1) only where all are: the AND of the codes inside the input.
 */
#include "dqnn_s1_kernels.h"
#include "dqnn_s1_output.h"
#include "dqnn_window.h"

void dqnn_max_pool2d_s1(const uint32_t *in, const uint32_t *flip, uint32_t *out, const dqnn_window *window)
{
    const dqnn_window *const w = window;
    const int32_t words = dqnn_words(w->in_c);
    for (int32_t y = 0; y < w->out_h; y++)
    {
        const int32_t in_y = y * w->stride_h - w->pad_top;
        const dqnn_range rows = dqnn_taps(in_y, w->kernel_h, 1, w->in_h);
        for (int32_t x = 0; x < w->out_w; x++)
        {
            const int32_t in_x = x * w->stride_w - w->pad_left;
            const dqnn_range columns = dqnn_taps(in_x, w->kernel_w, 1, w->in_w);
            for (int32_t word = 0; word < words; word++)
            {
                uint32_t all = 0xFFFFFFFFu;
                for (int32_t row = rows.first; row < rows.end; row++)
                {
                    const uint32_t *const line = in + (in_y + row) * w->in_w * words + word;
                    for (int32_t column = columns.first; column < columns.end; column++)
                    {
                        all &= line[(in_x + column) * words];
                    }
                }
                *out++ = flip ? all ^ flip[word] : all;
            }
        }
    }
}
