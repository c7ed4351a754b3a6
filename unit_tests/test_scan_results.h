/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_results.h
 * @brief Scans of several types and operations.
 */
#ifndef GRANUM_TEST_SCAN_RESULTS_H
#define GRANUM_TEST_SCAN_RESULTS_H

#include <granum/range.h>

/** Types of sums: X(suffix, T). */
#define SUM_LIST(X)  \
    X(i8, int8_t)    \
    X(i32, int32_t)  \
    X(i64, int64_t)  \
    X(u16, uint16_t) \
    X(u64, uint64_t) \
    X(f32, float)    \
    X(f64, double)

/** A map x -> m x + c modulo 2^32; composition does not commute. */
typedef struct map {
    uint32_t m, c;
} map;

GR_EXTERN_C_BEGIN

/** Element i is at x[i - lo]; the total. */
#define SCAN_FUNCTION(suffix, T)                                                                 \
    T scan_exclusive_##suffix(const T *x, T *out, gr_index lo, gr_index hi, gr_options options); \
    T scan_inclusive_##suffix(const T *x, T *out, gr_index lo, gr_index hi, gr_options options);
SUM_LIST(SCAN_FUNCTION)

/** Statements without a total, with and without label, give the same. */
void scan_bare(const int64_t *x, int64_t *labelled, int64_t *bare, gr_index n);
int64_t scan_total_bare(const int64_t *x, int64_t *out, gr_index n);

float scan_running_max(const float *x, float *out, gr_index n, gr_options options);
bool scan_seen(const bool *x, bool *out, gr_index n, gr_options options);
uint32_t scan_product(const uint32_t *x, uint32_t *out, gr_index n, gr_options options);
map scan_maps(const map *x, map *out, gr_index n, gr_options options);
gr_c128 scan_complex(gr_c128 *out, gr_index n, gr_options options);

/** Put the numbers divisible by 3 (GR_CONTINUE elsewhere) one after the other; how many. */
int64_t scan_compact(gr_index n, gr_index *out, gr_options options);

/** Inner loops with break: prefix of the count of powers of two up to i % 100. */
int64_t scan_inner_loops(gr_index n, int64_t *out);

GR_EXTERN_C_END

#endif
