/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mandelbrot.c
 * @brief The Mandelbrot set: a few pixels take a thousand times as long as others.
 *
 *     mandelbrot [WIDTH [STEPS]]
 *
 * Checked against what is known without iterating: the two largest parts of the set have formulas,
 * the picture is symmetric, and the set's area is known from elsewhere.
 */
#include <granum/granum.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The picture: re from -2 to 0.5, im from -1.25 to 1.25, at the pixels' centres. */
typedef struct plane {
    double pixel;
    gr_index n;
} plane;

GR_FUNCTION double re_of(plane p, gr_index j) {
    return -2.0 + p.pixel * ((double)j + 0.5);
}

/* From the middle, so that rows that mirror each other have exactly opposite numbers. */
GR_FUNCTION double im_of(plane p, gr_index i) {
    return p.pixel * ((double)(2 * i + 1 - p.n) * 0.5);
}

/* Steps of z = z^2 + c until |z| > 2, or the most that are tried. */
GR_FUNCTION int32_t escape(double re, double im, int32_t most) {
    double x = 0, y = 0;
    int32_t step = 0;

    while (step < most && x * x + y * y <= 4.0) {
        const double next = x * x - y * y + re;

        y = 2 * x * y + im;
        x = next;
        ++step;
    }
    return step;
}

/* Whether c is in the cardioid, from where z goes to a point, or in the disc, where it alternates
 * between two (Douady & Hubbard 1982); by a hair inside, since pixels round. */
GR_FUNCTION bool is_known_inside(double re, double im) {
    const double q = (re - 0.25) * (re - 0.25) + im * im;

    return q * (q + re - 0.25) < 0.25 * im * im - 1e-9 ||
           (re + 1) * (re + 1) + im * im < 1.0 / 16 - 1e-9;
}

static void count(gr_view2_i32 steps, plane p, int32_t most) {
    GR_PARALLEL_FOR_2D("mandelbrot", i, j, gr_with_dynamic(gr_range_2d(0, p.n, 0, p.n))) {
        GR_AT(steps, i, j) = escape(re_of(p, j), im_of(p, i), most);
    };
}

static void draw(gr_view2_i32 steps, int32_t most) {
    static const char shades[] = " .:-=+*%@";
    const gr_index n = steps.extent[0];

    for (gr_index i = 0; i < 24; ++i) {
        for (gr_index j = 0; j < 60; ++j) {
            const int32_t s = GR_AT(steps, (2 * i + 1) * n / 48, (2 * j + 1) * n / 120);
            putchar(s == most ? '#' : shades[(int)fmin(8, 1.5 * log2((double)s))]);
        }
        putchar('\n');
    }
}

static gr_status run(gr_index n, int32_t most) {
    gr_view2_i32 steps;
    int64_t inside, work, missed, odd, far_too_long;

    GR_REQUIRE(n >= 60 && most >= 10, GR_INVALID_ARG,
               "WIDTH, STEPS = %td, %d, expected at least 60 and 10", n, most);
    const plane p = {2.5 / (double)n, n};
    GR_TRY(GR_CREATE(&steps, "steps", n, n));
    gr_timer timer = gr_timer_start();
    count(steps, p, most);
    GR_TRY(gr_fence());
    const double seconds = gr_timer_seconds(timer);

    GR_PARALLEL_REDUCE_2D("check", i, j, gr_range_2d(0, n, 0, n), GR_SUM(int64_t, inside),
                          GR_SUM(int64_t, work), GR_SUM(int64_t, missed), GR_SUM(int64_t, odd),
                          GR_SUM(int64_t, far_too_long)) {
        const double re = re_of(p, j), im = im_of(p, i);
        const int32_t s = GR_AT(steps, i, j);

        inside += s == most;
        work += s;
        missed += is_known_inside(re, im) && s != most;
        odd += s != GR_AT(steps, n - 1 - i, j);
        far_too_long += re * re + im * im > 4.0 && s != 1;
    };
    GR_TRY(gr_fence());
    draw(steps, most);
    /* Its area, by counting far finer pixels, is 1.50659 (Foerstemann 2012). */
    const double area = p.pixel * p.pixel * (double)inside, known = 1.50659;
    printf("%td pixels, %.3g steps in %.1f ms: %.3g steps a second; area %.4f\n", n * n,
           (double)work, 1e3 * seconds, (double)work / seconds, area);
    GR_TRY(GR_RELEASE(&steps));
    GR_REQUIRE(
        missed == 0 && odd == 0 && far_too_long == 0, GR_INTERNAL,
        "pixels that escape from inside, differ from their mirror image, or stay far outside = "
        "%td, %td, %td, expected none",
        (gr_index)missed, (gr_index)odd, (gr_index)far_too_long);
    /* Pixels on the boundary are counted whole or not, and slow ones escape after the last step. */
    GR_REQUIRE(fabs(area - known) < 20.0 / (double)n + 10.0 / most, GR_INTERNAL,
               "area = %g, expected %g", area, known);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) ||
        run(argc > 1 ? atol(argv[1]) : 600, argc > 2 ? atoi(argv[2]) : 1000) || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "mandelbrot: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
