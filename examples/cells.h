/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cells.h
 * @brief Atoms in a box that repeats itself, sorted into cells; for kernel files.
 *
 * Counting with atomics, a scan, placing with atomics: the classic sort into bins. Its order within
 * a bin is whoever came first; sorting each bin afterwards makes the result one and the same.
 */
#ifndef EXAMPLES_CELLS_H
#define EXAMPLES_CELLS_H

#include <granum/granum.h>

/** n atoms in m^3 cells of a cubic box. */
typedef struct cells {
    gr_view1_i64 first; /* (m^3 + 1): atoms of cell c are order(first(c)) .. order(first(c + 1)) */
    gr_view1_i64 order;
    gr_view2_f64 x; /* (3, n): positions in that order */
    gr_index m;
    gr_index room; /* for the atoms of any 27 cells, in whole rows of 32 */
    double box;
} cells;

/* Atoms of a crystal, shaken: place k of cell (i, j, l), moved by a hash of its number. */
static inline void cells_shake(gr_view2_f64 x, gr_index crystal, double box) {
    const double edge = box / (double)crystal;

    GR_PARALLEL_FOR_2D("shake", d, a, gr_range_2d(0, 3, 0, x.extent[1])) {
        const gr_index k = a % 4, c = a / 4;
        const gr_index at = d == 0   ? c / (crystal * crystal)
                            : d == 1 ? c / crystal % crystal
                                     : c % crystal;
        const uint32_t hash = ((uint32_t)(3 * a + d) * 2654435761u) >> 8;
        const double half = k != 0 && k != d + 1 ? 0.5 : 0.0;
        const double place = edge * ((double)at + half) + 0.2 * (hash * 0x1p-24 - 0.5);

        GR_AT(x, d, a) = place < 0 ? place + box : place;
    };
}

GR_FUNCTION gr_index cells_along(double x, double per_cell, gr_index m) {
    const gr_index cell = (gr_index)(x * per_cell);

    return cell < m ? cell : m - 1;
}

static inline gr_status cells_sort(cells *s, gr_view2_f64 x) {
    const gr_index n = x.extent[1], m = s->m, all = m * m * m;
    const double per_cell = (double)m / s->box;
    const gr_view1_i64 first = s->first, order = s->order;
    const gr_view2_f64 sorted = s->x;
    gr_view1_i64 cell, next;
    int64_t most;

    GR_TRY(GR_CREATE(&cell, "cell of an atom", n));
    GR_TRY(GR_CREATE(&next, "next place in a cell", all));
    GR_PARALLEL_FOR("count", a, gr_range(0, n)) {
        const gr_index i = cells_along(GR_AT(x, 0, a), per_cell, m);
        const gr_index j = cells_along(GR_AT(x, 1, a), per_cell, m);
        const gr_index l = cells_along(GR_AT(x, 2, a), per_cell, m);

        GR_AT(cell, a) = (i * m + j) * m + l;
        GR_ATOMIC_ADD(&GR_AT(next, GR_AT(cell, a)), 1);
    };
    GR_PARALLEL_REDUCE("most", c, gr_range(0, all), GR_MAX(int64_t, most)) {
        most = GR_AT(next, c) > most ? GR_AT(next, c) : most;
    };
    GR_PARALLEL_SCAN("first", c, gr_range(0, all), GR_SUM(int64_t, sum), final) {
        const int64_t count = GR_AT(next, c);

        if (final) {
            GR_AT(first, c) = GR_AT(next, c) = sum;
            if (c == all - 1) {
                GR_AT(first, all) = sum + count;
            }
        }
        sum += count;
    };
    /* Whoever comes first gets the place; sorting each cell makes that not matter. */
    GR_PARALLEL_FOR("place", a, gr_range(0, n)) {
        GR_AT(order, GR_ATOMIC_FETCH_ADD(&GR_AT(next, GR_AT(cell, a)), 1)) = a;
    };
    GR_PARALLEL_FOR("sort", c, gr_range(0, all)) {
        for (int64_t k = GR_AT(first, c) + 1; k < GR_AT(first, c + 1); ++k) {
            const int64_t a = GR_AT(order, k);
            int64_t to = k;

            for (; to > GR_AT(first, c) && GR_AT(order, to - 1) > a; --to) {
                GR_AT(order, to) = GR_AT(order, to - 1);
            }
            GR_AT(order, to) = a;
        }
    };
    GR_PARALLEL_FOR_2D("gather", d, k, gr_range_2d(0, 3, 0, n)) {
        GR_AT(sorted, d, k) = GR_AT(x, d, GR_AT(order, k));
    };
    s->room = (27 * most + 31) / 32 * 32;
    GR_TRY(GR_RELEASE(&next));
    GR_TRY(GR_RELEASE(&cell));
    return gr_fence();
}

#endif
