/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file d2q9.c
 * @brief Flow through a channel by lattice Boltzmann, with the layout of its data as a choice.
 *
 *     d2q9 [HEIGHT [LENGTH]]     cells across and along the channel
 *
 * The fluid is nine numbers a cell, f(q, x, y): how much moves in each of nine directions. They are
 * kept direction by direction (layout right, y beside y) or, where D2Q9_CELLS is defined, cell by
 * cell (layout left, q beside q). The kernel is the same text; only the loops change places.
 *
 * A constant push along the channel against walls that hold the fluid still must give Poiseuille's
 * parabola; with this relaxation time the method has it exactly (He, Zou, Luo & Dembo 1997,
 * doi:10.1007/BF02181482).
 */
#include <granum/granum.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef D2Q9_CELLS
typedef gr_view3_f64_left lattice;
#define IN_ORDER gr_iterate_left
#else
typedef gr_view3_f64_right lattice;
#define IN_ORDER gr_iterate_right
#endif

/* Directions: 0 rest, 1 +x, 2 +y, 3 -x, 4 -y, 5 +x+y, 6 -x+y, 7 -x-y, 8 +x-y, and their shares. */
static const double rest = 4.0 / 9, straight = 1.0 / 9, slanted = 1.0 / 36;

/* Cells lie at 1 .. n; around them is a rim that hands over what comes in: what went out at the
 * other end, and from walls what was sent against them. */
static void fill_rim(lattice f, gr_index nx, gr_index ny) {
    GR_PARALLEL_FOR("ends", y, gr_range(1, ny + 1)) {
        GR_AT(f, 1, 0, y) = GR_AT(f, 1, nx, y);
        GR_AT(f, 5, 0, y) = GR_AT(f, 5, nx, y);
        GR_AT(f, 8, 0, y) = GR_AT(f, 8, nx, y);
        GR_AT(f, 3, nx + 1, y) = GR_AT(f, 3, 1, y);
        GR_AT(f, 6, nx + 1, y) = GR_AT(f, 6, 1, y);
        GR_AT(f, 7, nx + 1, y) = GR_AT(f, 7, 1, y);
    };
    GR_PARALLEL_FOR("walls", x, gr_range(1, nx + 1)) {
        GR_AT(f, 2, x, 0) = GR_AT(f, 4, x, 1);
        GR_AT(f, 5, x - 1, 0) = GR_AT(f, 7, x, 1);
        GR_AT(f, 6, x + 1, 0) = GR_AT(f, 8, x, 1);
        GR_AT(f, 4, x, ny + 1) = GR_AT(f, 2, x, ny);
        GR_AT(f, 7, x + 1, ny + 1) = GR_AT(f, 5, x, ny);
        GR_AT(f, 8, x - 1, ny + 1) = GR_AT(f, 6, x, ny);
    };
}

/* One direction's number after the collision: a step towards what a fluid of this density and
 * velocity would have (c: the velocity along the direction, u2 = 1.5 |u|^2), and the push. */
GR_FUNCTION double relaxed(double f, double rate, double density, double c, double u2,
                           double push) {
    return f + rate * (density * (1.0 + 3.0 * c + 4.5 * c * c - u2) - f) + push;
}

static void step(lattice f, lattice g, gr_index nx, gr_index ny, double rate, double push) {
    const double w0 = rest, w1 = straight, w2 = slanted, p1 = 3 * w1 * push, p2 = 3 * w2 * push;

    GR_PARALLEL_FOR_2D("step", x, y, IN_ORDER(gr_range_2d(1, nx + 1, 1, ny + 1))) {
        const double f0 = GR_AT(f, 0, x, y), f1 = GR_AT(f, 1, x - 1, y);
        const double f2 = GR_AT(f, 2, x, y - 1), f3 = GR_AT(f, 3, x + 1, y);
        const double f4 = GR_AT(f, 4, x, y + 1), f5 = GR_AT(f, 5, x - 1, y - 1);
        const double f6 = GR_AT(f, 6, x + 1, y - 1), f7 = GR_AT(f, 7, x + 1, y + 1);
        const double f8 = GR_AT(f, 8, x - 1, y + 1);
        const double n = f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7 + f8;
        const double u = (f1 - f3 + f5 - f6 - f7 + f8) / n;
        const double v = (f2 - f4 + f5 + f6 - f7 - f8) / n;
        const double u2 = 1.5 * (u * u + v * v);

        GR_AT(g, 0, x, y) = relaxed(f0, rate, w0 * n, 0.0, u2, 0.0);
        GR_AT(g, 1, x, y) = relaxed(f1, rate, w1 * n, u, u2, p1);
        GR_AT(g, 2, x, y) = relaxed(f2, rate, w1 * n, v, u2, 0.0);
        GR_AT(g, 3, x, y) = relaxed(f3, rate, w1 * n, -u, u2, -p1);
        GR_AT(g, 4, x, y) = relaxed(f4, rate, w1 * n, -v, u2, 0.0);
        GR_AT(g, 5, x, y) = relaxed(f5, rate, w2 * n, u + v, u2, p2);
        GR_AT(g, 6, x, y) = relaxed(f6, rate, w2 * n, v - u, u2, -p2);
        GR_AT(g, 7, x, y) = relaxed(f7, rate, w2 * n, -u - v, u2, -p2);
        GR_AT(g, 8, x, y) = relaxed(f8, rate, w2 * n, u - v, u2, p2);
    };
}

