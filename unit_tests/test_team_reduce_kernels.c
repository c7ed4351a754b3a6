/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_team_reduce_kernels.c
 * @brief The kernels of test_team_reduce.c.
 */
#include "oracle/order_data.h"
#include "test_team_reduce.h"

#include <granum/granum.h>

int team_size_given(int team_size) {
    const int most = gr_team_size_max(gr_teams(1, team_size));

    return team_size == GR_AUTO ? 1 : team_size < most ? team_size : most;
}

GR_FUNCTION gr_index place_of(gr_team t) {
    return t.league_rank * MOST_THREADS + t.team_rank;
}

#define TEAM_REDUCE_ORDERED(suffix, T)                                                        \
    void team_reduce_##suffix(gr_team_policy policy, const T *x, const T *factor, gr_index n, \
                              team_##suffix *out) {                                           \
        GR_PARALLEL_TEAM(#suffix, t, policy) {                                                \
            team_##suffix *own = &out[place_of(t)];                                           \
            T sum, prod, min, max;                                                            \
            gr_loc_##suffix least, most;                                                      \
            gr_minmax_##suffix both;                                                          \
                                                                                              \
            GR_TEAM_REDUCE(t, i, 0, n, GR_SUM(T, sum), GR_PROD(T, prod), GR_MIN(T, min),      \
                           GR_MAX(T, max), GR_MINLOC(T, least), GR_MAXLOC(T, most),           \
                           GR_MINMAX(T, both)) {                                              \
                const T value = x[i];                                                         \
                                                                                              \
                sum = (T)(sum + value);                                                       \
                prod = (T)(prod * factor[i]);                                                 \
                min = value < min ? value : min;                                              \
                max = value > max ? value : max;                                              \
                if (value < least.value) {                                                    \
                    least.value = value;                                                      \
                    least.location = i;                                                       \
                }                                                                             \
                if (value > most.value) {                                                     \
                    most.value = value;                                                       \
                    most.location = i;                                                        \
                }                                                                             \
                both.min = value < both.min ? value : both.min;                               \
                both.max = value > both.max ? value : both.max;                               \
            };                                                                                \
            own->sum = sum, own->prod = prod, own->min = min, own->max = max;                 \
            own->least = least, own->most = most, own->both = both;                           \
        };                                                                                    \
    }
TEAM_ORDERED_LIST(TEAM_REDUCE_ORDERED)

void team_reduce_logical(gr_team_policy policy, const uint8_t *x, gr_index n, team_logical *out) {
    GR_PARALLEL_TEAM("logical", t, policy) {
        team_logical *own = &out[place_of(t)];
        int32_t land;
        bool lor;
        uint64_t band;
        uint8_t bor;

        GR_TEAM_REDUCE(t, i, 0, n, GR_LAND(int32_t, land), GR_LOR(bool, lor),
                       GR_BAND(uint64_t, band), GR_BOR(uint8_t, bor)) {
            land = land && x[i];
            lor = lor || x[i];
            band &= x[i];
            bor = (uint8_t)(bor | x[i]);
        };
        own->land = land, own->lor = lor, own->band = band, own->bor = bor;
    };
}

GR_FUNCTION team_bins join_bins(team_bins a, team_bins b) {
    for (int k = 0; k < 99; k++) {
        a.count[k] += b.count[k];
    }
    return a;
}

#define BINS(name) GR_REDUCER(team_bins, name, (GR_IMPL_LITERAL(team_bins){{0}}), join_bins)

void team_reduce_bins(gr_team_policy policy, gr_index n, team_bins *out, int64_t *sum) {
    GR_PARALLEL_TEAM("bins", t, policy) {
        team_bins histogram;
        int64_t before, after;

        GR_TEAM_REDUCE(t, i, 0, n, GR_SUM(int64_t, before), BINS(histogram),
                       GR_SUM(int64_t, after)) {
            before += i;
            histogram.count[i * i % 99]++;
            after -= i;
        };
        out[place_of(t)] = histogram;
        sum[place_of(t)] = before - after;
    };
}

