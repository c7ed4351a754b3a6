/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_locate.c
 * @brief Do several results in one launch cost what one does? (8 B per element, read once)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "locate.h"

#include <float.h>
#include <math.h>

enum { LEAST, LEAST_AT, MOST, MOST_AT, SUM, SQUARES, FACTS };

static const struct {
    const char *name;
    int results, fact[4]; /* which facts about the input the results must be */
    void (*run[BENCH_SIDES])(void *);
} kernels[] = {
    {"reduce.minloc.f64",
     2,
     {LEAST, LEAST_AT},
     {locate_minloc_granum, locate_minloc_twin, locate_minloc_best}},
    {"reduce.maxloc.f64",
     2,
     {MOST, MOST_AT},
     {locate_maxloc_granum, locate_maxloc_twin, locate_maxloc_best}},
    {"reduce.minmaxloc.f64",
     4,
     {LEAST, LEAST_AT, MOST, MOST_AT},
     {locate_minmaxloc_granum, locate_minmaxloc_twin, locate_minmaxloc_best}},
    {"reduce.minmax.f64",
     2,
     {LEAST, MOST},
     {locate_minmax_granum, locate_minmax_twin, locate_minmax_best}},
    {"reduce.stats.f64",
     4,
     {LEAST, MOST, SUM, SQUARES},
     {locate_stats_granum, locate_stats_twin, locate_stats_best}},
};
enum { KERNELS = sizeof kernels / sizeof *kernels };

static void reset(void *data) {
    locate_data *d = (locate_data *)data;

    for (int k = 0; k < 4; k++)
        d->result[k] = NAN;
}

static double error(void *data) {
    const locate_data *d = (const locate_data *)data;
    double largest = 0;

    for (int k = 0; k < d->results; k++)
        largest = fmax(largest, bench_relative(d->result[k], d->expected[k]));
    return largest;
}

static void find_facts(double fact[FACTS], const double *x, gr_index n) {
    long double sum = 0, squares = 0;
    gr_index least = 0, most = 0;

    for (gr_index i = 0; i < n; i++) {
        least = x[i] < x[least] ? i : least;
        most = x[i] > x[most] ? i : most;
        sum += x[i];
        squares += (long double)x[i] * x[i];
    }
    fact[LEAST] = x[least];
    fact[LEAST_AT] = (double)least;
    fact[MOST] = x[most];
    fact[MOST_AT] = (double)most;
    fact[SUM] = (double)sum;
    fact[SQUARES] = (double)squares;
}

static void measure(gr_index n) {
    locate_data d = {0};
    double fact[FACTS];
    bool any = false;

    for (int k = 0; k < KERNELS; k++)
        any = bench_wants(kernels[k].name, n) || any;
    if (!any || !bench_fits("reduce", n, 8.0 * (double)n))
        return;
    if (!bench_made(GR_CREATE(&d.x, "x", n)))
        return;
    bench_fill_f64(d.x.data, n, 0, 1, 3);
    find_facts(fact, d.x.data, n);
    for (int k = 0; k < KERNELS; k++) {
        bench_row row = {.name = kernels[k].name,
                         .n = n,
                         .bytes = 8.0 * (double)n,
                         .data = &d,
                         .reset = reset,
                         .error = error,
                         .tolerance = 4 * DBL_EPSILON * sqrt((double)n),
                         .target_best = {BENCH_RATIO, 1.1}};

        if (!bench_wants(row.name, n))
            continue;
        d.results = kernels[k].results;
        for (int r = 0; r < d.results; r++)
            d.expected[r] = fact[kernels[k].fact[r]];
        for (int s = 0; s < BENCH_SIDES; s++)
            row.run[s] = kernels[k].run[s];
        bench_measure(&row);
    }
    GR_RELEASE(&d.x);
}

void bench_group_locate(void) {
    static const gr_index sizes[] = {100000, 1000000, 32000000};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        measure(sizes[s]);
}
