/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_range_tiles.c
 * @brief Tiles and orders of loops: each index once, tiles one after the other, sums as without.
 * Oracle: counters, and nested loops over tiles.
 */
#include "test_range_tiles.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/impl/launch.h>
#include <granum/status.h>

#include <stdlib.h>
#include <string.h>

static const gr_options choices[] = {
    {.chunk = GR_AUTO, .schedule = GR_STATIC, .threads = GR_AUTO},
    {.chunk = GR_AUTO, .schedule = GR_DYNAMIC, .threads = 3},
    {.chunk = 1, .schedule = GR_DYNAMIC, .threads = 2},
    {.chunk = 5, .schedule = GR_DYNAMIC, .threads = 2},
    {.chunk = GR_AUTO, .schedule = GR_STATIC, .threads = 4},
};
enum { CHOICES = sizeof choices / sizeof *choices };

static bool inside(const tiled_range *range, gr_index at) {
    for (int d = range->rank - 1; d >= 0; d--) {
        const gr_index extent = range->hi[d] - range->lo[d] + 2;
        const gr_index k = at % extent;

        if (k == 0 || k == extent - 1) {
            return false;
        }
        at /= extent;
    }
    return true;
}

static void expect_each_once(tiled_range range) {
    const gr_index all = tiled_cells(&range);
    unsigned char *cells = calloc((size_t)all, 1);

    for (int c = 0; c < CHOICES; c++) {
        for (int left = 0; left < 2; left++) {
            gr_index wrong = 0;

            range.options = choices[c];
            memset(cells, 0, (size_t)all);
            tiled_visit(&range, left, cells);
            for (gr_index at = 0; at < all; at++) {
                wrong += cells[at] != inside(&range, at);
            }
            cr_expect(eq(long, wrong, 0),
                      "rank %d, last extent %td, tile %td ... %td, choice %d, left %d", range.rank,
                      range.hi[range.rank - 1] - range.lo[range.rank - 1], range.tile[0],
                      range.tile[range.rank - 1], c, left);
        }
    }
    free(cells);
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* ---- laws ---- */

Test(range_tiles, visit_each_index_once, .timeout = 120) {
    static const tiled_range ranges[] = {
        {2, {0, 0}, {1, 1}, {1, 1}, {0}},
        {2, {-3, 2}, {40, 35}, {8, 8}, {0}},
        {2, {-3, 2}, {40, 35}, {1, 5}, {0}},
        {2, {-3, 2}, {40, 35}, {GR_AUTO, 4}, {0}},
        {2, {-3, 2}, {40, 35}, {1000, PTRDIFF_MAX}, {0}},
        {2, {0, 0}, {3, 5000}, {GR_AUTO, GR_AUTO}, {0}},
        {2, {0, 0}, {5000, 3}, {GR_AUTO, GR_AUTO}, {0}},
        {2, {0, 0}, {0, 5}, {2, 2}, {0}},
        {3, {-1, 5, 2}, {6, 19, 22}, {2, 3, 4}, {0}},
        {3, {-1, 5, 2}, {6, 19, 22}, {1, 1, 16}, {0}},
        {3, {-1, 5, 2}, {6, 19, 22}, {GR_AUTO, 7, GR_AUTO}, {0}},
        {3, {-1, 5, 2}, {6, 19, 22}, {GR_AUTO, GR_AUTO, GR_AUTO}, {0}},
        {3, {0, 0, 0}, {4, 4, 4}, {1, 1, 1}, {0}},
        {4, {-2, -2, -2, -2}, {2, 3, 4, 13}, {2, 3, 2, 8}, {0}},
        {4, {-2, -2, -2, -2}, {2, 3, 4, 13}, {GR_AUTO, GR_AUTO, GR_AUTO, GR_AUTO}, {0}},
        {5, {1, 2, 3, 4, 5}, {3, 5, 4, 8, 17}, {1, 2, 1, 3, 5}, {0}},
        {5, {1, 2, 3, 4, 5}, {3, 5, 4, 8, 17}, {-1, -1, -1, -1, -1}, {0}},
        {6, {-1, 0, 1, -1, 0, 1}, {1, 1, 3, 2, 2, 9}, {1, 1, 2, 2, 1, 4}, {0}},
        {6, {-1, 0, 1, -1, 0, 1}, {1, 1, 3, 2, 2, 9}, {-1, -1, -1, -1, -1, -1}, {0}},
    };

    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        expect_each_once(ranges[k]);
    }
}

/* Rows of few whole steps have loops of their own. */
Test(range_tiles, visit_each_index_of_short_rows, .timeout = 120) {
    for (gr_index width = 1; width <= 20; width++) {
        const tiled_range plain = {3, {2, -3, 1}, {6, 4, 1 + width}, {-1, -1, -1}, {0}};
        const tiled_range tiled = {3, {2, -3, 1}, {6, 4, 1 + width}, {3, 2, 4}, {0}};
        const tiled_range pairs = {2, {0, 7}, {9, 7 + width}, {-1, -1}, {0}};

        expect_each_once(plain);
        expect_each_once(tiled);
        expect_each_once(pairs);
    }
}

