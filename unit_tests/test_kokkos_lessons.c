/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_kokkos_lessons.c
 * @brief What users of Kokkos reported of teams, scans and boxes does not happen here.
 *
 * docs/design/050-kokkos-complaints.md lists the reports and these tests. Oracle: sums by formula.
 */
#include "test_kokkos_lessons.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

#include <pthread.h>
#include <stdlib.h>

static const gr_index sizes[] = {0, 1, 2, 13, 17, 34, 59, 100, 1000, 1001, 4097, 10000, 135169};
enum { SIZES = sizeof sizes / sizeof *sizes };

static const int team_sizes[] = {GR_AUTO, 1, 2, 3, 4};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

Test(kokkos_lessons, teams_may_have_more_than_64_threads, .timeout = 120) {
    int most = 0;
    long wrong = 0;
    const int given = lessons_large_team(80, &most, &wrong);

    cr_expect(eq(int, given, most < 80 ? most : 80));
    cr_expect(eq(long, wrong, 0));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(kokkos_lessons, team_reductions_wait_for_the_whole_team, .timeout = 120) {
    for (int k = 0; k < TEAM_SIZES; k++) {
        for (gr_index n = 1; n <= 5000; n = 5 * n + 3) {
            cr_expect(eq(long, lessons_team_reduces_again(gr_teams(3, team_sizes[k]), n, 50), 0),
                      "n = %td, teams of %d", n, team_sizes[k]);
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(kokkos_lessons, three_levels_of_reductions_end_and_are_right, .timeout = 120) {
    for (int k = 0; k < TEAM_SIZES; k++) {
        for (gr_index rows = 0; rows <= 40; rows = 3 * rows + 1) {
            cr_expect(eq(long, lessons_three_levels(gr_teams(37, team_sizes[k]), rows, 70, 20), 0),
                      "rows = %td, teams of %d", rows, team_sizes[k]);
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(kokkos_lessons, scans_take_values_of_1_to_40_bytes, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        cr_expect(eq(long, lessons_scan_sizes(sizes[s]), 0), "n = %td", sizes[s]);
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(kokkos_lessons, a_scan_asks_at_most_once_and_writes_once, .timeout = 120) {
    for (int s = 0; s < SIZES; s++) {
        for (int threads = 1; threads <= 3; threads++) {
            const gr_index n = sizes[s];
            int32_t *asked = calloc((size_t)(2 * n) + 1, sizeof *asked), *written = asked + n;
            long wrong = 0;

            lessons_scan_calls(n, threads, asked, written);
            cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
            for (gr_index i = 0; i < n; i++) {
                wrong += asked[i] > 1 || written[i] != 1;
            }
            cr_expect(eq(long, wrong, 0), "n = %td, %d threads", n, threads);
            free(asked);
        }
    }
}

static void *scan_often(void *out) {
    long wrong = 0;

    for (int k = 0; k < 20; k++) {
        wrong += lessons_scan(100000, out);
    }
    wrong += gr_fence() != GR_SUCCESS;
    return (void *)wrong;
}

Test(kokkos_lessons, scans_of_four_hosts_do_not_meet, .timeout = 120) {
    enum { HOSTS = 4 };
    pthread_t host[HOSTS];
    int64_t *out = calloc(HOSTS * 100000, sizeof *out);

    for (int h = 0; h < HOSTS; h++) {
        cr_assert(eq(int, pthread_create(&host[h], NULL, scan_often, out + 100000 * h), 0));
    }
    for (int h = 0; h < HOSTS; h++) {
        void *wrong;

        pthread_join(host[h], &wrong);
        cr_expect(eq(long, (long)wrong, 0));
    }
    free(out);
}

Test(kokkos_lessons, boxes_reduce_narrow_types_at_any_bounds, .timeout = 120) {
    static const gr_index bounds[] = {0, 1, 7, 32, 65, 300};

    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
            cr_expect(eq(long, lessons_box_types(bounds[i], bounds[j]), 0), "%td x %td", bounds[i],
                      bounds[j]);
        }
    }
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}
