/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_machine.h
 * @brief Kernels written straight in the primitives of devices.
 */
#ifndef GRANUM_TEST_SIM_MACHINE_H
#define GRANUM_TEST_SIM_MACHINE_H

#include <granum/status.h>

GR_EXTERN_C_BEGIN

/** What goes wrong in a kernel of test_sim_machine. */
typedef enum machine_fault {
    FAULT_NONE,
    FAULT_ENDED,       /**< thread 5 ends before the barrier */
    FAULT_OTHER_PLACE, /**< odd threads are at another barrier */
    FAULT_SHUFFLE,     /**< lane 3 does not shuffle */
    FAULT_LANE,        /**< a lane that the group does not have */
    FAULT_LANES,       /**< a group that is no power of two */
    FAULT_SHARED,      /**< a byte behind the shared memory */
    FAULT_RACE,        /**< no barrier after the first writes */
    FAULT_STACK        /**< endless recursion */
} machine_fault;

/** Sum each block's part of x by a tree in shared memory: out[block]. */
gr_status machine_sum(const double *x, double *out, unsigned blocks, unsigned threads,
                      machine_fault fault);

/** Sum lane numbers by shuffles in groups of so many lanes: out[thread]. */
gr_status machine_shuffle(unsigned *out, unsigned threads, int lanes);

/** Blocks in the order in which they start. */
gr_status machine_order(unsigned *out, unsigned *count, unsigned blocks);

/** Each block waits for the one that started before it, and adds 1 to its value. */
gr_status machine_chain(unsigned *value, unsigned *ticket, unsigned blocks, unsigned threads);

/** Thread 0 waits for what the last thread of its block writes, without a barrier. */
gr_status machine_wait(unsigned *flag, unsigned threads);

/** The first word of shared memory, which nobody has written. */
gr_status machine_unset(uint64_t *out);

/** A launch of so many threads and bytes of shared memory. */
gr_status machine_sizes(unsigned threads, size_t shared);

GR_EXTERN_C_END

#endif
