/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file terrain.c
 * @brief A measured elevation model: refined, shaded, measured, and worn down by soil creep.
 *
 *     terrain FOLDER [REFINE [STEPS]]     FOLDER holds prepare.py's files; results go there too
 */
#include "terrain.h"

/* Bicubic: along the rows into `wide`, which begins half a measured cell outside, then across. */
static void refine(gr_view3_f64 z, gr_view2_f64 wide, gr_view2_i16 measured, gr_index factor) {
    const gr_index rows = measured.extent[0], columns = measured.extent[1], skip = factor / 2 - 1;
    GR_PARALLEL_FOR_2D("refine rows", i, j, gr_range_2d(0, rows + 4, 0, columns + 1)) {
        const gr_index row = inside(i - 2, rows);
        const double a = GR_AT(measured, row, inside(j - 2, columns));
        const double b = GR_AT(measured, row, inside(j - 1, columns));
        const double c = GR_AT(measured, row, inside(j, columns));
        const double d = GR_AT(measured, row, inside(j + 1, columns));
        for (gr_index k = 0; k < factor; ++k) {
            GR_AT(wide, i, j * factor + k) = cubic(((double)k + 0.5) / (double)factor, a, b, c, d);
        }
    };
    GR_PARALLEL_FOR_2D("refine columns", i, j, gr_range_2d(0, z.extent[1], 0, z.extent[2])) {
        const gr_index k = (i + skip) / factor, l = j + skip;
        const double t = ((double)(i + skip - k * factor) + 0.5) / (double)factor;
        GR_AT(z, 0, i, j) = cubic(t, GR_AT(wide, k, l), GR_AT(wide, k + 1, l),
                                  GR_AT(wide, k + 2, l), GR_AT(wide, k + 3, l));
    };
}

/* Slope, where it faces (clockwise from north, 0 where level), and brightness under a sun in the
 * north-west, 45 degrees high (Horn 1981, doi:10.1109/PROC.1981.11918). */
static void shade(gr_view3_f32 relief, gr_view3_f64 z, double dy, double dx) {
    GR_PARALLEL_FOR_2D("shade", i, j, gr_range_2d(0, relief.extent[1], 0, relief.extent[2])) {
        const double nw = GR_AT(z, 0, i, j), ne = GR_AT(z, 0, i, j + 2);
        const double sw = GR_AT(z, 0, i + 2, j), se = GR_AT(z, 0, i + 2, j + 2);
        const double we = GR_AT(z, 0, i + 1, j + 2) - GR_AT(z, 0, i + 1, j);
        const double sn = GR_AT(z, 0, i, j + 1) - GR_AT(z, 0, i + 2, j + 1);
        const float east = (float)(((ne - nw) + 2 * we + (se - sw)) * (0.125 / dx));
        const float north = (float)(((nw - sw) + 2 * sn + (ne - se)) * (0.125 / dy));
        const float rise = sqrtf(east * east + north * north), facing = angle(-east, -north);
        const float lit = (0.70710678f + 0.5f * (east - north)) / sqrtf(1 + rise * rise);
        GR_AT(relief, 0, i, j) = angle(rise, 1);
        GR_AT(relief, 1, i, j) = facing < 0 ? facing + 360 : facing;
        GR_AT(relief, 2, i, j) = lit > 0 ? lit : 0;
    };
}

/* Cells by height, and the heights that part the land into 100 bands of equal area. */
static void histogram(gr_view1_f64 percentile, gr_view1_i64 count, gr_view2_i32 part,
                      gr_view3_f64 land, double lowest, double highest) {
    const gr_index n = land.extent[1], m = land.extent[2];
    const double per_metre = (double)BINS / (highest - lowest);
    GR_PARALLEL_FOR("count", p, gr_range(0, PARTS)) {
        for (gr_index i = p * n / PARTS; i < (p + 1) * n / PARTS; ++i) {
            for (gr_index j = 0; j < m; ++j) {
                const int bin = (int)((GR_AT(land, 0, i, j) - lowest) * per_metre);
                ++GR_AT(part, p, bin < BINS ? bin : BINS - 1);
            }
        }
    };
    GR_PARALLEL_FOR("join", bin, gr_range(0, BINS)) {
        for (int p = 0; p < PARTS; ++p) {
            GR_AT(count, bin) += GR_AT(part, p, bin);
        }
    };
    GR_PARALLEL_SCAN("percentiles", bin, gr_range(0, BINS), GR_SUM(int64_t, below), final) {
        const double here = (double)GR_AT(count, bin);
        for (int p = 0; final && here > 0 && p < PERCENTS; ++p) { /* those that lie in this bin */
            const double rank = 0.01 * p * (double)(n * m) - (double)below;
            if (rank <= here && (rank > 0 || below == 0)) {
                GR_AT(percentile, p) = lowest + ((double)bin + rank / here) / per_metre;
            }
        }
        below += GR_AT(count, bin);
    };
}

