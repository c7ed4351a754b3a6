/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_instance_launch_kernels.c
 * @brief Launches on instances.
 */
#include "test_instance_launch.h"

#include <omp.h>
#include <stdlib.h>

#include <granum/granum.h>
#include <granum/impl/backend.h>

/* Long enough that threads pay. */
GR_FUNCTION double heavy(gr_index i) {
    double x = (double)i;

    for (int k = 0; k < 2000; k++) {
        x = x * 0.999 + 1.0;
    }
    return x;
}

long on_instance_compute(gr_index n, gr_instance instance) {
    const gr_range_1d_policy range = gr_on(gr_range(0, n), instance);
    int64_t *out = (int64_t *)malloc((size_t)n * sizeof *out);
    int64_t sum, total, rows, teams;
    long wrong = 0;

    GR_PARALLEL_FOR("for", i, range) {
        out[i] = i;
    };
    GR_PARALLEL_REDUCE("reduce", i, range, GR_SUM(int64_t, sum)) {
        sum += out[i];
    };
    GR_PARALLEL_REDUCE_2D("rows", i, j, gr_on(gr_range_2d(0, 10, 0, n / 10), instance),
                          GR_SUM(int64_t, rows)) {
        rows += out[i * (n / 10) + j];
    };
    GR_PARALLEL_SCAN_TOTAL("scan", i, range, GR_SUM(int64_t, prefix), final, total) {
        prefix += i;
        if (final) {
            out[i] = prefix;
        }
    };
    GR_PARALLEL_TEAM_REDUCE("teams", t, gr_on(gr_teams(n, GR_AUTO), instance),
                            GR_SUM(int64_t, teams)) {
        teams += t.league_rank;
    };
    wrong += sum != n * (n - 1) / 2;
    wrong += rows != (n / 10 * 10) * (n / 10 * 10 - 1) / 2;
    wrong += total != n * (n - 1) / 2;
    wrong += teams != n * (n - 1) / 2;
    for (gr_index i = 0; i < n; i++) {
        wrong += out[i] != i * (i + 1) / 2;
    }
    wrong += gr_instance_fence(instance) != GR_SUCCESS;
    free(out);
    return wrong;
}

int on_instance_threads(gr_index n, gr_options options, int *out) {
    gr_range_1d_policy range = gr_range(0, n);
    double *x = (double *)malloc((size_t)n * sizeof *x);
    int most = 0;

    range.options = options;
    for (int launch = 0; launch < 3; launch++) { /* the first one looks */
        GR_PARALLEL_FOR("threads", i, range) {
            x[i] = heavy(i);
            out[i] = omp_get_thread_num();
        };
    }
    for (gr_index i = 0; i < n; i++) {
        most = out[i] > most ? out[i] : most;
    }
    free(x);
    return most + 1;
}

long on_instance_pieces(gr_index n, gr_instance instance) {
    const gr_range_1d_policy range =
        gr_on(gr_with_dynamic(gr_with_threads(gr_range(0, n), 2)), instance);
    int *thread = (int *)malloc((size_t)n * sizeof *thread);
    long changes = 0;

    GR_PARALLEL_FOR("pieces", i, range) {
        thread[i] = heavy(i) < 0 ? -1 : omp_get_thread_num();
    };
    for (gr_index i = 1; i < n; i++) {
        changes += thread[i] != thread[i - 1];
    }
    free(thread);
    return changes + 1;
}

void on_instance_plain(gr_options options) {
    gr_range_1d_policy range = gr_range(0, 100);

    range.options = options;
    GR_PARALLEL_FOR("plain", i, range) {
        (void)heavy(i);
    };
}

int on_instance_team(int asked, gr_instance instance, long *wrong) {
    int *given = (int *)malloc(64 * sizeof *given);
    const gr_team_policy policy = gr_on(gr_teams(64, asked), instance);
    int most = 0;

    for (int k = 0; k < 64; k++) {
        given[k] = 0;
    }
    GR_PARALLEL_TEAM("team", t, gr_with_scratch(policy, 0, 800, 0)) {
        gr_view1_f64 v;

        GR_SCRATCH_VIEW(&v, t, 0, 100);
        GR_TEAM_FOR(t, k, 0, 100) {
            GR_AT(v, k) = 1.0;
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_SINGLE(t) {
            double sum = 0;

            for (int k = 0; k < 100; k++) {
                sum += GR_AT(v, k);
            }
            given[t.league_rank] = sum == 100.0 ? t.team_size : -1;
        };
    };
    for (int k = 0; k < 64; k++) {
        *wrong += given[k] < 1;
        most = given[k] > most ? given[k] : most;
    }
    free(given);
    return most;
}

void on_instance_in_kernel(gr_instance instance, int status[6]) {
    GR_PARALLEL_FOR("asks", i, gr_range(0, 1)) {
        const double even[1] = {1};
        gr_instance other = instance;

        status[0] = (int)gr_instance_create(&other, 1);
        status[1] = (int)gr_instance_partition(&other, instance, even, 1);
        status[2] = (int)gr_instance_fence(instance);
        status[3] = (int)gr_instance_set_chunk(instance, 1);
        status[4] = (int)gr_instance_refresh();
        other = instance;
        status[5] = (int)gr_instance_destroy(&other);
    };
}

long on_instance_in_parallel(int members, gr_index n, int *held) {
    long wrong = 0;
    int most = 0;

#pragma omp parallel num_threads(members) reduction(+ : wrong) reduction(max : most)
    for (int round = 0; round < 5; round++) {
        const int now = gr_impl_threads_held();

        wrong += on_instance_compute(n, GR_DEFAULT_INSTANCE);
        most = now > most ? now : most;
    }
    *held = most;
    return wrong;
}
