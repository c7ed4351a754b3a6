/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 06_teams.c
 * @brief Teams: each of a league runs once, and what it nests is shared by all of its threads.
 */
#include "ladder.h"

static const gr_index sizes[] = {0, 1, 2, 8, 9, 31, 32, 33, 257, 4097};
static const int team_sizes[] = {GR_AUTO, 1, 2, 4, 1024};

/* Ranks and sizes are what they should be, for every thread of every team. */
static gr_status ranks(gr_index league, int team_size) {
    gr_view1_i64 threads, bad;
    gr_view1_i64_right host;
    int64_t wrong = 0;

    GR_TRY(GR_CREATE(&threads, "threads", league));
    GR_TRY(GR_CREATE(&bad, "bad", league));
    GR_PARALLEL_TEAM("ranks", t, gr_teams(league, team_size)) {
        int64_t here = 0;

        GR_TEAM_SINGLE(t) {
            GR_AT(threads, t.league_rank) += t.team_size;
            GR_AT(bad, t.league_rank) +=
                t.league_size != league || t.team_rank < 0 || t.team_rank >= t.team_size;
        };
        GR_TEAM_REDUCE(t, k, 0, t.team_size, GR_SUM(int64_t, here)) {
            here += k + 1;
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(bad, t.league_rank) += here != (int64_t)t.team_size * (t.team_size + 1) / 2;
        };
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, threads));
    for (gr_index i = 0; i < league; i++) {
        wrong += GR_AT(host, i) < 1 || (team_size > 0 && GR_AT(host, i) > team_size);
    }
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_MIRROR_COPY(&host, bad));
    for (gr_index i = 0; i < league; i++) {
        wrong += GR_AT(host, i);
    }
    GR_TRY(GR_RELEASE(&host));
    LADDER_NONE_WRONG(wrong, league, "ranks of teams");
    GR_TRY(GR_RELEASE(&bad));
    return GR_RELEASE(&threads);
}

/* A team writes its row, waits, and reads it from the other end: for, reduce, scan, broadcast. */
static gr_status rows(gr_index league, int team_size, gr_index n) {
    gr_view2_i64 row, before;
    gr_view1_i64 bad;
    gr_view1_i64_right host;
    int64_t wrong = 0;

    GR_TRY(GR_CREATE(&row, "row", league, n));
    GR_TRY(GR_CREATE(&before, "before", league, n));
    GR_TRY(GR_CREATE(&bad, "bad", league));
    GR_PARALLEL_TEAM("rows", t, gr_teams(league, team_size)) {
        const gr_index i = t.league_rank;
        int64_t sum, most, off, base = -1;

        GR_TEAM_SINGLE_BROADCAST(t, int64_t, base) {
            base = 1000 * i;
        };
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(row, i, k) += base + k;
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(int64_t, sum), GR_MAX(int64_t, most)) {
            const int64_t value = GR_AT(row, i, n - 1 - k);

            sum += value;
            most = value > most ? value : most;
        };
        GR_TEAM_SCAN(t, k, 0, n, GR_SUM(int64_t, running), final) {
            if (final) {
                GR_AT(before, i, k) = running;
            }
            running += GR_AT(row, i, k);
        };
        GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(int64_t, off)) {
            const gr_index back = n - 1 - k;

            off += GR_AT(before, i, back) != back * base + back * (back - 1) / 2;
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(bad, i) = off + (sum != n * base + n * (n - 1) / 2) +
                            (most != (n ? base + n - 1 : INT64_MIN));
        };
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, bad));
    for (gr_index i = 0; i < league; i++) {
        wrong += GR_AT(host, i);
    }
    LADDER_NONE_WRONG(wrong, n, "rows by teams");
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&row));
    GR_TRY(GR_RELEASE(&before));
    return GR_RELEASE(&bad);
}

GR_FUNCTION double part(gr_index element) {
    return 1 / (double)(element + 1);
}

