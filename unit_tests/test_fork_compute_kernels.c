/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_fork_compute_kernels.c
 * @brief The kernels of test_fork_compute.c.
 */
#include "test_fork_compute.h"

#include <omp.h>
#include <stdlib.h>
#include <unistd.h>

#include <granum/granum.h>

int fork_compute(gr_index n, int threads) {
    int64_t *out = (int64_t *)malloc((size_t)n * sizeof *out);
    int64_t sum, total;
    int wrong = 0;

    GR_PARALLEL_FOR("for", i, gr_with_threads(gr_range(0, n), threads)) {
        out[i] = 2 * i;
    };
    GR_PARALLEL_REDUCE("reduce", i, gr_with_threads(gr_range(0, n), threads),
                       GR_SUM(int64_t, sum)) {
        sum += out[i];
    };
    GR_PARALLEL_SCAN_TOTAL("scan", i, gr_with_threads(gr_range(0, n), threads),
                           GR_SUM(int64_t, prefix), final, total) {
        prefix += out[i];
        if (final) {
            out[i] = prefix;
        }
    };
    wrong += sum != n * (n - 1);
    wrong += total != n * (n - 1);
    for (gr_index i = 0; i < n; i++) {
        if (out[i] != i * (i + 1)) {
            wrong++;
            break;
        }
    }
    /* And as the library chooses: what it has learnt came along with the fork. */
    GR_PARALLEL_REDUCE("adaptive", i, gr_range(0, n), GR_SUM(int64_t, sum)) {
        sum += i;
    };
    wrong += sum != n * (n - 1) / 2;
    wrong += gr_fence() != GR_SUCCESS;
    free(out);
    return wrong;
}

int fork_threads(int threads) {
    int seen[64] = {0}, count = 0;
    int *mark = seen;

    GR_PARALLEL_FOR("threads", i, gr_with_threads(gr_range(0, 64), threads)) {
        mark[i] = omp_get_num_threads();
    };
    for (int k = 0; k < 64; k++) {
        count = seen[k] > count ? seen[k] : count;
    }
    return count;
}

int fork_in_region(int (*wait_for)(int pid)) {
    int status = 0;

#pragma omp parallel num_threads(2)
    {
#pragma omp master
        {
            const pid_t pid = fork();

            if (pid == 0) {
                _exit(fork_compute(50000, 2));
            }
            status = wait_for(pid);
        }
    }
    return status;
}
