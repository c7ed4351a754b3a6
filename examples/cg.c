/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cg.c
 * @brief Conjugate gradients: solve A x = b for the 27-point Laplacian on a cube, to 1e-10.
 *
 *     cg [N [TOLERANCE]]     N^3 points; the residual's norm over b's
 *
 * Three launches a step, each of which reads memory once: the product joined with its dot product,
 * both updates joined with the norm, and the new direction. The method is Hestenes & Stiefel's
 * (1952, doi:10.6028/jres.049.044). Sums have the same bits for any number of threads, and so has
 * the solution. It is checked against the x from which b was made, with a residual in long double.
 */
#include "csr.h"

typedef struct problem {
    csr a;
    gr_view1_f64 exact, b, x, r, p, q;
    double rr; /* the residual's norm squared, as updates have it */
} problem;

static gr_status make(problem *out, gr_index n) {
    const gr_index rows = n * n * n;
    problem s;

    GR_TRY(csr_laplace27(&s.a, n));
    GR_TRY(csr_vector(&s.exact, rows));
    GR_TRY(GR_CREATE(&s.b, "b", rows));
    GR_TRY(GR_CREATE(&s.x, "x", rows));
    GR_TRY(GR_CREATE(&s.r, "residual", rows));
    GR_TRY(GR_CREATE(&s.p, "direction", rows));
    GR_TRY(GR_CREATE(&s.q, "A p", rows));
    GR_PARALLEL_FOR("b = A exact", i, gr_range(0, rows)) {
        double sum = 0;

        for (int64_t k = GR_AT(s.a.row, i); k < GR_AT(s.a.row, i + 1); ++k) {
            sum += GR_AT(s.a.val, k) * GR_AT(s.exact, GR_AT(s.a.col, k));
        }
        GR_AT(s.b, i) = sum;
    };
    *out = s;
    return gr_fence();
}

/* From x = 0; how many steps it took, at most `most`. */
static gr_status solve(problem *given, double tolerance, int most, int *steps) {
    const problem s = *given;
    const gr_index n = s.b.extent[0];
    double bb, rr, stop;
    int step = 0;

    GR_PARALLEL_REDUCE("start", i, gr_range(0, n), GR_SUM(double, bb)) {
        const double b = GR_AT(s.b, i);

        GR_AT(s.x, i) = 0;
        GR_AT(s.r, i) = GR_AT(s.p, i) = b;
        bb += b * b;
    };
    rr = bb;
    stop = tolerance * tolerance * bb;
    for (; step < most && rr > stop; ++step) {
        double pq, next;

        GR_PARALLEL_REDUCE("q = A p, p q", i, gr_range(0, n), GR_SUM(double, pq)) {
            double sum = 0;

            for (int64_t k = GR_AT(s.a.row, i); k < GR_AT(s.a.row, i + 1); ++k) {
                sum += GR_AT(s.a.val, k) * GR_AT(s.p, GR_AT(s.a.col, k));
            }
            GR_AT(s.q, i) = sum;
            pq += sum * GR_AT(s.p, i);
        };
        const double alpha = rr / pq;
        GR_PARALLEL_REDUCE("x, r, r r", i, gr_range(0, n), GR_SUM(double, next)) {
            const double r = GR_AT(s.r, i) - alpha * GR_AT(s.q, i);

            GR_AT(s.x, i) += alpha * GR_AT(s.p, i);
            GR_AT(s.r, i) = r;
            next += r * r;
        };
        const double beta = next / rr;
        GR_PARALLEL_FOR("direction", i, gr_range(0, n)) {
            GR_AT(s.p, i) = GR_AT(s.r, i) + beta * GR_AT(s.p, i);
        };
        rr = next;
    }
    *steps = step;
    given->rr = rr;
    return gr_fence();
}

/* The norms of b - A x and b, and how far x is from what it should be; without granum. */
static double residual(problem s, double *norm, double *error) {
    long double all = 0, off = 0;

    *error = 0;
    for (gr_index i = 0; i < s.b.extent[0]; ++i) {
        const double e = fabs(GR_AT(s.x, i) - GR_AT(s.exact, i));
        long double rest = GR_AT(s.b, i);

        for (int64_t k = GR_AT(s.a.row, i); k < GR_AT(s.a.row, i + 1); ++k) {
            rest -= (long double)GR_AT(s.a.val, k) * GR_AT(s.x, GR_AT(s.a.col, k));
        }
        off += rest * rest;
        all += (long double)GR_AT(s.b, i) * GR_AT(s.b, i);
        *error = e <= *error ? *error : e; /* a NaN stays */
    }
    *norm = (double)sqrtl(all);
    return (double)sqrtl(off);
}

static gr_status run(gr_index n, double tolerance) {
    problem s;
    int steps;
    double error, norm;

    GR_REQUIRE(n >= 2 && n <= 400, GR_INVALID_ARG, "N = %td, expected 2..400", n);
    GR_TRY(make(&s, n));
    const gr_timer timer = gr_timer_start();
    GR_TRY(solve(&s, tolerance, 10 * (int)n + 100, &steps));
    const double seconds = gr_timer_seconds(timer), left = residual(s, &norm, &error) / norm;
    /* The smallest eigenvalue: |x - exact| is at most |b - A x| over it. */
    const double lowest = 27 - pow(1 + 2 * cos(3.14159265358979323846 / (double)(n + 1)), 3);

    printf("%td^3 points, %td nonzeros: %d steps of %.3f ms\n", n, s.a.val.extent[0], steps,
           1e3 * seconds / (steps > 0 ? steps : 1));
    printf("|b - A x| / |b| = %.2e, x is right within %.1e\n", left, error);
    /* b itself is rounded, and the residual that is updated strays from the true one by as much. */
    GR_REQUIRE(left <= tolerance + 1e-14, GR_INTERNAL, "residual = %g, expected %g", left,
               tolerance);
    GR_REQUIRE(error * lowest <= (left + 1e-14) * norm, GR_INTERNAL,
               "error of x = %g, expected at most %g", error, (left + 1e-14) * norm / lowest);
    GR_TRY(GR_RELEASE(&s.exact));
    GR_TRY(GR_RELEASE(&s.b));
    GR_TRY(GR_RELEASE(&s.x));
    GR_TRY(GR_RELEASE(&s.r));
    GR_TRY(GR_RELEASE(&s.p));
    GR_TRY(GR_RELEASE(&s.q));
    return csr_release(&s.a);
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) ||
        run(argc > 1 ? atol(argv[1]) : 50, argc > 2 ? atof(argv[2]) : 1e-10) || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "cg: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
