/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_grid.c
 * @brief Grids over ranges that are longer than any grid, or than 16 or 32 bits: each iteration is
 * some thread's, and indices are right. Oracle: division.
 */
#include "test_sim_grid.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/instance.h>
#include <granum/status.h>

#include <string.h>

#define G (INT64_C(1) << 30)

static gr_site site = {"grid", "test_sim_grid.c", 1, 1, 0, 0, 0};
static const gr_options options = {GR_AUTO, GR_STATIC, GR_AUTO, {0}};

/* Extents, and whether the last index is the fast one. */
static const struct {
    int rank;
    gr_index n[6];
    bool right;
} grids[] = {
    {2, {70000, 70001}, false},
    {2, {1, 5 * G}, false},
    {2, {5 * G, 1}, true},
    {2, {5 * G, 1}, false},
    {2, {9 * G, 3}, false},
    {2, {1 << 17, 1 << 17}, true},
    {3, {1, 70000, 1}, false},
    {3, {1, 5 * G, 1}, false},
    {3, {70000, 3, 70000}, false},
    {3, {2049, 2047, 4097}, true},
    {4, {255, 257, 511, 1025}, false},
    {5, {33, 65, 129, 257, 31}, false},
    {6, {31, 33, 5, 65, 7, 129}, true},
    {6, {1, 1, 1, 1, 1, 70000 * 65536LL}, false},
};
enum { GRIDS = sizeof grids / sizeof *grids };

/* Block b of a grid covers what division says; the last thread of the last block is the corner. */
static void expect_block(const gr_impl_gpu_grid *grid, unsigned block, unsigned thread, int which) {
    gr_index at[6], rest = block, bits = thread;
    bool inside = true, is_inside;

    is_inside = grid_at(grid, block, thread, at);
    for (int k = 0; k < grid->rank; ++k) {
        const gr_index tile = k < grid->rank - 1 ? rest % grid->count[k] : rest;
        const gr_index offset = (tile << grid->bits[k]) + bits % ((gr_index)1 << grid->bits[k]);

        rest /= grid->count[k];
        bits >>= grid->bits[k];
        inside = inside && offset < grid->extent[k];
        cr_expect(eq(long, at[k], grid->lo[k] + offset), "grid %d, block %u, thread %u, index %d",
                  which, block, thread, k);
    }
    cr_expect(eq(int, is_inside, inside), "grid %d, block %u, thread %u", which, block, thread);
}

Test(sim_grid, covers_ranges_that_no_grid_holds, .timeout = 30) {
    for (int g = 0; g < GRIDS; g++) {
        const gr_index lo[6] = {-3, 5, 0, 7, -9, 2};
        gr_index hi[6], tile[6], end = 0, launches = 0;
        gr_impl_gpu_grid grid;
        uint64_t random = 12345;
        double covered = 0.0, all = 1.0;

        for (int d = 0; d < grids[g].rank; d++) {
            hi[d] = lo[d] + grids[g].n[d];
            tile[d] = GR_AUTO;
            all *= (double)grids[g].n[d];
        }
        cr_assert(gr_impl_gpu_grid_begin(&grid, &site, lo, hi, tile, grids[g].rank, grids[g].right,
                                         &options, 256));
        end = grid.lo[grid.split];
        for (; grid.blocks > 0; gr_impl_gpu_grid_next(&grid), launches++) {
            double iterations = 1.0, blocks = 1.0;

            cr_expect(le(u64, (uint64_t)grid.blocks * grid.threads, UINT32_MAX), "grid %d", g);
            cr_expect(eq(long, grid.lo[grid.split], end), "grid %d: a gap between launches", g);
            end += grid.extent[grid.split];
            for (int k = 0; k < grid.rank; k++) {
                iterations *= (double)grid.extent[k];
                blocks *= (double)grid.count[k];
                cr_expect(ge(long, (gr_index)grid.count[k] << grid.bits[k], grid.extent[k]));
            }
            cr_expect(blocks == (double)grid.blocks);
            covered += iterations;
            expect_block(&grid, 0, 0, g);
            expect_block(&grid, grid.blocks - 1, grid.threads - 1, g);
            for (int k = 0; k < 2000; k++) {
                random = random * 6364136223846793005u + 1442695040888963407u;
                expect_block(&grid, (unsigned)((random >> 32) % grid.blocks),
                             (unsigned)(random >> 8) % grid.threads, g);
            }
        }
        cr_expect(covered == all, "grid %d: %g iterations of %g", g, covered, all);
        cr_expect(launches < 40, "grid %d", g);
    }
}

Test(sim_grid, more_tiles_than_pieces_of_one_index_hold_are_refused, .timeout = 30) {
    const gr_index lo[3] = {0, 0, 0}, hi[3] = {1 << 20, 1 << 20, 1 << 20}, tile[3] = {1, 1, 1};
    gr_impl_gpu_grid grid;

    cr_expect(not(gr_impl_gpu_grid_begin(&grid, &site, lo, hi, tile, 3, false, &options, 256)));
    cr_expect(eq(int, (int)gr_fence(), GR_UNSUPPORTED));
    cr_expect(strstr(gr_last_error()->message, "tiles of a slice = more than ") != NULL, "%s",
              gr_last_error()->message);
}

Test(sim_grid, nested_boxes_are_walked_without_divisions, .timeout = 30) {
    static const gr_index sides[] = {1, 2, 3, 7, 31, 32, 33, 65};

    for (int p = 0; p < 8; p++) {
        for (int r = 0; r < 8; r++) {
            for (int c = 0; c < 8; c++) {
                if (sides[p] * sides[r] * sides[c] < 20000) {
                    cr_expect(eq(long, grid_wrong_in_box(sides[p], sides[r], sides[c]), 0),
                              "%td x %td x %td", sides[p], sides[r], sides[c]);
                }
            }
        }
    }
}

Test(sim_grid, runs_where_a_grid_of_three_dimensions_would_not, .timeout = 60) {
    const gr_index n = 70000;
    int64_t sum_3d = 0, sum_6d = 0;

    cr_assert(eq(int, (int)grid_run(n, &sum_3d, &sum_6d), GR_SUCCESS));
    cr_expect(eq(long, sum_3d, n *(n - 1) / 2));
    cr_expect(eq(long, sum_6d, n *(n - 1) + n));
}
