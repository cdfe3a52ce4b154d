/* Start-up of a RISC-V program under QEMU's user mode: Linux's stack with the arguments, memory for malloc, exit.
 * The C library's own start-up sets up a machine, which a process may not. Files are opened by semihosting. */

#include <stddef.h>
#include <stdint.h>

#define HEAP_BYTES (32u << 20)
#define PAGE_BYTES 4096u
#define SYS_EXIT 93 /* of Linux */

extern int main(int argc, char **argv);
extern void _set_tls(void *tls);
extern unsigned char __tls_base[], __bss_start[]; /* from the C library's linker script */

void *sbrk(ptrdiff_t bytes); /* the C library's allocator calls it */
void harness_start(const uintptr_t *stack);

/* Loads the global pointer before any code relies on it. */
__asm__(".globl _start\n"
        "_start:\n"
        ".option push\n"
        ".option norelax\n"
        "la gp, __global_pointer$\n"
        ".option pop\n"
        "mv a0, sp\n"
        "andi sp, sp, -16\n"
        "call harness_start\n");

void *sbrk(ptrdiff_t bytes) {
    static unsigned char heap[HEAP_BYTES] __attribute__((aligned(16)));
    static size_t used;
    if (bytes > (ptrdiff_t)(sizeof heap - used)) {
        return (void *)-1;
    }
    used += (size_t)bytes;
    return heap + used - (size_t)bytes;
}

void harness_start(const uintptr_t *stack) {
    /* The loader maps the file's page with the last of .data over the first of .bss. */
    for (volatile unsigned char *byte = __bss_start; (uintptr_t)byte % PAGE_BYTES != 0; byte++) {
        *byte = 0;
    }
    _set_tls(__tls_base);
    register long status __asm__("a0") = main((int)stack[0], (char **)(stack + 1));
    register long call __asm__("a7") = SYS_EXIT;
    __asm__ volatile("ecall" : : "r"(status), "r"(call));
    __builtin_unreachable();
}
