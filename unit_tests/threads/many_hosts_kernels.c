/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file many_hosts_kernels.c
 * @brief One round of launches of every kind, whose results are known by arithmetic.
 */
#include "many_hosts.h"

#include <granum/granum.h>

static gr_status launch_all(gr_index n, gr_view1_i64 x, gr_view2_i64 square, long *wrong) {
    int64_t sum, least, total, again;
    gr_loc_i64 most;

    GR_PARALLEL_FOR("fill", i, gr_range(0, n)) {
        GR_AT(x, i) = i;
    };
    GR_PARALLEL_REDUCE("sum", i, gr_with_threads(gr_range(0, n), 2), GR_SUM(int64_t, sum),
                       GR_MIN(int64_t, least)) {
        sum += GR_AT(x, i);
        least = GR_AT(x, i) < least ? GR_AT(x, i) : least;
    };
    GR_PARALLEL_REDUCE("most", i, gr_with_dynamic(gr_range(0, n)), GR_MAXLOC(int64_t, most)) {
        if (GR_AT(x, i) > most.value) {
            most.value = GR_AT(x, i);
            most.location = i;
        }
    };
    GR_PARALLEL_SCAN_TOTAL("offsets", i, gr_with_threads(gr_range(0, n), 2), GR_SUM(int64_t, acc),
                           final, total) {
        const int64_t own = GR_AT(x, i);

        if (final) {
            GR_AT(x, i) = acc;
        }
        acc += own;
    };
    GR_PARALLEL_REDUCE("check", i, gr_with_threads(gr_range(0, n), 2), GR_SUM(int64_t, again)) {
        again += GR_AT(x, i) != i * (i - 1) / 2;
    };
    GR_TRY(gr_fence());
    *wrong += sum != n * (n - 1) / 2;
    *wrong += least != 0;
    *wrong += most.value != n - 1 || most.location != n - 1;
    *wrong += total != n * (n - 1) / 2;
    *wrong += again != 0;

    GR_PARALLEL_FOR_2D("square", i, j, gr_with_threads(gr_range_2d(0, 64, 0, 64), 2)) {
        GR_AT(square, i, j) = i * 64 + j;
    };
    GR_PARALLEL_REDUCE_2D("square sum", i, j, gr_with_chunk(gr_range_2d(0, 64, 0, 64), 3),
                          GR_SUM(int64_t, sum)) {
        sum += GR_AT(square, i, j);
    };
    *wrong += sum != 4096 * 4095 / 2;
    return gr_fence();
}

gr_status many_hosts_round(gr_index n, long *wrong) {
    gr_view1_i64 x = {0};
    gr_view2_i64 square = {0};
    gr_status status = GR_CREATE(&x, "x", n);

    if (!status) {
        status = GR_CREATE(&square, "square", 64, 64);
    }
    if (!status) {
        status = launch_all(n, x, square, wrong);
    }
    *wrong += GR_RELEASE(&square) != GR_SUCCESS;
    *wrong += GR_RELEASE(&x) != GR_SUCCESS;
    return status;
}

/* Backwards is an error of this thread alone; the threads beside it must not see it. */
gr_status many_hosts_wrong_range(void) {
    GR_PARALLEL_FOR("backwards", i, gr_range(10, 0)) {
        (void)i;
    };
    return gr_fence();
}

gr_status many_hosts_race(long *hits) {
    GR_PARALLEL_FOR("race", i, gr_with_threads(gr_range(0, 100000), 2)) {
        *hits += i & 1;
    };
    return gr_fence();
}
