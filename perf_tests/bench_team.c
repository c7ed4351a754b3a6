/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_team.c
 * @brief What does a team cost whose work is long, short, or next to nothing? (8 B and 1 flop an
 * element)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "team.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static void reset(void *data) {
    const team_data *d = (const team_data *)data;

    for (gr_index i = 0; i < d->sum.extent[0]; i++)
        d->sum.data[i] = NAN;
}

static double error(void *data) {
    const team_data *d = (const team_data *)data;

    return bench_difference_f64(d->sum.data, d->expected.data, d->sum.extent[0]);
}

static void expect(const team_data *d) {
    for (gr_index i = 0; i < d->a.extent[0]; i++) {
        long double sum = 0;

        for (gr_index j = 0; j < d->a.extent[1]; j++)
            sum += GR_AT(d->a, i, j);
        d->expected.data[i] = (double)sum;
    }
}

/* Rows of one name are told apart by the number of teams. */
static void measure(gr_index rows, gr_index columns, double bar) {
    const double bytes = 8.0 * (double)(rows * columns + rows);
    team_data d = {0};
    char size[32];
    bench_row row = {.name = "team.rowsum.f64",
                     .n = rows,
                     .size = size,
                     .bytes = bytes,
                     .data = &d,
                     .reset = reset,
                     .run = {team_rowsum_granum, team_rowsum_twin, NULL},
                     .error = error,
                     .tolerance = 4 * DBL_EPSILON * sqrt((double)columns),
                     .target = {BENCH_RATIO, bar}};

    if (!bench_wants(row.name, rows) || !bench_fits(row.name, rows, bytes))
        return;
    snprintf(size, sizeof size, "%td x %td", rows, columns);
    if (bench_made(GR_CREATE(&d.a, "a", rows, columns)) &&
        bench_made(GR_CREATE(&d.sum, "sum", rows)) &&
        bench_made(GR_CREATE(&d.expected, "expected", rows))) {
        bench_fill_f64(d.a.data, rows * columns, 0, 1, 11);
        expect(&d);
        bench_measure(&row);
    }
    GR_RELEASE(&d.expected);
    GR_RELEASE(&d.sum);
    GR_RELEASE(&d.a);
}

void bench_group_team(void) {
    measure(1000, 10000, 1.05);
    measure(100000, 100, 1.05);
    measure(1000000, 8, 1.10);
}
