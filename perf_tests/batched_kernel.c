/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file batched_kernel.c
 * @brief LU with partial pivoting as a granum user writes it: a team each; see examples/batched.c.
 */
#include "batched.h"

#include <math.h>

void batched_granum(void *data) {
    const batched_data *d = (const batched_data *)data;
    const gr_view3_f64 a = d->a;
    const gr_view2_f64 b = d->b, x = d->x;
    const gr_view1_i64 info = d->info;
    const gr_index batch = a.extent[0], n = a.extent[1];
    const gr_index bytes = ((8 * n * n + 63) & ~63) + ((8 * n + 63) & ~63);

    GR_PARALLEL_TEAM("solve", t, gr_with_scratch(gr_teams(batch, GR_AUTO), 0, bytes, 0)) {
        const gr_index m = t.league_rank;
        gr_view2_f64 matrix;
        gr_view1_f64 vector;

        GR_SCRATCH_VIEW(&matrix, t, 0, n, n);
        GR_SCRATCH_VIEW(&vector, t, 0, n);
        const gr_view2_f64 w = matrix; /* nobody has the address of these two: they stay in */
        const gr_view1_f64 y = vector; /* registers */
        GR_TEAM_FOR_2D(t, i, j, 0, n, 0, n) {
            GR_AT(w, i, j) = GR_AT(a, m, i, j);
        };
        GR_TEAM_FOR(t, i, 0, n) {
            GR_AT(y, i) = GR_AT(b, m, i);
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(info, m) = 0;
        };
        GR_TEAM_BARRIER(t);
        for (gr_index k = 0; k < n; ++k) {
            gr_loc_f64 pivot = {0, k};

            GR_TEAM_SINGLE_BROADCAST(t, gr_loc_f64, pivot) {
                gr_index at = k;
                double largest = fabs(GR_AT(w, k, k));

                for (gr_index i = k + 1; i < n; ++i) {
                    if (fabs(GR_AT(w, i, k)) > largest) {
                        largest = fabs(GR_AT(w, i, k));
                        at = i;
                    }
                }
                pivot.value = largest;
                pivot.location = at;
            };
            if (!(pivot.value > 0)) { /* the same for all threads of the team */
                GR_TEAM_SINGLE(t) {
                    GR_AT(info, m) = k + 1;
                };
                break;
            }
            GR_TEAM_FOR(t, j, k, n) {
                const double upper = GR_AT(w, k, j);

                GR_AT(w, k, j) = GR_AT(w, pivot.location, j);
                GR_AT(w, pivot.location, j) = upper;
            };
            GR_TEAM_SINGLE(t) {
                const double upper = GR_AT(y, k);

                GR_AT(y, k) = GR_AT(y, pivot.location);
                GR_AT(y, pivot.location) = upper;
            };
            GR_TEAM_BARRIER(t);
            const double inverse = 1 / GR_AT(w, k, k);
            GR_TEAM_THREAD_FOR(t, i, k + 1, n) {
                const double factor = GR_AT(w, i, k) * inverse;

                GR_THREAD_VECTOR_FOR(t, j, k + 1, n) {
                    GR_AT(w, i, j) -= factor * GR_AT(w, k, j);
                };
                GR_AT(y, i) -= factor * GR_AT(y, k);
            };
            GR_TEAM_BARRIER(t);
        }
        for (gr_index k = n - 1; k >= 0; --k) {
            const double value = GR_AT(y, k) / GR_AT(w, k, k);

            GR_TEAM_FOR(t, i, 0, k) {
                GR_AT(y, i) -= GR_AT(w, i, k) * value;
            };
            GR_TEAM_SINGLE(t) {
                GR_AT(x, m, k) = value;
            };
            GR_TEAM_BARRIER(t);
        }
    };
}
