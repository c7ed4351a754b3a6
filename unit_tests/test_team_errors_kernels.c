/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_errors_kernels.c
 * @brief The kernels of test_team_errors.c.
 */
#include "test_team_errors.h"

#include <granum/granum.h>

GR_FUNCTION void count(long *bodies) {
    __atomic_fetch_add(bodies, 1, __ATOMIC_RELAXED);
}

double errors_launch(int kind, gr_team_policy policy, long *bodies) {
    double sum = 0.0;

    if (kind == TEAM_FOR_KIND) {
        GR_PARALLEL_TEAM("wrong", t, policy) {
            count(bodies);
        };
    } else if (kind == TEAM_REDUCE_KIND) {
        GR_PARALLEL_TEAM_REDUCE("wrong", t, policy, GR_PROD(double, sum)) {
            count(bodies);
            sum *= 2.0;
        };
    } else {
        GR_PARALLEL_TEAM_SCAN("wrong", t, policy, GR_SUM(double, prefix), final) {
            count(bodies);
            prefix += 1.0;
        };
    }
    return sum;
}

int errors_team_size(int team_size) {
    const int most = gr_team_size_max(gr_teams(1, team_size));

    return team_size < most ? team_size : most;
}

long errors_scratch(gr_team_policy policy, bool per_thread, int level, gr_index n) {
    long ended = 0, *all = &ended;

    GR_PARALLEL_TEAM("scratch", t, policy) {
        gr_view1_f64 a, b;

        if (per_thread) {
            GR_THREAD_SCRATCH_VIEW(&a, t, level, n);
            GR_THREAD_SCRATCH_VIEW(&b, t, level, n);
        } else {
            GR_SCRATCH_VIEW(&a, t, level, n);
            GR_SCRATCH_VIEW(&b, t, level, n);
        }
        for (gr_index i = 0; i < a.extent[0]; i++) {
            __atomic_store_n((int64_t *)(void *)&GR_AT(a, i), i, __ATOMIC_RELAXED);
        }
        for (gr_index i = 0; i < b.extent[0]; i++) {
            __atomic_store_n((int64_t *)(void *)&GR_AT(b, i), -i, __ATOMIC_RELAXED);
        }
        count(all);
    };
    return ended;
}

long errors_scratch_extents(gr_team_policy policy, gr_index n, gr_index m) {
    long ended = 0, *all = &ended;

    GR_PARALLEL_TEAM("extents", t, policy) {
        gr_view1_f64 a;
        gr_view2_i32_right b;
        gr_view2_i32_left c;
        gr_view0_f64 d;

        GR_SCRATCH_VIEW(&a, t, 0, n);
        GR_SCRATCH_VIEW(&b, t, 0, n, m);
        GR_THREAD_SCRATCH_VIEW(&c, t, 1, n, m);
        GR_SCRATCH_VIEW(&d, t, 0);
        GR_AT(d) = 1.0;
        for (gr_index i = 0; i < 1000; i++) {
            GR_AT(a, i) = 1.0;
            for (gr_index j = 0; j < 4; j++) {
                GR_AT(b, i, j) = 2;
                GR_AT(c, i, j) = 3;
            }
        }
        if (GR_AT(a, 999) > 0 && GR_AT(b, 999, 3) > 1 && GR_AT(c, 999, 3) > 2 && GR_AT(d) > 0) {
            count(all);
        }
    };
    return ended;
}

long errors_barrier(gr_team_policy policy, int way) {
    long ended = 0, *all = &ended;

    GR_PARALLEL_TEAM("parted", t, policy) {
        const bool first = t.team_rank == 0, last = t.team_rank == t.team_size - 1;

        if (way == SKIP_BARRIER || way == SKIP_LAST_THREAD) {
            if (way == SKIP_BARRIER ? !first : !last) {
                GR_TEAM_BARRIER(t);
            }
        } else if (way == SKIP_IN_LOOP) {
            for (int round = 0; round < (first ? 2 : 3); round++) {
                GR_TEAM_BARRIER(t);
            }
        } else if (way == OTHER_BARRIER) {
            if (first) {
                GR_TEAM_BARRIER(t);
            } else {
                GR_TEAM_BARRIER(t);
            }
        } else if (way == SKIP_REDUCTION) {
            if (!first) {
                double sum;

                GR_TEAM_REDUCE(t, i, 0, 100, GR_SUM(double, sum)) {
                    sum += (double)i;
                };
                (void)sum;
            }
        } else if (!last) {
            double value = 0.0;

            GR_TEAM_SINGLE_BROADCAST(t, double, value) {
                value = 1.0;
            };
            (void)value;
        }
        if (way != SKIP_IN_LOOP && way != OTHER_BARRIER && (first || last)) {
            count(all);
            GR_CONTINUE;
        }
        count(all);
    };
    return ended;
}

/* In a function of its own: a person's library may launch without knowing where it is called. */
static void __attribute__((noinline)) inner_launch(int kind, long *inner) {
    double sum = 0.0;

    if (kind == 0) {
        GR_PARALLEL_FOR("inner", i, gr_range(0, 10)) {
            count(inner);
        };
    } else if (kind == 1) {
        GR_PARALLEL_REDUCE("inner", i, gr_range(0, 10), GR_SUM(double, sum)) {
            count(inner);
            sum += 1.0;
        };
    } else if (kind == 2) {
        GR_PARALLEL_TEAM("inner", t, gr_with_scratch(gr_teams(10, 2), 0, 100, 100)) {
            count(inner);
        };
    } else {
        GR_PARALLEL_TEAM_SCAN("inner", t, gr_teams(10, 1), GR_SUM(double, prefix), final) {
            count(inner);
            prefix += 1.0;
        };
    }
}

long errors_nested(int kind, gr_team_policy policy, long *inner) {
    long ended = 0, *all = &ended;

    GR_PARALLEL_TEAM("outer", t, policy) {
        gr_view1_i64 x;

        GR_SCRATCH_VIEW(&x, t, 0, 10);
        GR_TEAM_SINGLE(t) {
            for (int k = 0; k < 10; k++) {
                GR_AT(x, k) = k;
            }
        };
        GR_TEAM_BARRIER(t);
        inner_launch(kind, inner);
        GR_TEAM_BARRIER(t);
        if (GR_AT(x, 9) == 9) {
            count(all);
        }
    };
    return ended;
}
