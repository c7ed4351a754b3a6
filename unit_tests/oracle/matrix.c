/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file matrix.c
 * @brief One digest of the bits of many results, over threads, schedules and adaptive launches.
 *
 * C11 and C++17 at once: matrix.sh builds it with every compiler, for several targets and backends,
 * and compares what they print. Oracle: each other; canonical_order.py has the right values.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <granum/granum.h>
#include <granum/reduce_array.h>
#include <granum/scan_segmented.h>

#include "order_data.h"

enum { N = 70001, ROWS = 21, COLUMNS = 47, DEPTH = 67 };

typedef struct line {
    double m, c;
} line;

GR_FUNCTION line compose(line a, line b) {
    const line both = {a.m * b.m, b.m * a.c + b.c};

    return both;
}

static double x[N], y[N], grid[ROWS][COLUMNS][DEPTH];
static double prefix[N];
static line lines[N];

static uint64_t digest(uint64_t sum, const void *bytes, size_t size) {
    uint64_t word;

    for (size_t k = 0; k + sizeof word <= size; k += sizeof word) {
        memcpy(&word, (const char *)bytes + k, sizeof word);
        sum = order_mix(sum ^ word);
    }
    return sum;
}

static uint64_t reduce_1d(uint64_t sum, gr_options options, gr_index n) {
    gr_range_1d_policy range = gr_range(0, n);
    const double *a = x, *b = y;
    double dot, norm, product;
    float single;
    gr_minmax_f64 both;
    gr_loc_f64 least;
    double all[7];

    range.options = options;
    GR_PARALLEL_REDUCE("several", i, range, GR_SUM(double, dot), GR_PROD(double, product),
                       GR_MINMAX(double, both), GR_MINLOC(double, least)) {
        dot += a[i] * b[i];
        product *= 1.0 + a[i] * 0x1p-14;
        both.min = b[i] < both.min ? b[i] : both.min;
        both.max = b[i] > both.max ? b[i] : both.max;
        if (a[i] * b[i] < least.value) {
            least.value = a[i] * b[i];
            least.location = i;
        }
    };
    GR_PARALLEL_REDUCE("norm", i, range, GR_SUM(double, norm)) {
        norm += sqrt(a[i] * a[i] + b[i] * b[i]) / (1.5 + b[i] * b[i]);
    };
    GR_PARALLEL_REDUCE("single", i, range, GR_SUM(float, single)) {
        if (a[i] < 0.0) {
            GR_CONTINUE;
        }
        single += (float)a[i] * (float)b[i];
    };
    all[0] = dot, all[1] = product, all[2] = both.min, all[3] = both.max;
    all[4] = least.value, all[5] = norm, all[6] = (double)single;
    return digest(sum, all, sizeof all) + (uint64_t)least.location;
}

static uint64_t reduce_3d(uint64_t sum, gr_options options) {
    gr_range_3d_policy range = gr_range_3d(1, ROWS - 1, 1, COLUMNS - 1, 1, DEPTH - 1);
    const double *g = &grid[0][0][0];
    double squares, high;
    double all[2];

    range.options = options;
    GR_PARALLEL_REDUCE_3D("residual", i, j, k, range, GR_SUM(double, squares),
                          GR_MAX(double, high)) {
        const gr_index at = (i * COLUMNS + j) * DEPTH + k;
        const double r = 6.0 * g[at] - g[at - 1] - g[at + 1] - g[at - DEPTH] - g[at + DEPTH] -
                         g[at - COLUMNS * DEPTH] - g[at + COLUMNS * DEPTH];

        squares += r > 3.0 ? r * r * 0.3 : r * 0.7 + 0.1;
        high = r > high ? r : high;
    };
    all[0] = squares, all[1] = high;
    return digest(sum, all, sizeof all);
}

