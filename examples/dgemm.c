/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file dgemm.c
 * @brief Dense matrices: C += A B in panels for processors, and in tiles for GPUs; what is used
 * again lies in scratch memory.
 *
 *     dgemm [M [N [K]]]     A is M x K, B is K x N
 *
 * Rows lie side by side on devices too: Views are right ones everywhere.
 * gr_fma rounds once and has the same bits everywhere, so C has too, in whatever order panels are
 * worked on. It is checked against some rows in long double, and as a whole by a product with a
 * random vector (Freivalds 1979, doi:10.1007/3-540-09526-8_5).
 */
#include "tiles.h"

#include <float.h>
#include <granum/granum.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows and columns of C that are summed in registers; depth of a panel, which fills 64 KiB. */
enum { ROWS = 6, COLUMNS = 32, DEPTH = 256 };

GR_FUNCTION gr_index least(gr_index a, gr_index b) {
    return a < b ? a : b;
}

/* `rows` rows of sum += a times a panel that is COLUMNS wide, of which `width` columns count. The
 * sums stay in registers: 6 x 32 are 24 vectors of 8. */
GR_FUNCTION __attribute__((always_inline)) void block(const double *a, gr_index lda,
                                                      const double *panel, double *c, gr_index ldc,
                                                      gr_index depth, int rows, int width) {
    double sum[ROWS][COLUMNS];

    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < COLUMNS; ++j) {
            sum[i][j] = j < width ? c[i * ldc + j] : 0;
        }
    }
    for (gr_index k = 0; k < depth; ++k) {
        for (int i = 0; i < rows; ++i) {
            for (int j = 0; j < COLUMNS; ++j) {
                sum[i][j] = gr_fma(a[i * lda + k], panel[k * COLUMNS + j], sum[i][j]);
            }
        }
    }
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < width; ++j) {
            c[i * ldc + j] = sum[i][j];
        }
    }
}

/* Up to ROWS rows: compilers need their number to keep the sums in registers. */
GR_FUNCTION void rows_of_panel(const double *a, gr_index lda, const double *panel, double *c,
                               gr_index ldc, gr_index depth, int rows, int width) {
    if (rows == ROWS && width == COLUMNS) {
        block(a, lda, panel, c, ldc, depth, ROWS, COLUMNS);
        return;
    }
    for (int i = 0; i < rows; ++i) {
        block(a + i * lda, lda, panel, c + i * ldc, ldc, depth, 1, width);
    }
}

static void dgemm(gr_view2_f64_right a, gr_view2_f64_right b, gr_view2_f64_right c) {
    const gr_index m = c.extent[0], n = c.extent[1], panels = (n + COLUMNS - 1) / COLUMNS;
    const gr_index bytes = DEPTH * COLUMNS * (gr_index)sizeof(double);

    GR_PARALLEL_TEAM("dgemm", t, gr_with_scratch(gr_teams(panels, GR_AUTO), 0, bytes, 0)) {
        const gr_index j0 = t.league_rank * COLUMNS;
        const int width = (int)least(n - j0, COLUMNS);
        gr_view2_f64_right panel;

        GR_SCRATCH_VIEW(&panel, t, 0, DEPTH, COLUMNS);
        for (gr_index k0 = 0; k0 < a.extent[1]; k0 += DEPTH) {
            const gr_index depth = least(a.extent[1] - k0, DEPTH);

            GR_TEAM_FOR_2D(t, k, j, 0, depth, 0, COLUMNS) {
                GR_AT(panel, k, j) = j < width ? GR_AT(b, k0 + k, j0 + j) : 0;
            };
            GR_TEAM_BARRIER(t); /* the panel is whole */
            GR_TEAM_THREAD_FOR(t, p, 0, (m + ROWS - 1) / ROWS) {
                const gr_index i = p * ROWS;
                const int rows = (int)least(m - i, ROWS);

                rows_of_panel(&GR_AT(a, i, k0), a.stride[0], panel.data, &GR_AT(c, i, j0),
                              c.stride[0], depth, rows, width);
            };
            GR_TEAM_BARRIER(t); /* nobody reads it any more */
        }
    };
}

static gr_status fill(gr_view2_f64_right a, unsigned seed) {
    GR_PARALLEL_FOR_2D("fill", i, j, gr_range_2d(0, a.extent[0], 0, a.extent[1])) {
        const uint64_t z = ((uint64_t)(i * a.extent[1] + j) + seed) * 0x9e3779b97f4a7c15u;

        GR_AT(a, i, j) = (double)(int64_t)((z ^ (z >> 29)) >> 11) * 0x1p-52 - 1;
    };
    return gr_fence();
}

