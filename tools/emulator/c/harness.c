/* Runs a network on every sample of a file: harness INPUTS OUTPUTS [REPEAT | stack].
 *
 * INPUTS holds, sample after sample, the bytes of each network input; OUTPUTS receives the outputs in the same
 * manner. Before each run the arena and the outputs are filled with a pattern,
 * so that a network shows it when it reads what it never wrote, or does not write an output. Where the target has a
 * clock, the ticks of each inference go to standard output, one line a sample.
 *
 * With REPEAT, each sample is run that many times and the clock is left alone, so that the instructions of one more
 * inference can be told apart from all others. These others are executed in main and in functions named harness_*.
 *
 * With the word stack, each sample is run once and OUTPUTS receives no outputs but, one line a sample, the bytes of
 * stack that the network wrote; the clock, whose interrupts take stack, is left alone.
 *
 * Exit status: 0; 1 after a line on standard error. */

#include "harness.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_BYTES 0x8000u /* of stack that are looked at; there are 64 KB on the smallest machine */
#define STACK_PATTERN 0xA5u

typedef enum { RUN_TIMED, RUN_REPEATED, RUN_STACK } harness_mode;

static size_t harness_total_bytes(const harness_buffer *buffers, size_t count) {
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += buffers[i].bytes;
    }
    return total;
}

/* These two go byte by byte; volatile keeps the compiler from calling memcpy and memset, which kernels call too and
 * which are counted by their names. */
static void harness_fill(const harness_buffer *buffer) {
    volatile unsigned char *target = buffer->data;
    for (size_t i = 0; i < buffer->bytes; i++) {
        target[i] = 0xA5;
    }
}

static void harness_copy(void *to, const void *from, size_t bytes) {
    volatile unsigned char *target = to;
    const unsigned char *source = from;
    for (size_t i = 0; i < bytes; i++) {
        target[i] = source[i];
    }
}

static void harness_prepare(const unsigned char *sample) {
    harness_fill(&harness_arena);
    for (size_t i = 0; i < harness_output_count; i++) {
        harness_fill(&harness_outputs[i]);
    }
    for (size_t i = 0; i < harness_input_count; i++) {
        harness_copy(harness_inputs[i].data, sample, harness_inputs[i].bytes);
        sample += harness_inputs[i].bytes;
    }
}

/* Fills the free stack with a pattern, or gives the lowest address of it that has another byte since. One function does
 * both, so that it is the same memory. */
__attribute__((noinline)) static uintptr_t harness_stack(int fill) {
    unsigned char free_stack[STACK_BYTES];
    volatile unsigned char *byte = free_stack;
    volatile unsigned char *const end = byte + STACK_BYTES;
    __asm__ volatile("" : "+r"(byte)); /* the compiler forgets that nothing is in there yet, and that it ends with us */
    while (byte < end && (fill || *byte == STACK_PATTERN)) {
        if (fill) {
            *byte = STACK_PATTERN;
        }
        byte++;
    }
    return (uintptr_t)byte;
}

/* Runs one sample and writes how many bytes of stack it took. Returns the network's status. */
static int harness_stack_sample(const unsigned char *sample, FILE *outputs) {
    harness_prepare(sample);
    harness_stack(1);
    const int status = harness_run();
    const int written = fprintf(outputs, "%lu\n", (unsigned long)((uintptr_t)harness_stack_pointer - harness_stack(0)));
    return status != 0 ? status : written < 0;
}

/* Runs one sample `repeat` times, or once and prints the ticks. Returns the network's status. */
static int harness_sample(const unsigned char *sample, harness_mode mode, unsigned long repeat) {
    int status = 0;
    for (unsigned long i = 0; i < repeat && status == 0; i++) {
        harness_prepare(sample);
        status = harness_run();
    }
    if (mode == RUN_TIMED) {
        harness_prepare(sample);
#ifdef HARNESS_TICKS
        const unsigned long long start = harness_ticks();
        status = harness_run();
        printf("%llu\n", harness_ticks() - start);
#else
        status = harness_run();
#endif
    }
    return status;
}

static int harness_write(FILE *file) {
    for (size_t i = 0; i < harness_output_count; i++) {
        if (fwrite(harness_outputs[i].data, 1, harness_outputs[i].bytes, file) != harness_outputs[i].bytes) {
            return 1;
        }
    }
    return 0;
}

static int harness_samples(FILE *inputs, FILE *outputs, unsigned char *sample, harness_mode mode, unsigned long repeat) {
    const size_t bytes = harness_total_bytes(harness_inputs, harness_input_count);
    for (unsigned long index = 0;; index++) {
        const size_t got = fread(sample, 1, bytes, inputs);
        if (got == 0) {
            return 0;
        }
        if (got != bytes) {
            fprintf(stderr, "sample %lu has %lu bytes of %lu\n", index, (unsigned long)got, (unsigned long)bytes);
            return 1;
        }
        const int status =
            mode == RUN_STACK ? harness_stack_sample(sample, outputs) : harness_sample(sample, mode, repeat);
        if (status != 0) {
            fprintf(stderr, "the network returned %d on sample %lu\n", status, index);
            return 1;
        }
        if (mode != RUN_STACK && harness_write(outputs) != 0) {
            fprintf(stderr, "cannot write the outputs of sample %lu\n", index);
            return 1;
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: harness INPUTS OUTPUTS [REPEAT | stack]\n");
        return 1;
    }
    const harness_mode mode = argc == 3 ? RUN_TIMED : strcmp(argv[3], "stack") == 0 ? RUN_STACK : RUN_REPEATED;
    const unsigned long repeat = mode == RUN_REPEATED ? strtoul(argv[3], NULL, 10) : 0;
    FILE *const inputs = fopen(argv[1], "rb");
    FILE *const outputs = fopen(argv[2], "wb");
    unsigned char *const sample = malloc(harness_total_bytes(harness_inputs, harness_input_count));
    if (inputs == NULL || outputs == NULL || sample == NULL) {
        fprintf(stderr, "cannot open the files or allocate a sample\n");
        return 1;
    }
    int status = harness_samples(inputs, outputs, sample, mode, repeat);
    free(sample);
    fclose(inputs);
    if (fclose(outputs) != 0) {
        fprintf(stderr, "cannot write the outputs\n");
        status = 1;
    }
    return status;
}
