/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_mdrange.c
 * @brief Are loops over 2 to 6 dimensions as fast as the best tiling by hand, for short rows and
 * for long ones? (16 B and 4 to 12 flop an element)
 *
 * The arrays stay in the last cache, but for the longest rows in 5D and 6D, so that the loops
 * themselves show. Best is tiled along the last index but one by the fastest of several sizes.
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "mdrange.h"

#include <math.h>
#include <stdio.h>

static gr_index cells(const mdrange_data *d) {
    gr_index all = 1;

    for (int k = 0; k < d->rank; k++)
        all *= d->extent[k];
    return all;
}

static void reset(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;

    for (gr_index i = 0; i < cells(d); i++)
        d->b[i] = NAN;
}

static double error(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const double *e = d->expected.data;
    gr_index wrong = 0;

    for (gr_index i = 0; i < cells(d); i++)
        wrong += isnan(e[i]) ? !isnan(d->b[i]) : d->b[i] != e[i];
    return wrong == 0 ? 0 : INFINITY;
}

/* In the order of the kernels; the border stays spoilt. */
static void expect(const mdrange_data *d) {
    const int rank = d->rank;

    for (gr_index at = 0; at < cells(d); at++) {
        gr_index rest = at, stride = 1, step[6];
        double sum = 0;
        bool inside = true;

        for (int k = rank - 1; k >= 0; k--) {
            const gr_index i = rest % d->extent[k];

            inside = inside && i > 0 && i < d->extent[k] - 1;
            step[k] = stride;
            rest /= d->extent[k];
            stride *= d->extent[k];
        }
        for (int k = 0; inside && k < rank; k++) {
            sum = k == 0 ? d->a[at - step[k]] : sum + d->a[at - step[k]];
            sum += d->a[at + step[k]];
        }
        d->expected.data[at] = inside ? 1.0 / (2.0 * rank) * sum : NAN;
    }
}

static void choose_tile(mdrange_data *d, void (*best)(void *)) {
    static const gr_index sizes[] = {PTRDIFF_MAX / 2, 64, 16, 4};
    double least = INFINITY;
    gr_index chosen = sizes[0];

    for (int s = 0; s < 4; s++)
        for (int run = 0; run < 4; run++) {
            double start, time;

            d->tile = sizes[s];
            start = bench_now();
            best(d);
            time = bench_now() - start;
            if (run > 0 && time < 0.97 * least) {
                least = time;
                chosen = sizes[s];
            }
        }
    d->tile = chosen;
}

static void measure(int rank, gr_index outer, gr_index inner) {
    static void (*const run[][BENCH_SIDES])(void *) = {
        {mdrange_2d_granum, mdrange_2d_twin, mdrange_2d_best},
        {mdrange_3d_granum, mdrange_3d_twin, mdrange_3d_best},
        {mdrange_4d_granum, mdrange_4d_twin, mdrange_4d_best},
        {mdrange_5d_granum, mdrange_5d_twin, mdrange_5d_best},
        {mdrange_6d_granum, mdrange_6d_twin, mdrange_6d_best}};
    mdrange_data d = {.rank = rank};
    char name[32], size[32];
    gr_index n = inner;
    bench_row row = {.name = name,
                     .size = size,
                     .data = &d,
                     .reset = reset,
                     .error = error,
                     .target_best = {BENCH_RATIO, 1.05}};

    for (int k = 0; k < rank; k++) {
        d.extent[k] = (k < rank - 1 ? outer : inner) + 2;
        n *= k < rank - 1 ? outer : 1;
    }
    snprintf(name, sizeof name, "mdrange.stencil%dd.f64", rank);
    snprintf(size, sizeof size, "%td^%d x %td", outer, rank - 1, inner);
    row.n = n;
    row.bytes = 16.0 * (double)n;
    for (int side = 0; side < BENCH_SIDES; side++)
        row.run[side] = run[rank - 2][side];
    if (!bench_wants(name, n) || !bench_fits(name, n, 24.0 * (double)cells(&d)))
        return;
    if (bench_made(mdrange_make(&d)) && bench_made(GR_CREATE(&d.expected, "expected", cells(&d)))) {
        bench_fill_f64(d.a, cells(&d), 0, 1, 5);
        expect(&d);
        choose_tile(&d, row.run[BENCH_BEST]);
        bench_measure(&row);
    }
    GR_RELEASE(&d.expected);
    mdrange_release(&d);
}

void bench_group_mdrange(void) {
    static const gr_index inner[] = {4, 16, 254, 4096};
    static const gr_index outer[][4] = {{100000, 30000, 2000, 128},
                                        {300, 160, 44, 12},
                                        {44, 30, 12, 4},
                                        {16, 12, 6, 4},
                                        {10, 8, 4, 2}};

    for (int rank = 2; rank <= 6; rank++)
        for (int w = 0; w < 4; w++)
            measure(rank, outer[rank - 2][w], inner[w]);
}
