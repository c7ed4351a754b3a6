/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file batched.c
 * @brief Many small systems of equations at once: LU with partial pivoting, a team each.
 *
 *     batched [BATCH [N]]     N up to 89: a matrix fits the fast scratch memory
 *
 * A team copies its matrix into scratch memory, where one of its threads finds each pivot, which is
 * too little work to share, and all of them update the rest. In every seventh system the last row
 * is zero: it must be reported as singular. The others are checked by their residuals in long
 * double.
 */
#include <float.h>
#include <granum/granum.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* x = a^-1 b for each of a batch; info: 0, or one more than the column without a pivot. */
static void solve(gr_view3_f64 a, gr_view2_f64 b, gr_view2_f64 x, gr_view1_i64 info) {
    const gr_index batch = a.extent[0], n = a.extent[1];
    /* each View takes whole cache lines of 64 bytes */
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

GR_FUNCTION double any(int64_t k) {
    uint64_t z = ((uint64_t)k + 1) * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    return (double)(int64_t)((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1;
}

/* Random systems; in every seventh the last row is zero. */
static gr_status make(gr_view3_f64 a, gr_view2_f64 b) {
    const gr_index n = a.extent[1];

    GR_PARALLEL_FOR_2D("b", m, i, gr_range_2d(0, a.extent[0], 0, n)) {
        GR_AT(b, m, i) = any(m * n + i);
    };
    GR_PARALLEL_FOR_3D("a", m, i, j, gr_range_3d(0, a.extent[0], 0, n, 0, n)) {
        const int64_t row = (m * n + i) * n;

        GR_AT(a, m, i, j) = m % 7 == 3 && i == n - 1 ? 0 : any(row + j);
    };
    return gr_fence();
}

/* The largest residual of a system, in units of n times the rounding of |a| |x| + |b|. */
static double off(gr_view3_f64 a, gr_view2_f64 b, gr_view2_f64 x, gr_index m) {
    const gr_index n = a.extent[1];
    double worst = 0;
    long double largest = 0;

    for (gr_index i = 0; i < n; ++i) {
        largest = fmaxl(largest, fabsl(GR_AT(x, m, i)));
    }
    for (gr_index i = 0; i < n; ++i) {
        long double rest = GR_AT(b, m, i);

        for (gr_index j = 0; j < n; ++j) {
            rest -= (long double)GR_AT(a, m, i, j) * GR_AT(x, m, j);
        }
        const double error =
            (double)(fabsl(rest) / (DBL_EPSILON * (double)n * (largest + 1))) / (double)n;
        worst = error <= worst ? worst : error; /* a NaN stays */
    }
    return worst;
}

static gr_status run(gr_index batch, gr_index n) {
    gr_view3_f64 a;
    gr_view2_f64 b, x;
    gr_view1_i64 info;
    double best = HUGE_VAL, error = 0;
    gr_index singular = 0, wrong = 0;

    GR_REQUIRE(batch >= 1, GR_INVALID_ARG, "BATCH = %td, expected 1 or more", batch);
    GR_REQUIRE(n >= 1 && n <= 89, GR_INVALID_ARG, "N = %td, expected 1..89", n);
    GR_TRY(GR_CREATE(&a, "matrices", batch, n, n));
    GR_TRY(GR_CREATE(&b, "right-hand sides", batch, n));
    GR_TRY(GR_CREATE(&x, "solutions", batch, n));
    GR_TRY(GR_CREATE(&info, "info", batch));
    GR_TRY(make(a, b));
    for (int run = 0; run < 5; ++run) {
        const gr_timer timer = gr_timer_start();

        solve(a, b, x, info);
        best = fmin(best, gr_timer_seconds(timer));
    }
    GR_TRY(gr_fence());
    for (gr_index m = 0; m < batch; ++m) {
        const double here = GR_AT(info, m) == 0 ? off(a, b, x, m) : 0;

        error = here <= error ? error : here;
        singular += GR_AT(info, m) != 0;
        wrong += (GR_AT(info, m) != 0) != (m % 7 == 3);
    }
    printf("%td systems of %td equations in %.2f ms: %.0f ns each; %td are singular\n", batch, n,
           1e3 * best, 1e9 * best / (double)batch, singular);
    printf("residuals are within %.2g of n times the rounding\n", error);
    GR_TRY(GR_RELEASE(&a));
    GR_TRY(GR_RELEASE(&b));
    GR_TRY(GR_RELEASE(&x));
    GR_TRY(GR_RELEASE(&info));
    GR_REQUIRE(wrong == 0, GR_INTERNAL, "%td systems are wrongly found singular or not", wrong);
    GR_REQUIRE(error <= 1, GR_INTERNAL, "error = %g of what rounding allows, expected 1", error);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) ||
        run(argc > 1 ? atol(argv[1]) : 5000, argc > 2 ? atol(argv[2]) : 32) || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "batched: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
