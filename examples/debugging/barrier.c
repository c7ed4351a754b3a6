/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file barrier.c
 * @brief A barrier that only half of a team reaches.
 */
#include "bug.h"

int main(void) {
    const gr_index league = 2;
    gr_view1_i64 seen;

    if (GR_CREATE(&seen, "seen", league)) {
        return report(gr_last_error()->status);
    }
    GR_PARALLEL_TEAM("halves", t, gr_teams(league, 2)) {
#ifdef FIXED
        GR_TEAM_BARRIER(t);
#else
        if (t.team_rank % 2 == 0) {
            GR_TEAM_BARRIER(t);
        }
#endif
        GR_ATOMIC_ADD(&GR_AT(seen, t.league_rank), 1);
    };
    const int failed = report(gr_fence());
    GR_RELEASE(&seen);
    return failed;
}
