/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file tiles.h
 * @brief C += A B in tiles of C, as GPUs like it; for kernel files.
 */
#ifndef EXAMPLES_TILES_H
#define EXAMPLES_TILES_H

#include <granum/granum.h>

/* A GPU has many threads with few registers: a team takes a tile of C, whose sums wait in scratch
 * memory beside DEEP columns of A and rows of B; an iteration updates SIDE x SIDE of them. */
enum { TILE = 64, DEEP = 24, SIDE = 4 };

GR_FUNCTION double inside_or_0(gr_view2_f64_right a, gr_index i, gr_index j) {
    return i < a.extent[0] && j < a.extent[1] ? GR_AT(a, i, j) : 0;
}

GR_FUNCTION void tile_step(gr_view2_f64_right a, gr_view2_f64_right b, gr_view2_f64_right c,
                           gr_index i0, gr_index j0, gr_index depth) {
    double sum[SIDE][SIDE];

    for (int i = 0; i < SIDE; ++i) {
        for (int j = 0; j < SIDE; ++j) {
            sum[i][j] = GR_AT(c, i0 + i, j0 + j);
        }
    }
    for (gr_index k = 0; k < depth; ++k) {
        for (int i = 0; i < SIDE; ++i) {
            for (int j = 0; j < SIDE; ++j) {
                sum[i][j] = gr_fma(GR_AT(a, i0 + i, k), GR_AT(b, k, j0 + j), sum[i][j]);
            }
        }
    }
    for (int i = 0; i < SIDE; ++i) {
        for (int j = 0; j < SIDE; ++j) {
            GR_AT(c, i0 + i, j0 + j) = sum[i][j];
        }
    }
}

static inline void dgemm_tiles(gr_view2_f64_right a, gr_view2_f64_right b, gr_view2_f64_right c,
                               int threads) {
    const gr_index m = c.extent[0], n = c.extent[1], across = (n + TILE - 1) / TILE;
    const gr_index bytes = (TILE * TILE + TILE * (DEEP + 1) + DEEP * TILE) * 8 + 192;
    const gr_team_policy teams = gr_teams((m + TILE - 1) / TILE * across, threads);

    GR_PARALLEL_TEAM("dgemm tiles", t,
                     gr_with_vector_length(gr_with_scratch(teams, 0, bytes, 0), 1)) {
        const gr_index i0 = t.league_rank / across * TILE, j0 = t.league_rank % across * TILE;
        gr_view2_f64_right tile, of_a, of_b;

        GR_SCRATCH_VIEW(&tile, t, 0, TILE, TILE);
        GR_SCRATCH_VIEW(&of_a, t, 0, TILE, DEEP + 1); /* columns in different banks */
        GR_SCRATCH_VIEW(&of_b, t, 0, DEEP, TILE);
        GR_TEAM_FOR_2D(t, i, j, 0, TILE, 0, TILE) {
            GR_AT(tile, i, j) = inside_or_0(c, i0 + i, j0 + j);
        };
        for (gr_index k0 = 0; k0 < a.extent[1]; k0 += DEEP) {
            const gr_index depth = k0 + DEEP < a.extent[1] ? (gr_index)DEEP : a.extent[1] - k0;

            GR_TEAM_FOR_2D(t, i, k, 0, TILE, 0, DEEP) {
                GR_AT(of_a, i, k) = inside_or_0(a, i0 + i, k0 + k);
            };
            GR_TEAM_FOR_2D(t, k, j, 0, DEEP, 0, TILE) {
                GR_AT(of_b, k, j) = inside_or_0(b, k0 + k, j0 + j);
            };
            GR_TEAM_BARRIER(t); /* both are whole */
            GR_TEAM_FOR(t, p, 0, TILE / SIDE * (TILE / SIDE)) {
                tile_step(of_a, of_b, tile, p / (TILE / SIDE) * SIDE, p % (TILE / SIDE) * SIDE,
                          depth);
            };
            GR_TEAM_BARRIER(t); /* nobody reads them any more */
        }
        GR_TEAM_FOR_2D(t, i, j, 0, TILE, 0, TILE) {
            if (i0 + i < m && j0 + j < n) {
                GR_AT(c, i0 + i, j0 + j) = GR_AT(tile, i, j);
            }
        };
    };
}

#endif
