/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file main.c
 * @brief granum_bench_<backend>: each row on a device beside its twin, sizes from 1e3 to 2.7e8.
 *
 *     granum_bench_cuda [ROW...] [--check] [--most N] [--size N] [--long] [--json FILE] [--list]
 *
 * The harness and the verdicts are those of granum_bench (perf_tests/README.md). `twin` is CUDA by
 * hand, or CUB; `best` the device's own copy of as many bytes, read and written.
 */
#define _GNU_SOURCE
#include "../harness/report.h"
#include "answers.h"

#include <granum/device.h>
#include <granum/granum.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef GRANUM_BENCH_TWIN
#define GRANUM_BENCH_TWIN 0
#endif

typedef struct bench_line {
    const char *name;
    device_kind kind;
    double bytes;
    device_goal goal;
    bool is_result;
    void (*granum)(void *data);
    void (*twin)(void *data); /* NULL: none */
    device_expect *expect;
} bench_line;

#if GRANUM_BENCH_TWIN
#define TWIN(function) device_##function##_twin
#else
#define TWIN(function) NULL
#endif
#define IS_VIEW false
#define IS_RESULT true
#define ROW(function, name, kind, bytes, goal, answer) \
    {name,           kind,                             \
     bytes,          goal,                             \
     IS_##answer,    device_##function##_granum,       \
     TWIN(function), device_##function##_expect},
#define ORDER_ROW(function, name, kind, bytes, goal, answer) \
    {name,                                                   \
     kind,                                                   \
     bytes,                                                  \
     goal,                                                   \
     IS_##answer,                                            \
     device_##function##_granum,                             \
     device_##function##_twin,                               \
     device_##function##_expect},
static const bench_line rows[] = {DEVICE_ROWS(ROW) DEVICE_ORDER_ROWS(ORDER_ROW)};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static struct {
    bool check, list, thorough;
    double most;
    gr_index size; /* 0: all */
    const char *json;
    char **names;
    int name_count;
} options = {.most = 2.7e8};

static char backend[16];

/* What the copies of `best` go between; grown when a row wants more. */
static struct {
    gr_view1_f64_left from, to;
    size_t bytes;
} copied;

/* A row under way. */
static struct {
    const bench_line *row;
    device_data data;
} now;

bool bench_quick(void) {
    return !options.thorough;
}

bool bench_only_check(void) {
    return options.check;
}

static void must(gr_status status) {
    if (status != GR_SUCCESS) {
        const gr_error *e = gr_last_error();

        fprintf(stderr, "%s:%d: %s\n", e->file, e->line, e->message);
        exit(1);
    }
}

const char *bench_machine(void) {
    static char text[512];
    gr_device_info info;
    char more[160] = "";

    must(gr_device_describe(0, &info));
#if GRANUM_BENCH_TWIN
    device_twin_describe(more, sizeof more);
#endif
    snprintf(text, sizeof text, "%s, %s (%s), %.1f GB%s%s", info.name, info.architecture,
             info.backend, 1e-9 * (double)info.memory, more[0] ? ", " : "", more);
    return text;
}

const char *bench_rival(void) {
    return GRANUM_BENCH_TWIN ? "twin: CUDA by hand, or CUB; best: the device's own copy of as many "
                               "bytes, read and written"
                             : "best: the device's own copy of as many bytes, read and written";
}

static gr_index side(device_kind kind, device_kind wanted, gr_index n) {
    return kind == wanted ? n : 0;
}

/* The Views of a kind; those of others have no elements. */
static void make(device_data *d, device_kind kind, gr_index n) {
    const gr_index f64 = kind == DEVICE_F64 || kind == DEVICE_GRAPH ? n : kind == DEVICE_LAUNCH;
    const gr_index f32 = side(kind, DEVICE_F32, n), i64 = side(kind, DEVICE_I64, n);
    const gr_index i32 = side(kind, DEVICE_I32, n), square = side(kind, DEVICE_SQUARE, n);
    const gr_index edge = side(kind, DEVICE_CUBE, n), matrix = side(kind, DEVICE_MATRIX, n);

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
    must(GR_CREATE_IN(&d->ja, GR_DEVICE, "ja", i32));
    must(GR_CREATE_IN(&d->jc, GR_DEVICE, "jc", i32));
    must(GR_CREATE_IN(&d->p, GR_DEVICE, "p", square, square));
    must(GR_CREATE_IN(&d->q, GR_DEVICE, "q", square, square));
    must(GR_CREATE_IN(&d->t, GR_DEVICE, "t", square, square));
    must(GR_CREATE_IN(&d->u, GR_DEVICE, "u", edge, edge, edge));
    must(GR_CREATE_IN(&d->v, GR_DEVICE, "v", edge, edge, edge));
    must(GR_CREATE_IN(&d->ma, GR_DEVICE, "ma", matrix, matrix));
    must(GR_CREATE_IN(&d->mb, GR_DEVICE, "mb", matrix, matrix));
    must(GR_CREATE_IN(&d->mc, GR_DEVICE, "mc", matrix, matrix));
    must(GR_CREATE_IN(&d->s64, GR_DEVICE, "s64"));
    must(GR_CREATE_IN(&d->s32, GR_DEVICE, "s32"));
    must(GR_CREATE_IN(&d->low64, GR_DEVICE, "low64"));
    must(GR_CREATE_IN(&d->low32, GR_DEVICE, "low32"));
    device_set(d);
    device_set_grids(d);
    must(gr_fence());
    must(kind == DEVICE_GRAPH    ? device_graph_make(d)
         : kind == DEVICE_SPARSE ? device_sparse_make(d)
         : kind == DEVICE_KEYS   ? device_keys_make(d)
         : kind == DEVICE_ATOMS  ? device_atoms_make(d)
                                 : GR_SUCCESS);
}

static void drop(device_data *d, device_kind kind) {
    must(kind == DEVICE_GRAPH    ? gr_graph_destroy(&d->graph)
         : kind == DEVICE_SPARSE ? device_sparse_drop(d)
         : kind == DEVICE_KEYS   ? device_keys_drop(d)
         : kind == DEVICE_ATOMS  ? device_atoms_drop(d)
                                 : GR_SUCCESS);
    must(GR_RELEASE(&d->a));
    must(GR_RELEASE(&d->b));
    must(GR_RELEASE(&d->c));
    must(GR_RELEASE(&d->fa));
    must(GR_RELEASE(&d->fb));
    must(GR_RELEASE(&d->fc));
    must(GR_RELEASE(&d->ia));
    must(GR_RELEASE(&d->ic));
    must(GR_RELEASE(&d->ja));
    must(GR_RELEASE(&d->jc));
    must(GR_RELEASE(&d->p));
    must(GR_RELEASE(&d->q));
    must(GR_RELEASE(&d->t));
    must(GR_RELEASE(&d->u));
    must(GR_RELEASE(&d->v));
    must(GR_RELEASE(&d->ma));
    must(GR_RELEASE(&d->mb));
    must(GR_RELEASE(&d->mc));
    must(GR_RELEASE(&d->s64));
    must(GR_RELEASE(&d->s32));
    must(GR_RELEASE(&d->low64));
    must(GR_RELEASE(&d->low32));
}

/* What a row of the kind writes; matrices are added to. */
static void spoil(void *data) {
    device_data *d = (device_data *)data;

    d->result = DEVICE_SPOILT;
    d->where = -1;
    must(GR_FILL(d->c, DEVICE_SPOILT));
    must(GR_FILL(d->fc, (float)DEVICE_SPOILT));
    must(GR_FILL(d->ic, (int64_t)DEVICE_SPOILT));
    must(GR_FILL(d->jc, (int32_t)DEVICE_SPOILT));
    must(GR_FILL(d->q, DEVICE_SPOILT));
    must(GR_FILL(d->v, DEVICE_SPOILT));
    must(GR_FILL(d->mc, 0.0));
    must(GR_FILL(d->s64, DEVICE_SPOILT));
    must(GR_FILL(d->s32, (float)DEVICE_SPOILT));
    must(gr_fence());
}

static double error(void *data) {
    device_data *d = (device_data *)data;
    double worst = 0;

    must(now.row->is_result ? answers_of_result(d, now.row->name, now.row->expect, &worst)
                            : answers_of_view(d, now.row->kind, now.row->expect, &worst));
    return worst;
}

static void wait_for(void *data, bench_side whose) {
    (void)data;
#if GRANUM_BENCH_TWIN
    if (whose != BENCH_GRANUM && (whose != BENCH_TWIN || now.row->goal != GOAL_REPORTED)) {
        device_twin_wait();
        return;
    }
#endif
    (void)whose;
    must(gr_fence());
}

static void settle(void *data) {
    wait_for(data, BENCH_GRANUM);
    wait_for(data, BENCH_TWIN);
}

/* The device's own copy; half of the bytes are read and half written. */
static void copy(void *data) {
    (void)data;
#if GRANUM_BENCH_TWIN
    device_twin_copy(copied.to.data, copied.from.data, copied.bytes);
#else
    must(gr_deep_copy(GR_ANY(copied.to), GR_ANY(copied.from)));
#endif
}

static void make_room_for_copies(double bytes) {
    const gr_index n = (gr_index)(bytes / 16) + 1;

    copied.bytes = (size_t)(bytes / 2);
    if (copied.from.buffer && copied.from.extent[0] >= n) {
        return;
    }
    if (copied.from.buffer) {
        must(GR_RELEASE(&copied.from));
        must(GR_RELEASE(&copied.to));
    }
    must(GR_CREATE_IN(&copied.from, GR_DEVICE, "copied", n));
    must(GR_CREATE_IN(&copied.to, GR_DEVICE, "its copy", n));
}

static double elements(const bench_line *r, gr_index n) {
    const double edge = (double)n;

    switch (r->kind) {
    case DEVICE_SQUARE:
    case DEVICE_MATRIX:
        return edge * edge;
    case DEVICE_CUBE:
    case DEVICE_SPARSE:
        return edge * edge * edge;
    case DEVICE_ATOMS:
        return 4 * edge * edge * edge;
    default:
        return edge;
    }
}

static bench_target ratio(double bar) {
    return (bench_target){BENCH_RATIO, bar};
}

static void set_targets(bench_row *to, const bench_line *r, bool is_largest) {
    const double n = (double)to->n;

    switch (r->goal) {
    case GOAL_STREAM:
        to->target = ratio(1.03);
        if (n >= 3e7) {
            to->target_best = ratio(1 / 0.97);
        }
        break;
    case GOAL_RESULT:
        if (n >= 1e7) {
            to->target = ratio(1.03);
        }
        break;
    case GOAL_HOST:
        to->target = ratio(n >= 1e7 ? 1.03 : 1.0);
        break;
    case GOAL_ANY:
    case GOAL_SCAN:
        to->target = ratio(1.05);
        break;
    case GOAL_FIXED:
        to->target = ratio(1.3);
        break;
    case GOAL_KERNEL:
        if (is_largest) {
            to->target = ratio(1.05);
        }
        break;
    case GOAL_LAUNCH:
        to->target = ratio(1.15);
        break;
    case GOAL_NODE:
        to->target = ratio(1.05);
        break;
    default:
        break;
    }
}

/* What a side may be off: nothing where sums are exact or elements are computed alone. */
static double tolerance(const bench_line *r, gr_index n) {
    if (r->kind == DEVICE_ATOMS) {
        return 4e4 * 0x1p-52; /* as on the host: positions of the size of the box, to the 13th */
    }
    if (r->kind == DEVICE_SPARSE) {
        return 64 * 0x1p-52;
    }
    if (r->kind == DEVICE_F32 && (r->is_result || strstr(r->name, "scan"))) {
        return 8 * 0x1p-24 * sqrt((double)n);
    }
    return 0;
}

static void describe_size(char text[64], const bench_line *r, gr_index n) {
    switch (r->kind) {
    case DEVICE_SQUARE:
    case DEVICE_MATRIX:
        snprintf(text, 64, "%td x %td", n, n);
        break;
    case DEVICE_CUBE:
        snprintf(text, 64, "%td cubed", n);
        break;
    case DEVICE_SPARSE:
        snprintf(text, 64, "%td cubed rows", n);
        break;
    case DEVICE_ATOMS:
        snprintf(text, 64, "%td atoms", 4 * n * n * n);
        break;
    default:
        snprintf(text, 64, n < 1000000 ? "%.6g" : "%.3g", (double)n);
    }
}

static void measure(const bench_line *r, gr_index n, bool is_largest) {
    const double bytes = r->bytes * elements(r, n);
    char size[64];
    bench_row to = {.name = r->name,
                    .n = n,
                    .size = size,
                    .bytes = bytes,
                    .data = &now.data,
                    .reset = spoil,
                    .run = {r->granum, r->twin, NULL},
                    .error = error,
                    .tolerance = tolerance(r, n),
                    .wait = wait_for,
                    .backend = backend,
                    .best_is_measure = true};

    describe_size(size, r, n);
    set_targets(&to, r, is_largest);
    if (bytes > 0 && !options.check && r->kind != DEVICE_ATOMS && r->kind != DEVICE_MATRIX) {
        make_room_for_copies(bytes);
        to.run[BENCH_BEST] = copy;
    }
    if (r->kind == DEVICE_GRAPH) {
        to.parts = DEVICE_NODES;
        to.bytes /= DEVICE_NODES;
        to.run[BENCH_BEST] = NULL;
    }
    if (r->kind == DEVICE_LAUNCH) {
        to.parts = DEVICE_LAUNCHES;
        to.before = settle;
    }
    make(&now.data, r->kind, n);
    now.row = r;
    if (r->kind == DEVICE_GRAPH) { /* nodes are captured at the second submit */
        r->granum(&now.data);
        r->granum(&now.data);
        must(gr_fence());
    }
    bench_measure(&to);
    settle(&now.data);
    drop(&now.data, r->kind);
}

static bool is_wanted(const bench_line *r) {
    bool wanted = options.name_count == 0;

    for (int k = 0; k < options.name_count; k++) {
        wanted = wanted || strncmp(r->name, options.names[k], strlen(options.names[k])) == 0;
    }
    return wanted;
}

/* Sizes of a kind; the first two are what --check looks at. */
static const gr_index *sizes_of(device_kind kind) {
    static const gr_index lines[] = {1000,     10000,     100000,    1000000, 10000000,
                                     30000000, 100000000, 270000000, 0};
    static const gr_index squares[] = {128, 1000, 8192, 0}, cubes[] = {32, 60, 512, 0};
    static const gr_index matrices[] = {64, 150, 2048, 0}, sparse[] = {4, 24, 128, 0};
    static const gr_index atoms[] = {5, 7, 64, 0}, keys[] = {1000, 100001, 100000000, 0};
    static const gr_index graphs[] = {1000, 100000, 1000000, 10000000, 0}, launches[] = {1, 0};

    switch (kind) {
    case DEVICE_SQUARE:
        return squares;
    case DEVICE_CUBE:
        return cubes;
    case DEVICE_MATRIX:
        return matrices;
    case DEVICE_SPARSE:
        return sparse;
    case DEVICE_ATOMS:
        return atoms;
    case DEVICE_KEYS:
        return keys;
    case DEVICE_GRAPH:
        return graphs;
    case DEVICE_LAUNCH:
        return launches;
    default:
        return lines;
    }
}

static int run(void) {
    int met = 0;

    for (int k = 0; k < ROW_COUNT; k++) {
        const bench_line *r = &rows[k];
        const gr_index *n = sizes_of(r->kind);

        if (!is_wanted(r)) {
            continue;
        }
        met++;
        for (int s = 0; n[s] > 0 && elements(r, n[s]) <= options.most; s++) {
            if (options.size > 0 ? n[s] != options.size : options.check && s > 1) {
                continue;
            }
            if (options.list) {
                printf("%s %td\n", r->name, n[s]);
            } else {
                measure(r, n[s], n[s + 1] == 0);
            }
        }
    }
    if (met == 0) {
        fprintf(stderr, "ROW = %s, expected the beginning of a row's name (--list)\n",
                options.names[0]);
    }
    return met;
}

static bool read_options(int argc, char **argv) {
    options.names = (char **)calloc((size_t)argc, sizeof *options.names);
    for (int k = 1; k < argc && options.names; k++) {
        if (strcmp(argv[k], "--check") == 0) {
            options.check = true;
        } else if (strcmp(argv[k], "--list") == 0) {
            options.list = true;
        } else if (strcmp(argv[k], "--long") == 0) {
            options.thorough = true;
        } else if (strcmp(argv[k], "--most") == 0 && k + 1 < argc) {
            options.most = atof(argv[++k]);
        } else if (strcmp(argv[k], "--size") == 0 && k + 1 < argc) {
            options.size = atol(argv[++k]);
        } else if (strcmp(argv[k], "--json") == 0 && k + 1 < argc) {
            options.json = argv[++k];
        } else if (argv[k][0] != '-') {
            options.names[options.name_count++] = argv[k];
        } else {
            fprintf(stderr,
                    "usage: %s [ROW...] [--check] [--most ELEMENTS] [--size ELEMENTS] [--long] "
                    "[--json FILE] [--list]\n",
                    argv[0]);
            return false;
        }
    }
    return options.names;
}

int main(int argc, char **argv) {
    gr_device_info info;
    int wrong = 0;

    if (!read_options(argc, argv)) {
        return 2;
    }
    if (!options.list) {
        must(gr_device_describe(0, &info));
        snprintf(backend, sizeof backend, "%s", info.backend);
        if (!bench_report_open(options.json, argc, argv)) {
            return 1;
        }
    }
    if (run() == 0) {
        return 2;
    }
    if (!options.list) {
        wrong = bench_report_close();
    }
    return wrong == 0 ? 0 : 1;
}
