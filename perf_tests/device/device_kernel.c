/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_kernel.c
 * @brief Rows on a device in the kernel language.
 */
#include "device.h"

#include <granum/granum.h>

#define LOOP(label, x) GR_PARALLEL_FOR(label, i, gr_range(0, (x).extent[0]))

void device_set(device_data *d) {
    const device_data x = *d;

    LOOP("set f64", x.a) {
        GR_AT(x.a, i) = 1.0 + (double)(i % 1000) * 0x1p-10;
        GR_AT(x.b, i) = 2.0 - (double)(i % 777) * 0x1p-10;
        GR_AT(x.c, i) = 0;
    };
    LOOP("set f32", x.fa) {
        GR_AT(x.fa, i) = 1.0f + (float)(i % 1000) * 0x1p-10f;
        GR_AT(x.fb, i) = 2.0f - (float)(i % 777) * 0x1p-10f;
        GR_AT(x.fc, i) = 0;
    };
    LOOP("set i64", x.ia) {
        GR_AT(x.ia, i) = i % 1000;
        GR_AT(x.ic, i) = 0;
    };
    GR_PARALLEL_FOR_2D("set 2D", i, j, gr_range_2d(0, x.p.extent[0], 0, x.p.extent[1])) {
        GR_AT(x.p, i, j) = (double)((3 * i + 5 * j) % 101);
        GR_AT(x.q, i, j) = 0;
        GR_AT(x.t, i, j) = (double)((3 * i + 5 * j) % 101);
    };
    GR_PARALLEL_FOR_3D("set 3D", i, j, k,
                       gr_range_3d(0, x.u.extent[0], 0, x.u.extent[1], 0, x.u.extent[2])) {
        GR_AT(x.u, i, j, k) = (double)((3 * i + 5 * j + 7 * k) % 101);
        GR_AT(x.v, i, j, k) = 0;
    };
}

double device_check(device_data *d, device_kind kind) {
    const device_data x = *d;
    const gr_index n = x.n;
    double sum = 0;

    if (kind == DEVICE_F64 || kind == DEVICE_GRAPH) {
        GR_PARALLEL_REDUCE("check", i, gr_range(0, n), GR_SUM(double, sum)) {
            sum += GR_AT(x.c, i) * (double)(1 + i % 7);
        };
    } else if (kind == DEVICE_F32) {
        GR_PARALLEL_REDUCE("check", i, gr_range(0, n), GR_SUM(double, sum)) {
            sum += (double)GR_AT(x.fc, i) * (double)(1 + i % 7);
        };
    } else if (kind == DEVICE_I64) {
        GR_PARALLEL_REDUCE("check", i, gr_range(0, n), GR_SUM(double, sum)) {
            sum += (double)GR_AT(x.ic, i) * (double)(1 + i % 7);
        };
    } else if (kind == DEVICE_SQUARE) {
        GR_PARALLEL_REDUCE_2D("check", i, j, gr_range_2d(0, n, 0, n), GR_SUM(double, sum)) {
            sum += GR_AT(x.q, i, j) * (double)(1 + (i + 3 * j) % 7);
        };
    } else {
        GR_PARALLEL_REDUCE_3D("check", i, j, k, gr_range_3d(0, n, 0, n, 0, n),
                              GR_SUM(double, sum)) {
            sum += GR_AT(x.v, i, j, k) * (double)(1 + (i + 3 * j + k) % 7);
        };
    }
    return sum;
}

void device_empty_granum(device_data *d) {
    const gr_view1_f64_left c = d->c;

    GR_PARALLEL_FOR("empty", i, gr_range(0, 1)) {
        if (c.extent[0] < i) {
            GR_AT(c, i) = 0;
        }
    };
}

#define STREAM(name, T, X, Y, Z, expression)      \
    void device_##name##_granum(device_data *d) { \
        const device_data x = *d;                 \
                                                  \
        LOOP(#name, x.X) {                        \
            const T a = GR_AT(x.X, i);            \
            const T b = GR_AT(x.Y, i);            \
                                                  \
            (void)b;                              \
            GR_AT(x.Z, i) = expression;           \
        };                                        \
    }
STREAM(copy_f64, double, a, b, c, a)
STREAM(mul_f64, double, a, b, c, 0.4 * a)
STREAM(add_f64, double, a, b, c, a + b)
STREAM(triad_f64, double, a, b, c, a + 0.4 * b)
STREAM(copy_f32, float, fa, fb, fc, a)
STREAM(triad_f32, float, fa, fb, fc, a + 0.4f * b)

void device_fill_f64_granum(device_data *d) {
    (void)!GR_FILL(d->c, 3.0);
}

void device_deep_copy_f64_granum(device_data *d) {
    (void)!gr_deep_copy(GR_ANY(d->c), GR_ANY(d->a));
}

