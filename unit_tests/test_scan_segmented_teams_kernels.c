/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_segmented_teams_kernels.c
 * @brief The kernels of test_scan_segmented_teams.c.
 */
#include "test_scan_segmented_teams.h"

#include <granum/scan_segmented.h>

#define SUM_BODY(i)                 \
    {                               \
        if (final) {                \
            GR_AT(before, i) = sum; \
        }                           \
        sum += GR_AT(x, i);         \
    }
#define COUNT_BODY(i)                \
    {                                \
        if ((i) % 3 == 2) {          \
            GR_CONTINUE;             \
        }                            \
        count += 1;                  \
        if (final) {                 \
            GR_AT(after, i) = count; \
        }                            \
    }

void segments_by(int kind, gr_team_policy policy, gr_view1_f64 before, gr_view1_i64 after,
                 gr_view1_f64 x, gr_view1_u8 head) {
    const gr_index n = x.extent[0];

    if (kind == SEGMENTS_RANGE) {
        GR_PARALLEL_SCAN_SEGMENTED(i, gr_range(0, n), GR_SUM(double, sum), final, GR_AT(head, i))
        SUM_BODY(i);
        GR_PARALLEL_SCAN_SEGMENTED(i, gr_range(0, n), GR_SUM(int64_t, count), final, GR_AT(head, i))
        COUNT_BODY(i);
    } else if (kind == SEGMENTS_LEAGUE) {
        policy.league_size = n;
        GR_PARALLEL_TEAM_SCAN_SEGMENTED("league", t, policy, GR_SUM(double, sum), final,
                                        GR_AT(head, t.league_rank))
        SUM_BODY(t.league_rank);
        GR_PARALLEL_TEAM_SCAN_SEGMENTED(t, policy, GR_SUM(int64_t, count), final,
                                        GR_AT(head, t.league_rank))
        COUNT_BODY(t.league_rank);
    } else if (kind == SEGMENTS_TEAM) {
        GR_PARALLEL_TEAM("team", t, policy) {
            GR_TEAM_SCAN_SEGMENTED(t, i, 0, n, GR_SUM(double, sum), final, GR_AT(head, i))
            SUM_BODY(i);
            GR_TEAM_SCAN_SEGMENTED(t, i, 0, n, GR_SUM(int64_t, count), final, GR_AT(head, i))
            COUNT_BODY(i);
        };
    } else {
        GR_PARALLEL_TEAM("vector", t, policy) {
            GR_TEAM_SINGLE(t) {
                GR_THREAD_VECTOR_SCAN_SEGMENTED(t, i, 0, n, GR_SUM(double, sum), final,
                                                GR_AT(head, i))
                SUM_BODY(i);
                GR_THREAD_VECTOR_SCAN_SEGMENTED(t, i, 0, n, GR_SUM(int64_t, count), final,
                                                GR_AT(head, i))
                COUNT_BODY(i);
            };
        };
    }
}

void segments_then_read(gr_team_policy policy, gr_view2_i64 place, gr_view1_u8 head, long *wrong) {
    const gr_index n = head.extent[0];

    GR_PARALLEL_TEAM("read", t, policy) {
        const gr_index row = t.league_rank;
        int64_t bad;

        GR_TEAM_SCAN_SEGMENTED(t, i, 0, n, GR_SUM(int64_t, count), final, GR_AT(head, i)) {
            count += 1;
            if (final) {
                GR_AT(place, row, i) = count;
            }
        };
        GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(int64_t, bad)) {
            const gr_index i = n - 1 - k;
            const int64_t before = i > 0 && !GR_AT(head, i) ? GR_AT(place, row, i - 1) : 0;

            bad += GR_AT(place, row, i) != before + 1;
        };
        GR_TEAM_SINGLE(t) {
            __atomic_fetch_add(wrong, bad, __ATOMIC_RELAXED);
        };
    };
}
