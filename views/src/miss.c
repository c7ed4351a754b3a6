/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file miss.c
 * @brief The report of an access outside of a View (checked builds), and the call that disturbs
 * nothing.
 */
#include "buffer.h"

#include <granum/impl/backend.h>
#include <granum/impl/device.h>
#include <granum/impl/view_checked.h>

#include <pthread.h>
#include <string.h>

/* ---- where such an access goes ---- */

/* Enough for any element of a usual size; a larger one gets memory that is kept for the next. */
static _Alignas(64) char small_cell[512];
static char *large_cell;
static size_t large_size;
static pthread_mutex_t large_mutex = PTHREAD_MUTEX_INITIALIZER;

/* All misses share one cell: what they read or write has no meaning. Where there is no memory for a
 * huge element, the small cell has to do. */
static void *spare_cell(size_t item) {
    void *cell = small_cell;

    if (item <= sizeof small_cell) {
        return cell;
    }
    pthread_mutex_lock(&large_mutex);
    if (item > large_size) {
        char *larger = (char *)gr_impl_host_alloc(item, GR_ALIGNMENT);

        if (larger != NULL) {
            memset(larger, 0, item);
            large_cell = larger; /* another thread may still use the old one */
            large_size = item;
        }
    }
    if (item <= large_size) {
        cell = large_cell;
    }
    pthread_mutex_unlock(&large_mutex);
    return cell;
}

/* ---- the report ---- */

/* By rank. The arguments are three pieces of name, the indices, the extents; what a format does not
 * name is not read. Formatting happens only if the report is the first since the last fence. */
enum { EMPTY = GR_MAX_RANK + 1 };
static const char *const formats[EMPTY + 1] = {
    "element of %s%s%s = none, expected one",
    "index of %s%s%s = %td, expected 0 <= index < %td",
    "index of %s%s%s = (%td, %td), expected 0 <= index < (%td, %td)",
    "index of %s%s%s = (%td, %td, %td), expected 0 <= index < (%td, %td, %td)",
    "index of %s%s%s = (%td, %td, %td, %td), expected 0 <= index < (%td, %td, %td, %td)",
    "index of %s%s%s = (%td, %td, %td, %td, %td), expected 0 <= index < (%td, %td, %td, %td, %td)",
    "index of %s%s%s = (%td, %td, %td, %td, %td, %td), expected 0 <= index < (%td, %td, %td, %td, "
    "%td, %td)",
    "index of %s%s%s = (%td, %td, %td, %td, %td, %td, %td), expected 0 <= index < (%td, %td, %td, "
    "%td, %td, %td, %td)",
    "index of %s%s%s = (%td, %td, %td, %td, %td, %td, %td, %td), expected 0 <= index < (%td, %td, "
    "%td, %td, %td, %td, %td, %td)",
    "view %s%s%s = empty (released, or never created), expected one with elements",
};
#define NUMBERS(n)                                                                           \
    (n)[0], (n)[1], (n)[2], (n)[3], (n)[4], (n)[5], (n)[6], (n)[7], (n)[8], (n)[9], (n)[10], \
        (n)[11], (n)[12], (n)[13], (n)[14], (n)[15]

void gr_impl_view_miss(gr_impl_miss *miss) {
    const gr_place place = {miss->file, miss->line, NULL};
    const bool named = miss->buffer != NULL;
    const char *const quote = named ? "\"" : "";
    const char *const name = named ? miss->buffer->label : miss->view;
    const char *const format = formats[miss->data == NULL ? EMPTY : miss->rank];
    const char *kernel = NULL;
    gr_place launch;
    gr_index n[2 * GR_MAX_RANK] = {0};

    miss->cell = spare_cell(miss->item);
    memcpy(n, miss + 1, 2 * (size_t)miss->rank * sizeof n[0]);
    if (!gr_impl_current_kernel(&kernel, &launch)) {
        /* An access cannot return a status, so host code learns of it at its next fence too. */
        (void)!gr_impl_raise(GR_OUT_OF_BOUNDS, place, format, quote, name, quote, NUMBERS(n));
    }
    gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, kernel, format, quote, name, quote, NUMBERS(n));
}

/* A text that lasts: errors keep the names of files by address. There are few of them. */
static const char *lasting(const char *text) {
    typedef struct kept {
        struct kept *next;
        char text[];
    } kept;
    static kept *all;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    const size_t length = strlen(text) + 1;
    kept *one;

    pthread_mutex_lock(&lock);
    for (one = all; one != NULL && strcmp(one->text, text) != 0; one = one->next) {}
    if (one == NULL) {
        one = (kept *)gr_impl_host_alloc(sizeof *one + length, GR_ALIGNMENT);
        if (one != NULL) {
            memcpy(one->text, text, length);
            one->next = all;
            all = one;
        }
    }
    pthread_mutex_unlock(&lock);
    return one != NULL ? one->text : "";
}

