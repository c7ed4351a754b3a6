/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench.h
 * @brief One measured row: the same work by granum, by hand, and by the fastest way known.
 *
 * A group of rows is one function that, for every row it holds, asks bench_wants(), prepares data,
 * fills a bench_row and calls bench_measure(). perf_tests/README.md says how the numbers are made
 * and what the verdicts mean.
 */
#ifndef PERF_TESTS_BENCH_H
#define PERF_TESTS_BENCH_H

#include <granum/granum.h>

/** Who does the work. */
typedef enum bench_side {
    BENCH_GRANUM,
    BENCH_TWIN, /**< plain C + OpenMP, as one would write it by hand */
    BENCH_BEST, /**< the fastest version known, whatever it takes */
    BENCH_SIDES
} bench_side;

/** What a bar is compared with. */
typedef enum bench_rule {
    BENCH_REPORTED, /**< no bar: the number is shown */
    BENCH_RATIO,    /**< granum / other <= bar */
    BENCH_EXCESS,   /**< granum - other <= bar [s] */
    BENCH_ABSOLUTE  /**< granum <= bar [s] */
} bench_rule;

typedef struct bench_target {
    bench_rule rule;
    double bar;
} bench_target;

/** What to measure; fields left zero mean "none". */
typedef struct bench_row {
    const char *name; /**< group.kernel.dtype */
    gr_index n;       /**< elements; tells rows of one name apart */
    const char *size; /**< as a reader says it ("4096 x 4096"); NULL: n */
    double bytes;     /**< nominal traffic of one run [B]; write-allocate not counted */
    void *data;       /**< handed to the functions below */
    void (*reset)(
        void *data); /**< spoils the result, so that a stale one cannot pass; may be NULL */
    void (*run[BENCH_SIDES])(void *data); /**< NULL where there is no such side */
    double (*error)(
        void *data);  /**< largest relative error of the last run's result; may be NULL */
    double tolerance; /**< largest error that counts as right */
    void (*before)(
        void *data); /**< untimed, before every timed call (which is then timed singly) */
    /** Waits for what a side has been told to do, at the end of each sample; NULL: calls are done
     * when they return. */
    void (*wait)(void *data, bench_side side);
    int parts;                /**< times are those of one of so many parts of a run; 0: 1 */
    const char *backend;      /**< NULL: the first of the build */
    bool best_is_measure;     /**< best does other work of as many bytes: it has no answer */
    int rounds;               /**< fixed number of rounds; 0: as many as the time allows */
    bench_target target;      /**< against the twin */
    bench_target target_best; /**< against the best */
} bench_row;

/** What came out; NaN where there is no number. */
typedef struct bench_record {
    char name[64];
    char size[32];
    char backend[16];
    gr_index n;
    int threads;
    bool wrong;            /**< some side's answer was not the reference's */
    double t[BENCH_SIDES]; /**< medians [s] */
    double ratio;          /**< median over rounds of granum / twin */
    double ratio_best;     /**< median over rounds of granum / best */
    double noise;          /**< spread of twin against twin, as a fraction */
    double gbytes_s;
    double error;
    bench_target target;
    bench_target target_best;
} bench_record;

/** Whether this run wants the row (in a listing: note the row and say no). */
bool bench_wants(const char *name, gr_index n);

/** Whether bytes [B] of arrays fit beside what else the machine holds; says so on stderr where
 * not. */
bool bench_fits(const char *name, gr_index n, double bytes);

/** Whether status is success; prints the record of what failed where it is not. */
bool bench_made(gr_status status);

/** Check the answers of every side, then measure the sides in turns, and report the row. */
void bench_measure(const bench_row *row);

/** Report a row that was measured elsewhere (another process, another program). */
void bench_report(const bench_record *record);

/** Median and spread of ratios and times, from rounds x columns samples (columns as in
 * samples.c). */
void bench_summarise(bench_record *record, const double *samples, int rounds, const bool *have);

/** Columns of the samples: the sides, and the twin (else the best, else granum) a second time. */
enum { BENCH_AGAIN = BENCH_SIDES, BENCH_COLUMNS };

/** Whether this is a short run. */
bool bench_quick(void);

/** Whether only the answers are asked for: nothing is timed. */
bool bench_only_check(void);

/** Run rows that match pattern in a fresh process of this program, with one variable of the
 * environment changed. */
void bench_elsewhere(const char *pattern, const char *variable, const char *value);

/** Whether this process was started by bench_elsewhere(). */
bool bench_is_elsewhere(void);

/** Wall clock [s]. */
double bench_now(void);

/** Sort values in place and return the q-quantile (0.5: median). */
double bench_quantile(double *values, int count, double q);

/** Reproducible numbers in [lo, hi), the same for a given seed on every machine. */
void bench_fill_f64(double *x, gr_index n, double lo, double hi, unsigned seed);
void bench_fill_f32(float *x, gr_index n, float lo, float hi, unsigned seed);
void bench_fill_i64(int64_t *x, gr_index n, int64_t lo, int64_t hi, unsigned seed);

/** Largest |x - y| / max(|y|, 1) over n elements (infinite where x is NaN). */
double bench_difference_f64(const double *x, const double *y, gr_index n);
double bench_difference_f32(const float *x, const float *y, gr_index n);

/** |x - y| / |y|, or |x| where y = 0; infinite where x is NaN. */
double bench_relative(double x, double y);

#endif
