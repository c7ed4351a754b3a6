/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_atomic_contention.h
 * @brief Several threads at the same few elements.
 */
#ifndef GRANUM_TEST_ATOMIC_CONTENTION_H
#define GRANUM_TEST_ATOMIC_CONTENTION_H

#include <granum/granum.h>

/** Numbers that are added to: X(suffix, T). */
#define NUMBER_LIST(X) \
    X(i8, int8_t)      \
    X(i16, int16_t)    \
    X(i32, int32_t)    \
    X(i64, int64_t)    \
    X(u8, uint8_t)     \
    X(u16, uint16_t)   \
    X(u32, uint32_t)   \
    X(u64, uint64_t)   \
    X(f32, float)      \
    X(f64, double)

/** Sizes of structs [B]: X(size). The formatter does not agree with itself about the list. */
/* clang-format off */
#define STRUCT_LIST(X) \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(11) X(12) X(15) X(16) X(17) X(24) X(31) X(32) \
    X(33) X(40) X(48) X(63) X(64)
/* clang-format on */

#define STRUCT_TYPE(S)        \
    typedef struct bytes##S { \
        unsigned char b[S];   \
    } bytes##S;
STRUCT_LIST(STRUCT_TYPE)
#undef STRUCT_TYPE

typedef struct integers {
    int64_t xored, anded, ored, least, most, wrapped_up, wrapped_down, tickets, last_ticket, locked;
    uint64_t product;
} integers;

/** A sum behind a lock of the pool. */
typedef struct wide {
    int64_t count, part[4];
} wide;

GR_EXTERN_C_BEGIN

/** Add 1 (a half and back for every second) to cell[i % cells], n times. */
#define ADD_FUNCTION(suffix, T) void add_##suffix(T *cell, gr_index cells, gr_index n, int threads);
NUMBER_LIST(ADD_FUNCTION)
void add_c64(gr_c64 *cell, gr_index cells, gr_index n, int threads);
void add_c128(gr_c128 *cell, gr_index cells, gr_index n, int threads);

/** Add 1 to each byte of one struct, n times by UPDATE; loads that saw a torn struct. */
#define STRUCT_FUNCTION(S) gr_index update_##S(bytes##S *cell, gr_index n, int threads);
STRUCT_LIST(STRUCT_FUNCTION)

/** Every integer operation whose result does not depend on the order, n times. */
void mixed(integers *to, gr_index n, int threads);

/** Message passing: how often a flag was seen without its data. */
gr_index pass_messages(int64_t *data, int32_t *flag, gr_index n, int threads);

/** Increments between a lock and an unlock made of atomics. */
void under_own_lock(int64_t *counter, int32_t *held, gr_index n, int threads);

/** Updates of `outer` whose function updates all of inner[0..m), one after the other. */
void nested(wide *outer, wide *inner, gr_index m, gr_index n, int threads);

GR_EXTERN_C_END

#endif
