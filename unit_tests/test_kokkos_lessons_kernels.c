/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_kokkos_lessons_kernels.c
 * @brief The kernels of test_kokkos_lessons.c.
 */
#include "test_kokkos_lessons.h"

#include <granum/granum.h>

GR_FUNCTION void add(long *counter, long value) {
    __atomic_fetch_add(counter, value, __ATOMIC_RELAXED);
}

int lessons_large_team(int size, int *most, long *wrong) {
    const gr_team_policy policy = gr_teams(2, size);
    int given = 0, *size_of = &given;

    *most = gr_team_size_max(gr_teams(2, GR_AUTO));
    GR_PARALLEL_TEAM("large team", t, policy) {
        int64_t sum;

        GR_TEAM_REDUCE(t, k, 0, 100000, GR_SUM(int64_t, sum)) {
            sum += k;
        };
        if (sum != (int64_t)100000 * 99999 / 2) {
            add(wrong, 1);
        }
        GR_TEAM_SINGLE(t) {
            if (t.league_rank == 0) {
                *size_of = t.team_size;
            }
        };
    };
    return given;
}

long lessons_team_reduces_again(gr_team_policy policy, gr_index n, int times) {
    const gr_index bytes = 8 * n + 64;
    long bad = 0, *wrong = &bad;

    GR_PARALLEL_TEAM("again", t, gr_with_scratch(policy, 1, bytes, 0)) {
        gr_view1_i64 x;

        GR_SCRATCH_VIEW(&x, t, 1, n);
        for (int time = 0; time < times; ++time) {
            int64_t sum;

            GR_TEAM_FOR(t, k, 0, n) {
                GR_AT(x, k) = time + k;
            };
            GR_TEAM_BARRIER(t);
            GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(int64_t, sum)) {
                sum += GR_AT(x, n - 1 - k);
            };
            if (sum != n * time + n * (n - 1) / 2) {
                add(wrong, 1);
            }
        }
    };
    return bad;
}

long lessons_three_levels(gr_team_policy policy, gr_index rows, gr_index columns, int times) {
    long bad = 0;

    for (int time = 0; time < times; ++time) {
        int64_t all;

        GR_PARALLEL_TEAM_REDUCE("three levels", t, policy, GR_SUM(int64_t, all)) {
            int64_t of_team;

            GR_TEAM_THREAD_REDUCE(t, i, 0, rows, GR_SUM(int64_t, of_team)) {
                int64_t of_row;

                GR_THREAD_VECTOR_REDUCE(t, j, 0, columns, GR_SUM(int64_t, of_row)) {
                    of_row += i * columns + j + time;
                };
                of_team += of_row;
            };
            all += of_team + t.league_rank;
        };
        const int64_t cells = rows * columns, league = policy.league_size;
        bad += all != league * (cells * (cells - 1) / 2 + cells * time) + league * (league - 1) / 2;
    }
    return bad;
}

typedef struct bytes16 {
    int64_t sum, count;
} bytes16;

typedef struct bytes40 {
    int64_t sum, most, count, first, last;
} bytes40;

GR_FUNCTION bytes16 join16(bytes16 a, bytes16 b) {
    const bytes16 both = {a.sum + b.sum, a.count + b.count};

    return both;
}

GR_FUNCTION bytes40 join40(bytes40 a, bytes40 b) {
    const bytes40 both = {a.sum + b.sum, a.most > b.most ? a.most : b.most, a.count + b.count,
                          a.count ? a.first : b.first, b.count ? b.last : a.last};

    return both;
}

#define SCAN_OF(T)                                                              \
    GR_PARALLEL_SCAN("scan of " #T, i, gr_range(0, n), GR_SUM(T, sum), final) { \
        if (final && sum != (T)(i * (i - 1) / 2)) {                             \
            add(wrong, 1);                                                      \
        }                                                                       \
        sum = (T)(sum + (T)i);                                                  \
    };

long lessons_scan_sizes(gr_index n) {
    long bad = 0, *wrong = &bad;

    SCAN_OF(uint8_t)
    SCAN_OF(int16_t)
    SCAN_OF(uint32_t)
    SCAN_OF(int64_t)
    GR_PARALLEL_SCAN("16 bytes", i, gr_range(0, n),
                     GR_REDUCER(bytes16, all, (GR_IMPL_LITERAL(bytes16){0, 0}), join16), final) {
        const bytes16 here = {i, 1};

        if (final && (all.sum != i * (i - 1) / 2 || all.count != i)) {
            add(wrong, 1);
        }
        all = join16(all, here);
    };
    GR_PARALLEL_SCAN(
        "40 bytes", i, gr_range(0, n),
        GR_REDUCER(bytes40, all, (GR_IMPL_LITERAL(bytes40){0, INT64_MIN, 0, -1, -1}), join40),
        final) {
        const bytes40 here = {i, i, 1, i, i};

        all = join40(all, here);
        if (final && (all.sum != i * (i + 1) / 2 || all.most != i || all.count != i + 1 ||
                      all.first != 0 || all.last != i)) {
            add(wrong, 1);
        }
    };
    return bad;
}

void lessons_scan_calls(gr_index n, int threads, int32_t *asked, int32_t *written) {
    GR_PARALLEL_SCAN("calls", i, gr_with_threads(gr_range(0, n), threads), GR_SUM(double, sum),
                     final) {
        if (final) {
            GR_ATOMIC_ADD(&written[i], 1);
        } else {
            GR_ATOMIC_ADD(&asked[i], 1);
        }
        sum += 1.0;
    };
}

long lessons_scan(gr_index n, int64_t *out) {
    int64_t wrong;

    GR_PARALLEL_SCAN("hosts", i, gr_range(0, n), GR_SUM(int64_t, sum), final) {
        sum += i % 7;
        if (final) {
            out[i] = sum;
        }
    };
    GR_PARALLEL_REDUCE("hosts", i, gr_range(1, n), GR_SUM(int64_t, wrong)) {
        wrong += out[i] - out[i - 1] != i % 7;
    };
    return (long)wrong + (n > 0 && out[0] != 0);
}

long lessons_box_types(gr_index n, gr_index m) {
    bool all, any;
    int8_t narrow, least;
    int16_t product;
    float most;
    long wrong = 0;

    GR_PARALLEL_REDUCE_2D("narrow", i, j, gr_range_2d(-2, n - 2, 3, m + 3), GR_LAND(bool, all),
                          GR_LOR(bool, any), GR_SUM(int8_t, narrow), GR_MIN(int8_t, least),
                          GR_PROD(int16_t, product), GR_MAX(float, most)) {
        const gr_index place = (i + 2) * m + j - 3;
        const int8_t value = (int8_t)(place % 100 - 50);

        all = all && place != 40;
        any = any || place == 40;
        narrow = (int8_t)(narrow + 1);
        least = value < least ? value : least;
        product = (int16_t)(product * (place == 20 ? 3 : 1));
        most = (float)place > most ? (float)place : most;
    };
    const gr_index cells = n * m;
    wrong += all != (cells <= 40);
    wrong += any != (cells > 40);
    wrong += narrow != (int8_t)cells;
    wrong += least != (cells > 0 ? -50 : INT8_MAX);
    wrong += product != (cells > 20 ? 3 : 1);
    wrong += cells > 0 && most != (float)(cells - 1);
    return wrong;
}
