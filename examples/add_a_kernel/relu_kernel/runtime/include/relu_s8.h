#ifndef RELU_S8_H
#define RELU_S8_H

#include <stdint.h>

/* out[i] = max(in[i], zero_point). In place. */
void relu_s8(const int8_t *in, int8_t *out, int32_t count, int32_t zero_point);

#endif
