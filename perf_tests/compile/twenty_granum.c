/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file twenty_granum.c
 * @brief A file with twenty kernels: loops, stencils, reductions, a scan.
 */
#include <granum/granum.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void copy(gr_view1_f64 out, gr_view1_f64 x) {
    GR_PARALLEL_FOR("copy", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i);
    };
}

void scale(gr_view1_f64 out, gr_view1_f64 x, double a) {
    GR_PARALLEL_FOR("scale", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = a * GR_AT(x, i);
    };
}

void add(gr_view1_f64 out, gr_view1_f64 x, gr_view1_f64 y) {
    GR_PARALLEL_FOR("add", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) + GR_AT(y, i);
    };
}

void triad(gr_view1_f64 out, gr_view1_f64 x, gr_view1_f64 y, double a) {
    GR_PARALLEL_FOR("triad", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) + a * GR_AT(y, i);
    };
}

void root(gr_view1_f64 out, gr_view1_f64 x) {
    GR_PARALLEL_FOR("root", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = sqrt(GR_AT(x, i));
    };
}

void clip(gr_view1_f64 out, gr_view1_f64 x, double a) {
    GR_PARALLEL_FOR("clip", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) < a ? GR_AT(x, i) : a;
    };
}

void blend(gr_view1_f64 out, gr_view1_f64 x, gr_view1_f64 y, double a) {
    GR_PARALLEL_FOR("blend", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = a * GR_AT(x, i) + (1.0 - a) * GR_AT(y, i);
    };
}

void ratio(gr_view1_f64 out, gr_view1_f64 x, gr_view1_f64 y, double a) {
    GR_PARALLEL_FOR("ratio", i, gr_range(0, out.extent[0])) {
        GR_AT(out, i) = GR_AT(x, i) / (GR_AT(y, i) + a);
    };
}

double sum(gr_view1_f64 x) {
    double sum;

    GR_PARALLEL_REDUCE("sum", i, gr_range(0, x.extent[0]), GR_SUM(double, sum)) {
        sum += GR_AT(x, i);
    };
    return sum;
}

double nrm2(gr_view1_f64 x) {
    double sum;

    GR_PARALLEL_REDUCE("nrm2", i, gr_range(0, x.extent[0]), GR_SUM(double, sum)) {
        sum += GR_AT(x, i) * GR_AT(x, i);
    };
    return sum;
}

double least(gr_view1_f64 x) {
    double value;

    GR_PARALLEL_REDUCE("least", i, gr_range(0, x.extent[0]), GR_MIN(double, value)) {
        value = GR_AT(x, i) < value ? GR_AT(x, i) : value;
    };
    return value;
}

double most(gr_view1_f64 x) {
    double value;

    GR_PARALLEL_REDUCE("most", i, gr_range(0, x.extent[0]), GR_MAX(double, value)) {
        value = GR_AT(x, i) > value ? GR_AT(x, i) : value;
    };
    return value;
}

double dot(gr_view1_f64 x, gr_view1_f64 y) {
    double sum;

    GR_PARALLEL_REDUCE("dot", i, gr_range(0, x.extent[0]), GR_SUM(double, sum)) {
        sum += GR_AT(x, i) * GR_AT(y, i);
    };
    return sum;
}

int64_t count(gr_view1_f64 x, double limit) {
    int64_t above;

    GR_PARALLEL_REDUCE("count", i, gr_range(0, x.extent[0]), GR_SUM(int64_t, above)) {
        above += GR_AT(x, i) > limit;
    };
    return above;
}

void jacobi2d(gr_view2_f64 b, gr_view2_f64 a) {
    GR_PARALLEL_FOR_2D("jacobi2d", i, j, gr_range_2d(1, a.extent[0] - 1, 1, a.extent[1] - 1)) {
        GR_AT(b, i, j) = 0.25 * (GR_AT(a, i - 1, j) + GR_AT(a, i + 1, j) + GR_AT(a, i, j - 1) +
                                 GR_AT(a, i, j + 1));
    };
}

void gradient(gr_view2_f64 gx, gr_view2_f64 gy, gr_view2_f64 a, double h) {
    GR_PARALLEL_FOR_2D("gradient", i, j, gr_range_2d(1, a.extent[0] - 1, 1, a.extent[1] - 1)) {
        GR_AT(gx, i, j) = (GR_AT(a, i, j + 1) - GR_AT(a, i, j - 1)) * h;
        GR_AT(gy, i, j) = (GR_AT(a, i + 1, j) - GR_AT(a, i - 1, j)) * h;
    };
}

void jacobi3d(gr_view3_f64 b, gr_view3_f64 a) {
    GR_PARALLEL_FOR_3D("jacobi3d", i, j, k,
                       gr_range_3d(1, a.extent[0] - 1, 1, a.extent[1] - 1, 1, a.extent[2] - 1)) {
        GR_AT(b, i, j, k) =
            (GR_AT(a, i - 1, j, k) + GR_AT(a, i + 1, j, k) + GR_AT(a, i, j - 1, k) +
             GR_AT(a, i, j + 1, k) + GR_AT(a, i, j, k - 1) + GR_AT(a, i, j, k + 1)) /
            6.0;
    };
}

double total2d(gr_view2_f64 a) {
    double sum;

    GR_PARALLEL_REDUCE_2D("total2d", i, j, gr_range_2d(0, a.extent[0], 0, a.extent[1]),
                          GR_SUM(double, sum)) {
        sum += GR_AT(a, i, j);
    };
    return sum;
}

void statistics(gr_view1_f64 x, double *result) {
    double lo, hi, sum, squares;

    GR_PARALLEL_REDUCE("statistics", i, gr_range(0, x.extent[0]), GR_MIN(double, lo),
                       GR_MAX(double, hi), GR_SUM(double, sum), GR_SUM(double, squares)) {
        const double value = GR_AT(x, i);

        lo = value < lo ? value : lo;
        hi = value > hi ? value : hi;
        sum += value;
        squares += value * value;
    };
    result[0] = lo;
    result[1] = hi;
    result[2] = sum;
    result[3] = squares;
}

void offsets(gr_view1_i64 out, gr_view1_i64 in) {
    GR_PARALLEL_SCAN("offsets", i, gr_range(0, in.extent[0]), GR_SUM(int64_t, sum), final) {
        if (final) {
            GR_AT(out, i) = sum;
        }
        sum += GR_AT(in, i);
    };
}
