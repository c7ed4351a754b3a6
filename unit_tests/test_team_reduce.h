/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_reduce.h
 * @brief Reductions inside of teams and over leagues.
 */
#ifndef GRANUM_TEST_TEAM_REDUCE_H
#define GRANUM_TEST_TEAM_REDUCE_H

#include <granum/complex.h>
#include <granum/reduce.h>
#include <granum/team.h>

/** Threads of a team that there is room for in results. */
enum { MOST_THREADS = 16 };

/** Types with an order: X(suffix, T). */
#define TEAM_ORDERED_LIST(X) \
    X(i8, int8_t)            \
    X(i64, int64_t)          \
    X(u32, uint32_t)         \
    X(f32, float)            \
    X(f64, double)

#define TEAM_ORDERED_TYPE(suffix, T) \
    typedef struct team_##suffix {   \
        T sum, prod, min, max;       \
        gr_loc_##suffix least, most; \
        gr_minmax_##suffix both;     \
    } team_##suffix;
TEAM_ORDERED_LIST(TEAM_ORDERED_TYPE)

typedef struct team_logical {
    int32_t land;
    bool lor;
    uint64_t band;
    uint8_t bor;
} team_logical;

/** A user's struct of more than 256 bytes: chunk results of it pass between threads in parts. */
typedef struct team_bins {
    int32_t count[99];
} team_bins;

/** Sums of numbers whose order shows in the bits. */
typedef struct team_sums {
    double f64, product;
    float f32;
    gr_c128 c128;
} team_sums;

/** Who shares a nested reduction. */
enum { BY_TEAM, BY_TEAM_THREAD, BY_THREAD_VECTOR, BY_KINDS };

GR_EXTERN_C_BEGIN

/** What a request for a team size is answered with on the kernels' backend. */
int team_size_given(int team_size);

/** Every thread's results: out has league_size * MOST_THREADS elements. x and factor have n. */
#define TEAM_ORDERED_FUNCTION(suffix, T)                                                      \
    void team_reduce_##suffix(gr_team_policy policy, const T *x, const T *factor, gr_index n, \
                              team_##suffix *out);
TEAM_ORDERED_LIST(TEAM_ORDERED_FUNCTION)
void team_reduce_logical(gr_team_policy policy, const uint8_t *x, gr_index n, team_logical *out);
void team_reduce_bins(gr_team_policy policy, gr_index n, team_bins *out, int64_t *sum);

/** The same sums, by those who share them. */
void team_reduce_sums(gr_team_policy policy, int by, gr_index lo, gr_index n, team_sums *out);

/** Over n[0] * n[1] (* n[2] in three dimensions) elements: the sums of their numbers in row-major
 * order, and how many indices were out of their ranges. */
typedef struct team_box_sums {
    team_sums sums;
    int64_t outside;
} team_box_sums;
void team_reduce_box_sums(gr_team_policy policy, int by, int dimensions, const gr_index n[3],
                          team_box_sums *out);

/** A reduction in two dimensions by threads of those in three by lanes, whose bounds are its
 * indices: every thread's sum of 1 + k over 0 <= i < rows, 0 <= j < columns, 0 <= l <= i, j <= h <
 * columns, 0 <= k < 3, but for those where h - j and l are odd. */
void team_reduce_box_in_box(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *out);

/** 1 to 8 reducers in one nested reduction: out[k] = the sum of (k + 1) i in 0..n. */
void team_reduce_several(gr_team_policy policy, int count, gr_index n, int64_t out[8]);

/** A matrix-vector product, rows by threads and columns by lanes: y = 1 2 ... of a[i][j] = i + j.
 *  */
void team_reduce_rows(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *y);

/** A reduction over threads of reductions over lanes; every thread's result. */
void team_reduce_in_reduce(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *out);

/** Reductions in the branch of a block that the whole team takes, and in a loop of the block. */
void team_reduce_in_control_flow(gr_team_policy policy, gr_index n, int64_t *out);

/** Nested bodies that end early: sum of the odd numbers below n. */
void team_reduce_continue(gr_team_policy policy, gr_index n, int64_t *out);

/** Over a league: exact results, and a sum whose order shows; each team reduces n elements. */
typedef struct league_results {
    int64_t teams, elements;
    double sum;
    float least;
    gr_loc_i64 most;
    gr_minmax_i32 both;
    team_bins bins;
} league_results;
league_results league_reduce(gr_team_policy policy, gr_index n);
double league_sum_f64(gr_team_policy policy);
double league_sum_bare(gr_team_policy policy);
int64_t league_odd(gr_team_policy policy); /**< GR_CONTINUE */

GR_EXTERN_C_END

#endif
