/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 05_multi_dimensional.c
 * @brief Ranges of 2 to 6 dimensions visit each tuple once and reduce over it, in any layout.
 */
#include "ladder.h"

#include <string.h>

/* The innermost extent: nothing, one, around a vector and a block; the others are small. */
static const gr_index inner[] = {0, 1, 3, 16, 33, 257};

/* Each place of the box was visited once and told its own number, and the reduction saw them all.
 */
static gr_status check(gr_view1_i64 seen, int64_t sum, gr_index m, const char *what) {
    const gr_index places = seen.extent[0];
    gr_view1_i64_right host;
    gr_index wrong = 0;

    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, seen));
    for (gr_index k = 0; k < places; k++) {
        wrong += GR_AT(host, k) != k + 1;
    }
    LADDER_NONE_WRONG(wrong, m, what);
    GR_REQUIRE(sum == places * (places + 1) / 2, GR_INTERNAL,
               "m = %td: %s: sum = %td, expected %td", m, what, (gr_index)sum,
               places * (places + 1) / 2);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&seen);
}

static gr_status two_and_three(gr_index lo, gr_index m) {
    gr_view1_i64 seen;
    int64_t sum;

    GR_TRY(GR_CREATE(&seen, "2D", 5 * m));
    GR_PARALLEL_FOR_2D("2D", i, j, gr_range_2d(lo, lo + 5, -lo, m - lo)) {
        const gr_index place = (i - lo) * m + j + lo;

        GR_AT(seen, place) += place + 1;
    };
    GR_PARALLEL_REDUCE_2D("2D", i, j, gr_range_2d(lo, lo + 5, -lo, m - lo), GR_SUM(int64_t, sum)) {
        sum += (i - lo) * m + j + lo + 1;
    };
    GR_TRY(check(seen, sum, m, "2D"));

    GR_TRY(GR_CREATE(&seen, "3D", 20 * m));
    GR_PARALLEL_FOR_3D("3D", i, j, k,
                       gr_with_dynamic(gr_range_3d(lo, lo + 5, 7, 11, lo + 1, lo + 1 + m))) {
        const gr_index place = ((i - lo) * 4 + j - 7) * m + k - lo - 1;

        GR_AT(seen, place) += place + 1;
    };
    GR_PARALLEL_REDUCE_3D("3D", i, j, k, gr_range_3d(lo, lo + 5, 7, 11, lo + 1, lo + 1 + m),
                          GR_SUM(int64_t, sum)) {
        sum += ((i - lo) * 4 + j - 7) * m + k - lo;
    };
    return check(seen, sum, m, "3D");
}

static gr_status four_to_six(gr_index lo, gr_index m) {
    gr_view1_i64 seen;
    int64_t sum;

    GR_TRY(GR_CREATE(&seen, "4D", 30 * m));
    GR_PARALLEL_FOR_4D("4D", i, j, k, l, gr_range_4d(0, 5, lo, lo + 2, 0, 3, lo, lo + m)) {
        const gr_index place = ((i * 2 + j - lo) * 3 + k) * m + l - lo;

        GR_AT(seen, place) += place + 1;
    };
    GR_PARALLEL_REDUCE_4D("4D", i, j, k, l, gr_range_4d(0, 5, lo, lo + 2, 0, 3, lo, lo + m),
                          GR_SUM(int64_t, sum)) {
        sum += ((i * 2 + j - lo) * 3 + k) * m + l - lo + 1;
    };
    GR_TRY(check(seen, sum, m, "4D"));

    GR_TRY(GR_CREATE(&seen, "5D", 60 * m));
    GR_PARALLEL_FOR_5D("5D", i, j, k, l, p, gr_range_5d(0, 5, lo, lo + 2, 0, 3, 0, 2, lo, lo + m)) {
        const gr_index place = (((i * 2 + j - lo) * 3 + k) * 2 + l) * m + p - lo;

        GR_AT(seen, place) += place + 1;
    };
    GR_PARALLEL_REDUCE_5D("5D", i, j, k, l, p,
                          gr_range_5d(0, 5, lo, lo + 2, 0, 3, 0, 2, lo, lo + m),
                          GR_SUM(int64_t, sum)) {
        sum += (((i * 2 + j - lo) * 3 + k) * 2 + l) * m + p - lo + 1;
    };
    GR_TRY(check(seen, sum, m, "5D"));

    GR_TRY(GR_CREATE(&seen, "6D", 240 * m));
    GR_PARALLEL_FOR_6D("6D", i, j, k, l, p, q,
                       gr_range_6d(0, 5, lo, lo + 2, 0, 3, 0, 2, 1, 5, lo, lo + m)) {
        const gr_index place = ((((i * 2 + j - lo) * 3 + k) * 2 + l) * 4 + p - 1) * m + q - lo;

        GR_AT(seen, place) += place + 1;
    };
    GR_PARALLEL_REDUCE_6D("6D", i, j, k, l, p, q,
                          gr_range_6d(0, 5, lo, lo + 2, 0, 3, 0, 2, 1, 5, lo, lo + m),
                          GR_SUM(int64_t, sum)) {
        sum += ((((i * 2 + j - lo) * 3 + k) * 2 + l) * 4 + p - 1) * m + q - lo + 1;
    };
    return check(seen, sum, m, "6D");
}

