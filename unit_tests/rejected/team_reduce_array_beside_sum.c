/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a nested reduction into arrays takes reducers of arrays only */
/* form: all */
#include <granum/granum.h>
#include <granum/reduce_array.h>

void count(gr_view1_i64 bins);
void count(gr_view1_i64 bins) {
    GR_PARALLEL_TEAM("bins", t, gr_teams(1, GR_AUTO)) {
#ifdef FIXED
        GR_TEAM_REDUCE_ARRAY(t, k, 0, 10, GR_SUM_ARRAY(int64_t, bins, 5)) {
            GR_AT(bins, k % 5) += 1;
        };
#else
        int64_t sum;
        GR_TEAM_REDUCE_ARRAY(t, k, 0, 10, GR_SUM(int64_t, sum)) {
            sum += GR_AT(bins, k % 5);
        };
#endif
    };
}
