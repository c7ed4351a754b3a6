/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file main.c
 * @brief granum_bench_<backend>: each row on a device beside its twin, sizes from 1e3 to 2.7e8.
 *
 *     granum_bench_cuda [--check] [--most N] [ROW...]
 *
 * Both sides take turns; a time is the least median of three runs of 11 samples, each of as many
 * launches as take a millisecond, with one wait at its end. `ratio` is granum's time over the
 * twin's, `of copy` the bandwidth over that of the device's own copy of as many bytes. Rows that
 * replay a graph show the time of one of its nodes; the twin is the vendor's own graph.
 */
#include "device.h"

#include <granum/device.h>
#include <granum/granum.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef GRANUM_BENCH_TWIN
#define GRANUM_BENCH_TWIN 0
#endif

enum { SAMPLES = 11, RUNS = 3 };

typedef struct row {
    const char *name;
    device_kind kind;
    double bytes;
    void (*granum)(device_data *d);
    void (*twin)(device_data *d); /* NULL: none */
} row;

#if GRANUM_BENCH_TWIN
#define TWIN(name) device_##name##_twin
#else
#define TWIN(name) NULL
static void device_twin_none(void) {}
#define device_twin_wait device_twin_none
#endif
#define ROW(name, kind, bytes) {#name, kind, bytes, device_##name##_granum, TWIN(name)},
static const row rows[] = {DEVICE_ROWS(ROW)};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static void must(gr_status status) {
    if (status != GR_SUCCESS) {
        fprintf(stderr, "%s\n", gr_last_error()->message);
        exit(1);
    }
}

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The Views of a kind; those of others have no elements. */
static void make(device_data *d, device_kind kind, gr_index n) {
    const gr_index f64 = kind == DEVICE_F64 || kind == DEVICE_GRAPH ? n : 0;
    const gr_index f32 = kind == DEVICE_F32 ? n : 0;
    const gr_index i64 = kind == DEVICE_I64 ? n : 0, side = kind == DEVICE_SQUARE ? n : 0;
    const gr_index edge = kind == DEVICE_CUBE ? n : 0;

    memset(d, 0, sizeof *d);
    d->n = n;
    must(GR_CREATE_IN(&d->a, GR_DEVICE, "a", f64));
    must(GR_CREATE_IN(&d->b, GR_DEVICE, "b", f64));
    must(GR_CREATE_IN(&d->c, GR_DEVICE, "c", f64));
    must(GR_CREATE_IN(&d->fa, GR_DEVICE, "fa", f32));
    must(GR_CREATE_IN(&d->fb, GR_DEVICE, "fb", f32));
    must(GR_CREATE_IN(&d->fc, GR_DEVICE, "fc", f32));
    must(GR_CREATE_IN(&d->ia, GR_DEVICE, "ia", i64));
    must(GR_CREATE_IN(&d->ic, GR_DEVICE, "ic", i64));
    must(GR_CREATE_IN(&d->p, GR_DEVICE, "p", side, side));
    must(GR_CREATE_IN(&d->q, GR_DEVICE, "q", side, side));
    must(GR_CREATE_IN(&d->t, GR_DEVICE, "t", side, side));
    must(GR_CREATE_IN(&d->u, GR_DEVICE, "u", edge, edge, edge));
    must(GR_CREATE_IN(&d->v, GR_DEVICE, "v", edge, edge, edge));
    device_set(d);
    must(gr_fence());
    if (kind == DEVICE_GRAPH) {
        must(device_graph_make(d));
    }
}

static void drop(device_data *d) {
    if (d->graph) {
        must(gr_graph_destroy(&d->graph));
    }
    must(GR_RELEASE(&d->a));
    must(GR_RELEASE(&d->b));
    must(GR_RELEASE(&d->c));
    must(GR_RELEASE(&d->fa));
    must(GR_RELEASE(&d->fb));
    must(GR_RELEASE(&d->fc));
    must(GR_RELEASE(&d->ia));
    must(GR_RELEASE(&d->ic));
    must(GR_RELEASE(&d->p));
    must(GR_RELEASE(&d->q));
    must(GR_RELEASE(&d->t));
    must(GR_RELEASE(&d->u));
    must(GR_RELEASE(&d->v));
}

static void wait_for(bool twin) {
    if (twin) {
        device_twin_wait();
    } else {
        must(gr_fence());
    }
}

static double sample(const row *r, device_data *d, bool twin, int repeats) {
    const double start = now();

    for (int k = 0; k < repeats; k++) {
        (twin ? r->twin : r->granum)(d);
    }
    wait_for(twin);
    return (now() - start) / repeats;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const row *r, device_data *d, bool twin, int repeats) {
    double t[SAMPLES];

    for (int k = 0; k < SAMPLES; k++) {
        t[k] = sample(r, d, twin, repeats);
    }
    qsort(t, SAMPLES, sizeof *t, compare);
    return t[SAMPLES / 2];
}

/* Both sides a few times, since graphs are replayed from the third on, and what they have answered;
 * false: they differ. */
