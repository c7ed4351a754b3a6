/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gups.h
 * @brief What random updates of a table need, and who does them.
 */
#ifndef PERF_TESTS_GUPS_H
#define PERF_TESTS_GUPS_H

#include <granum/granum.h>

/** Streams of the sequence that run side by side. */
enum { GUPS_STREAMS = 1024 };

typedef struct gups_data {
    gr_view1_u64 table; /**< (size), a power of two */
    gr_view1_u64 start; /**< (GUPS_STREAMS): the word before a stream's first */
    gr_index each;      /**< updates of a stream */
} gups_data;

/** The word after a, of RandomAccess's sequence (see examples/gups.c). */
static inline uint64_t gups_next(uint64_t a) {
    return a << 1 ^ (a >> 63) * 7;
}

GR_EXTERN_C_BEGIN

void gups_granum(void *data);
void gups_twin(void *data);
void gups_best(void *data);

GR_EXTERN_C_END

#endif
