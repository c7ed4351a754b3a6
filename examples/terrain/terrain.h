/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file terrain.h
 * @brief What terrain.c works on, the formulas that its kernels call, and what it prints.
 */
#ifndef TERRAIN_H
#define TERRAIN_H

#include <granum/granum.h>
#include <math.h>
#include <stdlib.h>

enum { BINS = 1024, PARTS = 32, PERCENTS = 101 };

/** What the reductions found, over the cells of the land. */
typedef struct findings {
    double sum, squares;  /**< of the heights [m], [m2] */
    gr_loc_f64 low, high; /**< location: row * m + column */
    double after, moved;  /**< sum of the worn heights; of what came where something came [m] */
    double k_dt;          /**< of a step [m2] */
    int steps;
} findings;

/**
 * Everything in memory. Fine cells are (n, m); heights have a ring of one cell around them, so that
 * stencils need no special cases: cell (i, j) of the land is z(layer, i + 1, j + 1). Row 0 is in
 * the
 * north. Layers of z: as refined, worn down, worn down one step less.
 */
typedef struct terrain {
    const char *folder;
    gr_index factor, n, m;
    double dy, dx;           /**< size of a fine cell, north-south and east-west [m] */
    gr_view2_i16 measured;   /**< (n, m) / factor [m] */
    gr_view2_f64 wide;       /**< measured rows, refined along the row [m] */
    gr_view3_f64 z;          /**< (3, n + 2, m + 2) [m] */
    gr_view3_f64 land;       /**< the land in the first two layers of z */
    gr_view3_f32 relief;     /**< (3, n, m): slope [deg], aspect [deg], brightness 0..1 */
    gr_view2_i32 part;       /**< (PARTS, BINS), the histogram's makings */
    gr_view1_i64 histogram;  /**< (BINS) cells in equal steps of height, lowest to highest */
    gr_view1_f64 percentile; /**< (PERCENTS) height below which 0 .. 100 % of the land lie [m] */
    findings found;
} terrain;

/** Read FOLDER/{measured,cell_size}.npy and create the Views; arguments: FOLDER [REFINE ...]. */
gr_status terrain_load(terrain *t, int argc, char **argv);

/** Print what was found, and write FOLDER/{heights,relief,histogram,percentiles,numbers}.npy. */
gr_status terrain_save(const terrain *t);

/** Give the Views back. */
void terrain_release(terrain *t);

/**
 * @brief Print time and memory traffic [B] of what ran since the timer's last reset.
 *
 * A written byte counts twice, since a store fetches its cache line first. The first call is the
 * machine's measure: the others are printed as parts of its bandwidth.
 */
void report(const char *kernel, gr_timer *timer, double read, double written);

/** Show a bar that grows in place, and wipe it when all is done. */
void progress(const char *what, int done, int all);

/**
 * @brief Cubic convolution between b and c of four equidistant values, t in 0..1 of the way.
 *
 * Source:  Keys 1981, doi:10.1109/TASSP.1981.1163711, with a = -1/2
 */
GR_FUNCTION double cubic(double t, double a, double b, double c, double d) {
    return 0.5 * t * (t * (2 - t) - 1) * a + 0.5 * (t * t * (3 * t - 5) + 2) * b +
           0.5 * t * (t * (4 - 3 * t) + 1) * c + 0.5 * t * t * (t - 1) * d;
}

/**
 * @brief atan2(y, x) in degrees, 0 for (0, 0), within 0.001; unlike the library's it vectorises.
 *
 * Source:  Abramowitz & Stegun 1964, 4.4.47
 */
GR_FUNCTION float angle(float y, float x) {
    const float a = fabsf(x), b = fabsf(y);
    const float t = (a < b ? a : b) / ((a < b ? b : a) + 1e-30f), u = t * t;
    const float p = ((0.0208351f * u - 0.0851330f) * u + 0.1801410f) * u - 0.3302995f;
    const float octant = 57.29577951f * t * (p * u + 0.9998660f);
    const float quadrant = b > a ? 90 - octant : octant;
    const float half = x < 0 ? 180 - quadrant : quadrant;
    return y < 0 ? -half : half;
}

/** The nearest of 0 .. n - 1. */
GR_FUNCTION gr_index inside(gr_index i, gr_index n) {
    return i < 0 ? 0 : i < n ? i : n - 1;
}

#endif