/* Largest difference of row i of C from a sum in long double, in units of what rounding allows. */
static double row_error(gr_view2_f64_right a, gr_view2_f64_right b, gr_view2_f64_right c,
                        gr_index i) {
    double worst = 0;

    for (gr_index j = 0; j < c.extent[1]; ++j) {
        long double sum = 0, size = 0;

        for (gr_index k = 0; k < a.extent[1]; ++k) {
            const long double term = (long double)GR_AT(a, i, k) * GR_AT(b, k, j);

            sum += term;
            size += fabsl(term);
        }
        const double error = (double)(fabsl(GR_AT(c, i, j) - sum) / (size * DBL_EPSILON)) /
                             (double)(a.extent[1] + 1);
        worst = error <= worst ? worst : error; /* a NaN stays */
    }
    return worst;
}

/* C x against A (B x), for numbers of few bits in x; by plain loops. */
static double product_error(gr_view2_f64_right a, gr_view2_f64_right b, gr_view2_f64_right c) {
    const gr_index m = c.extent[0], n = c.extent[1], depth = a.extent[1];
    long double *y = (long double *)calloc((size_t)depth, sizeof *y);
    double worst = y ? 0 : HUGE_VAL;

    for (gr_index k = 0; y && k < depth; ++k) {
        for (gr_index j = 0; j < n; ++j) {
            y[k] += (long double)GR_AT(b, k, j) * (long double)(j * 7 % 13 - 6);
        }
    }
    for (gr_index i = 0; y && i < m; ++i) {
        long double left = 0, right = 0;

        for (gr_index j = 0; j < n; ++j) {
            left += (long double)GR_AT(c, i, j) * (long double)(j * 7 % 13 - 6);
        }
        for (gr_index k = 0; k < depth; ++k) {
            right += (long double)GR_AT(a, i, k) * y[k];
        }
        /* n entries below depth, each with that many roundings, times 6 */
        const double error = (double)fabsl(left - right) /
                             (6 * DBL_EPSILON * (double)n * (double)depth * (double)(depth + 1));
        worst = error <= worst ? worst : error;
    }
    free(y);
    return worst;
}

static gr_status run(gr_index m, gr_index n, gr_index depth) {
    gr_view2_f64_right a, b, c, tiled;
    double best = HUGE_VAL, error = 0;

    GR_REQUIRE(m >= 1 && n >= 1 && depth >= 1, GR_INVALID_ARG,
               "M, N, K = %td, %td, %td, expected 1 or more", m, n, depth);
    GR_TRY(GR_CREATE(&a, "A", m, depth));
    GR_TRY(GR_CREATE(&b, "B", depth, n));
    GR_TRY(GR_CREATE(&c, "C", m, n));
    GR_TRY(fill(a, 1));
    GR_TRY(fill(b, 2));
    for (int run = 0; run < 5; ++run) {
        GR_TRY(GR_FILL(c, 0));
        const gr_timer timer = gr_timer_start();
        dgemm(a, b, c);
        best = fmin(best, gr_timer_seconds(timer));
    }
    GR_TRY(GR_CREATE(&tiled, "C in tiles", m, n));
    dgemm_tiles(a, b, tiled, GR_AUTO);
    GR_TRY(gr_fence());
    GR_REQUIRE(!memcmp(c.data, tiled.data, (size_t)(m * n) * sizeof(double)), GR_INTERNAL,
               "C in tiles = %s, expected the same bits", "others");
    GR_TRY(GR_RELEASE(&tiled));
    error = fmax(product_error(a, b, c), row_error(a, b, c, m - 1));
    error = fmax(error, fmax(row_error(a, b, c, 0), row_error(a, b, c, m / 2)));
    printf("%td x %td times %td x %td in %.2f ms: %.1f Gflop/s, %.1e of the rounding allowed\n", m,
           depth, depth, n, 1e3 * best, 2e-9 * (double)m * (double)n * (double)depth / best, error);
    GR_TRY(GR_RELEASE(&a));
    GR_TRY(GR_RELEASE(&b));
    GR_TRY(GR_RELEASE(&c));
    GR_REQUIRE(error <= 1, GR_INTERNAL, "error = %g of what rounding allows, expected 1", error);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) ||
        run(argc > 1 ? atol(argv[1]) : 500, argc > 2 ? atol(argv[2]) : 333,
            argc > 3 ? atol(argv[3]) : 700) ||
        gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "dgemm: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