static uint64_t scan(uint64_t sum, gr_options options, gr_index n) {
    gr_range_1d_policy range = gr_range(0, n);
    const double *a = x, *b = y;
    double *out = prefix, total;
    line *line_out = lines;

    range.options = options;
    GR_PARALLEL_SCAN_TOTAL("prefix", i, range, GR_SUM(double, before), final, total) {
        if (final) {
            out[i] = before;
        }
        before += a[i] * b[i];
    };
    GR_PARALLEL_SCAN("lines", i, range,
                     GR_REDUCER(line, all, (GR_IMPL_LITERAL(line){1, 0}), compose), final) {
        const line own = {1.0 + a[i] * 0x1p-20, b[i]};

        all = compose(all, own);
        if (final) {
            line_out[i] = all;
        }
    };
    sum = digest(sum, out, (size_t)n * sizeof *out);
    sum = digest(sum, line_out, (size_t)n * sizeof *line_out);
    return digest(sum, &total, sizeof total);
}

static uint64_t by_place(uint64_t sum, gr_options options, gr_index n) {
    gr_range_1d_policy range = gr_range(0, n);
    const double *a = x, *b = y;
    double *out = prefix;
    double bins[100];
    gr_view1_f64 result;

    range.options = options;
    if (GR_WRAP(&result, bins, 100) != GR_SUCCESS) {
        return 0;
    }
    GR_PARALLEL_REDUCE_ARRAY("bins", i, range, GR_SUM_ARRAY(double, result, 100)) {
        GR_AT(result, i * i % 100) += a[i] * b[i];
    };
    GR_PARALLEL_SCAN_SEGMENTED("segments", i, range, GR_SUM(double, before), final, i % 41 == 7) {
        if (final) {
            out[i] = before;
        }
        before += a[i] * b[i];
    };
    sum = digest(sum, bins, sizeof bins);
    return digest(sum, out, (size_t)n * sizeof *out);
}

static uint64_t everything(gr_options options) {
    static const gr_index sizes[] = {0, 1, 31, 33, 1025, 10003, N};
    uint64_t sum = 0;

    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        sum = reduce_1d(sum, options, sizes[k]);
        sum = scan(sum, options, sizes[k]);
        sum = by_place(sum, options, sizes[k]);
    }
    return reduce_3d(sum, options);
}

/* Threads that each believe to be alone would do everything twice, and most results would not show
 * it: a program of one compiler with a library of another is where that can happen. */
static bool runs_once(void) {
    int64_t bodies = 0, *count = &bodies;

    GR_PARALLEL_FOR("once", i, gr_with_threads(gr_range(0, 1000), 2)) {
        GR_ATOMIC_ADD(count, 1);
    };
    if (bodies != 1000) {
        printf("bodies = %d, expected 1000\n", (int)bodies);
    }
    return bodies == 1000;
}

int main(void) {
    gr_options options = {GR_AUTO, GR_STATIC, GR_AUTO, {0}};
    uint64_t first;
    int wrong = 0;

    for (uint64_t i = 0; i < N; i++) {
        x[i] = order_value_f64(order_mix(2 * i));
        y[i] = order_value_f64(order_mix(2 * i + 1));
    }
    for (uint64_t i = 0; i < sizeof grid / sizeof(double); i++) {
        (&grid[0][0][0])[i] = order_value_f64(order_mix(i));
    }
    wrong += !runs_once();
    first = everything(options);
    for (int again = 0; again < 3; again++) { /* adaptive: what a statement has learnt changes */
        wrong += everything(options) != first;
    }
    for (int threads = 1; threads <= 8; threads++) {
        for (int dynamic = 0; dynamic < 2; dynamic++) {
            options.threads = threads;
            options.schedule = dynamic ? GR_DYNAMIC : GR_STATIC;
            if (everything(options) != first) {
                printf("%d threads, dynamic %d: other bits\n", threads, dynamic);
                wrong++;
            }
        }
    }
    printf("%016llx\n", (unsigned long long)first);
    if (gr_fence() != GR_SUCCESS) {
        printf("%s\n", gr_last_error()->message);
        wrong++;
    }
    return wrong != 0;
}
