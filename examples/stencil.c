/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stencil.c
 * @brief A hot plate cools: Jacobi steps in 2D, drawn in the terminal and checked against theory.
 *
 *     stencil [N [STEPS]]
 *
 * The plate's rim is kept cold and it starts as sin(pi x) sin(2 pi y): a shape that keeps its form
 * and shrinks by the same known factor in every step, so the answer is known exactly.
 */
#include <granum/granum.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void draw(gr_view2_f64 a) {
    static const char shades[] = " .:-=+*#%@";

    for (gr_index i = 0; i < 16; ++i) {
        for (gr_index j = 0; j < 64; ++j) {
            const double heat =
                fabs(GR_AT(a, (2 * i + 1) * a.extent[0] / 32, (2 * j + 1) * a.extent[1] / 128));
            putchar(shades[(int)fmin(9.0, 10.0 * heat)]);
        }
        putchar('\n');
    }
}

static gr_status run(gr_index n, int steps) {
    const double pi = 3.14159265358979323846, h = pi / (double)(n - 1);
    const double factor = 0.5 * (cos(h) + cos(2 * h)); /* of that shape, in one step */
    gr_view2_f64 a, b;
    double error;

    GR_REQUIRE(n >= 3, GR_INVALID_ARG, "N = %td, expected 3 or more", n);
    GR_TRY(GR_CREATE(&a, "plate", n, n));
    GR_TRY(GR_CREATE(&b, "plate, next", n, n));
    GR_PARALLEL_FOR_2D("heat", i, j, gr_range_2d(1, n - 1, 1, n - 1)) {
        GR_AT(a, i, j) = sin(h * (double)i) * sin(2 * h * (double)j);
    };
    draw(a);

    gr_timer timer = gr_timer_start();
    for (int step = 0; step < steps; ++step) {
        GR_PARALLEL_FOR_2D("jacobi", i, j, gr_range_2d(1, n - 1, 1, n - 1)) {
            GR_AT(b, i, j) = 0.25 * (GR_AT(a, i, j - 1) + GR_AT(a, i, j + 1) + GR_AT(a, i - 1, j) +
                                     GR_AT(a, i + 1, j));
        };
        const gr_view2_f64 old = a;
        a = b;
        b = old;
    }
    const double seconds = gr_timer_seconds(timer), left = pow(factor, steps);

    GR_PARALLEL_REDUCE_2D("check", i, j, gr_range_2d(0, n, 0, n), GR_MAX(double, error)) {
        const double exact = left * sin(h * (double)i) * sin(2 * h * (double)j);
        const double off = fabs(GR_AT(a, i, j) - exact);
        error = off > error ? off : error;
    };
    GR_TRY(gr_fence());
    draw(a);
    printf("after %d steps (%.2f ms each) %.1f %% of the heat is left, within %.1e\n", steps,
           1e3 * seconds / (steps > 0 ? steps : 1), 100 * left, error);
    GR_TRY(GR_RELEASE(&a));
    GR_TRY(GR_RELEASE(&b));
    /* Each step rounds three sums and a product of numbers below 1, and shrinks older errors. */
    GR_REQUIRE(error <= (steps + 4) * 4 * 1.2e-16, GR_INTERNAL, "error = %g, expected rounding",
               error);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) ||
        run(argc > 1 ? atol(argv[1]) : 257, argc > 2 ? atoi(argv[2]) : 4000) || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "stencil: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
