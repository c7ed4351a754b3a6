/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file dgemm_kernel.c
 * @brief C += A B as a granum user writes it: teams, scratch memory, gr_fma; see examples/dgemm.c.
 */
#include "dgemm.h"

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

void dgemm_granum(void *data) {
    const dgemm_data *d = (const dgemm_data *)data;
    const gr_view2_f64 a = d->a, b = d->b, c = d->c;
    const gr_index m = c.extent[0], n = c.extent[1], panels = (n + COLUMNS - 1) / COLUMNS;
    const gr_index bytes = DEPTH * COLUMNS * (gr_index)sizeof(double);

    GR_PARALLEL_TEAM("dgemm", t, gr_with_scratch(gr_teams(panels, GR_AUTO), 0, bytes, 0)) {
        const gr_index j0 = t.league_rank * COLUMNS;
        const int width = (int)least(n - j0, COLUMNS);
        gr_view2_f64 panel;

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