void device_dot_f64_granum(device_data *d) {
    const device_data x = *d;
    double sum;

    GR_PARALLEL_REDUCE("dot", i, gr_range(0, x.n), GR_SUM(double, sum)) {
        sum += GR_AT(x.a, i) * GR_AT(x.b, i);
    };
    d->result = sum;
}

#define SUM(name, T, X)                                                  \
    void device_##name##_granum(device_data *d) {                        \
        const device_data x = *d;                                        \
        T sum;                                                           \
                                                                         \
        GR_PARALLEL_REDUCE(#name, i, gr_range(0, x.n), GR_SUM(T, sum)) { \
            sum += GR_AT(x.X, i);                                        \
        };                                                               \
        d->result = (double)sum;                                         \
    }
SUM(sum_f64, double, a)
SUM(sum_f32, float, fa)

void device_min_f64_granum(device_data *d) {
    const device_data x = *d;
    double least;

    GR_PARALLEL_REDUCE("min", i, gr_range(0, x.n), GR_MIN(double, least)) {
        least = GR_AT(x.b, i) < least ? GR_AT(x.b, i) : least;
    };
    d->result = least;
}

void device_minloc_f64_granum(device_data *d) {
    const device_data x = *d;
    gr_loc_f64 least;

    GR_PARALLEL_REDUCE("minloc", i, gr_range(0, x.n), GR_MINLOC(double, least)) {
        if (GR_AT(x.b, i) < least.value) {
            least.value = GR_AT(x.b, i);
            least.location = i;
        }
    };
    d->result = least.value;
    d->where = least.location;
}

#define SCAN(name, T, X, Z)                                                   \
    void device_##name##_granum(device_data *d) {                             \
        const device_data x = *d;                                             \
                                                                              \
        GR_PARALLEL_SCAN(#name, i, gr_range(0, x.n), GR_SUM(T, sum), final) { \
            sum += GR_AT(x.X, i);                                             \
            if (final) {                                                      \
                GR_AT(x.Z, i) = sum;                                          \
            }                                                                 \
        };                                                                    \
    }
SCAN(scan_f64, double, a, c)
SCAN(scan_f32, float, fa, fc)
SCAN(scan_i64, int64_t, ia, ic)

void device_transpose_granum(device_data *d) {
    (void)!gr_deep_copy(GR_ANY(d->q), GR_ANY(d->t));
}

void device_jacobi_2d_granum(device_data *d) {
    const device_data x = *d;

    GR_PARALLEL_FOR_2D("jacobi 2D", i, j, gr_range_2d(1, x.n - 1, 1, x.n - 1)) {
        GR_AT(x.q, i, j) = 0.25 * (GR_AT(x.p, i - 1, j) + GR_AT(x.p, i + 1, j) +
                                   GR_AT(x.p, i, j - 1) + GR_AT(x.p, i, j + 1));
    };
}

void device_jacobi_3d_granum(device_data *d) {
    const device_data x = *d;

    GR_PARALLEL_FOR_3D("jacobi 3D", i, j, k, gr_range_3d(1, x.n - 1, 1, x.n - 1, 1, x.n - 1)) {
        GR_AT(x.v, i, j, k) =
            (GR_AT(x.u, i - 1, j, k) + GR_AT(x.u, i + 1, j, k) + GR_AT(x.u, i, j - 1, k) +
             GR_AT(x.u, i, j + 1, k) + GR_AT(x.u, i, j, k - 1) + GR_AT(x.u, i, j, k + 1)) *
            (1.0 / 6);
    };
}

typedef struct node_data {
    gr_view1_f64_left from, b, c;
} node_data;

static void node_copy(gr_index lo, gr_index hi, void *arguments) {
    const node_data x = *(const node_data *)arguments;

    GR_PARALLEL_FOR("node copy", i, gr_range(lo, hi)) {
        GR_AT(x.c, i) = GR_AT(x.from, i);
    };
}

static void node_step(gr_index lo, gr_index hi, void *arguments) {
    const node_data x = *(const node_data *)arguments;

    GR_PARALLEL_FOR("node step", i, gr_range(lo, hi)) {
        GR_AT(x.c, i) = 0.5 * GR_AT(x.c, i) + GR_AT(x.b, i);
    };
}

gr_status device_graph_make(device_data *d) {
    node_data x = {d->a, d->b, d->c};
    gr_node node, last;

    GR_TRY(gr_graph_create(&d->graph, "nodes"));
    GR_TRY(gr_graph_add_range(d->graph, &last, "copy", node_copy, d->n, &x, sizeof x));
    for (int k = 1; k < DEVICE_NODES; k++) {
        GR_TRY(gr_graph_add_range(d->graph, &node, "step", node_step, d->n, &x, sizeof x));
        GR_TRY(gr_graph_after(d->graph, node, last));
        last = node;
    }
    return gr_graph_instantiate(d->graph);
}

void device_graph_node_granum(device_data *d) {
    (void)!gr_graph_submit(d->graph, GR_DEFAULT_INSTANCE);
}
