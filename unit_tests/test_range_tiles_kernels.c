/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_range_tiles_kernels.c
 * @brief The kernels of test_range_tiles.c.
 */
#include "test_range_tiles.h"

#include <granum/granum.h>

/* Where a cell is: the cells begin one below each lower bound, and the last index is fastest. */
typedef struct cells_of {
    gr_index lo[6], stride[6];
} cells_of;

static cells_of place(const tiled_range *range) {
    cells_of b;
    gr_index stride = 1;

    for (int d = range->rank - 1; d >= 0; --d) {
        b.lo[d] = range->lo[d] - 1;
        b.stride[d] = stride;
        stride *= range->hi[d] - range->lo[d] + 2;
    }
    return b;
}

gr_index tiled_cells(const tiled_range *range) {
    gr_index cells = 1;

    for (int d = 0; d < range->rank; ++d) {
        cells *= range->hi[d] - range->lo[d] + 2;
    }
    return cells;
}

#define AT(d, i) (((i)-b.lo[d]) * b.stride[d])
#define LO(d) range->lo[d]
#define HI(d) range->hi[d]
#define TILE(d) range->tile[d]

static void visit_2d(const tiled_range *range, bool left, unsigned char *cells) {
    const cells_of b = place(range);
    gr_range_2d_policy policy =
        gr_with_tile(gr_range_2d(LO(0), HI(0), LO(1), HI(1)), TILE(0), TILE(1));

    policy.options = range->options;
    if (left) {
        GR_PARALLEL_FOR_2D("left", i, j, gr_iterate_left(policy)) {
            cells[AT(0, i) + AT(1, j)]++;
        };
    } else {
        GR_PARALLEL_FOR_2D("right", i, j, policy) {
            cells[AT(0, i) + AT(1, j)]++;
        };
    }
}

static void visit_3d(const tiled_range *range, bool left, unsigned char *cells) {
    const cells_of b = place(range);
    gr_range_3d_policy policy = gr_with_tile(gr_range_3d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2)),
                                             TILE(0), TILE(1), TILE(2));

    policy.options = range->options;
    if (left) {
        GR_PARALLEL_FOR_3D("left", i, j, k, gr_iterate_left(policy)) {
            cells[AT(0, i) + AT(1, j) + AT(2, k)]++;
        };
    } else {
        GR_PARALLEL_FOR_3D("right", i, j, k, policy) {
            cells[AT(0, i) + AT(1, j) + AT(2, k)]++;
        };
    }
}

static void visit_4d(const tiled_range *range, bool left, unsigned char *cells) {
    const cells_of b = place(range);
    gr_range_4d_policy policy =
        gr_with_tile(gr_range_4d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3)), TILE(0),
                     TILE(1), TILE(2), TILE(3));

    policy.options = range->options;
    if (left) {
        GR_PARALLEL_FOR_4D("left", i, j, k, l, gr_iterate_left(policy)) {
            cells[AT(0, i) + AT(1, j) + AT(2, k) + AT(3, l)]++;
        };
    } else {
        GR_PARALLEL_FOR_4D("right", i, j, k, l, policy) {
            cells[AT(0, i) + AT(1, j) + AT(2, k) + AT(3, l)]++;
        };
    }
}

static void visit_5d(const tiled_range *range, bool left, unsigned char *cells) {
    const cells_of b = place(range);
    gr_range_5d_policy policy = gr_with_tile(
        gr_range_5d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3), LO(4), HI(4)), TILE(0),
        TILE(1), TILE(2), TILE(3), TILE(4));

    policy.options = range->options;
    if (left) {
        GR_PARALLEL_FOR_5D("left", i, j, k, l, m, gr_iterate_left(policy)) {
            cells[AT(0, i) + AT(1, j) + AT(2, k) + AT(3, l) + AT(4, m)]++;
        };
    } else {
        GR_PARALLEL_FOR_5D("right", i, j, k, l, m, policy) {
            cells[AT(0, i) + AT(1, j) + AT(2, k) + AT(3, l) + AT(4, m)]++;
        };
    }
}

static void visit_6d(const tiled_range *range, bool left, unsigned char *cells) {
    const cells_of b = place(range);
    gr_range_6d_policy policy = gr_with_tile(gr_range_6d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2),
                                                         LO(3), HI(3), LO(4), HI(4), LO(5), HI(5)),
                                             TILE(0), TILE(1), TILE(2), TILE(3), TILE(4), TILE(5));

    policy.options = range->options;
    if (left) {
        GR_PARALLEL_FOR_6D("left", i, j, k, l, m, n, gr_iterate_left(policy)) {
            cells[AT(0, i) + AT(1, j) + AT(2, k) + AT(3, l) + AT(4, m) + AT(5, n)]++;
        };
    } else {
        GR_PARALLEL_FOR_6D("right", i, j, k, l, m, n, policy) {
            cells[AT(0, i) + AT(1, j) + AT(2, k) + AT(3, l) + AT(4, m) + AT(5, n)]++;
        };
    }
}

void tiled_visit(const tiled_range *range, bool left, unsigned char *cells) {
    void (*const visit[])(const tiled_range *, bool,
                          unsigned char *) = {visit_2d, visit_3d, visit_4d, visit_5d, visit_6d};

    visit[range->rank - 2](range, left, cells);
}

double tiled_sum(const tiled_range *range, bool left) {
    double sum = -1;

    if (range->rank == 2) {
        gr_range_2d_policy policy =
            gr_with_tile(gr_range_2d(LO(0), HI(0), LO(1), HI(1)), TILE(0), TILE(1));

        policy.options = range->options;
        if (left) {
            GR_PARALLEL_REDUCE_2D("left", i, j, gr_iterate_left(policy), GR_SUM(double, sum)) {
                sum += 1.0 / (double)(1000 + 7 * i + j);
            };
        } else {
            GR_PARALLEL_REDUCE_2D("right", i, j, policy, GR_SUM(double, sum)) {
                sum += 1.0 / (double)(1000 + 7 * i + j);
            };
        }
    } else {
        gr_range_3d_policy policy = gr_with_tile(
            gr_range_3d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2)), TILE(0), TILE(1), TILE(2));

        policy.options = range->options;
        if (left) {
            GR_PARALLEL_REDUCE_3D("left", i, j, k, gr_iterate_left(policy), GR_SUM(double, sum)) {
                sum += 1.0 / (double)(1000 + 7 * i + j + 3 * k);
            };
        } else {
            GR_PARALLEL_REDUCE_3D("right", i, j, k, policy, GR_SUM(double, sum)) {
                sum += 1.0 / (double)(1000 + 7 * i + j + 3 * k);
            };
        }
    }
    return sum;
}

void tiled_compositions(int64_t *cells) {
    GR_PARALLEL_FOR_2D(
        i, j, gr_with_tile(gr_with_dynamic(gr_iterate_left(gr_range_2d(0, 9, 0, 7))), 4, GR_AUTO)) {
        cells[7 * i + j] += 1;
    };
    GR_PARALLEL_FOR_2D(i, j,
                       gr_iterate_right(gr_iterate_left(gr_with_threads(
                           gr_with_chunk(gr_with_tile(gr_range_2d(0, 9, 0, 7), 2, 3), 2), 3)))) {
        cells[7 * i + j] += 10;
    };
    GR_PARALLEL_FOR_2D(i, j, gr_iterate_left(gr_iterate_left(gr_range_2d(0, 9, 0, 7)))) {
        cells[7 * i + j] += 100;
    };
    GR_PARALLEL_FOR(i, gr_iterate_right(gr_range(0, 63))) {
        cells[i] += 1000;
    };
}
