/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_scan_kernels.c
 * @brief The kernels of test_team_scan.c.
 */
#include "oracle/order_data.h"
#include "test_team_scan.h"

#include <granum/granum.h>

GR_FUNCTION double value(gr_index i) {
    return order_value_f64(order_mix((uint64_t)i));
}

#define SCAN_BODY(i)              \
    {                             \
        if (final) {              \
            before[(i)-lo] = sum; \
        }                         \
        sum += value((i)-lo);     \
        if (final) {              \
            after[(i)-lo] = sum;  \
        }                         \
    }
#define WHOLE_BODY(i)                   \
    {                                   \
        if (final) {                    \
            before_whole[(i)-lo] = sum; \
        }                               \
        sum += (i)-lo + 1;              \
        if (final) {                    \
            after_whole[(i)-lo] = sum;  \
        }                               \
    }

/* Only one team of the league writes: the others have arrays of their own to waste. */
void team_scan_by(int kind, gr_team_policy policy, gr_index lo, gr_index n, team_scan out) {
    double *before = out.before, *after = out.after;
    int64_t *before_whole = out.before_whole, *after_whole = out.after_whole;

    if (kind == SCAN_RANGE) {
        GR_PARALLEL_SCAN("range", i, gr_range(lo, lo + n), GR_SUM(double, sum), final)
            SCAN_BODY(i);
        GR_PARALLEL_SCAN("range", i, gr_range(lo, lo + n), GR_SUM(int64_t, sum), final)
            WHOLE_BODY(i);
    } else if (kind == SCAN_TEAM) {
        GR_PARALLEL_TEAM("team", t, policy) {
            GR_TEAM_SCAN(t, i, lo, lo + n, GR_SUM(double, sum), final)
            SCAN_BODY(i);
            GR_TEAM_SCAN(t, i, lo, lo + n, GR_SUM(int64_t, sum), final)
            WHOLE_BODY(i);
        };
    } else if (kind == SCAN_VECTOR) {
        GR_PARALLEL_TEAM("vector", t, policy) {
            GR_TEAM_SINGLE(t) {
                GR_THREAD_VECTOR_SCAN(t, i, lo, lo + n, GR_SUM(double, sum), final)
                SCAN_BODY(i);
                GR_THREAD_VECTOR_SCAN(t, i, lo, lo + n, GR_SUM(int64_t, sum), final)
                WHOLE_BODY(i);
            };
        };
    } else {
        policy.league_size = n;
        GR_PARALLEL_TEAM_SCAN("league", t, policy, GR_SUM(double, sum), final)
        SCAN_BODY(t.league_rank + lo);
        GR_PARALLEL_TEAM_SCAN(t, policy, GR_SUM(int64_t, sum), final)
        WHOLE_BODY(t.league_rank + lo);
    }
}

void team_scan_then_read(gr_team_policy policy, gr_index n, int64_t *memory, long *wrong) {
    GR_PARALLEL_TEAM("read", t, policy) {
        int64_t *own = memory + t.league_rank * n;
        int64_t bad;

        GR_TEAM_SCAN(t, i, 0, n, GR_SUM(int64_t, sum), final) {
            sum += i;
            if (final) {
                own[i] = sum;
            }
        };
        GR_TEAM_REDUCE(t, i, 0, n, GR_SUM(int64_t, bad)) {
            bad += own[n - 1 - i] != (n - 1 - i) * (n - i) / 2;
        };
        GR_TEAM_SINGLE(t) {
            __atomic_fetch_add(wrong, bad, __ATOMIC_RELAXED);
        };
    };
}

void team_scan_rows(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *out) {
    GR_PARALLEL_TEAM("rows", t, policy) {
        int64_t *own = out + t.league_rank * rows * columns;

        GR_TEAM_THREAD_FOR(t, i, 0, rows) {
            GR_THREAD_VECTOR_SCAN(t, j, 0, columns, GR_MAX(int64_t, most), final) {
                const int64_t here = (j * 7 + i) % 100 + j;

                most = here > most ? here : most;
                if (final) {
                    own[i * columns + j] = most;
                }
            };
        };
    };
}

void team_scan_continue(gr_team_policy policy, gr_index n, int64_t *out) {
    GR_PARALLEL_TEAM("odd", t, policy) {
        int64_t *own = out + t.league_rank * n;

        GR_TEAM_SCAN(t, i, 0, n, GR_SUM(int64_t, sum), final) {
            if (final) {
                own[i] = sum;
            }
            if (i % 2 == 0) {
                GR_CONTINUE;
            }
            sum += i;
        };
    };
}
