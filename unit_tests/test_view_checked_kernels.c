/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_checked_kernels.c
 * @brief The kernels of test_view_checked.c.
 */
#include "test_view_checked.h"

void view_checked_fill(gr_view1_f64_right v, gr_index n) {
    GR_PARALLEL_FOR("fill", i, gr_range(0, n)) {
        GR_AT(v, i) = (double)i;
    };
}

void view_checked_jacobi(gr_view2_f64_right b, gr_view2_f64_right a, gr_index border) {
    const gr_index n = a.extent[0];
    const gr_index m = a.extent[1];

    GR_PARALLEL_FOR_2D("jacobi", i, j, gr_range_2d(border, n - border, border, m - border)) {
        GR_AT(b, i, j) = 0.25 * (GR_AT(a, i, j - 1) + GR_AT(a, i, j + 1) + GR_AT(a, i - 1, j) +
                                 GR_AT(a, i + 1, j));
    };
}

double view_checked_many_values(gr_view1_f64_right v, gr_index outside) {
    const double a = GR_AT(v, 0), b = GR_AT(v, 1), c = GR_AT(v, 2), d = GR_AT(v, 3);
    const double e = GR_AT(v, 4), f = GR_AT(v, 5), g = GR_AT(v, 6), h = GR_AT(v, 7);
    double squares = 0;
    double first = a + b + c + d + e + f + g + h;

    for (gr_index i = 0; i < 8; i++) {
        squares += GR_AT(v, i) * GR_AT(v, i);
    }
    if (GR_AT(v, outside) > 1e300) { /* the spare cell holds no such number */
        first = 0;
    }
    return first + squares + (a + b + c + d + e + f + g + h);
}

gr_status view_checked_create_inside(void) {
    gr_status answer = GR_SUCCESS;
    gr_status *const out = &answer;

    GR_PARALLEL_FOR("create", i, gr_range(0, 1)) {
        gr_view1_f64 v;

        *out = GR_CREATE(&v, "v", 10 + i);
    };
    return answer;
}

void view_checked_scratch(gr_team_policy policy, gr_index n) {
    GR_PARALLEL_TEAM("teams", t, policy) {
        gr_view1_f64 tile;

        GR_SCRATCH_VIEW(&tile, t, 0, n);
        GR_TEAM_FOR(t, k, 0, n + 1) {
            GR_AT(tile, k) = 1;
        };
    };
}
