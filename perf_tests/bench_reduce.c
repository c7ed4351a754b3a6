/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_reduce.c
 * @brief What does the canonical order of a reduction cost? (4 to 16 B and 1 or 2 flop per element)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "reduce.h"

#include <float.h>
#include <math.h>

enum { KERNELS = 6 };

typedef struct reduce_case {
    const char *name;
    void (*run[BENCH_SIDES])(void *);
} reduce_case;

#define SIDES(kernel) \
    { reduce_##kernel##_granum, reduce_##kernel##_twin, reduce_##kernel##_best }
static const reduce_case f64[KERNELS] = {
    {"reduce.dot.f64", SIDES(dot_f64)}, {"reduce.nrm2.f64", SIDES(nrm2_f64)},
    {"reduce.sum.f64", SIDES(sum_f64)}, {"reduce.min.f64", SIDES(min_f64)},
    {"reduce.max.f64", SIDES(max_f64)}, {"reduce.count.f64", SIDES(count_f64)},
};
static const reduce_case f32[KERNELS] = {
    {"reduce.dot.f32", SIDES(dot_f32)}, {"reduce.nrm2.f32", SIDES(nrm2_f32)},
    {"reduce.sum.f32", SIDES(sum_f32)}, {"reduce.min.f32", SIDES(min_f32)},
    {"reduce.max.f32", SIDES(max_f32)}, {"reduce.count.f32", SIDES(count_f32)},
};
#undef SIDES

static void reset(void *data) {
    ((reduce_answer *)data)->result = NAN;
}

static double error(void *data) {
    const reduce_answer *answer = (const reduce_answer *)data;

    return bench_relative(answer->result, answer->expected);
}

/* Every kernel's answer in the order of the tables, with 64-bit mantissas where the platform has
 * them. */
static void expect(double expected[KERNELS], const double *x, const double *y, gr_index n,
                   double limit) {
    long double dot = 0, squares = 0, sum = 0;
    double least = INFINITY, most = -INFINITY;
    gr_index above = 0;

#pragma omp parallel for reduction(+ : dot, squares, sum, above) reduction(min : least) \
    reduction(max : most)
    for (gr_index i = 0; i < n; i++) {
        dot += (long double)x[i] * y[i];
        squares += (long double)x[i] * x[i];
        sum += x[i];
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
        above += x[i] > limit;
    }
    expected[0] = (double)dot;
    expected[1] = (double)sqrtl(squares);
    expected[2] = (double)sum;
    expected[3] = least;
    expected[4] = most;
    expected[5] = (double)above;
}

/* Terms are positive and rounding errors take either sign: their sum grows as the root of their
 * number. */
static void measure(const reduce_case *kernels, gr_index n, const double *expected, double epsilon,
                    reduce_answer *data, double item) {
    for (int k = 0; k < KERNELS; k++) {
        bench_row row = {.name = kernels[k].name,
                         .n = n,
                         .data = data,
                         .reset = reset,
                         .error = error,
                         .target = {BENCH_RATIO, n <= 100000 ? 1.10 : 1.05},
                         .target_best = {BENCH_RATIO, 1.2}};

        if (!bench_wants(row.name, n))
            continue;
        row.bytes = (k == 0 ? 2 : 1) * item * (double)n;
        row.tolerance = k < 3 ? 4 * epsilon * sqrt((double)n) : 0;
        for (int s = 0; s < BENCH_SIDES; s++)
            row.run[s] = kernels[k].run[s];
        data->expected = expected[k];
        bench_measure(&row);
    }
}

static bool any_wanted(const reduce_case *kernels, gr_index n) {
    bool any = false;

    for (int k = 0; k < KERNELS; k++)
        any = bench_wants(kernels[k].name, n) || any;
    return any;
}

static void measure_f64(gr_index n) {
    reduce_data_f64 d = {.limit = 0.75};
    double expected[KERNELS];

    if (!any_wanted(f64, n) || !bench_fits("reduce", n, 16.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.x, "x", n)) && bench_made(GR_CREATE(&d.y, "y", n))) {
        bench_fill_f64(d.x.data, n, 0, 1, 1);
        bench_fill_f64(d.y.data, n, 0, 1, 2);
        expect(expected, d.x.data, d.y.data, n, d.limit);
        measure(f64, n, expected, DBL_EPSILON, &d.answer, 8);
    }
    GR_RELEASE(&d.y);
    GR_RELEASE(&d.x);
}

static void measure_f32(gr_index n) {
    reduce_data_f32 d = {.limit = 0.75f};
    gr_view1_f64 x = {0}, y = {0};
    double expected[KERNELS];

    if (!any_wanted(f32, n) || !bench_fits("reduce", n, 24.0 * (double)n))
        return;
    if (bench_made(GR_CREATE(&d.x, "x", n)) && bench_made(GR_CREATE(&d.y, "y", n)) &&
        bench_made(GR_CREATE(&x, "x as f64", n)) && bench_made(GR_CREATE(&y, "y as f64", n))) {
        bench_fill_f32(d.x.data, n, 0, 1, 1);
        bench_fill_f32(d.y.data, n, 0, 1, 2);
        for (gr_index i = 0; i < n; i++) {
            GR_AT(x, i) = (double)GR_AT(d.x, i);
            GR_AT(y, i) = (double)GR_AT(d.y, i);
        }
        expect(expected, x.data, y.data, n, (double)d.limit);
        GR_RELEASE(&y);
        GR_RELEASE(&x);
        measure(f32, n, expected, (double)FLT_EPSILON, &d.answer, 4);
    }
    GR_RELEASE(&y);
    GR_RELEASE(&x);
    GR_RELEASE(&d.y);
    GR_RELEASE(&d.x);
}

void bench_group_reduce(void) {
    static const gr_index sizes[] = {10000, 100000, 1000000, 32000000};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        measure_f64(sizes[s]);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        measure_f32(sizes[s]);
}
