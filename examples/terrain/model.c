/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file model.c
 * @brief The terrain's memory, its files, and what is printed on the way: plain C, no kernels.
 */
#include "terrain.h"

#include <granum/tools.h>

/* Path of FOLDER/name.npy, until the next call. */
static const char *npy(const char *folder, const char *name) {
    static char path[4096];

    snprintf(path, sizeof path, "%s/%s.npy", folder, name);
    return path;
}

static gr_status load(terrain *t, int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".";
    const gr_index factor = argc > 2 ? atoi(argv[2]) : 16;
    gr_view1_f64 cell;

    GR_REQUIRE(factor == 2 || factor == 4 || factor == 8 || factor == 16 || factor == 32,
               GR_INVALID_ARG, "REFINE = %td, expected 2, 4, 8, 16 or 32", factor);
    GR_TRY(GR_NPY_LOAD(&t->measured, npy(folder, "measured")));
    GR_TRY(GR_NPY_LOAD(&cell, npy(folder, "cell_size")));
    t->folder = folder;
    t->factor = factor;
    t->n = t->measured.extent[0] * factor;
    t->m = t->measured.extent[1] * factor;
    t->dy = GR_AT(cell, 0) / (double)factor;
    t->dx = GR_AT(cell, 1) / (double)factor;
    GR_TRY(GR_RELEASE(&cell));
    GR_TRY(GR_CREATE(&t->wide, "rows refined", t->measured.extent[0] + 4, t->m + factor));
    GR_TRY(GR_CREATE(&t->z, "heights", 3, t->n + 2, t->m + 2));
    GR_TRY(
        GR_SUBVIEW(&t->land, t->z, gr_slice(0, 2), gr_slice(1, t->n + 1), gr_slice(1, t->m + 1)));
    GR_TRY(GR_CREATE(&t->relief, "relief", 3, t->n, t->m));
    GR_TRY(GR_CREATE(&t->part, "histogram in parts", PARTS, BINS));
    GR_TRY(GR_CREATE(&t->histogram, "histogram", BINS));
    return GR_CREATE(&t->percentile, "percentiles", PERCENTS);
}

/* Print what was found; numbers in the order that check.py knows. */
static void print(const terrain *t, const double *number) {
    printf("\n  %td x %td cells of %.2f m x %.2f m\n", t->n, t->m, t->dy, t->dx);
    printf("  heights %.1f .. %.1f m, mean %.2f m, deviation %.2f m, median %.1f m\n", number[2],
           number[4], number[0], number[1], GR_AT(t->percentile, (PERCENTS - 1) / 2));
    printf("  %d steps of creep, %.0f years at 0.01 m2 a year: %.4f km3 of soil moved\n",
           t->found.steps, number[9], 1e-9 * number[8]);
    printf("  volume before %.9f km3, after %.9f km3\n", 1e-9 * number[6], 1e-9 * number[7]);
    printf("  difference %.2g m3, %.1e of it, where a double resolves %.1g m3\n",
           number[7] - number[6], fabs(number[7] - number[6]) / number[6],
           nextafter(number[6], INFINITY) - number[6]);
}

static gr_status save(const terrain *t) {
    const findings *f = &t->found;
    const double cells = (double)(t->n * t->m), area = t->dy * t->dx, mean = f->sum / cells;
    double number[] = {mean,
                       sqrt(f->squares / cells - mean * mean),
                       f->low.value,
                       (double)f->low.location,
                       f->high.value,
                       (double)f->high.location,
                       f->sum * area,
                       f->after * area,
                       f->moved * area,
                       f->steps * f->k_dt / 0.01,
                       (double)f->steps,
                       f->k_dt};
    gr_view1_f64 numbers;

    print(t, number);
    GR_TRY(GR_WRAP(&numbers, number, sizeof number / sizeof *number));
    GR_TRY(gr_npy_save(npy(t->folder, "numbers"), GR_ANY(numbers)));
    GR_TRY(gr_npy_save(npy(t->folder, "heights"), GR_ANY(t->land)));
    GR_TRY(gr_npy_save(npy(t->folder, "relief"), GR_ANY(t->relief)));
    GR_TRY(gr_npy_save(npy(t->folder, "histogram"), GR_ANY(t->histogram)));
    return gr_npy_save(npy(t->folder, "percentiles"), GR_ANY(t->percentile));
}

/* Regions: what tools show these two as (docs/profiling.md). */
gr_status terrain_load(terrain *t, int argc, char **argv) {
    gr_status status;

    gr_region_push("load");
    status = load(t, argc, argv);
    gr_region_pop();
    return status;
}

gr_status terrain_save(const terrain *t) {
    gr_status status;

    gr_region_push("save");
    status = save(t);
    gr_region_pop();
    return status;
}

void terrain_release(terrain *t) {
    GR_RELEASE(&t->measured);
    GR_RELEASE(&t->wide);
    GR_RELEASE(&t->land);
    GR_RELEASE(&t->z);
    GR_RELEASE(&t->relief);
    GR_RELEASE(&t->part);
    GR_RELEASE(&t->histogram);
    GR_RELEASE(&t->percentile);
}

void report(const char *kernel, gr_timer *timer, double read, double written) {
    static double machine;
    const double seconds = gr_timer_reset(timer), rate = (read + 2 * written) / seconds;

    machine = machine > 0 ? machine : rate;
    printf("  %-26s %9.1f ms %8.1f GB/s %6.0f %%\n", kernel, 1e3 * seconds, 1e-9 * rate,
           100 * rate / machine);
    fflush(stdout);
}

void progress(const char *what, int done, int all) {
    static const char bar[] = "########################################";
    const int width = (int)sizeof bar - 1, length = width * done / all;

    if (done == all) {
        fprintf(stderr, "\r%*s\r", width + 50, "");
    } else if (done == 1 || length > width * (done - 1) / all) {
        fprintf(stderr, "\r  %-26s [%-*.*s] %d/%d", what, width, length, bar, done, all);
    }
}
