/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file spmv.c
 * @brief Sparse matrix times vector, y = A x, in four ways: a row an iteration, a row a team, a row
 * a thread with vector lanes, and pieces of equal work whatever the rows are.
 *
 *     spmv [FOLDER | N]     FOLDER: matrices that matrices.py wrote; else two are made up
 *
 * Products are checked against sums in long double, and so is SciPy's where matrices.py left one.
 */
#include "csr.h"
#include <float.h>
#include <math.h>
#include <stdio.h>

/* Rows of equal length need no more than this. */
static void by_range(csr a, gr_view1_f64 x, gr_view1_f64 y) {
    GR_PARALLEL_FOR("by range", i, gr_range(0, y.extent[0])) {
        double sum = 0;

        for (int64_t k = GR_AT(a.row, i); k < GR_AT(a.row, i + 1); ++k) {
            sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
        }
        GR_AT(y, i) = sum;
    };
}

/* Long rows: each is summed by the threads and vector lanes of a team. */
static void by_team(csr a, gr_view1_f64 x, gr_view1_f64 y) {
    GR_PARALLEL_TEAM("by team", t, gr_with_dynamic(gr_teams(y.extent[0], GR_AUTO))) {
        double sum;

        GR_TEAM_REDUCE(t, k, GR_AT(a.row, t.league_rank), GR_AT(a.row, t.league_rank + 1),
                       GR_SUM(double, sum)) {
            sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(y, t.league_rank) = sum;
        };
    };
}

/* Rows of a few dozen on a GPU: eight lanes read one side by side, a team has neighbours. */
static void by_vectors(csr a, gr_view1_f64 x, gr_view1_f64 y, int threads) {
    const gr_index n = y.extent[0], rows = 64;
    const gr_team_policy teams = gr_teams((n + rows - 1) / rows, threads);

    GR_PARALLEL_TEAM("by vectors", t, gr_with_vector_length(teams, 8)) {
        const gr_index first = t.league_rank * rows;

        GR_TEAM_THREAD_FOR(t, i, first, first + rows < n ? first + rows : n) {
            double sum;

            GR_THREAD_VECTOR_REDUCE(t, k, GR_AT(a.row, i), GR_AT(a.row, i + 1),
                                    GR_SUM(double, sum)) {
                sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
            };
            GR_THREAD_SINGLE(t) {
                GR_AT(y, i) = sum;
            };
        };
    };
}

/* Rows whose ends come before step d of a walk that takes one step for each nonzero and one for
 * each end of a row (Merrill & Garland 2016, doi:10.1109/SC.2016.57). */
GR_FUNCTION int64_t rows_before(gr_view1_i64 row, int64_t d) {
    int64_t lo = 0, hi = row.extent[0] - 1;

    while (lo < hi) {
        const int64_t mid = (lo + hi) / 2;
        const bool before = GR_AT(row, mid + 1) + mid < d;

        lo = before ? mid + 1 : lo;
        hi = before ? hi : mid;
    }
    return lo;
}

/* Any rows: pieces of the walk are equal work. A row that goes on in the next piece leaves its sum
 * in carry; sums are joined in the order of the pieces, so the bits do not depend on threads. */
static gr_status by_nonzeros(csr a, gr_view1_f64 x, gr_view1_f64 y) {
    const int64_t n = y.extent[0], all = n + a.val.extent[0];
    const gr_index pieces = 256, piece = (all + pieces - 1) / pieces;
    gr_view1_i64 goes_on;
    gr_view1_f64 carry;

    GR_TRY(GR_CREATE(&goes_on, "row that goes on", pieces));
    GR_TRY(GR_CREATE(&carry, "its sum so far", pieces));
    GR_PARALLEL_FOR("pieces", p, gr_range(0, pieces)) {
        const int64_t begin = p * piece < all ? p * piece : all;
        const int64_t end = begin + piece < all ? begin + piece : all;
        const int64_t last = rows_before(a.row, end);
        int64_t i = rows_before(a.row, begin), k = begin - i;
        double sum = 0;

        for (; i < last; ++i) {
            for (; k < GR_AT(a.row, i + 1); ++k) {
                sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
            }
            GR_AT(y, i) = sum;
            sum = 0;
        }
        for (; k < end - last; ++k) {
            sum += GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));
        }
        GR_AT(goes_on, p) = last;
        GR_AT(carry, p) = sum;
    };
    GR_PARALLEL_FOR("carry", p, gr_range(0, pieces)) {
        const int64_t i = GR_AT(goes_on, p);

        if (i < n && (p == 0 || GR_AT(goes_on, p - 1) != i)) { /* the first piece of that row */
            double sum = 0;

            for (gr_index q = p; q < pieces && GR_AT(goes_on, q) == i; ++q) {
                sum += GR_AT(carry, q);
            }
            GR_AT(y, i) += sum;
        }
    };
    GR_TRY(GR_RELEASE(&carry));
    return GR_RELEASE(&goes_on);
}

