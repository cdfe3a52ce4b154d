/* Runs a network on every sample of a file: harness INPUTS OUTPUTS [REPEAT].
 *
 * INPUTS holds, sample after sample, the bytes of each network input; OUTPUTS receives the outputs in the same
 * manner. Before each run the arena and the outputs are filled with a pattern,
 * so that a network shows it when it reads what it never wrote, or does not write an output. Where the target has a
 * clock, the ticks of each inference go to standard output, one line a sample.
 *
 * With REPEAT, each sample is run that many times and the clock is left alone, so that the instructions of one more
 * inference can be told apart from all others. These others are executed in main and in functions named harness_*.
 *
 * Exit status: 0; 1 after a line on standard error. */

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

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

/* Runs one sample `repeat` times, or once and prints the ticks if that is 0. Returns the network's status. */
static int harness_sample(const unsigned char *sample, unsigned long repeat) {
    int status = 0;
    for (unsigned long i = 0; i < repeat && status == 0; i++) {
        harness_prepare(sample);
        status = harness_run();
    }
    if (repeat == 0) {
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

static int harness_samples(FILE *inputs, FILE *outputs, unsigned char *sample, unsigned long repeat) {
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
        const int status = harness_sample(sample, repeat);
        if (status != 0) {
            fprintf(stderr, "the network returned %d on sample %lu\n", status, index);
            return 1;
        }
        if (harness_write(outputs) != 0) {
            fprintf(stderr, "cannot write the outputs of sample %lu\n", index);
            return 1;
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: harness INPUTS OUTPUTS [REPEAT]\n");
        return 1;
    }
    const unsigned long repeat = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    FILE *const inputs = fopen(argv[1], "rb");
    FILE *const outputs = fopen(argv[2], "wb");
    unsigned char *const sample = malloc(harness_total_bytes(harness_inputs, harness_input_count));
    if (inputs == NULL || outputs == NULL || sample == NULL) {
        fprintf(stderr, "cannot open the files or allocate a sample\n");
        return 1;
    }
    int status = harness_samples(inputs, outputs, sample, repeat);
    free(sample);
    fclose(inputs);
    if (fclose(outputs) != 0) {
        fprintf(stderr, "cannot write the outputs\n");
        status = 1;
    }
    return status;
}
