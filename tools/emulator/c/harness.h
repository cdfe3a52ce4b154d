/* Between harness.c and the file that is generated for each network (see harness.py). */

#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>

/* One input or output of the network. */
typedef struct {
    void *data;
    size_t bytes;
} harness_buffer;

extern const harness_buffer harness_arena;
extern const harness_buffer harness_inputs[];
extern const size_t harness_input_count;
extern const harness_buffer harness_outputs[];
extern const size_t harness_output_count;

/* Runs the network once on these buffers and returns what it returned. */
int harness_run(void);

#ifdef HARNESS_TICKS
/* Ticks of the target's clock since the first call. */
unsigned long long harness_ticks(void);
#endif

#endif
