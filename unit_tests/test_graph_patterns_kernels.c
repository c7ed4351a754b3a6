/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_graph_patterns_kernels.c
 * @brief The kernels of test_graph_patterns.c.
 */
#include "test_graph_patterns.h"

#include <math.h>

#include <granum/granum.h>
#include <granum/scan_segmented.h>

void series_axpy(gr_index lo, gr_index hi, void *arguments) {
    const series s = *(const series *)arguments;

    GR_PARALLEL_FOR("axpy", i, gr_range(lo, hi)) {
        s.y[i] += s.factor * s.x[i];
    };
}

void series_root(gr_index lo, gr_index hi, void *arguments) {
    const series s = *(const series *)arguments;

    GR_PARALLEL_FOR("root", i, gr_range(lo, hi)) {
        s.y[i] = sqrt(fabs(s.y[i])) + 1;
    };
}

void series_dot(gr_index lo, gr_index hi, void *arguments, void *result) {
    const series s = *(const series *)arguments;
    double sum;

    GR_PARALLEL_REDUCE("dot", i, gr_range(lo, hi), GR_SUM(double, sum)) {
        sum += s.x[i] * s.y[i];
    };
    *(double *)result = sum;
}

void series_most(gr_index lo, gr_index hi, void *arguments, void *result) {
    const series s = *(const series *)arguments;
    double most;

    GR_PARALLEL_REDUCE("most", i, gr_range(lo, hi), GR_MAX(double, most)) {
        most = s.x[i] > most ? s.x[i] : most;
    };
    *(double *)result = most;
}

GR_FUNCTION mean no_mean(void) {
    const mean none = {0, 0};

    return none;
}

GR_FUNCTION mean join_means(mean a, mean b) {
    a.sum += b.sum;
    a.count += b.count;
    return a;
}

void mean_join(void *into, const void *other) {
    *(mean *)into = join_means(*(mean *)into, *(const mean *)other);
}

void series_mean(gr_index lo, gr_index hi, void *arguments, void *result) {
    const series s = *(const series *)arguments;
    mean all;

    GR_PARALLEL_REDUCE("mean", i, gr_range(lo, hi), GR_REDUCER(mean, all, no_mean(), join_means)) {
        all.sum += s.x[i];
        all.count += 1;
    };
    *(mean *)result = all;
}

void series_prefix(gr_index lo, gr_index hi, void *arguments) {
    const series s = *(const series *)arguments;

    GR_PARALLEL_SCAN("prefix", i, gr_range(lo, hi), GR_SUM(double, sum), final) {
        if (final) {
            s.before[i] = sum;
        }
        sum += s.x[i];
    };
}

void series_places(gr_index lo, gr_index hi, void *arguments) {
    const series s = *(const series *)arguments;

    GR_PARALLEL_SCAN_SEGMENTED("places", i, gr_range(lo, hi), GR_SUM(int64_t, count), final,
                               s.head[i]) {
        count += 1;
        if (final) {
            s.place[i] = count;
        }
    };
}

void wrong_reduction(gr_index lo, gr_index hi, void *arguments, void *result) {
    const wrong_node w = *(const wrong_node *)arguments;
    double a = 0, b = 0;

    switch (w.kind) {
    case WRONG_RANGE:
        GR_PARALLEL_REDUCE("wrong range", i, gr_range(lo, hi + 1), GR_SUM(double, a)) {
            a += (double)i;
        };
        break;
    case WRONG_TWICE:
        GR_PARALLEL_REDUCE("one", i, gr_range(lo, hi), GR_SUM(double, a)) {
            a += (double)i;
        };
        GR_PARALLEL_REDUCE("two", i, gr_range(lo, hi), GR_SUM(double, b)) {
            b += (double)i;
        };
        break;
    case WRONG_ROWS:
        GR_PARALLEL_REDUCE_2D("rows", i, j, gr_range_2d(lo, hi, 0, 3), GR_SUM(double, a)) {
            a += (double)(i + j);
        };
        break;
    case WRONG_SCAN:
        GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(lo, hi), GR_SUM(double, c), final, a) {
            c += (double)i;
        };
        break;
    case WRONG_TEAMS:
        GR_PARALLEL_TEAM_REDUCE("teams", t, gr_teams(hi, 1), GR_SUM(double, a)) {
            a += (double)t.league_rank;
        };
        break;
    default:
        break;
    }
    *(double *)result = a + b;
}

void wrong_scan(gr_index lo, gr_index hi, void *arguments) {
    const wrong_node w = *(const wrong_node *)arguments;
    double a;

    switch (w.kind) {
    case WRONG_RANGE:
        GR_PARALLEL_SCAN_TOTAL("wrong range", i, gr_range(lo + 1, hi), GR_SUM(double, c), final,
                               a) {
            c += (double)i;
        };
        break;
    case WRONG_TWICE:
        GR_PARALLEL_SCAN_TOTAL("one", i, gr_range(lo, hi), GR_SUM(double, c), final, a) {
            c += (double)i;
        };
        GR_PARALLEL_SCAN_TOTAL("two", i, gr_range(lo, hi), GR_SUM(double, c), final, a) {
            c += (double)i;
        };
        break;
    case WRONG_SCAN:
        GR_PARALLEL_REDUCE("reduction", i, gr_range(lo, hi), GR_SUM(double, a)) {
            a += (double)i;
        };
        break;
    default:
        break;
    }
}

/* A reducer of which three do not fit the memory that chunks pass on. */
typedef struct large {
    double number[200];
} large;

GR_FUNCTION large no_large(void) {
    large none;

    for (int k = 0; k < 200; k++) {
        none.number[k] = 0;
    }
    return none;
}

GR_FUNCTION large join_large(large a, large b) {
    for (int k = 0; k < 200; k++) {
        a.number[k] += b.number[k];
    }
    return a;
}

void scan_of_large(gr_index lo, gr_index hi, void *arguments) {
    (void)arguments;
    GR_PARALLEL_SCAN("large", i, gr_range(lo, hi), GR_REDUCER(large, v, no_large(), join_large),
                     final) {
        v.number[i % 200] += 1;
    };
}

void series_smear(gr_index lo, gr_index hi, void *arguments) {
    const series s = *(const series *)arguments;

    GR_PARALLEL_FOR("smear", i, gr_range(lo, hi)) {
        s.x[i] += i > 0 ? s.x[i - 1] : 0;
    };
}

void series_spoil(gr_index lo, gr_index hi, void *arguments) {
    const series s = *(const series *)arguments;

    GR_PARALLEL_FOR("spoil", i, gr_range(lo, hi)) {
        s.x[i] = i == 7 ? 1 / s.factor : 1;
    };
}
