/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream_best.c
 * @brief STREAM by hand: 64-byte vectors, serial where short, past the caches where long.
 */
#include "simd.h"
#include "stream.h"

#include <omp.h>

typedef enum stream_op { COPY, MUL, ADD, TRIAD } stream_op;

typedef enum stream_way { PLAIN, PAST_CACHES } stream_way;

static inline __attribute__((always_inline)) double one(stream_op op, const double *x,
                                                        const double *y, double scalar) {
    return op == COPY ? *x : op == MUL ? scalar * *x : op == ADD ? *x + *y : *x + scalar * *y;
}

static inline __attribute__((always_inline)) v8d line(stream_op op, const double *x,
                                                      const double *y, double scalar) {
    const v8d a = v8d_load(x), b = op == ADD || op == TRIAD ? v8d_load(y) : a;

    return op == COPY ? a : op == MUL ? scalar * a : op == ADD ? a + b : a + scalar * b;
}

static inline __attribute__((always_inline)) void lines(stream_op op, stream_way way,
                                                        const stream_data *d, gr_index lo,
                                                        gr_index hi) {
    double *out = d->out.data;
    const double *x = d->x.data, *y = d->y.data, scalar = d->scalar;

    for (gr_index i = lo; i < hi; i += 8) {
        if (way == PAST_CACHES)
            v8d_stream(out + i, line(op, x + i, y + i, scalar));
        else
            v8d_store(out + i, line(op, x + i, y + i, scalar));
    }
    if (way == PAST_CACHES)
        stream_end();
}

/* Way and operation become constants inside of the parallel region: captured there, they would be
 * variables. */
static void share(stream_op op, stream_way way, const stream_data *d, gr_index lo, gr_index hi) {
    switch (op * 2 + (way == PAST_CACHES)) {
    case COPY * 2:
        lines(COPY, PLAIN, d, lo, hi);
        break;
    case COPY * 2 + 1:
        lines(COPY, PAST_CACHES, d, lo, hi);
        break;
    case MUL * 2:
        lines(MUL, PLAIN, d, lo, hi);
        break;
    case MUL * 2 + 1:
        lines(MUL, PAST_CACHES, d, lo, hi);
        break;
    case ADD * 2:
        lines(ADD, PLAIN, d, lo, hi);
        break;
    case ADD * 2 + 1:
        lines(ADD, PAST_CACHES, d, lo, hi);
        break;
    case TRIAD * 2:
        lines(TRIAD, PLAIN, d, lo, hi);
        break;
    default:
        lines(TRIAD, PAST_CACHES, d, lo, hi);
    }
}

/* Views start on a line, so only the end needs single elements. */
static void stream(stream_op op, const stream_data *d) {
    const gr_index n = d->out.extent[0], whole = n / 8 * 8;
    const gr_index bytes = (op == ADD || op == TRIAD ? 3 : 2) * 8 * n;
    const stream_way way = bytes > STREAMING_BYTES ? PAST_CACHES : PLAIN;

    if (bytes <= SERIAL_BYTES) {
        share(op, PLAIN, d, 0, whole);
    } else {
#pragma omp parallel
        {
            const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();

            share(op, way, d, whole / 8 * me / team * 8, whole / 8 * (me + 1) / team * 8);
        }
    }
    for (gr_index i = whole; i < n; i++)
        d->out.data[i] = one(op, d->x.data + i, d->y.data + i, d->scalar);
}

void stream_copy_best(void *data) {
    stream(COPY, (const stream_data *)data);
}

void stream_mul_best(void *data) {
    stream(MUL, (const stream_data *)data);
}

void stream_add_best(void *data) {
    stream(ADD, (const stream_data *)data);
}

void stream_triad_best(void *data) {
    stream(TRIAD, (const stream_data *)data);
}
