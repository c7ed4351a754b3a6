/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_spmv.c
 * @brief Does a sparse product run at the speed of its loops? (12 B and 2 flop a nonzero, 24 B a
 * row)
 */
#include "bench_config.h"
#include "harness/bench.h"
#include "harness/groups.h"
#include "spmv.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

static void reset(void *data) {
    const spmv_data *d = (const spmv_data *)data;

    for (gr_index i = 0; i < d->y.extent[0]; i++)
        d->y.data[i] = NAN;
}

/* Relative to the sum of sizes in the row, by which rounding goes; in units of what the number of
 * additions allows. */
static double error(void *data) {
    const spmv_data *d = (const spmv_data *)data;
    double largest = 0;

    for (gr_index i = 0; i < d->y.extent[0]; i++) {
        const int64_t from = d->a.row.data[i], to = d->a.row.data[i + 1];
        double size = DBL_MIN, off;

        for (int64_t k = from; k < to; k++)
            size += fabs(d->a.val.data[k] * d->x.data[d->a.col.data[k]]);
        off = fabs(d->y.data[i] - d->expected.data[i]) / (size * (2 + sqrt((double)(to - from))));
        largest = off <= largest ? largest : off;
    }
    return largest;
}

static bool expect(spmv_data *d) {
    const gr_index n = csr_rows(d->a);

    if (!bench_made(GR_CREATE(&d->y, "y", n)) ||
        !bench_made(GR_CREATE(&d->expected, "expected", n)))
        return false;
    for (gr_index i = 0; i < n; i++) {
        long double sum = 0;

        for (int64_t k = d->a.row.data[i]; k < d->a.row.data[i + 1]; k++)
            sum += (long double)d->a.val.data[k] * d->x.data[d->a.col.data[k]];
        d->expected.data[i] = (double)sum;
    }
    return true;
}

static void release(spmv_data *d) {
    GR_RELEASE(&d->expected);
    GR_RELEASE(&d->y);
    GR_RELEASE(&d->x);
    csr_release(&d->a);
}

/* d has its matrix and x, or made says why not. */
static void measure(const char *name, spmv_data *d, gr_status made, void (*granum)(void *),
                    void (*twin)(void *), void (*best)(void *)) {
    if (bench_made(made) && expect(d)) {
        const gr_index n = csr_rows(d->a), nonzeros = d->a.val.extent[0];
        char size[48];
        const bench_row row = {.name = name,
                               .n = n,
                               .size = size,
                               .bytes = 12.0 * (double)nonzeros + 24.0 * (double)n,
                               .data = d,
                               .reset = reset,
                               .run = {granum, twin, best},
                               .error = error,
                               .tolerance = DBL_EPSILON,
                               .target = {BENCH_RATIO, 1.05}};

        snprintf(size, sizeof size, "%td, %.3g nz", n, (double)nonzeros);
        bench_measure(&row);
    }
    release(d);
}

static void measure_loaded(const char *name, gr_index rows) {
    spmv_data d = {0};
    char label[32], path[4096];

    snprintf(label, sizeof label, "spmv.%s", name);
    if (!bench_wants(label, rows))
        return;
    if (access(csr_path(path, sizeof path, BENCH_MATRICES, name, "row"), R_OK) != 0) {
        fprintf(stderr, "%s: no %s (pip install pyamg; examples/matrices.py %s); left out\n", label,
                path, BENCH_MATRICES);
        return;
    }
    measure(label, &d, spmv_load(&d, BENCH_MATRICES, name), spmv_rows_granum, spmv_rows_twin,
            spmv_rows_best);
}

void bench_group_spmv(void) {
    const gr_index n = 100, rows = 1000000;

    if (bench_wants("spmv.laplace27", n * n * n) &&
        bench_fits("spmv.laplace27", n * n * n, 12.0 * 27 * 1e6 + 32e6)) {
        spmv_data d = {0};

        measure("spmv.laplace27", &d, spmv_make_laplace27(&d, n), spmv_rows_granum, spmv_rows_twin,
                NULL);
    }
    measure_loaded("airfoil", 260);
    measure_loaded("bar", 600);
    measure_loaded("unit_square", 191);
    if (bench_wants("spmv.powerlaw", rows)) {
        spmv_data d = {0};

        measure("spmv.powerlaw", &d, spmv_make_power_law(&d, rows), spmv_nonzeros_granum,
                spmv_nonzeros_twin, NULL);
    }
}
