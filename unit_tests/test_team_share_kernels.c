/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_share_kernels.c
 * @brief The kernels of test_team_share.c.
 */
#include "test_team_share.h"

#include <granum/granum.h>

GR_FUNCTION void add(long *counter, long value) {
    __atomic_fetch_add(counter, value, __ATOMIC_RELAXED);
}

long share_broadcast(gr_team_policy policy) {
    long bad = 0, *wrong = &bad;

    GR_PARALLEL_TEAM("broadcast", t, policy) {
        double number = -1.0;
        gr_c128 pair = gr_c128_make(0.0, 0.0);
        char letter = 0;

        for (int round = 0; round < 5; round++) {
            GR_TEAM_SINGLE_BROADCAST(t, double, number) {
                number = (double)(t.league_rank * 10 + round);
            };
            GR_TEAM_SINGLE_BROADCAST(t, char, letter) {
                letter = (char)('a' + round);
            };
            if (letter != 'a' + round) {
                add(wrong, 1);
            }
            GR_TEAM_SINGLE_BROADCAST(t, gr_c128, pair) {
                pair = gr_c128_make(number, 2.0 * number);
            };
            if (pair.re != (double)(t.league_rank * 10 + round) || pair.im != 2.0 * number) {
                add(wrong, 1);
            }
        }
    };
    return bad;
}

long share_continue(gr_team_policy policy, long *ended) {
    long bad = 0, *wrong = &bad;

    GR_PARALLEL_TEAM("continue", t, policy) {
        double number = 0;

        GR_TEAM_SINGLE_BROADCAST(t, double, number) {
            number = 1.0;
            if (t.league_rank % 2) {
                GR_CONTINUE;
            }
            number = 2.0;
        };
        if (number != (t.league_rank % 2 ? 1.0 : 2.0)) {
            add(wrong, 1);
        }
        if (t.team_rank == 0) {
            add(ended, 1);
        }
    };
    return bad;
}

typedef struct large {
    int32_t x[3000];
} large;

long share_broadcast_large(gr_team_policy policy) {
    long bad = 0, *wrong = &bad;

    GR_PARALLEL_TEAM("large", t, policy) {
        large value;

        for (int k = 0; k < 3000; k++) {
            value.x[k] = -1;
        }
        GR_TEAM_SINGLE_BROADCAST(t, large, value) {
            for (int k = 0; k < 3000; k++) {
                value.x[k] = (int32_t)(k * 3 + t.league_rank);
            }
        };
        for (int k = 0; k < 3000; k++) {
            if (value.x[k] != k * 3 + t.league_rank) {
                add(wrong, 1);
            }
        }
    };
    return bad;
}

long share_phases(gr_team_policy policy, int level, gr_index n, int phases) {
    long bad = 0, *wrong = &bad;

    GR_PARALLEL_TEAM("phases", t, policy) {
        gr_view2_i64 x;

        GR_SCRATCH_VIEW(&x, t, level, 2, n);
        GR_TEAM_FOR(t, k, 0, n) {
            GR_AT(x, 0, k) = t.league_rank + k;
        };
        for (int phase = 0; phase < phases; phase++) {
            const gr_index from = phase % 2, to = 1 - from;

            GR_TEAM_BARRIER(t);
            GR_TEAM_FOR(t, k, 0, n) {
                GR_AT(x, to, k) = GR_AT(x, from, (k + n / 2 + 1) % n) + 1;
            };
        }
        GR_TEAM_BARRIER(t);
        GR_TEAM_FOR(t, k, 0, n) {
            const gr_index start = (k + phases * (n / 2 + 1)) % n;

            if (GR_AT(x, phases % 2, k) != t.league_rank + start + phases) {
                add(wrong, 1);
            }
        };
    };
    return bad;
}

enum { N1 = 11, N2 = 3, N3 = 5, N4 = 2 };

gr_index share_ranks_bytes(void) {
    return 64 + 128 + 192 + 704 + 1344;
}

GR_FUNCTION double mark_of(gr_index owner, gr_index cell) {
    return (double)(owner * 1000 + cell);
}

/* A View of each rank; owner tells teams or threads apart. The marks are written, the whole team is
   let past, and then each owner's are what it wrote. */
#define RANKS(SCRATCH, SHARED_BARRIER, FIRST)                                                \
    gr_view0_f64 a;                                                                          \
    gr_view1_f64 b;                                                                          \
    gr_view2_f32 c;                                                                          \
    gr_view3_f32 d;                                                                          \
    gr_view4_f32 e;                                                                          \
                                                                                             \
    SCRATCH(&a, t, level);                                                                   \
    SCRATCH(&b, t, level, N1);                                                               \
    SCRATCH(&c, t, level, N1, N2);                                                           \
    SCRATCH(&d, t, level, N1, N2, N3);                                                       \
    SCRATCH(&e, t, level, N1, N2, N3, N4);                                                   \
    if (FIRST) {                                                                             \
        GR_AT(a) = mark_of(owner, 999);                                                      \
        for (gr_index i = 0; i < N1; i++) {                                                  \
            GR_AT(b, i) = mark_of(owner, i);                                                 \
            for (gr_index j = 0; j < N2; j++) {                                              \
                GR_AT(c, i, j) = (float)mark_of(owner, i + j);                               \
                for (gr_index k = 0; k < N3; k++) {                                          \
                    GR_AT(d, i, j, k) = (float)mark_of(owner, i + j + k);                    \
                    for (gr_index l = 0; l < N4; l++) {                                      \
                        GR_AT(e, i, j, k, l) = (float)mark_of(owner, i * j + k * l);         \
                    }                                                                        \
                }                                                                            \
            }                                                                                \
        }                                                                                    \
    }                                                                                        \
    GR_TEAM_BARRIER(t);                                                                      \
    {                                                                                        \
        long bad = GR_AT(a) != mark_of(owner, 999), seen = 1;                                \
                                                                                             \
        for (gr_index i = 0; i < N1; i++) {                                                  \
            bad += GR_AT(b, i) != mark_of(owner, i);                                         \
            seen++;                                                                          \
            for (gr_index j = 0; j < N2; j++) {                                              \
                bad += GR_AT(c, i, j) != (float)mark_of(owner, i + j);                       \
                seen++;                                                                      \
                for (gr_index k = 0; k < N3; k++) {                                          \
                    bad += GR_AT(d, i, j, k) != (float)mark_of(owner, i + j + k);            \
                    seen++;                                                                  \
                    for (gr_index l = 0; l < N4; l++) {                                      \
                        bad += GR_AT(e, i, j, k, l) != (float)mark_of(owner, i * j + k * l); \
                        seen++;                                                              \
                    }                                                                        \
                }                                                                            \
            }                                                                                \
        }                                                                                    \
        add(wrong, bad);                                                                     \
        add(cells, seen);                                                                    \
    }

