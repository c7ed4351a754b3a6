/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_for_kernels.c
 * @brief The kernels of test_team_for.c.
 */
#include "test_team_for.h"

#include <granum/granum.h>

GR_FUNCTION void count(int *where) {
    __atomic_fetch_add(where, 1, __ATOMIC_RELAXED);
}

int team_size_given(gr_team_policy policy) {
    const int most = gr_team_size_max(policy);

    return policy.team_size == GR_AUTO ? 1 : policy.team_size < most ? policy.team_size : most;
}

int team_size_recommended(gr_team_policy policy) {
    return gr_team_size_recommended(policy);
}

void team_visit(gr_team_policy policy, team_seen *seen) {
    GR_PARALLEL_TEAM("visit", t, policy) {
        team_seen *own = &seen[t.league_rank * MOST_THREADS + t.team_rank];

        count(&own->visits);
        own->team_rank = t.team_rank;
        own->team_size = t.team_size;
        own->league_rank = t.league_rank;
        own->league_size = t.league_size;
    };
}

void team_count(gr_team_policy policy, long *bodies) {
    GR_PARALLEL_TEAM(t, policy) {
        __atomic_fetch_add(bodies, 1, __ATOMIC_RELAXED);
    };
}

static void cover_boxes(gr_team_policy policy, int kind, const nested_box *box, int *counts) {
    const gr_index lo = box->lo[0], lo1 = box->lo[1], lo2 = box->lo[2];
    const gr_index hi = box->hi[0], hi1 = box->hi[1], hi2 = box->hi[2];
    const gr_index n1 = hi1 > lo1 ? hi1 - lo1 : 0, n2 = hi2 > lo2 ? hi2 - lo2 : 0;
    const gr_index cells = (hi > lo ? hi - lo : 0) * n1 * n2;

    if (kind == NESTED_2D) {
        GR_PARALLEL_TEAM("2d", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_TEAM_FOR_2D(t, i, j, lo, hi, lo1, hi1) {
                count(&own[(i - lo) * n1 + (j - lo1)]);
            };
        };
    } else if (kind == NESTED_3D) {
        GR_PARALLEL_TEAM("3d", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_TEAM_FOR_3D(t, i, j, k, lo, hi, lo1, hi1, lo2, hi2) {
                count(&own[((i - lo) * n1 + (j - lo1)) * n2 + (k - lo2)]);
            };
        };
    } else if (kind == NESTED_THREAD_2D) {
        GR_PARALLEL_TEAM("threads 2d", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_TEAM_THREAD_FOR_2D(t, i, j, lo, hi, lo1, hi1) {
                count(&own[(i - lo) * n1 + (j - lo1)]);
            };
        };
    } else if (kind == NESTED_THREAD_3D) {
        GR_PARALLEL_TEAM("threads 3d", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_TEAM_THREAD_FOR_3D(t, i, j, k, lo, hi, lo1, hi1, lo2, hi2) {
                count(&own[((i - lo) * n1 + (j - lo1)) * n2 + (k - lo2)]);
            };
        };
    } else if (kind == NESTED_VECTOR_2D) {
        GR_PARALLEL_TEAM("vector 2d", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_THREAD_VECTOR_FOR_2D(t, i, j, lo, hi, lo1, hi1) {
                count(&own[(i - lo) * n1 + (j - lo1)]);
            };
        };
    } else if (kind == NESTED_VECTOR_3D) {
        GR_PARALLEL_TEAM("vector 3d", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_THREAD_VECTOR_FOR_3D(t, i, j, k, lo, hi, lo1, hi1, lo2, hi2) {
                count(&own[((i - lo) * n1 + (j - lo1)) * n2 + (k - lo2)]);
            };
        };
    }
}

void team_cover(gr_team_policy policy, int kind, const nested_box *box, int *counts) {
    const gr_index lo = box->lo[0], hi = box->hi[0], lo1 = box->lo[1], hi1 = box->hi[1];
    const gr_index n1 = hi1 > lo1 ? hi1 - lo1 : 0, cells = (hi > lo ? hi - lo : 0) * n1;

    if (kind == NESTED_TEAM) {
        GR_PARALLEL_TEAM("team", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_TEAM_FOR(t, k, lo, hi) {
                count(&own[k - lo]);
            };
        };
    } else if (kind == NESTED_THREAD) {
        GR_PARALLEL_TEAM("thread", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_TEAM_THREAD_FOR(t, k, lo, hi) {
                count(&own[k - lo]);
            };
        };
    } else if (kind == NESTED_THREAD_VECTOR) {
        GR_PARALLEL_TEAM("thread vector", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_TEAM_THREAD_FOR(t, i, lo, hi) {
                int *row = own + (i - lo) * n1;

                GR_THREAD_VECTOR_FOR(t, j, lo1, hi1) {
                    count(&row[j - lo1]);
                };
            };
        };
    } else if (kind == NESTED_VECTOR) {
        GR_PARALLEL_TEAM("vector", t, policy) {
            int *own = counts + t.league_rank * cells;

            GR_THREAD_VECTOR_FOR(t, k, lo, hi) {
                count(&own[k - lo]);
            };
        };
    } else {
        cover_boxes(policy, kind, box, counts);
    }
}

void team_continue(gr_team_policy policy, gr_index n, gr_index *out) {
    GR_PARALLEL_TEAM("continue", t, policy) {
        gr_index *own = out + t.league_rank;

        if (t.league_rank % 3 == 0) {
            GR_CONTINUE;
        }
        GR_TEAM_FOR(t, k, 0, n) {
            if (k % 2 == 0) {
                GR_CONTINUE;
            }
            __atomic_fetch_add(own, 1, __ATOMIC_RELAXED);
        };
        GR_TEAM_THREAD_FOR(t, i, 0, n) {
            if (i % 2 == 1) {
                GR_CONTINUE;
            }
            GR_THREAD_VECTOR_FOR(t, j, 0, i) {
                if (j == 0) {
                    GR_CONTINUE;
                }
                __atomic_fetch_add(own, 1000000, __ATOMIC_RELAXED);
            };
        };
    };
}

void team_singles(gr_team_policy policy, int *team, int *thread) {
    GR_PARALLEL_TEAM("singles", t, policy) {
        GR_TEAM_SINGLE(t) {
            count(&team[t.league_rank]);
        };
        GR_THREAD_SINGLE(t) {
            count(&thread[t.league_rank]);
        };
        GR_TEAM_THREAD_FOR(t, k, 0, 7) {
            GR_THREAD_SINGLE(t) {
                count(&thread[t.league_rank]);
            };
        };
    };
}