/* Reductions in two and three dimensions have the bits of one over all elements. */
static gr_status boxes(gr_team_policy policy, gr_index n) {
    enum { ROWS = 3, DEPTH = 2 };
    const gr_index league = policy.league_size;
    gr_view1_i64 bad;
    int64_t wrong;

    GR_TRY(GR_CREATE(&bad, "bad", league));
    GR_PARALLEL_TEAM("boxes", t, policy) {
        const gr_index all = ROWS * n * DEPTH;
        double line, team_2d, team_3d, threads_2d, threads_3d, lanes_2d, lanes_3d;
        int64_t elements, last, inside;

        GR_TEAM_REDUCE(t, e, 0, all, GR_SUM(double, line)) {
            line += part(e);
        };
        GR_TEAM_REDUCE_2D(t, i, j, 1, 1 + ROWS * n, -1, DEPTH - 1, GR_SUM(double, team_2d)) {
            team_2d += part((i - 1) * DEPTH + j + 1);
        };
        GR_TEAM_REDUCE_3D(t, i, j, k, 1, 1 + ROWS, 0, n, -1, DEPTH - 1, GR_SUM(double, team_3d),
                          GR_SUM(int64_t, elements), GR_MAX(int64_t, last)) {
            team_3d += part(((i - 1) * n + j) * DEPTH + k + 1);
            if (i == 1 && j == n - 1) {
                GR_CONTINUE;
            }
            elements += 1;
            last = j > last ? j : last;
        };
        GR_TEAM_THREAD_REDUCE_2D(t, i, j, 0, ROWS, 7, 7 + n * DEPTH, GR_SUM(double, threads_2d)) {
            threads_2d += part(i * n * DEPTH + j - 7);
        };
        GR_TEAM_THREAD_REDUCE_3D(t, i, j, k, 0, DEPTH, 0, ROWS, 2, 2 + n,
                                 GR_SUM(double, threads_3d)) {
            threads_3d += part((i * ROWS + j) * n + k - 2);
        };
        GR_THREAD_VECTOR_REDUCE_2D(t, i, j, 0, DEPTH * n, 0, ROWS, GR_SUM(double, lanes_2d)) {
            lanes_2d += part(i * ROWS + j);
        };
        GR_THREAD_VECTOR_REDUCE_3D(t, i, j, k, 0, n, 0, ROWS, 0, DEPTH, GR_SUM(double, lanes_3d)) {
            lanes_3d += part((i * ROWS + j) * DEPTH + k);
        };
        GR_TEAM_THREAD_REDUCE_2D(t, h, j, 1, 1 + DEPTH, 0, ROWS, GR_SUM(int64_t, inside)) {
            int64_t own;

            GR_THREAD_VECTOR_REDUCE_2D(t, i, k, j, ROWS, 0, n, GR_SUM(int64_t, own)) {
                own += h;
            };
            inside += own;
        };
        GR_TEAM_SINGLE(t) {
            GR_AT(bad, t.league_rank) = (team_2d != line) + (team_3d != line) +
                                        (threads_2d != line) + (threads_3d != line) +
                                        (lanes_2d != line) + (lanes_3d != line) +
                                        (elements != (n ? all - DEPTH : 0)) + (inside != 18 * n) +
                                        (last != (n ? n - 1 : INT64_MIN));
        };
    };
    GR_PARALLEL_REDUCE("bad boxes", i, gr_range(0, league), GR_SUM(int64_t, wrong)) {
        wrong += GR_AT(bad, i);
    };
    GR_TRY(gr_fence());
    LADDER_NONE_WRONG(wrong, n, "boxes");
    return GR_RELEASE(&bad);
}

/* Three levels: teams take planes, threads rows, vector lanes elements; and tiles in 2D. */
static gr_status levels(gr_index league, int team_size, gr_index n) {
    gr_view3_i64 box;
    gr_view2_i64 sums;
    int64_t wrong;

    GR_TRY(GR_CREATE(&box, "box", league, 5, n));
    GR_TRY(GR_CREATE(&sums, "sums", league, 5));
    GR_PARALLEL_TEAM("levels", t, gr_teams(league, team_size)) {
        const gr_index i = t.league_rank;

        GR_TEAM_FOR_2D(t, j, k, 0, 5, 0, n) {
            GR_AT(box, i, j, k) += 1;
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_THREAD_FOR_2D(t, j, h, 0, 5, 0, 2) { /* a half of a row each */
            GR_THREAD_VECTOR_FOR_2D(t, l, k, 0, 1, h * (n / 2), h ? n : n / 2) {
                GR_AT(box, i, j, k) -= l + 1;
            };
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_THREAD_FOR(t, j, 0, 5) {
            int64_t sum;

            GR_THREAD_VECTOR_FOR(t, k, 0, n) {
                GR_AT(box, i, j, k) += i + j + k;
            };
            GR_THREAD_VECTOR_REDUCE(t, k, 0, n, GR_SUM(int64_t, sum)) {
                sum += GR_AT(box, i, j, k);
            };
            GR_THREAD_SINGLE(t) {
                GR_AT(sums, i, j) += sum;
            };
        };
    };
    GR_PARALLEL_REDUCE_2D("compare", i, j, gr_range_2d(0, league, 0, 5), GR_SUM(int64_t, wrong)) {
        wrong += GR_AT(sums, i, j) != n * (i + j) + n * (n - 1) / 2;
    };
    GR_TRY(gr_fence());
    LADDER_NONE_WRONG(wrong, n, "levels");
    GR_TRY(GR_RELEASE(&box));
    return GR_RELEASE(&sums);
}

gr_status ladder_climb(void) {
    for (size_t k = 0; k < sizeof team_sizes / sizeof *team_sizes; k++) {
        for (gr_index league = 0; league <= 17; league = 2 * league + 1) {
            GR_TRY(ranks(league, team_sizes[k]));
        }
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            GR_TRY(rows(7, team_sizes[k], sizes[s]));
            GR_TRY(levels(3, team_sizes[k], sizes[s]));
            GR_TRY(boxes(gr_teams(3, team_sizes[k]), sizes[s]));
            for (int vector = 1; vector <= 32; vector *= 4) {
                GR_TRY(boxes(gr_with_vector_length(gr_teams(3, team_sizes[k]), vector), sizes[s]));
            }
        }
    }
    return GR_SUCCESS;
}