static gr_status run(gr_index ny, gr_index nx) {
    const double tau = 0.5 + sqrt(3.0) / 4, viscosity = (tau - 0.5) / 3, height = (double)ny;
    const double fastest = 0.01, push = 8 * viscosity * fastest / (height * height);
    /* The slowest part of the start's difference decays as exp(-viscosity (pi / height)^2 t). */
    const int steps = (int)(30 * height * height / (9.8696 * viscosity));
    lattice f, g;
    double mass, error;

    GR_REQUIRE(ny >= 2 && nx >= 2, GR_INVALID_ARG, "HEIGHT, LENGTH = %td, %td, expected 2 or more",
               ny, nx);
    GR_TRY(GR_CREATE(&f, "f", 9, nx + 2, ny + 2));
    GR_TRY(GR_CREATE(&g, "f, next", 9, nx + 2, ny + 2));
    GR_PARALLEL_FOR_3D("at rest", q, x, y, gr_range_3d(0, 9, 1, nx + 1, 1, ny + 1)) {
        GR_AT(f, q, x, y) = q == 0 ? 4.0 / 9 : q < 5 ? 1.0 / 9 : 1.0 / 36;
    };
    gr_timer timer = gr_timer_start();
    for (int t = 0; t < steps; ++t) {
        fill_rim(f, nx, ny);
        step(f, g, nx, ny, 1 / tau, push);
        const lattice old = f;
        f = g;
        g = old;
    }
    GR_TRY(gr_fence());
    const double seconds = gr_timer_seconds(timer);

    /* The velocity is that of the middle of a step, with half of its push; walls lie half a cell
     * beyond the last cells. */
    GR_PARALLEL_REDUCE_2D("check", x, y, gr_range_2d(1, nx + 1, 1, ny + 1), GR_SUM(double, mass),
                          GR_MAX(double, error)) {
        const double n = GR_AT(f, 0, x, y) + GR_AT(f, 1, x, y) + GR_AT(f, 2, x, y) +
                         GR_AT(f, 3, x, y) + GR_AT(f, 4, x, y) + GR_AT(f, 5, x, y) +
                         GR_AT(f, 6, x, y) + GR_AT(f, 7, x, y) + GR_AT(f, 8, x, y);
        const double u = (GR_AT(f, 1, x, y) - GR_AT(f, 3, x, y) + GR_AT(f, 5, x, y) -
                          GR_AT(f, 6, x, y) - GR_AT(f, 7, x, y) + GR_AT(f, 8, x, y)) /
                             n -
                         0.5 * push;
        const double h = (double)y - 0.5, exact = 0.5 * push / viscosity * h * (height - h);
        const double off = fabs(u - exact) / fastest;

        mass += n;
        error = off > error ? off : error;
    };
    GR_TRY(gr_fence());
    for (gr_index y = 1; y <= ny; y += (ny + 15) / 16) {
        const double u = GR_AT(f, 1, 1, y) - GR_AT(f, 3, 1, y) + GR_AT(f, 5, 1, y) -
                         GR_AT(f, 6, 1, y) - GR_AT(f, 7, 1, y) + GR_AT(f, 8, 1, y) - 0.5 * push;
        printf("|%*c%*s|\n", 1 + (int)(60 * u / fastest), '>', 61 - (int)(60 * u / fastest), "");
    }
    printf("%d steps of %td cells, %.1f million cells a second; off the parabola by %.1e\n", steps,
           nx * ny, 1e-6 * steps * (double)(nx * ny) / seconds, error);
    GR_TRY(GR_RELEASE(&f));
    GR_TRY(GR_RELEASE(&g));
    /* Velocities are differences of numbers of size 1/9, a hundred times larger, whose rounding
     * adds up over the time in which a difference fades. */
    GR_REQUIRE(error < 1e-9 && fabs(mass / (double)(nx * ny) - 1) < 1e-9, GR_INTERNAL,
               "error, density = %g, %.12g, expected less than 1e-9, 1", error,
               mass / (double)(nx * ny));
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) ||
        run(argc > 1 ? atol(argv[1]) : 32, argc > 2 ? atol(argv[2]) : 16) || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "d2q9: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
