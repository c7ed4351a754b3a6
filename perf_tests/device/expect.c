/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file expect.c
 * @brief What rows must answer, element by element, by the host and without any of their kernels.
 *
 * Inputs are small numbers of a period, so that sums of doubles are exact in any order and those of
 * floats known; what these functions return is compared with what sides have written.
 */
#include "device.h"

#include <math.h>

enum { PERIOD = 1000 };

double device_a(gr_index i) {
    return 1.0 + (double)(i % PERIOD) * 0x1p-10;
}

static gr_index special(const device_data *d) {
    return d->n * 3 / 5;
}

double device_b(const device_data *d, gr_index i) {
    return i == special(d) ? -1.0 : 2.0 - (double)(7 * i % PERIOD) * 0x1p-10;
}

/* Sum of f over [0, n), where f has the period. */
static double periodic(double (*f)(gr_index i), gr_index n) {
    double whole = 0, rest = 0;

    for (gr_index i = 0; i < PERIOD; i++) {
        whole += f(i);
        rest += i < n % PERIOD ? f(i) : 0;
    }
    return (double)(n / PERIOD) * whole + rest;
}

/* Sum of i % PERIOD over [0, n). */
static double residues(gr_index n) {
    const gr_index rest = n % PERIOD;

    return (double)(n / PERIOD * (PERIOD * (PERIOD - 1) / 2) + rest * (rest - 1) / 2);
}

static double sum_of_a(gr_index n) {
    return (double)n + residues(n) * 0x1p-10;
}

static double product(gr_index i) {
    return device_a(i) * (2.0 - (double)(7 * i % PERIOD) * 0x1p-10);
}

#define EXPECT(row) \
    double device_##row##_expect(const device_data *d, gr_index i, gr_index j, gr_index k)
#define UNUSED (void)d, (void)i, (void)j, (void)k

EXPECT(empty) {
    UNUSED;
    return 0;
}

EXPECT(graph) {
    double c = device_a(i);

    UNUSED;
    for (int node = 1; node < DEVICE_NODES; node++) {
        c = 0.5 * c + device_b(d, i);
    }
    return c;
}

#define STREAM(kernel, in_f64, in_f32)  \
    EXPECT(kernel##_f64) {              \
        UNUSED;                         \
        return in_f64;                  \
    }                                   \
    EXPECT(kernel##_f32) {              \
        UNUSED;                         \
        return (double)(float)(in_f32); \
    }
STREAM(copy, device_a(i), device_a(i))
STREAM(same, device_a(i), device_a(i))
STREAM(mul, 0.4 * device_a(i), 0.4f * (float)device_a(i))
STREAM(add, device_a(i) + device_b(d, i), device_a(i) + device_b(d, i))
STREAM(triad, device_a(i) + 0.4 * device_b(d, i),
       (float)device_a(i) + (float)(0.4f * (float)device_b(d, i)))
STREAM(fill, 3.0, 3.0)

#define REDUCE(kernel, expression) \
    EXPECT(kernel##_f64) {         \
        UNUSED;                    \
        return expression;         \
    }                              \
    EXPECT(kernel##_f32) {         \
        UNUSED;                    \
        return expression;         \
    }
#define RESULTS(X)                                                                         \
    X(dot, periodic(product, d->n) +                                                       \
               device_a(special(d)) * (-1.0 - product(special(d)) / device_a(special(d)))) \
    X(sum, sum_of_a(d->n))                                                                 \
    X(min, -1.0)                                                                           \
    X(minloc, -1.0)
#define KEPT(kernel, expression) REDUCE(kernel, expression)
#define TOLD(kernel, expression) REDUCE(host_##kernel, expression)
RESULTS(KEPT)
RESULTS(TOLD)

#define SCAN(row)               \
    EXPECT(row) {               \
        UNUSED;                 \
        return sum_of_a(i + 1); \
    }
