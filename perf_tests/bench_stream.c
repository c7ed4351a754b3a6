/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bench_stream.c
 * @brief Does a kernel over Views stream memory as the plain loop does? (16 or 24 B and 0 to 2 flop
 * per element)
 */
#include "harness/bench.h"
#include "harness/groups.h"
#include "stream.h"

#include <math.h>

static const double scalar = 0.4;

static const struct {
    const char *name;
    int arrays;
    double of_x, of_y;
    void (*run[BENCH_SIDES])(void *);
} kernels[] = {
    {"stream.copy.f64", 2, 1, 0, {stream_copy_granum, stream_copy_twin, stream_copy_best}},
    {"stream.mul.f64", 2, scalar, 0, {stream_mul_granum, stream_mul_twin, stream_mul_best}},
    {"stream.add.f64", 3, 1, 1, {stream_add_granum, stream_add_twin, stream_add_best}},
    {"stream.triad.f64", 3, 1, scalar, {stream_triad_granum, stream_triad_twin, stream_triad_best}},
};

static void reset(void *data) {
    const stream_data *d = (const stream_data *)data;

    bench_fill_f64(d->out.data, d->out.extent[0], -9, -8, 7);
}

/* The same operations in the same order, none fused: the bits must agree. */
static double error(void *data) {
    const stream_data *d = (const stream_data *)data;
    const double *out = d->out.data, *x = d->x.data, *y = d->y.data;
    gr_index wrong = 0;

#pragma omp parallel for reduction(+ : wrong)
    for (gr_index i = 0; i < d->out.extent[0]; i++)
        wrong += out[i] != d->of_x * x[i] + d->of_y * y[i];
    return wrong == 0 ? 0 : INFINITY;
}

static void measure(const char *name, gr_index n, int arrays, double of_x, double of_y,
                    void (*const *run)(void *), bench_target target) {
    stream_data d = {.scalar = scalar, .of_x = of_x, .of_y = of_y};
    bench_row row = {.name = name,
                     .n = n,
                     .bytes = 8.0 * arrays * (double)n,
                     .data = &d,
                     .reset = reset,
                     .error = error,
                     .target = target};

    if (!bench_wants(name, n) || !bench_fits(name, n, 24.0 * (double)n))
        return;
    for (int s = 0; s < BENCH_SIDES; s++)
        row.run[s] = run[s];
    if (bench_made(GR_CREATE(&d.out, "out", n)) && bench_made(GR_CREATE(&d.x, "x", n)) &&
        bench_made(GR_CREATE(&d.y, "y", n))) {
        bench_fill_f64(d.x.data, n, -1, 1, 1);
        bench_fill_f64(d.y.data, n, -1, 1, 2);
        bench_measure(&row);
    }
    GR_RELEASE(&d.y);
    GR_RELEASE(&d.x);
    GR_RELEASE(&d.out);
}

void bench_group_stream(void) {
    static const gr_index sizes[] = {100000, 1000000, 32000000};

    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            measure(kernels[k].name, sizes[s], kernels[k].arrays, kernels[k].of_x, kernels[k].of_y,
                    kernels[k].run, (bench_target){BENCH_RATIO, 1.03});
}
