/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fibre.cpp
 * @brief Switching stacks.
 *
 * Kept across a switch is what a call keeps: the callee-saved registers and the stack pointer.
 * Control words of the floating-point unit are the host thread's, the same for all its fibres.
 */
#include "fibre.h"

#include <cstdint>
#include <pthread.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

#ifdef ADDRESS_SANITIZER
extern "C" void __sanitizer_start_switch_fiber(void **fake, const void *bottom, size_t size);
extern "C" void __sanitizer_finish_switch_fiber(void *fake, const void **bottom, size_t *size);
#define STACK_BYTES ((size_t)512 << 10)
#else
#define STACK_BYTES ((size_t)128 << 10)
#endif

#if defined(__x86_64__)
asm(R"(
    .text
    .p2align 4
    .hidden sim_switch
    .globl sim_switch
    .type sim_switch, @function
sim_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size sim_switch, . - sim_switch
)");
enum { SAVED_WORDS = 6 };
#elif defined(__aarch64__)
asm(R"(
    .text
    .p2align 4
    .hidden sim_switch
    .globl sim_switch
    .type sim_switch, %function
sim_switch:
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
    .size sim_switch, . - sim_switch
)");
enum { SAVED_WORDS = 20, LINK_WORD = 11 };
#endif

#ifndef GRANUM_SIM_UCONTEXT
extern "C" void sim_switch(void **from_top, void *to_top);
#endif

bool sim_fibre_allocate(sim_fibre *fibre, size_t number) {
    void *memory = mmap(nullptr, STACK_BYTES + SIM_FIBRE_GUARD, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED) {
        return false;
    }
    mprotect(memory, SIM_FIBRE_GUARD, PROT_NONE);
    /* Tops at one page offset would compete for one set of the first cache. */
    fibre->stack = static_cast<char *>(memory) + SIM_FIBRE_GUARD;
    fibre->bytes = STACK_BYTES - number * 320 % 4096;
    return true;
}

void sim_fibre_free(sim_fibre *fibre) {
    if (fibre->stack) {
        munmap(fibre->stack - SIM_FIBRE_GUARD, STACK_BYTES + SIM_FIBRE_GUARD);
    }
    *fibre = sim_fibre{};
}

void sim_fibre_reset(sim_fibre *fibre, void (*entry)()) {
    fibre->fake = nullptr;
#ifdef GRANUM_SIM_UCONTEXT
    getcontext(&fibre->context);
    fibre->context.uc_stack.ss_sp = fibre->stack;
    fibre->context.uc_stack.ss_size = fibre->bytes;
    fibre->context.uc_link = nullptr;
    makecontext(&fibre->context, entry, 0);
#else
    /* As sim_switch leaves a stack; a backtrace ends at the zero above it. */
    uintptr_t *top = reinterpret_cast<uintptr_t *>(fibre->stack + fibre->bytes);

#if defined(__x86_64__)
    *--top = 0; /* entry() finds the stack as after a call: 8 beyond a multiple of 16 */
    *--top = reinterpret_cast<uintptr_t>(entry);
    top -= SAVED_WORDS;
    for (int k = 0; k < SAVED_WORDS; ++k) {
        top[k] = 0;
    }
#else
    top -= SAVED_WORDS;
    for (int k = 0; k < SAVED_WORDS; ++k) {
        top[k] = 0;
    }
    top[LINK_WORD] = reinterpret_cast<uintptr_t>(entry);
#endif
    fibre->top = top;
#endif
}

#ifdef ADDRESS_SANITIZER
/* The bounds of the host thread's own stack, which the sanitizer wants for the way back. */
static void own_stack(const void **bottom, size_t *bytes) {
    static thread_local void *low;
    static thread_local size_t size;

    if (!low) {
        pthread_attr_t attributes;

        if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
            pthread_attr_getstack(&attributes, &low, &size);
            pthread_attr_destroy(&attributes);
        }
    }
    *bottom = low;
    *bytes = size;
}
#endif

void sim_fibre_switch(sim_fibre *from, sim_fibre *to) {
#ifdef ADDRESS_SANITIZER
    const void *bottom = to->stack;
    size_t bytes = to->bytes;

    if (!to->stack) {
        own_stack(&bottom, &bytes);
    }
    __sanitizer_start_switch_fiber(&from->fake, bottom, bytes);
#endif
#ifdef GRANUM_SIM_UCONTEXT
    swapcontext(&from->context, &to->context);
#else
    sim_switch(&from->top, to->top);
#endif
#ifdef ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(from->fake, nullptr, nullptr);
#endif
}

void sim_fibre_arrived() {
#ifdef ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
#endif
}
