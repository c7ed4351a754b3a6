/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file team_kernel.c
 * @brief The row sums as a granum user writes them: a team a row.
 */
#include "team.h"

void team_rowsum_granum(void *data) {
    team_data *d = (team_data *)data;
    const gr_view2_f64 a = d->a;
    const gr_view1_f64 y = d->sum;

    GR_PARALLEL_TEAM("row sums", t, gr_teams(a.extent[0], GR_AUTO)) {
        double sum;

        GR_TEAM_REDUCE(t, j, 0, a.extent[1], GR_SUM(double, sum)) {
            sum += GR_AT(a, t.league_rank, j);
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(y, t.league_rank) = sum;
        };
    };
}
