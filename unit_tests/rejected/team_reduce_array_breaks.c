/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a kernel body is left by break: use GR_CONTINUE */
/* form: host */
#include <granum/granum.h>
#include <granum/reduce_array.h>

void count(gr_view1_i64 bins);
void count(gr_view1_i64 bins) {
    GR_PARALLEL_TEAM_REDUCE_ARRAY("bins", t, gr_teams(10, GR_AUTO),
                                  GR_SUM_ARRAY(int64_t, bins, 5)) {
        GR_AT(bins, t.league_rank % 5) += 1;
#ifdef FIXED
        GR_CONTINUE;
#else
        break;
#endif
    };
}
