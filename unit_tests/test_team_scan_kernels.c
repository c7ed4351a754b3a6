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

int team_size_given_by(int team_size) {
    const int most = gr_team_size_max(gr_teams(1, team_size));

    return team_size == GR_AUTO ? 1 : team_size < most ? team_size : most;
}

team_totals team_total_by(gr_team_policy policy, gr_index n) {
    team_totals all = {0, 0, 0, {0}, {0}, {0}}, *out = &all;
    gr_team_policy league = policy;
    double range, league_total;
    int64_t league_whole;

    GR_PARALLEL_SCAN_TOTAL(i, gr_range(0, n), GR_SUM(double, sum), final, range) {
        sum += value(i);
    };
    league.league_size = n;
    GR_PARALLEL_TEAM_SCAN_TOTAL("league", t, league, GR_SUM(double, sum), final, league_total) {
        sum += value(t.league_rank);
    };
    GR_PARALLEL_TEAM_SCAN_TOTAL(t, league, GR_SUM(int64_t, sum), final, league_whole) {
        sum += t.league_rank + 1;
    };
    GR_PARALLEL_TEAM("totals", t, policy) {
        double total = -1, own = -1;
        int64_t whole = -1;

        GR_TEAM_SCAN_TOTAL(t, i, 0, n, GR_SUM(double, sum), final, total) {
            sum += value(i);
        };
        GR_TEAM_SCAN_TOTAL(t, i, 0, n, GR_SUM(int64_t, sum), final, whole) {
            sum += i + 1;
        };
        GR_THREAD_VECTOR_SCAN_TOTAL(t, i, 0, n, GR_SUM(double, sum), final, own) {
            sum += value(i);
        };
        out->team[t.team_rank] = total;
        out->team_whole[t.team_rank] = whole;
        out->vector[t.team_rank] = own;
    };
    all.range = range, all.league = league_total, all.league_whole = league_whole;
    return all;
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
