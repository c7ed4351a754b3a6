/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_openmp_meaning_kernels.c
 * @brief OpenMP and launches in one file.
 */
#include "test_openmp_meaning.h"

#include <omp.h>

#include <granum/granum.h>

#define OBSERVE observe_with_granum
#include "openmp_meaning.h"

static double launch(gr_index n, int threads) {
    double sum;

    GR_PARALLEL_REDUCE("own", i, gr_with_threads(gr_range(0, n), threads), GR_SUM(double, sum)) {
        sum += 1.0;
    };
    return sum;
}

int observe_after_launches(int kind, int seen[OBSERVATIONS]) {
    switch (kind) {
    case 0:
        launch(1000, 1);
        break;
    case 1:
        launch(100000, 3);
        break;
    case 2:
        launch(0, 1); /* nothing runs */
        break;
    case 3:
        launch(-1, 1); /* an error */
        break;
    default:
        for (int k = 0; k < 20; k++) {
            GR_PARALLEL_FOR("cheap", i, gr_range(0, 10)) {};
        }
        break;
    }
    if (gr_fence() == GR_SUCCESS && kind == 3) {
        return 0;
    }
    return observe_with_granum(seen);
}

/* Regions of one's own in a function that a body calls. */
static int __attribute__((noinline)) regions_of_a_body(void) {
    int ones = 0, levels = 0;

#pragma omp parallel num_threads(2) if (0)
    {
        ones += omp_get_num_threads();
        levels = omp_get_level();
    }
#pragma omp parallel num_threads(1)
    ones += omp_get_num_threads();
    return ones == 2 && levels == omp_get_level() + 1;
}

int observe_inside_a_body(int n, int threads) {
    int right[64] = {0}, sum = 0;
    int *out = right;

    GR_PARALLEL_FOR("regions", i, gr_with_threads(gr_range(0, n), threads)) {
        out[i] = regions_of_a_body();
    };
    for (int k = 0; k < n; k++) {
        sum += right[k];
    }
    return sum;
}

static int wrong_launches(gr_index n, int threads) {
    int64_t sum, total;
    int wrong = 0;

    for (int round = 0; round < 5; round++) {
        GR_PARALLEL_REDUCE("in region", i, gr_with_threads(gr_range(0, n), threads),
                           GR_SUM(int64_t, sum)) {
            sum += i;
        };
        wrong += sum != n * (n - 1) / 2;
        GR_PARALLEL_REDUCE("in region, adaptive", i, gr_range(0, n), GR_SUM(int64_t, sum)) {
            sum += i;
        };
        wrong += sum != n * (n - 1) / 2;
        GR_PARALLEL_SCAN_TOTAL("in region", i, gr_with_threads(gr_range(0, n), threads),
                               GR_SUM(int64_t, before), final, total) {
            before += 2 * i;
        };
        wrong += total != n * (n - 1);
    }
    return wrong + (gr_fence() != GR_SUCCESS);
}

int launch_inside_regions(int kind) {
    int wrong = 0;

    switch (kind) {
    case 0: /* each thread of a team launches */
#pragma omp parallel num_threads(4) reduction(+ : wrong)
        wrong += wrong_launches(30000 + 1000 * omp_get_thread_num(), 3);
        break;
    case 1: /* a region of one thread */
#pragma omp parallel num_threads(3) if (0)
        wrong = wrong_launches(50000, 3);
        break;
    case 2: /* one thread launches, the others wait */
#pragma omp parallel num_threads(3)
    {
#pragma omp single
        wrong = wrong_launches(50000, 2);
    } break;
    case 3: /* tasks launch */
#pragma omp parallel num_threads(3)
#pragma omp single
        for (int k = 0; k < 6; k++) {
#pragma omp task shared(wrong)
            {
                const int own = wrong_launches(20000, 2);

#pragma omp atomic
                wrong += own;
            }
        }
        break;
    default: /* nested regions that are allowed to be parallel */
        omp_set_max_active_levels(3);
#pragma omp parallel num_threads(2) reduction(+ : wrong)
        {
            const gr_index n = 20000 + omp_get_thread_num();
            int own = 0;

#pragma omp parallel num_threads(2) reduction(+ : own)
            own += wrong_launches(n, 2);
            wrong += own;
        }
        omp_set_max_active_levels(1);
        break;
    }
    return wrong;
}