/* Tiles and the order of the loops change neither who is visited nor the sum. */
static gr_status tiles_and_orders(gr_index n, gr_index m, gr_index tile) {
    gr_view2_i64_left seen;
    double sum, expected;
    int64_t wrong;

    GR_TRY(GR_CREATE(&seen, "seen", n, m));
    GR_PARALLEL_FOR_2D("tiles", i, j, gr_with_tile(gr_range_2d(0, n, 0, m), tile, 2 * tile)) {
        GR_AT(seen, i, j) += i * m + j;
    };
    GR_PARALLEL_FOR_2D("left", i, j, gr_iterate_left(gr_range_2d(0, n, 0, m))) {
        GR_AT(seen, i, j) *= 3;
    };
    GR_PARALLEL_FOR_2D("both", i, j,
                       gr_with_tile(gr_iterate_left(gr_range_2d(0, n, 0, m)), GR_AUTO, tile)) {
        GR_AT(seen, i, j) += 1;
    };
    GR_PARALLEL_REDUCE_2D("compare", i, j, gr_range_2d(0, n, 0, m), GR_SUM(int64_t, wrong),
                          GR_SUM(double, expected)) {
        wrong += GR_AT(seen, i, j) != 3 * (i * m + j) + 1;
        expected += 1.0 / (double)GR_AT(seen, i, j);
    };
    GR_PARALLEL_REDUCE_2D("in tiles", i, j,
                          gr_with_tile(gr_iterate_left(gr_range_2d(0, n, 0, m)), tile, tile),
                          GR_SUM(double, sum)) {
        sum += 1.0 / (double)GR_AT(seen, i, j);
    };
    GR_TRY(gr_fence());
    LADDER_NONE_WRONG(wrong, m, "in tiles and left order");
    GR_REQUIRE(memcmp(&sum, &expected, sizeof sum) == 0, GR_INTERNAL,
               "m = %td: sum in tiles = %.17g, expected %.17g", m, sum, expected);
    return GR_RELEASE(&seen);
}

/* A matrix, its transpose in the other layout, and back: the loop's order is not the data's. */
static gr_status layouts(gr_index n, gr_index m) {
    gr_view2_f64_right a;
    gr_view2_f64_left b;
    int64_t wrong;

    GR_TRY(GR_CREATE(&a, "a", n, m));
    GR_TRY(GR_CREATE(&b, "b", m, n));
    GR_PARALLEL_FOR_2D("set", i, j, gr_range_2d(0, n, 0, m)) {
        GR_AT(a, i, j) = (double)(i * m + j);
    };
    GR_PARALLEL_FOR_2D("transpose", j, i, gr_range_2d(0, m, 0, n)) {
        GR_AT(b, j, i) = GR_AT(a, i, j);
    };
    GR_PARALLEL_REDUCE_2D("compare", i, j, gr_range_2d(0, n, 0, m), GR_SUM(int64_t, wrong)) {
        wrong += GR_AT(b, j, i) != (double)(i * m + j);
    };
    GR_TRY(gr_fence());
    LADDER_NONE_WRONG(wrong, n, "transposed");
    GR_TRY(GR_RELEASE(&a));
    return GR_RELEASE(&b);
}

gr_status ladder_climb(void) {
    for (size_t s = 0; s < sizeof inner / sizeof *inner; s++) {
        GR_TRY(two_and_three(0, inner[s]));
        GR_TRY(two_and_three(-9, inner[s]));
        GR_TRY(four_to_six(0, inner[s]));
        GR_TRY(four_to_six(4, inner[s]));
        GR_TRY(tiles_and_orders(50, inner[s], 1));
        GR_TRY(tiles_and_orders(50, inner[s], 16));
        GR_TRY(layouts(inner[s], 100));
        GR_TRY(layouts(1000, inner[s]));
    }
    return GR_SUCCESS;
}
