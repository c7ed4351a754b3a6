/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_segmented_teams.c
 * @brief Segmented scans over leagues and in teams have the bits of one over the same range.
 *
 * Oracle: parallel_scan_segmented, which canonical_order.py and test_scan_segmented.c check.
 */
#include "test_scan_segmented_teams.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>

static const gr_index sizes[] = {0, 1, 7, 8, 9, 255, 257, 4096, 4097, 40000, 135169};
enum { SIZES = sizeof sizes / sizeof *sizes };

static const gr_index lengths[] = {1, 5, 300, 1000000};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static const int team_sizes[] = {GR_AUTO, 1, 2, 4};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

static gr_view1_u8 head;
static gr_view1_f64 x;

#define MAKE(view, ...) cr_assert(eq(int, (int)GR_CREATE(&view, __VA_ARGS__), GR_SUCCESS))

static void make_data(gr_index n, gr_index length) {
    uint64_t state = 88172645463325252u;

    MAKE(head, "head", n);
    MAKE(x, "x", n);
    for (gr_index i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        head.data[i] = (state >> 20) % (uint64_t)length == 0;
        x.data[i] = (double)(int64_t)state * ((state & 3) ? 0x1p-63 : 0x1p-40);
    }
}

Test(scan_segmented_teams, has_the_bits_of_a_range, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        for (int l = 0; l < LENGTHS; l++) {
            const gr_index n = sizes[s];
            const size_t bytes = (size_t)n * 8;
            gr_view1_f64 before, got_before;
            gr_view1_i64 after, got_after;

            make_data(n, lengths[l]);
            MAKE(before, "before", n);
            MAKE(after, "after", n);
            MAKE(got_before, "got_before", n);
            MAKE(got_after, "got_after", n);
            segments_by(SEGMENTS_RANGE, gr_teams(1, 1), before, after, x, head);
            for (int kind = SEGMENTS_RANGE + 1; kind < SEGMENTS_KINDS; kind++) {
                for (int k = 0; k < TEAM_SIZES; k++) {
                    segments_by(kind, gr_with_scratch(gr_teams(1, team_sizes[k]), 0, k * 64, 0),
                                got_before, got_after, x, head);
                    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
                    cr_expect(n == 0 || (memcmp(before.data, got_before.data, bytes) == 0 &&
                                         memcmp(after.data, got_after.data, bytes) == 0),
                              "kind %d, n = %td, length = %td, teams of %d", kind, n, lengths[l],
                              team_sizes[k]);
                    for (gr_index i = 0; i < n; i++)
                        got_before.data[i] = 0, got_after.data[i] = 0;
                }
            }
            GR_RELEASE(&before);
            GR_RELEASE(&after);
            GR_RELEASE(&got_before);
            GR_RELEASE(&got_after);
            GR_RELEASE(&head);
            GR_RELEASE(&x);
        }
    }
}

Test(scan_segmented_teams, whole_team_sees_the_results, .timeout = 60) {
    enum { LEAGUE = 9 };
    gr_view2_i64 place;

    make_data(5000, 40);
    MAKE(place, "place", LEAGUE, 5000);
    for (int k = 0; k < TEAM_SIZES; k++) {
        long wrong = 0;

        segments_then_read(gr_teams(LEAGUE, team_sizes[k]), place, head, &wrong);
        cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
        cr_expect(eq(long, wrong, 0), "teams of %d", team_sizes[k]);
    }
    GR_RELEASE(&place);
    GR_RELEASE(&head);
    GR_RELEASE(&x);
}