static bool agrees(const row *r, device_data *d) {
    double results[2] = {0, 0}, sums[2] = {0, 0};
    const double rounding = r->kind == DEVICE_F32 ? 1e-3 : 1e-9;

    for (int twin = 0; twin < 1 + (r->twin != NULL); twin++) {
        d->result = 0;
        d->where = 0;
        (void)sample(r, d, twin != 0, 3);
        results[twin] = d->result + (double)d->where;
        sums[twin] = device_check(d, r->kind);
        must(gr_fence());
    }
    if (!r->twin || (fabs(results[0] - results[1]) <= rounding * fabs(results[1]) &&
                     fabs(sums[0] - sums[1]) <= rounding * fabs(sums[1]))) {
        return true;
    }
    fprintf(stderr, "%s: n = %td: result, sum = %.17g, %.17g, expected %.17g, %.17g\n", r->name,
            d->n, results[0], sums[0], results[1], sums[1]);
    return false;
}

static double elements(const row *r, gr_index n) {
    const double side = (double)n;

    return r->kind == DEVICE_SQUARE ? side * side
           : r->kind == DEVICE_CUBE ? side * side * side
                                    : side;
}

/* Bandwidth of the device's own copy of so many bytes [B/s], read and written. */
static double copy_bandwidth(double bytes) {
    static const row r = {"copy", DEVICE_F64, 16, device_deep_copy_f64_granum, NULL};
    device_data d;
    double t;

    make(&d, DEVICE_F64, (gr_index)(bytes / 16) + 1);
    (void)sample(&r, &d, false, 3);
    t = median(&r, &d, false, 1 + (int)(1e9 / bytes / 64));
    drop(&d);
    return bytes / t;
}

static void measure(const row *r, device_data *d) {
    double t[2] = {HUGE_VAL, HUGE_VAL};
    const double bytes = r->bytes * elements(r, d->n);

    for (int run = 0; run < RUNS; run++) {
        for (int twin = 0; twin < 1 + (r->twin != NULL); twin++) {
            const double once = sample(r, d, twin != 0, 1);
            const int repeats = once > 1e-3 ? 1 : (int)(1e-3 / once) + 1;
            const double one = median(r, d, twin != 0, repeats);

            t[twin] = one < t[twin] ? one : t[twin];
        }
    }
    if (r->kind == DEVICE_GRAPH) {
        t[0] /= DEVICE_NODES;
        t[1] /= DEVICE_NODES;
    }
    printf("%-14s %11td %12.3f", r->name, d->n, 1e6 * t[0]);
    if (r->twin) {
        printf(" %12.3f %7.3f", 1e6 * t[1], t[0] / t[1]);
    } else {
        printf(" %12s %7s", "-", "-");
    }
    if (bytes > 0) {
        printf(" %9.1f %8.3f", 1e-9 * bytes / t[0], bytes / t[0] / copy_bandwidth(bytes));
    }
    printf("\n");
    fflush(stdout);
}

static bool is_wanted(const row *r, char **names, int count) {
    bool wanted = count == 0;

    for (int k = 0; k < count; k++) {
        wanted = wanted || strncmp(r->name, names[k], strlen(names[k])) == 0;
    }
    return wanted;
}

int main(int argc, char **argv) {
    static const gr_index sizes[DEVICE_KINDS][9] = {
        {1000, 10000, 100000, 1000000, 10000000, 30000000, 100000000, 270000000, 0},
        {1000, 10000, 100000, 1000000, 10000000, 30000000, 100000000, 270000000, 0},
        {1000, 10000, 100000, 1000000, 10000000, 30000000, 100000000, 270000000, 0},
        {128, 1024, 8192, 0},
        {32, 128, 512, 0},
        {1000, 100000, 1000000, 10000000, 100000000, 0},
    };
    double most = 2.7e8;
    bool checks = false, is_right = true;
    gr_device_info info;
    int first = 1;

    for (; first < argc && argv[first][0] == '-'; first++) {
        if (strcmp(argv[first], "--check") == 0) {
            checks = true;
        } else if (strcmp(argv[first], "--most") == 0 && first + 1 < argc) {
            most = atof(argv[++first]);
        } else {
            fprintf(stderr, "usage: %s [--check] [--most ELEMENTS] [ROW...]\n", argv[0]);
            return 2;
        }
    }
    must(gr_device_describe(0, &info));
    printf("# %s, %s (%s), %.1f GB\n", info.name, info.architecture, info.backend,
           1e-9 * (double)info.memory);
    if (!checks) {
        printf("# row                    n  granum [us]    twin [us]   ratio      GB/s  of copy\n");
    }
    for (int k = 0; k < ROW_COUNT; k++) {
        const row *r = &rows[k];

        for (int s = 0; sizes[r->kind][s] > 0 && is_wanted(r, argv + first, argc - first); s++) {
            const gr_index n = sizes[r->kind][s];
            device_data d;

            if (elements(r, n) > most || (checks && s > 1) || (r->bytes == 0 && s > 0)) {
                break;
            }
            make(&d, r->kind, n);
            is_right = agrees(r, &d) && is_right;
            if (!checks) {
                measure(r, &d);
            }
            drop(&d);
        }
    }
    return is_right ? 0 : 1;
}