void gr_impl_device_miss(const gr_site *site, const gr_impl_gpu_report *report) {
    const gr_place place = {lasting(report->file), report->line, NULL};
    const gr_buffer *buffer = (const gr_buffer *)report->buffer;
    const char *const quote = buffer ? "\"" : "";
    const char *const name = buffer ? buffer->label : report->view;

    gr_impl_launch_fail(GR_OUT_OF_BOUNDS, place, site->label,
                        formats[report->rank < 0 ? EMPTY : report->rank], quote, name, quote,
                        NUMBERS(report->values));
}

/* ---- the call ---- */

#if defined(__x86_64__) && defined(__ELF__) && defined(__LP64__)
/*
 * Saves the general registers and, with XSAVE, all extended state that the system has enabled; its
 * size is asked of the processor at the first miss. A processor without XSAVE has nothing beyond
 * FXSAVE. The caller's stack pointer was 128 higher, which the unwinding rules know, so a debugger
 * finds the way from here to the access.
 */
__asm__(".text\n"
        ".globl gr_impl_view_miss_quietly\n"
        ".type gr_impl_view_miss_quietly, @function\n"
        ".p2align 4\n"
        "gr_impl_view_miss_quietly:\n"
        ".cfi_startproc\n"
        ".cfi_def_cfa %rsp, 136\n"
        ".cfi_offset %rip, -136\n"
        "pushq %rbp\n"
        ".cfi_def_cfa_offset 144\n"
        ".cfi_offset %rbp, -144\n"
        "movq %rsp, %rbp\n"
        ".cfi_def_cfa_register %rbp\n"
        "pushq %rax\n"
        "pushq %rbx\n"
        "pushq %rcx\n"
        "pushq %rdx\n"
        "pushq %rsi\n"
        "pushq %rdi\n"
        "pushq %r8\n"
        "pushq %r9\n"
        "pushq %r10\n"
        "pushq %r11\n"
        /* ebx = bytes of extended state */
        "movl gr_impl_extended_state_bytes(%rip), %ebx\n"
        "testl %ebx, %ebx\n"
        "jnz 2f\n"
        "movl $1, %eax\n"
        "xorl %ecx, %ecx\n"
        "cpuid\n"
        "movl $512, %ebx\n"
        "btl $27, %ecx\n"
        "jnc 1f\n"
        "movl $13, %eax\n"
        "xorl %ecx, %ecx\n"
        "cpuid\n"
        "1:\n"
        "movl %ebx, gr_impl_extended_state_bytes(%rip)\n"
        "2:\n"
        "subq %rbx, %rsp\n"
        "andq $-64, %rsp\n"
        "cmpl $512, %ebx\n"
        "je 3f\n"
        /* XRSTOR wants a clean header and XSAVE writes only part of it */
        "xorl %eax, %eax\n"
        "movq %rax, 512(%rsp)\n"
        "movq %rax, 520(%rsp)\n"
        "movq %rax, 528(%rsp)\n"
        "movq %rax, 536(%rsp)\n"
        "movq %rax, 544(%rsp)\n"
        "movq %rax, 552(%rsp)\n"
        "movq %rax, 560(%rsp)\n"
        "movq %rax, 568(%rsp)\n"
        "movl $-1, %eax\n"
        "movl $-1, %edx\n"
        "xsave64 (%rsp)\n"
        "call gr_impl_view_miss@PLT\n"
        "movl $-1, %eax\n"
        "movl $-1, %edx\n"
        "xrstor64 (%rsp)\n"
        "jmp 4f\n"
        "3:\n"
        "fxsave64 (%rsp)\n"
        "call gr_impl_view_miss@PLT\n"
        "fxrstor64 (%rsp)\n"
        "4:\n"
        "leaq -80(%rbp), %rsp\n"
        "popq %r11\n"
        "popq %r10\n"
        "popq %r9\n"
        "popq %r8\n"
        "popq %rdi\n"
        "popq %rsi\n"
        "popq %rdx\n"
        "popq %rcx\n"
        "popq %rbx\n"
        "popq %rax\n"
        "popq %rbp\n"
        ".cfi_def_cfa %rsp, 136\n"
        "ret\n"
        ".cfi_endproc\n"
        ".size gr_impl_view_miss_quietly, .-gr_impl_view_miss_quietly\n"
        ".local gr_impl_extended_state_bytes\n"
        ".comm gr_impl_extended_state_bytes, 4, 4\n");
#endif
