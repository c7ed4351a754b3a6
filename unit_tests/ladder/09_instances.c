/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 09_instances.c
 * @brief Instances: shares of the threads, order within one, and nobody in another's way.
 */
#include "ladder.h"

#include <string.h>

enum { MOST = 4 };

/* Parts for the threads that there are, at least one. */
static int parts_of(gr_instance whole) {
    const int threads = gr_instance_num_threads(whole);

    return threads < MOST ? threads : MOST;
}

/* Each part has a share and all of them together the whole; a zero share is an error. */
static gr_status shares(void) {
    static const double even[MOST] = {1, 1, 1, 1}, uneven[MOST] = {5, 1, 2, 0.5};
    const double nothing = 0;
    const int threads = gr_instance_num_threads(GR_DEFAULT_INSTANCE);
    gr_instance part[MOST];

    for (int count = 1; count <= parts_of(GR_DEFAULT_INSTANCE); count++) {
        for (int k = 0; k < 2; k++) {
            int sum = 0, least = threads;

            GR_TRY(gr_instance_partition(part, GR_DEFAULT_INSTANCE, k ? uneven : even, count));
            for (int p = 0; p < count; p++) {
                const int share = gr_instance_num_threads(part[p]);

                sum += share;
                least = share < least ? share : least;
                GR_TRY(gr_instance_destroy(&part[p]));
            }
            GR_REQUIRE(sum == threads && least >= 1, GR_INTERNAL,
                       "%d parts of %d threads: %d in all, the least %d", count, threads, sum,
                       least);
        }
    }
    const gr_status status = gr_instance_partition(part, GR_DEFAULT_INSTANCE, &nothing, 1);
    GR_REQUIRE(status == GR_INVALID_ARG, GR_INTERNAL, "a weight of 0: status = %s, expected %s",
               gr_status_name(status), gr_status_name(GR_INVALID_ARG));
    return GR_SUCCESS;
}

/* On every part a chain of launches, copies and fills, interleaved with the others': each chain
   sees its own steps in order. */
static gr_status chains(gr_index n) {
    static const double even[MOST] = {1, 1, 1, 1};
    const int count = parts_of(GR_DEFAULT_INSTANCE), steps = 5;
    gr_view1_i64 from[MOST], to[MOST];
    gr_instance part[MOST];

    GR_TRY(gr_instance_partition(part, GR_DEFAULT_INSTANCE, even, count));
    for (int p = 0; p < count; p++) {
        GR_TRY(GR_CREATE(&from[p], "from", n));
        GR_TRY(GR_CREATE(&to[p], "to", n));
        GR_TRY(GR_FILL_ON(part[p], from[p], p));
    }
    for (int step = 0; step < steps; step++) {
        for (int p = 0; p < count; p++) {
            const gr_view1_i64 x = from[p], y = to[p];

            GR_PARALLEL_FOR("step", i, gr_on(gr_range(0, n), part[p])) {
                GR_AT(y, i) = 3 * GR_AT(x, i) + i;
            };
            GR_TRY(gr_deep_copy_on(part[p], GR_ANY(x), GR_ANY(y)));
        }
    }
    for (int p = 0; p < count; p++) {
        gr_view1_i64_right host;
        gr_index wrong = 0;

        GR_TRY(gr_instance_fence(part[p]));
        GR_TRY(GR_MIRROR_COPY(&host, from[p]));
        for (gr_index i = 0; i < n; i++) {
            int64_t expected = p;

            for (int step = 0; step < steps; step++) {
                expected = 3 * expected + i;
            }
            wrong += GR_AT(host, i) != expected;
        }
        LADDER_NONE_WRONG(wrong, n, "chains on instances");
        GR_TRY(GR_RELEASE(&host));
        GR_TRY(GR_RELEASE(&from[p]));
        GR_TRY(GR_RELEASE(&to[p]));
        GR_TRY(gr_instance_destroy(&part[p]));
    }
    return GR_SUCCESS;
}

/* Reductions and teams on every part have the bits of the whole. */
static gr_status bits(gr_index n) {
    static const double even[MOST] = {1, 1, 1, 1};
    const int count = parts_of(GR_DEFAULT_INSTANCE);
    gr_instance part[MOST];
    double expected, sum, by_teams;

    GR_TRY(gr_instance_partition(part, GR_DEFAULT_INSTANCE, even, count));
    GR_PARALLEL_REDUCE("whole", i, gr_range(0, n), GR_SUM(double, expected)) {
        expected += 1.0 / (double)(i + 1);
    };
    GR_TRY(gr_fence());
    for (int p = 0; p < count; p++) {
        GR_PARALLEL_REDUCE("part", i, gr_on(gr_range(0, n), part[p]), GR_SUM(double, sum)) {
            sum += 1.0 / (double)(i + 1);
        };
        GR_PARALLEL_TEAM_REDUCE("teams", t, gr_on(gr_teams(7, GR_AUTO), part[p]),
                                GR_SUM(double, by_teams)) {
            by_teams += (double)t.league_rank;
        };
        GR_TRY(gr_instance_fence(part[p]));
        GR_REQUIRE(memcmp(&sum, &expected, sizeof sum) == 0 && by_teams == 21.0, GR_INTERNAL,
                   "n = %td, part %d: sums = %.17g, %g, expected %.17g, 21", n, p, sum, by_teams,
                   expected);
        GR_TRY(gr_instance_destroy(&part[p]));
    }
    return GR_SUCCESS;
}

/* A launch on an instance that was destroyed is an error at the fence, and runs nothing. */
static gr_status after_the_end(void) {
    gr_instance instance;
    gr_view1_i64 ran;
    int64_t count = -1;

    GR_TRY(GR_CREATE(&ran, "ran", 1));
    GR_TRY(gr_instance_create(&instance, 1));
    const gr_instance gone = instance;
    GR_TRY(gr_instance_destroy(&instance));
    GR_PARALLEL_FOR("too late", i, gr_on(gr_range(0, 1), gone)) {
        GR_AT(ran, i) = 1;
    };
    GR_REQUIRE(gr_fence() == GR_INVALID_ARG && strstr(gr_last_error()->message, "too late"),
               GR_INTERNAL, "destroyed: message = \"%s\", expected the label in it",
               gr_last_error()->message);
    GR_TRY(GR_COPY_TO_SCALAR(&count, ran));
    GR_REQUIRE(count == 0, GR_INTERNAL, "iterations that ran = %td, expected 0", (gr_index)count);
    return GR_RELEASE(&ran);
}

gr_status ladder_climb(void) {
    static const gr_index sizes[] = LADDER_SIZES;

    GR_TRY(shares());
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        GR_TRY(chains(sizes[s]));
        GR_TRY(bits(sizes[s]));
    }
    return after_the_end();
}
