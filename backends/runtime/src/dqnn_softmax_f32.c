/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "dqnn_kernels.h"

/* y_i = exp(beta * (x_i - max x)) / sum_j exp(beta * (x_j - max x)) */
void dqnn_softmax_f32(const float *in, float *out, int32_t rows, int32_t row_size, float beta)
{
    for (int32_t row = 0; row < rows; row++)
    {
        float largest = in[0];
        float sum = 0.0f;
        for (int32_t i = 1; i < row_size; i++)
        {
            largest = in[i] > largest ? in[i] : largest;
        }
        for (int32_t i = 0; i < row_size; i++)
        {
            out[i] = expf((in[i] - largest) * beta);
            sum += out[i];
        }
        for (int32_t i = 0; i < row_size; i++)
        {
            out[i] /= sum;
        }
        in += row_size;
        out += row_size;
    }
}
