/* QEMU plugin: counts executed instructions by function, and by call from the functions that are marked as callers.
 *
 * Arguments: ranges=FILE, lines "START END CALLER": a function's addresses (hexadecimal, sorted, end excluded), and 1
 * for a caller. counts=FILE, written at exit, a line "OWN WHOLE" for each range: the instructions of the function
 * itself, and those of the function and all it called, counted where a caller called it (a caller's are its own).
 *
 * The interface is QEMU's plugin API, version 1 (QEMU 4.2 to 8.2), declared here as far as it is used. */

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct plugin_tb;
struct plugin_insn;
enum register_access { READS_NO_REGISTERS = 0 };

extern size_t qemu_plugin_tb_n_insns(const struct plugin_tb *tb);
extern struct plugin_insn *qemu_plugin_tb_get_insn(const struct plugin_tb *tb, size_t index);
extern uint64_t qemu_plugin_insn_vaddr(const struct plugin_insn *insn);
extern void qemu_plugin_register_vcpu_tb_exec_cb(
    struct plugin_tb *tb, void (*callback)(unsigned, void *), enum register_access access, void *data);
extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*callback)(plugin_id, struct plugin_tb *));
extern void qemu_plugin_register_atexit_cb(plugin_id id, void (*callback)(plugin_id, void *), void *data);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;
__attribute__((visibility("default"))) int qemu_plugin_install(
    plugin_id id, const void *info, int argc, char **argv);

struct range {
    uint64_t start, end, own, whole;
    int caller;
};
static struct range *ranges;
static size_t range_count;
static const char *counts_path;

static struct range elsewhere = {.caller = 1};  /* code of no known function */
static struct range *current = &elsewhere; /* the caller that is running, or what it called */

/* Instructions that stand one after another in a function and are executed together. */
struct block {
    struct range *range;
    uint64_t instructions;
};

static struct range *find_range(uint64_t address) {
    size_t low = 0, high = range_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranges[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < range_count && ranges[low].start <= address ? &ranges[low] : &elsewhere;
}

static void on_execute(unsigned cpu, void *data) {
    (void)cpu;
    const struct block *const block = data;
    if (block->range->caller || current->caller) {
        current = block->range;
    }
    block->range->own += block->instructions;
    current->whole += block->instructions;
}

/* Registers a callback for each stretch of the block's instructions that is in one function: mostly one. */
static void on_translate(plugin_id id, struct plugin_tb *tb) {
    (void)id;
    struct block *block = NULL;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct range *const range = find_range(qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i)));
        if (block == NULL || block->range != range) {
            block = malloc(sizeof *block); /* lives as long as the translated code: until the end */
            if (block == NULL) {
                abort();
            }
            *block = (struct block){range, 0};
            qemu_plugin_register_vcpu_tb_exec_cb(tb, on_execute, READS_NO_REGISTERS, block);
        }
        block->instructions++;
    }
}

static void on_exit_write(plugin_id id, void *data) {
    (void)id;
    (void)data;
    FILE *const file = fopen(counts_path, "w");
    if (file == NULL) {
        return; /* the reader sees that the file is not there */
    }
    for (size_t i = 0; i < range_count; i++) {
        fprintf(file, "%" PRIu64 " %" PRIu64 "\n", ranges[i].own, ranges[i].whole);
    }
    fclose(file);
}

static int read_ranges(const char *path) {
    FILE *const file = fopen(path, "r");
    if (file == NULL) {
        return -1;
    }
    struct range next = {.own = 0};
    while (fscanf(file, "%" SCNx64 " %" SCNx64 " %d", &next.start, &next.end, &next.caller) == 3) {
        struct range *const grown = realloc(ranges, (range_count + 1) * sizeof *ranges);
        if (grown == NULL) {
            break;
        }
        ranges = grown;
        ranges[range_count++] = next;
    }
    fclose(file);
    return range_count == 0 ? -1 : 0;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
    (void)info;
    const char *ranges_path = NULL;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "ranges=", 7) == 0) {
            ranges_path = argv[i] + 7;
        } else if (strncmp(argv[i], "counts=", 7) == 0) {
            counts_path = strdup(argv[i] + 7);
        }
    }
    if (ranges_path == NULL || counts_path == NULL || read_ranges(ranges_path) != 0) {
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit_write, NULL);
    return 0;
}
