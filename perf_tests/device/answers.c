/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file answers.c
 * @brief How far answers on the device are from what the host expects: all of their elements where
 * they are few, else those at the beginning, in the middle and at the end.
 */
#include "answers.h"

#include <granum/granum.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Elements that are all compared; more are looked at in WINDOWS places. */
enum { ALL = 1 << 18, WINDOWS = 3, WINDOW = 2048 };

static double off(double got, double expected) {
    const double difference = fabs(got - expected) / fmax(fabs(expected), 1.0);

    return isnan(difference) ? INFINITY : difference;
}

static gr_index windows(gr_index n) {
    return n <= ALL ? 1 : WINDOWS;
}

static gr_index window_size(gr_index n) {
    return n <= ALL ? n : WINDOW;
}

static gr_index window_at(gr_index n, gr_index w) {
    return w == 0 ? 0 : w == 1 ? n / 2 : n - window_size(n);
}

/* One dimension. */
#define LINE(name, VIEW)                                                                     \
    static gr_status line_##name(const device_data *d, VIEW##_left v, device_expect *expect, \
                                 double *worst) {                                            \
        const gr_index n = v.extent[0], size = window_size(n);                               \
                                                                                             \
        for (gr_index w = 0; w < windows(n); w++) {                                          \
            const gr_index lo = window_at(n, w);                                             \
            VIEW##_left part;                                                                \
            VIEW##_right host;                                                               \
                                                                                             \
            GR_TRY(GR_SUBVIEW(&part, v, gr_slice(lo, lo + size)));                           \
            GR_TRY(GR_MIRROR_COPY(&host, part));                                             \
            for (gr_index i = 0; i < size; i++) {                                            \
                *worst = fmax(*worst, off((double)host.data[i], expect(d, lo + i, 0, 0)));   \
            }                                                                                \
            GR_TRY(GR_RELEASE(&host));                                                       \
        }                                                                                    \
        return GR_SUCCESS;                                                                   \
    }
LINE(f64, gr_view1_f64)
LINE(f32, gr_view1_f32)
LINE(i64, gr_view1_i64)
LINE(i32, gr_view1_i32)

/* Two: columns of a left View, rows of a right one, that lie side by side. */
static gr_status square(const device_data *d, device_expect *expect, double *worst) {
    const gr_index n = d->q.extent[0], size = n * n <= ALL ? n : 2;

    for (gr_index w = 0; w < (size == n ? 1 : WINDOWS); w++) {
        const gr_index lo = w == 0 ? 0 : w == 1 ? n / 2 : n - size;
        gr_view2_f64_left part;
        gr_view2_f64_right host;

        GR_TRY(GR_SUBVIEW(&part, d->q, GR_ALL, gr_slice(lo, lo + size)));
        GR_TRY(GR_MIRROR_COPY(&host, part));
        for (gr_index i = 0; i < n; i++) {
            for (gr_index j = 0; j < size; j++) {
                *worst = fmax(*worst, off(GR_AT(host, i, j), expect(d, i, lo + j, 0)));
            }
        }
        GR_TRY(GR_RELEASE(&host));
    }
    return GR_SUCCESS;
}

static gr_status matrix(const device_data *d, device_expect *expect, double *worst) {
    const gr_index n = d->mc.extent[0], size = n <= 300 ? n : 1;

    for (gr_index w = 0; w < (size == n ? 1 : WINDOWS); w++) {
        const gr_index lo = w == 0 ? 0 : w == 1 ? n / 2 : n - size;
        gr_view2_f64_right part, host;

        GR_TRY(GR_SUBVIEW(&part, d->mc, gr_slice(lo, lo + size), GR_ALL));
        GR_TRY(GR_MIRROR_COPY(&host, part));
        for (gr_index i = 0; i < size; i++) {
            for (gr_index j = 0; j < n; j++) {
                *worst = fmax(*worst, off(GR_AT(host, i, j), expect(d, lo + i, j, 0)));
            }
        }
        GR_TRY(GR_RELEASE(&host));
    }
    return GR_SUCCESS;
}

static gr_status cube(const device_data *d, device_expect *expect, double *worst) {
    const gr_index n = d->v.extent[0], size = n * n * n <= ALL ? n : 1;

    for (gr_index w = 0; w < (size == n ? 1 : WINDOWS); w++) {
        const gr_index lo = w == 0 ? 1 : w == 1 ? n / 2 : n - size;
        const gr_index from = size == n ? 0 : lo;
        gr_view3_f64_left part;
        gr_view3_f64_right host;

        GR_TRY(GR_SUBVIEW(&part, d->v, GR_ALL, GR_ALL, gr_slice(from, from + size)));
        GR_TRY(GR_MIRROR_COPY(&host, part));
        for (gr_index i = 0; i < n; i++) {
            for (gr_index j = 0; j < n; j++) {
                for (gr_index k = 0; k < size; k++) {
                    *worst = fmax(*worst, off(GR_AT(host, i, j, k), expect(d, i, j, from + k)));
                }
            }
        }
        GR_TRY(GR_RELEASE(&host));
    }
    return GR_SUCCESS;
}