Test(range_tiles, sums_keep_their_bits, .timeout = 60) {
    static const gr_index tiles[][3] = {{1, 1, 1}, {4, 8, 16}, {GR_AUTO, 5, 33}, {100, 1, GR_AUTO}};
    const tiled_range flat = {2, {0, 0}, {61, 777}, {GR_AUTO, GR_AUTO}, choices[0]};
    const tiled_range cube = {3, {0, 0, 0}, {21, 33, 65}, {-1, -1, -1}, choices[0]};
    const double sums[] = {tiled_sum(&flat, false), tiled_sum(&cube, false)};

    cr_assert(sums[0] > 0 && sums[1] > 0);
    for (size_t k = 0; k < sizeof tiles / sizeof *tiles; k++) {
        for (int c = 0; c < CHOICES; c++) {
            tiled_range some[] = {flat, cube};

            for (int r = 0; r < 2; r++) {
                memcpy(some[r].tile, tiles[k], sizeof tiles[k]);
                some[r].options = choices[c];
                cr_expect(eq(dbl, tiled_sum(&some[r], false), sums[r]));
                cr_expect(eq(dbl, tiled_sum(&some[r], true), sums[r]));
            }
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* The boxes of all units are the tiles, in the order of nested loops over them. */
static void expect_tiles(const gr_index *lo, const gr_index *hi, const gr_index *tile, bool left) {
    const gr_options options = {.chunk = GR_AUTO, .schedule = GR_STATIC, .threads = 1};
    static gr_site site = {.label = "tiles", .file = __FILE__, .line = __LINE__};
    const int a = left ? 2 : 0, c = left ? 0 : 2;
    gr_impl_launch launch, *p;
    gr_impl_box box;
    gr_index at[3];

    p = gr_impl_begin_rows(&launch, &site, lo, hi, tile, 3, left, &options);
    cr_assert(p == &launch);
    box = gr_impl_boxes(p, 3, 0, launch.end);
    for (at[a] = lo[a]; at[a] < hi[a]; at[a] += tile[a]) {
        for (at[1] = lo[1]; at[1] < hi[1]; at[1] += tile[1]) {
            for (at[c] = lo[c]; at[c] < hi[c]; at[c] += tile[c]) {
                cr_assert(box.more);
                for (int d = 0; d < 3; d++) {
                    const int slot = left ? 2 - d : d;
                    const gr_index end = at[d] + tile[d] < hi[d] ? at[d] + tile[d] : hi[d];

                    cr_expect(eq(long, box.at.lo[slot], at[d]));
                    cr_expect(eq(long, box.at.hi[slot], end));
                }
                gr_impl_box_next(&box, p, 3);
            }
        }
    }
    cr_expect(not(box.more));
    cr_expect(eq(ptr, gr_impl_launch_end(p), NULL));
}

Test(range_tiles, follow_one_another, .timeout = 60) {
    static const gr_index lo[] = {-2, 3, 0}, hi[] = {9, 20, 33};
    static const gr_index tiles[][3] = {{2, 4, 8}, {3, 17, 5}, {4, 1, 32}};

    for (size_t k = 0; k < sizeof tiles / sizeof *tiles; k++) {
        expect_tiles(lo, hi, tiles[k], false);
        expect_tiles(lo, hi, tiles[k], true);
    }
}

/* ---- examples ---- */

Test(range_tiles, options_go_together, .timeout = 60) {
    int64_t cells[63] = {0};

    tiled_compositions(cells);
    for (int i = 0; i < 63; i++) {
        cr_expect(eq(long, (long)cells[i], 1111));
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

/* ---- errors ---- */

static void expect_refused(tiled_range range, const char *message) {
    unsigned char cells[1000] = {0};

    range.options = choices[0];
    for (int left = 0; left < 2; left++) {
        tiled_visit(&range, left, cells);
        cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
        cr_expect(ne(ptr, strstr(gr_last_error()->message, message), NULL), "%s",
                  gr_last_error()->message);
    }
    if (range.rank <= 3) {
        cr_expect(eq(dbl, tiled_sum(&range, false), 0));
        cr_expect(eq(int, (int)gr_fence(), GR_INVALID_ARG));
        cr_expect(ne(ptr, strstr(gr_last_error()->message, message), NULL));
    }
    for (size_t i = 0; i < sizeof cells; i++) {
        cr_expect(eq(int, cells[i], 0));
    }
}

Test(range_tiles, sizes_below_one_are_refused, .timeout = 60) {
    const tiled_range zero = {2, {0, 0}, {5, 5}, {4, 0}, {0}};
    const tiled_range negative = {3, {0, 0, 0}, {5, 5, 5}, {-7, 1, 1}, {0}};
    const tiled_range deep = {6, {0}, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 0, 1}, {0}};
    const tiled_range bounds = {3, {0, 3, 0}, {5, 1, 5}, {-1, -1, -1}, {0}};

    expect_refused(zero, "tile1 = 0, expected 1 or more");
    expect_refused(negative, "tile0 = -7, expected 1 or more");
    expect_refused(deep, "tile4 = 0, expected 1 or more");
    expect_refused(bounds, "range lo1 = 3, hi1 = 1, expected lo <= hi");
}