SCAN(scan_f64)
SCAN(scan_f32)
SCAN(any_f64)
SCAN(any_f32)
SCAN(order_f64)
SCAN(order_f32)
EXPECT(scan_i64) {
    UNUSED;
    return residues(i + 1);
}
EXPECT(scan_i32) {
    UNUSED;
    return (double)((i + 1) / 7 * 21 + (i + 1) % 7 * ((i + 1) % 7 - 1) / 2);
}

static double grid(gr_index i, gr_index j, gr_index k) {
    return (double)((3 * i + 5 * j + 7 * k) % 101);
}

EXPECT(transpose) {
    UNUSED;
    return grid(i, j, 0);
}

/* The border is not written: DEVICE_SPOILT stands there. */
static bool at_border(gr_index i, gr_index n) {
    return i == 0 || i == n - 1;
}

EXPECT(jacobi_2d) {
    UNUSED;
    if (at_border(i, d->n) || at_border(j, d->n)) {
        return DEVICE_SPOILT;
    }
    return 0.25 * (grid(i - 1, j, 0) + grid(i + 1, j, 0) + grid(i, j - 1, 0) + grid(i, j + 1, 0));
}

EXPECT(jacobi_3d) {
    if (at_border(i, d->n) || at_border(j, d->n) || at_border(k, d->n)) {
        return DEVICE_SPOILT;
    }
    return (1.0 / 6.0) * (grid(i - 1, j, k) + grid(i + 1, j, k) + grid(i, j - 1, k) +
                          grid(i, j + 1, k) + grid(i, j, k - 1) + grid(i, j, k + 1));
}

/* splitmix64's finaliser, as examples/csr.h has it. */
static double vector_at(gr_index i) {
    uint64_t z = ((uint64_t)i + 1) * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return 0.5 + (double)(int64_t)(z >> 11) * 0x1p-53;
}

/* 26 on the diagonal, -1 for each neighbour in the cube. */
EXPECT(spmv) {
    const gr_index n = d->n, at[3] = {i / (n * n), i / n % n, i % n};
    double sum = 27 * vector_at(i);

    UNUSED;
    for (int around = 0; around < 27; around++) {
        const gr_index p = at[0] + around / 9 - 1, q = at[1] + around / 3 % 3 - 1;
        const gr_index r = at[2] + around % 3 - 1;

        if (p >= 0 && p < n && q >= 0 && q < n && r >= 0 && r < n) {
            sum -= vector_at((p * n + q) * n + r);
        }
    }
    return sum;
}

EXPECT(dgemm) {
    gr_index sum = 0;

    UNUSED;
    for (gr_index l = 0; l < d->n; l++) {
        sum += ((3 * i + 5 * l) % 17 - 8) * ((7 * l + j) % 13 - 6);
    }
    return (double)sum;
}

/* Whole periods have each key once. */
EXPECT(histogram) {
    double count = (double)(d->n / DEVICE_BINS);

    UNUSED;
    for (gr_index l = d->n / DEVICE_BINS * DEVICE_BINS; l < d->n; l++) {
        count += (7919 * l + 31 * (l / DEVICE_BINS)) % DEVICE_BINS == i;
    }
    return count;
}

/* Force on an atom along a direction: all others at their nearest images. */
EXPECT(lennard_jones) {
    const double *here = d->positions + 3 * i;
    double force = 0;

    UNUSED;
    for (gr_index other = 0; other < d->atoms; other++) {
        double distance[3], r2 = 0;

        for (int axis = 0; axis < 3; axis++) {
            distance[axis] = here[axis] - d->positions[3 * other + axis];
            distance[axis] -= d->box * floor(distance[axis] / d->box + 0.5);
            r2 += distance[axis] * distance[axis];
        }
        if (other != i && r2 < 2.5 * 2.5) {
            const double r6 = r2 * r2 * r2;

            force += (48 / (r6 * r6 * r2) - 24 / (r6 * r2)) * distance[j];
        }
    }
    return force;
}
