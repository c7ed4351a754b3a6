/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/atomic_words.h
 * @brief The words of atomics that backends share: memory orders, operations, results.
 */
#ifndef GRANUM_IMPL_ATOMIC_WORDS_H
#define GRANUM_IMPL_ATOMIC_WORDS_H

/** Largest element of an atomic [B]. */
#define GR_MAX_ATOMIC 64

/** What else an atomic orders: the words and the meaning of C11's <stdatomic.h>. */
typedef enum gr_order {
    GR_ORDER_RELAXED = __ATOMIC_RELAXED, /**< nothing but the element itself */
    GR_ORDER_ACQUIRE = __ATOMIC_ACQUIRE, /**< what follows sees what came before the release */
    GR_ORDER_RELEASE = __ATOMIC_RELEASE, /**< what came before is seen after the acquire */
    GR_ORDER_ACQ_REL = __ATOMIC_ACQ_REL, /**< both */
    GR_ORDER_SEQ_CST = __ATOMIC_SEQ_CST  /**< both, and one order of all such atomics */
} gr_order;

/** The operations, and which value is the result: what a backend's macros are called with. The
 * first four are for all numbers, the next two not for complex ones, the rest for integers. */
enum gr_impl_atomic_op {
    GR_IMPL_ATOMIC_ADD,
    GR_IMPL_ATOMIC_SUB,
    GR_IMPL_ATOMIC_MUL,
    GR_IMPL_ATOMIC_DIV,
    GR_IMPL_ATOMIC_MIN,
    GR_IMPL_ATOMIC_MAX,
    GR_IMPL_ATOMIC_MOD,
    GR_IMPL_ATOMIC_AND,
    GR_IMPL_ATOMIC_OR,
    GR_IMPL_ATOMIC_XOR,
    GR_IMPL_ATOMIC_NAND,
    GR_IMPL_ATOMIC_LSHIFT,
    GR_IMPL_ATOMIC_RSHIFT,
    GR_IMPL_ATOMIC_INC,
    GR_IMPL_ATOMIC_DEC
};
enum gr_impl_atomic_result { GR_IMPL_ATOMIC_NONE, GR_IMPL_ATOMIC_OLD, GR_IMPL_ATOMIC_NEW };

#endif
