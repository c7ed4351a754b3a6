/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_atomic.c
 * @brief Do atomic additions cost what `omp atomic` costs, and what does order cost? (16 B read per
 * addition, cells in a register's reach, in cache, and beyond)
 */
#include "atomic.h"
#include "harness/bench.h"
#include "harness/groups.h"

#include <math.h>
#include <stdio.h>

static void reset(void *data) {
    const atomic_data *d = (const atomic_data *)data;

    for (gr_index c = 0; c < d->integer_cells.extent[0]; c++) {
        GR_AT(d->integer_cells, c) = 0;
        GR_AT(d->real_cells, c) = 0;
    }
}

/* Cells start at zero before the one run that is checked; integers are the same numbers. */
static double error_of(const atomic_data *d, bool real) {
    const gr_index n = d->keys.extent[0], cells = d->integer_cells.extent[0];
    int64_t all = 0, sum = 0, weighted = 0, weighted_sum = 0;

    for (gr_index i = 0; i < n; i++) {
        all += GR_AT(d->integers, i);
        weighted += GR_AT(d->integers, i) * (GR_AT(d->keys, i) % 1009);
    }
    for (gr_index c = 0; c < cells; c++) {
        const int64_t cell = real ? (int64_t)GR_AT(d->real_cells, c) : GR_AT(d->integer_cells, c);

        sum += cell;
        weighted_sum += cell * (c % 1009);
    }
    return sum == all && weighted_sum == weighted ? 0 : INFINITY;
}

static double error_i64(void *data) {
    return error_of((const atomic_data *)data, false);
}

static double error_f64(void *data) {
    return error_of((const atomic_data *)data, true);
}

static void measure(const bench_row *shape, gr_index cells) {
    const gr_index n = shape->n;
    atomic_data d = {0};
    bench_row row = *shape;

    row.data = &d;
    if (bench_made(GR_CREATE(&d.keys, "keys", n)) &&
        bench_made(GR_CREATE(&d.integers, "integers", n)) &&
        bench_made(GR_CREATE(&d.reals, "reals", n)) &&
        bench_made(GR_CREATE(&d.integer_cells, "integer cells", cells)) &&
        bench_made(GR_CREATE(&d.real_cells, "real cells", cells))) {
        bench_fill_i64(d.keys.data, n, 0, cells, 21);
        bench_fill_i64(d.integers.data, n, 1, 100, 22);
        for (gr_index i = 0; i < n; i++)
            GR_AT(d.reals, i) = (double)GR_AT(d.integers, i);
        bench_measure(&row);
    }
    GR_RELEASE(&d.real_cells);
    GR_RELEASE(&d.integer_cells);
    GR_RELEASE(&d.reals);
    GR_RELEASE(&d.integers);
    GR_RELEASE(&d.keys);
}

void bench_group_atomic(void) {
    static const struct {
        gr_index count;
        const char *word;
    } cells[] = {{1, "1"}, {1000, "1e3"}, {1000000, "1e6"}};
    static const bench_row kinds[] = {
        {.name = "atomic.add.i64",
         .run = {atomic_add_i64_granum, atomic_add_i64_twin},
         .error = error_i64,
         .target = {BENCH_RATIO, 1.02}},
        {.name = "atomic.add.f64",
         .run = {atomic_add_f64_granum, atomic_add_f64_twin},
         .error = error_f64,
         .target = {BENCH_RATIO, 1.02}},
        {.name = "atomic.ordered.f64",
         .run = {atomic_scatter_granum, atomic_scatter_twin, atomic_add_f64_twin},
         .error = error_f64},
    };

    for (int k = 0; k < 3; k++) {
        for (int c = 0; c < 3; c++) {
            char name[64], size[32];
            bench_row row = kinds[k];

            snprintf(name, sizeof name, "%s.%s", kinds[k].name, cells[c].word);
            snprintf(size, sizeof size, "1e7 into %s", cells[c].word);
            row.name = name;
            row.size = size;
            row.n = 10000000;
            row.bytes = 16.0 * (double)row.n;
            row.reset = reset;
            if (bench_wants(name, row.n) && bench_fits(name, row.n, 24.0 * (double)row.n))
                measure(&row, cells[c].count);
        }
    }
}
