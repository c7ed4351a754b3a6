/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_hosts_kernels.c
 * @brief The kernels of test_launch_hosts.c.
 */
#include "test_launch_hosts.h"

#include <stdlib.h>

#include <granum/granum.h>

long hosts_compute(gr_index n, int threads) {
    int64_t *out = (int64_t *)malloc((size_t)n * sizeof *out);
    gr_range_1d_policy range = gr_range(0, n);
    int64_t sum, total, rows;
    gr_loc_f64 most;
    long wrong = 0;

    range.options.threads = threads;
    range.options.schedule = n % 2 == 0 ? GR_DYNAMIC : GR_STATIC;
    GR_PARALLEL_FOR("for", i, range) {
        out[i] = i + n;
    };
    GR_PARALLEL_REDUCE("reduce", i, range, GR_SUM(int64_t, sum), GR_MAXLOC(double, most)) {
        sum += out[i];
        if ((double)out[i] > most.value) {
            most.value = (double)out[i];
            most.location = i;
        }
    };
    GR_PARALLEL_REDUCE_2D("rows", i, j, gr_range_2d(0, 50, 0, n / 50), GR_SUM(int64_t, rows)) {
        rows += out[i * (n / 50) + j];
    };
    GR_PARALLEL_SCAN_TOTAL("scan", i, range, GR_SUM(int64_t, prefix), final, total) {
        prefix += i;
        if (final) {
            out[i] = prefix;
        }
    };
    wrong += sum != n * (n - 1) / 2 + n * n;
    wrong += most.location != n - 1 || most.value != (double)(2 * n - 1);
    wrong += rows != (n / 50 * 50) * (n / 50 * 50 - 1) / 2 + n / 50 * 50 * n;
    wrong += total != n * (n - 1) / 2;
    for (gr_index i = 0; i < n; i++) {
        wrong += out[i] != i * (i + 1) / 2;
    }
    wrong += gr_fence() != GR_SUCCESS;
    free(out);
    return wrong;
}

void hosts_fail(gr_index below) {
    GR_PARALLEL_FOR("wrong", i, gr_range(0, -below)) {};
}
