/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_results.h
 * @brief Reductions with every reducer over every element type.
 */
#ifndef GRANUM_TEST_REDUCE_RESULTS_H
#define GRANUM_TEST_REDUCE_RESULTS_H

#include <granum/range.h>
#include <granum/reduce.h>

/** Types with an order: X(suffix, T). */
#define ORDERED_LIST(X) INTEGER_LIST(X) X(f32, float) X(f64, double)
#define INTEGER_LIST(X) \
    X(i8, int8_t)       \
    X(i16, int16_t)     \
    X(i32, int32_t)     \
    X(i64, int64_t)     \
    X(u8, uint8_t)      \
    X(u16, uint16_t)    \
    X(u32, uint32_t)    \
    X(u64, uint64_t)

/** Ordered results; minmax is the last word of its name's type. */
#define ORDERED_TYPE(suffix, T)       \
    typedef struct ordered_##suffix { \
        T sum, prod, min, max;        \
        gr_loc_##suffix least, most;  \
        gr_minmax_##suffix both;      \
    } ordered_##suffix;
ORDERED_LIST(ORDERED_TYPE)

#define LOGICAL_TYPE(suffix, T)       \
    typedef struct logical_##suffix { \
        T land, lor, band, bor;       \
    } logical_##suffix;
INTEGER_LIST(LOGICAL_TYPE)

GR_EXTERN_C_BEGIN

/** x and, for the product, factor have n elements. */
#define ORDERED_FUNCTION(suffix, T)                                                   \
    ordered_##suffix reduce_ordered_##suffix(const T *x, const T *factor, gr_index n, \
                                             gr_options options);
ORDERED_LIST(ORDERED_FUNCTION)

#define LOGICAL_FUNCTION(suffix, T) \
    logical_##suffix reduce_logical_##suffix(const T *x, gr_index n, gr_options options);
INTEGER_LIST(LOGICAL_FUNCTION)

/** all and any of x, as bool; as double for what is not 0. */
typedef struct truth {
    bool all, any, none_bitwise, any_bitwise;
    double all_f64, any_f64;
} truth;
truth reduce_bool(const bool *x, gr_index n, gr_options options);

typedef struct complex_results {
    gr_c64 sum64, prod64;
    gr_c128 sum128, prod128;
} complex_results;
complex_results reduce_complex(gr_index n, gr_options options);

/** A user's struct: exact, so that the order does not show. */
typedef struct moments {
    int64_t count, sum, squares;
    int32_t least;
} moments;
moments reduce_moments(gr_index n, gr_options options);

/** A large user's struct beside other reducers. */
typedef struct bins {
    int32_t count[64];
} bins;
bins reduce_bins(gr_index n, gr_options options, int64_t *sum, int64_t *odd);

/** `count` reducers in one launch: out[k] = the sum of (k + 1) i. */
void reduce_several(int count, gr_index n, int64_t out[8]);

/** Sum of an element's number over a box of this rank, without labels. */
int64_t reduce_box(int rank, const gr_index lo[6], const gr_index n[6], gr_options options);

int64_t reduce_odd_only(gr_index n);  /**< GR_CONTINUE */
int64_t reduce_odd_pairs(gr_index n); /**< GR_CONTINUE in 2D: i over odd i + j */
int64_t reduce_divisors(gr_index n);  /**< inner loops that break: smallest divisors */
double reduce_by_table(gr_index n);   /**< a constant table */
double reduce_unused_index(gr_index n, gr_index m); /**< a body that uses no index */
gr_loc_f64 least_in_matrix(const double *x, gr_index n, gr_index m); /**< location i m + j */

GR_EXTERN_C_END

#endif
