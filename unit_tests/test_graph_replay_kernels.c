/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_graph_replay_kernels.c
 * @brief Functions of nodes.
 */
#include "test_graph_replay.h"

#include <omp.h>
#include <stdlib.h>

#include <granum/granum.h>

void graph_axpy(gr_index lo, gr_index hi, void *arguments) {
    const vectors v = *(const vectors *)arguments;

    GR_PARALLEL_FOR("axpy", i, gr_range(lo, hi)) {
        v.y[i] = v.a * v.x[i] + v.y[i];
    };
}

void graph_smooth(gr_index lo, gr_index hi, void *arguments) {
    const vectors v = *(const vectors *)arguments;

    GR_PARALLEL_FOR("smooth", i, gr_range(lo, hi)) {
        const gr_index left = i > 0 ? i - 1 : v.n - 1, right = i < v.n - 1 ? i + 1 : 0;

        v.y[i] = v.a * (v.x[left] + v.x[right]);
    };
}

void graph_rows(gr_index lo, gr_index hi, void *arguments) {
    const vectors v = *(const vectors *)arguments;

    GR_PARALLEL_FOR_2D("rows", i, j, gr_range_2d(lo, hi, 0, v.n)) {
        v.y[i * v.n + j] += v.a * v.x[j * v.n + i];
    };
}

void graph_part_patterns(gr_index lo, gr_index hi, void *arguments) {
    const vectors v = *(const vectors *)arguments;
    double sum, total;
    const double n = (double)(hi - lo);

    GR_PARALLEL_REDUCE("part sum", i, gr_with_threads(gr_range(lo, hi), 3), GR_SUM(double, sum)) {
        sum += (double)i;
    };
    GR_PARALLEL_SCAN_TOTAL("part scan", i, gr_with_dynamic(gr_range(lo, hi)), GR_SUM(double, acc),
                           final, total) {
        if (final) {
            v.y[i] = acc;
        }
        acc += (double)i;
    };
    GR_PARALLEL_TEAM("part teams", t, gr_with_scratch(gr_teams(hi - lo, 2), 0, 64, 0)) {
        gr_view1_f64 one;

        GR_SCRATCH_VIEW(&one, t, 0, 1);
        GR_TEAM_SINGLE(t) {
            GR_AT(one, 0) = 1.0;
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_SINGLE(t) {
            v.x[lo + t.league_rank] = GR_AT(one, 0);
        };
    };
    if (sum != total || sum != n * (double)(lo + hi - 1) / 2) {
        v.x[lo] = -1; /* exact: sums of small integers */
    }
}

void graph_reduce(void *arguments) {
    const results r = *(const results *)arguments;
    double sum, most;

    GR_PARALLEL_REDUCE("sum", i, gr_range(0, r.n), GR_SUM(double, sum), GR_MAX(double, most)) {
        sum += r.x[i];
        most = r.x[i] > most ? r.x[i] : most;
    };
    r.result[0] = sum;
    r.result[1] = most;
}

void graph_scan(void *arguments) {
    const results r = *(const results *)arguments;

    GR_PARALLEL_SCAN("prefix", i, gr_range(0, r.n), GR_SUM(int64_t, acc), final) {
        acc += i;
        if (final) {
            r.prefix[i] = acc;
        }
    };
}

void graph_team(void *arguments) {
    const results r = *(const results *)arguments;

    GR_PARALLEL_TEAM("teams", t, gr_teams(r.n, 2)) {
        double sum;

        GR_TEAM_REDUCE(t, k, 0, 100, GR_SUM(double, sum)) {
            sum += (double)k;
        };
        GR_TEAM_SINGLE(t) {
            r.prefix[t.league_rank] = (int64_t)sum;
        };
    };
}

void graph_count(void *counter) {
    ++**(long **)counter;
}

void graph_moment(void *arguments) {
    moment *m = (moment *)arguments;

    for (int k = 0; k < 4; k++) {
        if (m->before[k] >= 0 && m->when[m->before[k]] < 0) {
            m->when[m->wrong_place]++;
        }
    }
    m->when[m->self] = (*m->clock)++;
}

void graph_visit(gr_index lo, gr_index hi, void *arguments) {
    const visits v = *(const visits *)arguments;

    GR_PARALLEL_FOR("visit", i, gr_range(lo, hi)) {
        v.seen[i]++;
        if (v.before && v.before[i] != v.seen[i]) {
            GR_ATOMIC_ADD(v.wrong, 1);
        }
    };
}

void graph_bad_range(void *arguments) {
    (void)arguments;
    GR_PARALLEL_FOR("bad", i, gr_range(5, -5)) {};
}

void graph_bad_part(gr_index lo, gr_index hi, void *arguments) {
    (void)arguments;
    GR_PARALLEL_FOR("bad part", i, gr_with_chunk(gr_range(lo, hi), 0)) {};
}

void graph_submits_itself(void *arguments) {
    const inside in = *(const inside *)arguments;

    *in.status = (int)gr_graph_submit(in.graph, GR_DEFAULT_INSTANCE);
}

int graph_submit_in_kernel(gr_graph *graph) {
    int *status = (int *)malloc(sizeof *status);
    int answer;

    GR_PARALLEL_FOR("submits", i, gr_range(0, 1)) {
        *status = (int)gr_graph_submit(graph, GR_DEFAULT_INSTANCE);
    };
    answer = *status;
    free(status);
    return answer;
}

void graph_threads(void *arguments) {
    int *const most = *(int **)arguments;
    const gr_index n = 1000;
    int *thread = (int *)malloc((size_t)n * sizeof *thread);

    for (int launch = 0; launch < 3; launch++) {
        GR_PARALLEL_FOR("threads", i, gr_range(0, n)) {
            double x = (double)i;

            for (int k = 0; k < 2000; k++) {
                x = x * 0.999 + 1.0;
            }
            thread[i] = x < 0 ? -1 : omp_get_thread_num();
        };
    }
    for (gr_index i = 0; i < n; i++) {
        *most = thread[i] + 1 > *most ? thread[i] + 1 : *most;
    }
    free(thread);
}