long share_ranks(gr_team_policy policy, int level, long *cells) {
    long all = 0, *wrong = &all;

    GR_PARALLEL_TEAM("ranks", t, policy) {
        const gr_index owner = t.league_rank;

        RANKS(GR_SCRATCH_VIEW, 1, t.team_rank == 0)
    };
    return all;
}

long share_ranks_of_thread(gr_team_policy policy, int level, long *cells) {
    long all = 0, *wrong = &all;

    GR_PARALLEL_TEAM("ranks of threads", t, policy) {
        const gr_index owner = t.league_rank * t.team_size + t.team_rank;

        RANKS(GR_THREAD_SCRATCH_VIEW, 0, true)
    };
    return all;
}

long share_addresses(gr_team_policy policy, const double **seen) {
    long bad = 0, *wrong = &bad;

    GR_PARALLEL_TEAM("addresses", t, policy) {
        gr_view1_f64 a, b, none;
        gr_view1_i8 c;
        const double *first = NULL;

        GR_SCRATCH_VIEW(&a, t, 0, 3);
        GR_SCRATCH_VIEW(&c, t, 0, 1);
        GR_SCRATCH_VIEW(&none, t, 0, 0);
        GR_SCRATCH_VIEW(&b, t, 1, 5);
        if ((uintptr_t)a.data % 64 != 0 || (uintptr_t)c.data % 64 != 0 ||
            (uintptr_t)b.data % 64 != 0) {
            add(wrong, 1);
        }
        if ((char *)c.data < (char *)(a.data + 3) || none.extent[0] != 0 || b.extent[0] != 5) {
            add(wrong, 1);
        }
        GR_TEAM_SINGLE_BROADCAST(t, const double *, first) {
            first = a.data;
        };
        if (a.data != first) {
            add(wrong, 1);
        }
        GR_TEAM_SINGLE(t) {
            seen[t.league_rank] = a.data;
        };
    };
    return bad;
}

#define TILE ((gr_index)8)

void share_transpose(gr_index n, int team_size, int level, const double *in, double *out) {
    const gr_index tiles = (n + TILE - 1) / TILE;
    const gr_team_policy policy = gr_with_scratch(gr_teams(tiles * tiles, team_size), level,
                                                  TILE * TILE * (gr_index)sizeof(double), 0);

    GR_PARALLEL_TEAM("transpose", t, policy) {
        const gr_index i0 = t.league_rank / tiles * TILE, j0 = t.league_rank % tiles * TILE;
        const gr_index rows = n - i0 < TILE ? n - i0 : TILE, cols = n - j0 < TILE ? n - j0 : TILE;
        gr_view2_f64 tile;

        GR_SCRATCH_VIEW(&tile, t, level, TILE, TILE);
        GR_TEAM_FOR_2D(t, i, j, 0, rows, 0, cols) {
            GR_AT(tile, j, i) = in[(i0 + i) * n + j0 + j];
        };
        GR_TEAM_BARRIER(t);
        GR_TEAM_FOR_2D(t, i, j, 0, cols, 0, rows) {
            out[(j0 + i) * n + i0 + j] = GR_AT(tile, i, j);
        };
    };
}

long share_in_league_patterns(gr_team_policy policy) {
    const gr_index league = policy.league_size;
    long bad = 0, *wrong = &bad;
    int64_t sum;

    GR_PARALLEL_TEAM_REDUCE("reduce", t, policy, GR_SUM(int64_t, sum)) {
        gr_view1_i64 x;
        gr_view0_i64 y;

        GR_SCRATCH_VIEW(&x, t, 0, 10);
        GR_THREAD_SCRATCH_VIEW(&y, t, 1);
        GR_AT(y) = t.league_rank;
        GR_TEAM_FOR(t, k, 0, 10) {
            GR_AT(x, k) = k;
        };
        sum += GR_AT(x, 9) + GR_AT(y);
    };
    GR_PARALLEL_TEAM_SCAN("scan", t, policy, GR_SUM(int64_t, acc), final) {
        gr_view1_i64 x;

        GR_SCRATCH_VIEW(&x, t, 0, 10);
        GR_AT(x, 3) = t.league_rank;
        if (final && acc != t.league_rank * (t.league_rank - 1) / 2) {
            add(wrong, 1);
        }
        acc += GR_AT(x, 3);
    };
    return bad + (sum != 9 * league + league * (league - 1) / 2);
}
