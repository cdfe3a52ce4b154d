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

/* The stack pointer with which the last run called the network; null on a core whose assembler is not known here. */
extern unsigned char *harness_stack_pointer;

#if defined __arm__
#define HARNESS_READ_STACK_POINTER(pointer) __asm__ volatile("mov %0, sp" : "=r"(pointer))
#elif defined __riscv
#define HARNESS_READ_STACK_POINTER(pointer) __asm__ volatile("mv %0, sp" : "=r"(pointer))
#else
#define HARNESS_READ_STACK_POINTER(pointer) (pointer) = NULL
#endif

#ifdef HARNESS_TICKS
/* Ticks of the target's clock since the first call. */
unsigned long long harness_ticks(void);
#endif

#endif
