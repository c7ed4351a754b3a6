/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fibre.h
 * @brief Fibres: stacks that a host thread switches between by itself.
 *
 * The switch is written by hand for x86-64 and AArch64 (a few nanoseconds) and is swapcontext
 * elsewhere (a system call for the signal mask). A fibre belongs to the host thread that started
 * it. The address sanitizer is told of each switch.
 */
#ifndef GRANUM_SIM_FIBRE_H
#define GRANUM_SIM_FIBRE_H

#include <cstddef>

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(GRANUM_SIM_UCONTEXT)
#define GRANUM_SIM_UCONTEXT 1
#endif
#ifdef GRANUM_SIM_UCONTEXT
#include <ucontext.h>
#endif

/** Bytes below a stack that trap: more than a function's variables usually take, since the first
 * one that is touched may lie anywhere among them. */
#define SIM_FIBRE_GUARD ((size_t)64 << 10)

/** A stack and where it stands; all zero: none yet. */
struct sim_fibre {
#ifdef GRANUM_SIM_UCONTEXT
    ucontext_t context;
#else
    void *top; /* stack pointer while it does not run */
#endif
    char *stack; /* lowest address; NULL: the host thread's own */
    size_t bytes;
    void *fake; /* the address sanitizer's */
};

/** Give fibre `number` a stack above memory that traps; false: no memory. */
bool sim_fibre_allocate(sim_fibre *fibre, size_t number);
void sim_fibre_free(sim_fibre *fibre);

/** Let entry(), which never returns, run when the fibre is switched to; what it ran is forgotten.
 */
void sim_fibre_reset(sim_fibre *fibre, void (*entry)());

/** Leave `from` where it stands, and go on with `to`. */
void sim_fibre_switch(sim_fibre *from, sim_fibre *to);

/** First thing in entry(): the switch has arrived. */
void sim_fibre_arrived();

#endif
