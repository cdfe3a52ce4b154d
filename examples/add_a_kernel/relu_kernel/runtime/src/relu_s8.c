#include "relu_s8.h"

void relu_s8(const int8_t *in, int8_t *out, int32_t count, int32_t zero_point)
{
    for (int32_t i = 0; i < count; i++)
    {
        out[i] = in[i] > zero_point ? in[i] : (int8_t)zero_point;
    }
}