#define SUMS GR_SUM(double, f64), GR_PROD(double, product), GR_SUM(float, f32), GR_SUM_C128(c128)
#define SUMS_BODY(i)                                                                           \
    {                                                                                          \
        const uint64_t h = order_mix((uint64_t)(i));                                           \
                                                                                               \
        f64 += order_value_f64(h);                                                             \
        product *= order_near_one_f64(h);                                                      \
        f32 += order_value_f32(h);                                                             \
        c128 = gr_c128_add(c128, gr_c128_make(order_near_one_f64(h), order_value_f64(h) * 3)); \
    }
#define SUMS_BY(label, reduction)                                                 \
    GR_PARALLEL_TEAM(label, t, policy) {                                          \
        team_sums *own = &out[place_of(t)];                                       \
        double f64, product;                                                      \
        float f32;                                                                \
        gr_c128 c128;                                                             \
                                                                                  \
        reduction(t, i, lo, lo + n, SUMS) SUMS_BODY(i - lo);                      \
        own->f64 = f64, own->product = product, own->f32 = f32, own->c128 = c128; \
    }

void team_reduce_sums(gr_team_policy policy, int by, gr_index lo, gr_index n, team_sums *out) {
    if (by == BY_TEAM) {
        SUMS_BY("team", GR_TEAM_REDUCE);
    } else if (by == BY_TEAM_THREAD) {
        SUMS_BY("team thread", GR_TEAM_THREAD_REDUCE);
    } else {
        SUMS_BY("thread vector", GR_THREAD_VECTOR_REDUCE);
    }
}

/* Bounds that are not 0, so that what is counted from 0 shows. */
enum { LO_0 = -3, LO_1 = 5, LO_2 = 1000 };

#define BOX_SUMS_BODY(index, is_outside) \
    {                                    \
        const gr_index number = index;   \
                                         \
        SUMS_BODY(number)                \
        outside += is_outside;           \
    }
#define BOX_SUMS_BY(label, range, index, is_outside)                           \
    GR_PARALLEL_TEAM(label, t, policy) {                                       \
        team_box_sums *own = &out[place_of(t)];                                \
        double f64, product;                                                   \
        float f32;                                                             \
        gr_c128 c128;                                                          \
        int64_t outside;                                                       \
                                                                               \
        range BOX_SUMS_BODY(index, is_outside);                                \
        own->sums.f64 = f64, own->sums.product = product, own->sums.f32 = f32; \
        own->sums.c128 = c128, own->outside = outside;                         \
    }
#define BOX_SUMS_2D(label, reduction)                                                         \
    BOX_SUMS_BY(                                                                              \
        label,                                                                                \
        reduction(t, i, j, LO_0, LO_0 + n0, LO_1, LO_1 + n1, SUMS, GR_SUM(int64_t, outside)), \
        (i - LO_0) * n1 + (j - LO_1), i < LO_0 || i >= LO_0 + n0 || j < LO_1 || j >= LO_1 + n1)
#define BOX_SUMS_3D(label, reduction)                                                          \
    BOX_SUMS_BY(label,                                                                         \
                reduction(t, i, j, k, LO_0, LO_0 + n0, LO_1, LO_1 + n1, LO_2, LO_2 + n2, SUMS, \
                          GR_SUM(int64_t, outside)),                                           \
                ((i - LO_0) * n1 + (j - LO_1)) * n2 + (k - LO_2),                              \
                i < LO_0 || i >= LO_0 + n0 || j < LO_1 || j >= LO_1 + n1 || k < LO_2 ||        \
                    k >= LO_2 + n2)