/* A step of dz/dt = div(K grad z): what leaves a cell enters its neighbour, not the outside. */
static void creep(gr_view3_f64 z, int to, int from, double per_y, double per_x) {
    const gr_index n = z.extent[1] - 2, m = z.extent[2] - 2;
    GR_PARALLEL_FOR_2D("creep", i, j, gr_range_2d(1, n + 1, 1, m + 1)) {
        const double here = GR_AT(z, from, i, j);
        const double west = j > 1 ? per_x * (here - GR_AT(z, from, i, j - 1)) : 0;
        const double east = j < m ? per_x * (GR_AT(z, from, i, j + 1) - here) : 0;
        const double north = i > 1 ? per_y * (here - GR_AT(z, from, i - 1, j)) : 0;
        const double south = i < n ? per_y * (GR_AT(z, from, i + 1, j) - here) : 0;
        GR_AT(z, to, i, j) = here + ((east - west) + (south - north));
    };
}

static gr_status run(terrain *t, int steps) {
    const gr_view3_f64 z = t->z, land = t->land;
    const gr_index m = t->m;
    const gr_range_2d_policy all = gr_range_2d(0, t->n, 0, m);
    const double bytes = 8 * (double)(t->n * m);
    const double k_dt = 0.45 / (1 / (t->dx * t->dx) + 1 / (t->dy * t->dy)); /* stable below 0.5 */
    gr_timer timer = gr_timer_start();
    double sum, squares, after, moved;
    gr_loc_f64 low, high;

    GR_REQUIRE(steps > 0, GR_INVALID_ARG, "STEPS = %d, expected 1 or more", steps);
    for (int k = 0; k < 3; ++k) {
        GR_PARALLEL_FOR_2D("copy", i, j, all) {
            GR_AT(land, 1, i, j) = GR_AT(land, 0, i, j);
        };
    }
    report("copy (the measure)", &timer, 3 * bytes, 3 * bytes);
    refine(z, t->wide, t->measured, t->factor);
    report("refine", &timer, 0, bytes);
    shade(t->relief, z, t->dy, t->dx);
    report("slope, aspect, hillshade", &timer, bytes, 1.5 * bytes);
    GR_PARALLEL_REDUCE_2D("statistics", i, j, all, GR_SUM(double, sum), GR_SUM(double, squares),
                          GR_MINLOC(double, low), GR_MAXLOC(double, high)) {
        const gr_loc_f64 here = {GR_AT(land, 0, i, j), i * m + j};
        sum += here.value;
        squares += here.value * here.value;
        low = here.value < low.value ? here : low;
        high = here.value > high.value ? here : high;
    };
    report("statistics", &timer, bytes, 0);
    histogram(t->percentile, t->histogram, t->part, land, low.value, high.value);
    report("histogram, percentiles", &timer, bytes, 0);
    for (int step = 0; step < steps; ++step) {
        const int to = 2 - (steps - step) % 2;
        creep(z, to, step == 0 ? 0 : 3 - to, k_dt / (t->dy * t->dy), k_dt / (t->dx * t->dx));
        progress("soil creep", step + 1, steps);
    }
    report("soil creep", &timer, steps * bytes, steps * bytes);
    GR_PARALLEL_REDUCE_2D("mass", i, j, all, GR_SUM(double, after), GR_SUM(double, moved)) {
        after += GR_AT(land, 1, i, j);
        moved += 0.5 * fabs(GR_AT(land, 1, i, j) - GR_AT(land, 0, i, j));
    };
    report("mass", &timer, 2 * bytes, 0);
    const findings found = {sum, squares, low, high, after, moved, k_dt, steps};
    t->found = found;
    return gr_fence();
}

int main(int argc, char **argv) {
    static terrain t;
    if (gr_initialize_args(&argc, argv, NULL) || terrain_load(&t, argc, argv) ||
        run(&t, argc > 3 ? atoi(argv[3]) : 200) || terrain_save(&t)) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "terrain: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    terrain_release(&t);
    return (int)gr_finalize();
}
