/* Start-up of an emulated Cortex-M: vector table, coprocessors, SysTick, heap, command line by semihosting.
 * The emulator loads .data and clears .bss, so nothing is copied here. newlib's own start-up is not used: it asks
 * the emulator where to put stack and heap, and the answer may lie in the middle of the program. */

#include "harness.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define CPACR (*(volatile uint32_t *)0xE000ED88u)    /* coprocessor access: FPU and MVE */
#define SYST_CSR (*(volatile uint32_t *)0xE000E010u) /* SysTick: control and status */
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u) /* reload value */
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u) /* current value, counts down */

#define SYST_PERIOD 0x1000000u /* ticks; the counter has 24 bits */

/* Semihosting operations. */
#define SYS_GET_CMDLINE 0x15u
#define SYS_EXIT_EXTENDED 0x20u
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

#define FAULT_STATUS 125u /* exit status after any fault; emulator/run.py knows it */

#define COMMAND_LINE_BYTES 256u
#define ARGUMENTS_MAX 8

/* From the linker script. */
extern unsigned char heap_start[], heap_end[], stack_top[];

extern void initialise_monitor_handles(void); /* librdimon: opens the standard streams */
extern int main(int argc, char **argv);

void *_sbrk(ptrdiff_t bytes); /* newlib's allocator calls it */
void reset_handler(void);
void fault_handler(void);
void systick_handler(void);

static volatile uint32_t systick_periods;

void systick_handler(void) { systick_periods++; }

static uint32_t semihosting(uint32_t operation, const void *argument) {
    register uint32_t result __asm__("r0") = operation;
    register const void *block __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(result) : "r"(block) : "memory");
    return result;
}

void fault_handler(void) {
    const uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, FAULT_STATUS};
    for (;;) {
        semihosting(SYS_EXIT_EXTENDED, block);
    }
}

void *_sbrk(ptrdiff_t bytes) {
    static unsigned char *next = heap_start;
    if (bytes > heap_end - next) {
        return (void *)-1;
    }
    unsigned char *const start = next;
    next += bytes;
    return start;
}

/* Splits the emulator's command line at its spaces. Returns the number of arguments. */
static int read_arguments(char *line, char **arguments) {
    struct {
        char *text;
        uint32_t bytes;
    } block = {line, COMMAND_LINE_BYTES};
    int count = 0;
    if (semihosting(SYS_GET_CMDLINE, &block) != 0) {
        return 0;
    }
    for (char *c = line; *c != '\0' && count < ARGUMENTS_MAX;) {
        arguments[count++] = c;
        while (*c != ' ' && *c != '\0') {
            c++;
        }
        while (*c == ' ') {
            *c++ = '\0';
        }
    }
    return count;
}

void reset_handler(void) {
    static char line[COMMAND_LINE_BYTES];
    static char *arguments[ARGUMENTS_MAX];
    CPACR |= 0xFu << 20; /* full access to CP10 and CP11 */
    __asm__ volatile("dsb\n\tisb" ::: "memory");
    initialise_monitor_handles();
    exit(main(read_arguments(line, arguments), arguments));
}

unsigned long long harness_ticks(void) {
    uint32_t periods, value;
    if ((SYST_CSR & 1u) == 0u) { /* not enabled yet */
        SYST_RVR = SYST_PERIOD - 1u;
        SYST_CVR = 0u;
        SYST_CSR = 7u; /* processor clock, interrupt, enable */
    }
    do { /* again if the counter wrapped in between */
        periods = systick_periods;
        value = SYST_CVR;
    } while (periods != systick_periods);
    /* A period begins, and systick_periods grows, when the counter reaches 0. */
    return (unsigned long long)periods * SYST_PERIOD + (SYST_PERIOD - value) % SYST_PERIOD;
}

typedef void (*handler)(void);
typedef struct {
    unsigned char *stack;
    handler handlers[15];
} vector_table;

__attribute__((used, section(".vectors"))) static const vector_table vectors = {
    stack_top,
    {
        reset_handler, fault_handler, fault_handler, fault_handler, /* reset, NMI, HardFault, MemManage */
        fault_handler, fault_handler, fault_handler, 0,             /* BusFault, UsageFault, SecureFault */
        0,             0,             fault_handler, fault_handler, /* SVCall, DebugMonitor */
        0,             fault_handler, systick_handler,              /* PendSV, SysTick */
    },
};