void team_reduce_box_sums(gr_team_policy policy, int by, int dimensions, const gr_index n[3],
                          team_box_sums *out) {
    const gr_index n0 = n[0], n1 = n[1], n2 = n[2];

    if (dimensions == 2) {
        if (by == BY_TEAM) {
            BOX_SUMS_2D("team 2D", GR_TEAM_REDUCE_2D);
        } else if (by == BY_TEAM_THREAD) {
            BOX_SUMS_2D("team thread 2D", GR_TEAM_THREAD_REDUCE_2D);
        } else {
            BOX_SUMS_2D("thread vector 2D", GR_THREAD_VECTOR_REDUCE_2D);
        }
    } else if (by == BY_TEAM) {
        BOX_SUMS_3D("team 3D", GR_TEAM_REDUCE_3D);
    } else if (by == BY_TEAM_THREAD) {
        BOX_SUMS_3D("team thread 3D", GR_TEAM_THREAD_REDUCE_3D);
    } else {
        BOX_SUMS_3D("thread vector 3D", GR_THREAD_VECTOR_REDUCE_3D);
    }
}

void team_reduce_box_in_box(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *out) {
    GR_PARALLEL_TEAM("box in box", t, policy) {
        int64_t all;

        GR_TEAM_THREAD_REDUCE_2D(t, i, j, 0, rows, 0, columns, GR_SUM(int64_t, all)) {
            int64_t own;

            GR_THREAD_VECTOR_REDUCE_3D(t, l, h, k, 0, i + 1, j, columns, 0, 3,
                                       GR_SUM(int64_t, own)) {
                if ((h - j) % 2 == 1 && l % 2 == 1) {
                    GR_CONTINUE;
                }
                own += 1 + k;
            };
            all += own;
        };
        out[place_of(t)] = all;
    };
}

#define SUM(name) GR_SUM(int64_t, name)
#define SEVERAL(t, reducers, ...)                          \
    GR_TEAM_REDUCE(t, i, 0, n, GR_IMPL_UNTUPLE reducers) { \
        __VA_ARGS__                                        \
    }

void team_reduce_several(gr_team_policy policy, int count, gr_index n, int64_t out[8]) {
    GR_PARALLEL_TEAM("several", t, policy) {
        int64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;

        if (count == 1) {
            SEVERAL(t, (SUM(a)), a += i;);
        } else if (count == 2) {
            SEVERAL(t, (SUM(a), SUM(b)), a += i; b += 2 * i;);
        } else if (count == 3) {
            SEVERAL(t, (SUM(a), SUM(b), SUM(c)), a += i; b += 2 * i; c += 3 * i;);
        } else if (count == 4) {
            SEVERAL(t, (SUM(a), SUM(b), SUM(c), SUM(d)), a += i; b += 2 * i; c += 3 * i;
                    d += 4 * i;);
        } else if (count == 5) {
            SEVERAL(t, (SUM(a), SUM(b), SUM(c), SUM(d), SUM(e)), a += i; b += 2 * i; c += 3 * i;
                    d += 4 * i; e += 5 * i;);
        } else if (count == 6) {
            SEVERAL(t, (SUM(a), SUM(b), SUM(c), SUM(d), SUM(e), SUM(f)), a += i; b += 2 * i;
                    c += 3 * i; d += 4 * i; e += 5 * i; f += 6 * i;);
        } else if (count == 7) {
            SEVERAL(t, (SUM(a), SUM(b), SUM(c), SUM(d), SUM(e), SUM(f), SUM(g)), a += i; b += 2 * i;
                    c += 3 * i; d += 4 * i; e += 5 * i; f += 6 * i; g += 7 * i;);
        } else {
            SEVERAL(t, (SUM(a), SUM(b), SUM(c), SUM(d), SUM(e), SUM(f), SUM(g), SUM(h)), a += i;
                    b += 2 * i; c += 3 * i; d += 4 * i; e += 5 * i; f += 6 * i; g += 7 * i;
                    h += 8 * i;);
        }
        GR_TEAM_SINGLE(t) {
            out[0] = a, out[1] = b, out[2] = c, out[3] = d;
            out[4] = e, out[5] = f, out[6] = g, out[7] = h;
        };
    };
}

void team_reduce_rows(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *y) {
    GR_PARALLEL_TEAM("rows", t, policy) {
        int64_t *own = y + t.league_rank * rows;

        GR_TEAM_THREAD_FOR(t, i, 0, rows) {
            int64_t sum;

            GR_THREAD_VECTOR_REDUCE(t, j, 0, columns, GR_SUM(int64_t, sum)) {
                sum += i + j;
            };
            GR_THREAD_SINGLE(t) {
                own[i] = sum;
            };
        };
    };
}