/* Steps of rounding by which y is off, of which n nonzeros in a row allow n + 2. */
static double off(csr a, gr_view1_f64 x, gr_view1_f64 y) {
    double worst = 0;

    for (gr_index i = 0; i < y.extent[0]; ++i) {
        long double sum = 0, size = 0;

        for (int64_t k = GR_AT(a.row, i); k < GR_AT(a.row, i + 1); ++k) {
            const long double term = (long double)GR_AT(a.val, k) * GR_AT(x, GR_AT(a.col, k));

            sum += term;
            size += fabsl(term);
        }
        const double error = (double)(fabsl(GR_AT(y, i) - sum) / (size * DBL_EPSILON + DBL_MIN)) /
                             (double)(GR_AT(a.row, i + 1) - GR_AT(a.row, i) + 2);
        worst = error <= worst ? worst : error; /* a NaN stays */
    }
    return worst;
}

static gr_status compare(const char *name, csr a, gr_view1_f64 x) {
    const char *ways[] = {"by range", "by team", "by vectors", "by nonzeros"};
    gr_view1_f64 y;

    printf("%-12s %8td rows %9td nonzeros", name, x.extent[0], a.val.extent[0]);
    GR_TRY(GR_CREATE(&y, "y", x.extent[0]));
    for (int way = 0; way < 4; ++way) {
        double best = HUGE_VAL;

        GR_TRY(GR_FILL(y, NAN));
        for (int run = 0; run < 5; ++run) {
            const gr_timer timer = gr_timer_start();

            if (way == 0) {
                by_range(a, x, y);
            } else if (way == 1) {
                by_team(a, x, y);
            } else if (way == 2) {
                by_vectors(a, x, y, GR_AUTO);
            } else {
                GR_TRY(by_nonzeros(a, x, y));
            }
            best = fmin(best, gr_timer_seconds(timer));
        }
        GR_TRY(gr_fence());
        printf("   %s %.1f us", ways[way], 1e6 * best);
        const double error = off(a, x, y);
        GR_REQUIRE(error <= 1, GR_INTERNAL, "error %s = %g of what rounding allows, expected 1",
                   ways[way], error);
    }
    printf("\n");
    GR_TRY(GR_RELEASE(&y));
    GR_TRY(GR_RELEASE(&x));
    return csr_release(&a);
}

static gr_status made_up(gr_index n) {
    gr_view1_f64 x;
    csr a;

    GR_TRY(csr_laplace27(&a, n));
    GR_TRY(csr_vector(&x, csr_rows(a)));
    GR_TRY(compare("laplace27", a, x));
    GR_TRY(csr_power_law(&a, 125 * n * n));
    GR_TRY(csr_vector(&x, csr_rows(a)));
    return compare("power law", a, x);
}

static gr_status run(const char *folder) {
    const char *names[] = {"airfoil", "bar", "unit_square"};
    gr_view1_f64 x;
    csr a;

    if (atol(folder) > 0) {
        return made_up(atol(folder));
    }
    for (int m = 0; m < 3; ++m) {
        gr_view1_f64 scipy;

        GR_TRY(csr_load(&a, folder, names[m]));
        GR_TRY(csr_load_vector(&x, folder, names[m], "x"));
        GR_TRY(csr_load_vector(&scipy, folder, names[m], "y"));
        const double error = off(a, x, scipy);
        GR_REQUIRE(error <= 1, GR_BAD_FILE, "error of SciPy's %s = %g, expected 1", names[m],
                   error);
        GR_TRY(GR_RELEASE(&scipy));
        GR_TRY(compare(names[m], a, x));
    }
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || run(argc > 1 ? argv[1] : "40") || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "spmv: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