static gr_status sparse(const device_data *d, device_expect *expect, double *worst) {
    const gr_index n = d->rows, size = window_size(n);
    double *y = (double *)malloc((size_t)size * sizeof *y);

    GR_REQUIRE(y, GR_OUT_OF_MEMORY, "memory for a result = none, expected %td numbers", size);
    for (gr_index w = 0; w < windows(n); w++) {
        const gr_index lo = window_at(n, w);

        GR_TRY(device_sparse_fetch(y, d, lo, size));
        for (gr_index i = 0; i < size; i++) {
            *worst = fmax(*worst, off(y[i], expect(d, lo + i, 0, 0)));
        }
    }
    free(y);
    return GR_SUCCESS;
}

static gr_status keys(const device_data *d, device_expect *expect, double *worst) {
    double bins[DEVICE_BINS];

    GR_TRY(device_keys_fetch(bins, d));
    for (gr_index b = 0; b < DEVICE_BINS; b++) {
        *worst = fmax(*worst, off(bins[b], expect(d, b, 0, 0)));
    }
    return GR_SUCCESS;
}

static gr_status atoms(device_data *d, device_expect *expect, double *worst) {
    const size_t bytes = 3 * (size_t)d->atoms * sizeof(double);
    double *force = (double *)malloc(2 * bytes);
    const gr_index step = d->atoms <= 1000 ? 1 : d->atoms / 64;

    GR_REQUIRE(force, GR_OUT_OF_MEMORY, "memory for forces = none, expected %zu B", 2 * bytes);
    GR_TRY(device_atoms_fetch(force, d, false));
    d->positions = force + 3 * d->atoms;
    GR_TRY(device_atoms_fetch(force + 3 * d->atoms, d, true));
    for (gr_index a = 0; a < d->atoms; a += step) {
        for (gr_index axis = 0; axis < 3; axis++) {
            *worst = fmax(*worst, off(force[3 * a + axis], expect(d, a, axis, 0)));
        }
    }
    free(force);
    return GR_SUCCESS;
}

gr_status answers_of_view(device_data *d, device_kind kind, device_expect *expect, double *worst) {
    *worst = 0;
    switch (kind) {
    case DEVICE_F64:
    case DEVICE_GRAPH:
        return line_f64(d, d->c, expect, worst);
    case DEVICE_F32:
        return line_f32(d, d->fc, expect, worst);
    case DEVICE_I64:
        return line_i64(d, d->ic, expect, worst);
    case DEVICE_I32:
        return line_i32(d, d->jc, expect, worst);
    case DEVICE_SQUARE:
        return square(d, expect, worst);
    case DEVICE_CUBE:
        return cube(d, expect, worst);
    case DEVICE_SPARSE:
        return sparse(d, expect, worst);
    case DEVICE_MATRIX:
        return matrix(d, expect, worst);
    case DEVICE_KEYS:
        return keys(d, expect, worst);
    case DEVICE_ATOMS:
        return atoms(d, expect, worst);
    default:
        return GR_SUCCESS;
    }
}

gr_status answers_of_result(device_data *d, const char *name, device_expect *expect,
                            double *worst) {
    const bool small = strstr(name, "f32"), located = strstr(name, "minloc");

    if (strncmp(name, "reduce.", 7) == 0) {
        gr_view0_f64_right f64;
        gr_view0_f32_right f32;
        gr_view0_low_f64_right low64;
        gr_view0_low_f32_right low32;

        GR_TRY(GR_MIRROR_COPY(&f64, d->s64));
        GR_TRY(GR_MIRROR_COPY(&f32, d->s32));
        GR_TRY(GR_MIRROR_COPY(&low64, d->low64));
        GR_TRY(GR_MIRROR_COPY(&low32, d->low32));
        d->where = small ? low32.data->location : low64.data->location;
        if (located) {
            d->result = small ? (double)low32.data->value : low64.data->value;
        } else {
            d->result = small ? (double)*f32.data : *f64.data;
        }
        GR_TRY(GR_RELEASE(&f64));
        GR_TRY(GR_RELEASE(&f32));
        GR_TRY(GR_RELEASE(&low64));
        GR_TRY(GR_RELEASE(&low32));
    }
    *worst = off(d->result, expect(d, 0, 0, 0));
    if (located && d->where != d->n * 3 / 5) {
        *worst = INFINITY;
    }
    return GR_SUCCESS;
}