void team_reduce_in_reduce(gr_team_policy policy, gr_index rows, gr_index columns, int64_t *out) {
    GR_PARALLEL_TEAM("rows of rows", t, policy) {
        int64_t all, most;

        GR_TEAM_THREAD_REDUCE(t, i, 0, rows, GR_SUM(int64_t, all), GR_MAX(int64_t, most)) {
            int64_t row;

            GR_THREAD_VECTOR_REDUCE(t, j, 0, columns, GR_SUM(int64_t, row)) {
                row += i * columns + j;
            };
            all += row;
            most = row > most ? row : most;
        };
        out[place_of(t)] = all + most;
    };
}

void team_reduce_in_control_flow(gr_team_policy policy, gr_index n, int64_t *out) {
    GR_PARALLEL_TEAM("control flow", t, policy) {
        int64_t all = 0;

        for (int round = 0; round < 3; round++) {
            int64_t sum;

            if ((t.league_rank + round) % 2 == 0) {
                continue;
            }
            GR_TEAM_REDUCE(t, i, 0, n + round, GR_SUM(int64_t, sum)) {
                sum += i + t.league_rank;
            };
            all += sum;
        }
        out[place_of(t)] = all;
    };
}

void team_reduce_continue(gr_team_policy policy, gr_index n, int64_t *out) {
    GR_PARALLEL_TEAM("odd", t, policy) {
        int64_t sum;

        GR_TEAM_REDUCE(t, i, 0, n, GR_SUM(int64_t, sum)) {
            if (i % 2 == 0) {
                GR_CONTINUE;
            }
            sum += i;
        };
        out[place_of(t)] = sum;
    };
}

league_results league_reduce(gr_team_policy policy, gr_index n) {
    league_results all;
    int64_t teams, elements;
    double sum;
    float least;
    gr_loc_i64 most;
    gr_minmax_i32 both;
    team_bins bins;

    GR_PARALLEL_TEAM_REDUCE("league", t, policy, GR_SUM(int64_t, teams), GR_SUM(int64_t, elements),
                            GR_SUM(double, sum), GR_MIN(float, least), GR_MAXLOC(int64_t, most),
                            GR_MINMAX(int32_t, both), BINS(bins)) {
        int64_t own;
        const int32_t value = (int32_t)(t.league_rank * 37 % 101);

        GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(int64_t, own)) {
            own += k + t.league_rank;
        };
        teams += t.team_size;
        elements += own;
        sum += 0.5 * (double)t.league_rank;
        least = (float)-value < least ? (float)-value : least;
        if (value > most.value) {
            most.value = value;
            most.location = t.league_rank;
        }
        both.min = value < both.min ? value : both.min;
        both.max = value > both.max ? value : both.max;
        bins.count[t.league_rank % 99]++;
    };
    all.teams = teams, all.elements = elements, all.sum = sum, all.least = least;
    all.most = most, all.both = both, all.bins = bins;
    return all;
}

double league_sum_f64(gr_team_policy policy) {
    double sum;

    GR_PARALLEL_TEAM_REDUCE("sum of f64", t, policy, GR_SUM(double, sum)) {
        sum += order_value_f64(order_mix((uint64_t)t.league_rank));
    };
    return sum;
}

double league_sum_bare(gr_team_policy policy) {
    double sum;

    GR_PARALLEL_TEAM_REDUCE(t, policy, GR_SUM(double, sum)) {
        double own;

        GR_TEAM_REDUCE(t, k, 0, 1, GR_SUM(double, own)) {
            own += order_value_f64(order_mix((uint64_t)(t.league_rank + k)));
        };
        sum += own;
    };
    return sum;
}

int64_t league_odd(gr_team_policy policy) {
    int64_t sum;

    GR_PARALLEL_TEAM_REDUCE("odd", t, policy, GR_SUM(int64_t, sum)) {
        if (t.league_rank % 2 == 0) {
            GR_CONTINUE;
        }
        sum += t.league_rank;
    };
    return sum;
}
