/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "dqnn_inline.h"
#include "dqnn_kernels.h"

/* The input position for output position `at` of [0, out), in float32 as TensorFlow Lite does. */
static int32_t nearest(int32_t at, int32_t in, int32_t out, int32_t align_corners, int32_t half_pixel_centers)
{
    const int32_t corners = align_corners && out > 1;
    const float scale = corners ? (float)(in - 1) / (float)(out - 1) : (float)in / (float)out;
    const float position = ((float)at + (half_pixel_centers ? 0.5f : 0.0f)) * scale;
    return dqnn_clamp((int32_t)(align_corners ? roundf(position) : floorf(position)), 0, in - 1);
}

void dqnn_resize_nearest(const void *in,
                         void *out,
                         int32_t pixel_bytes,
                         int32_t in_h,
                         int32_t in_w,
                         int32_t out_h,
                         int32_t out_w,
                         int32_t align_corners,
                         int32_t half_pixel_centers)
{
    char *to = (char *)out;
    for (int32_t y = 0; y < out_h; y++)
    {
        const int32_t row = nearest(y, in_h, out_h, align_corners, half_pixel_centers) * in_w;
        for (int32_t x = 0; x < out_w; x++)
        {
            const int32_t pixel = row + nearest(x, in_w, out_w, align_corners, half_pixel_centers);
            memcpy(to, (const char *)in + pixel * pixel_bytes, (size_t)pixel_bytes);
            to += pixel_bytes;
        }
    }
}
