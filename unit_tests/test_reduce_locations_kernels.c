/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_locations_kernels.c
 * @brief The kernels of test_reduce_locations.c.
 */
#include "test_reduce_locations.h"

#include <granum/granum.h>

#define REDUCERS(T)                                                     \
    GR_MINLOC(T, low), GR_MAXLOC(T, high), GR_MINLOC_LAST(T, low_last), \
        GR_MAXLOC_LAST(T, high_last), GR_MINMAXLOC(T, both),            \
        GR_MINMAXLOC_FIRST_LAST(T, first_last), GR_FIRST(first), GR_LAST(last)

#define TAKE(to, member, where, better) \
    if (value better to.member) {       \
        to.member = value;              \
        to.where = i;                   \
    }

#define BODY                                             \
    {                                                    \
        TAKE(low, value, location, <)                    \
        TAKE(high, value, location, >)                   \
        TAKE(low_last, value, location, <=)              \
        TAKE(high_last, value, location, >=)             \
        TAKE(both, min, min_location, <)                 \
        TAKE(both, max, max_location, >)                 \
        TAKE(first_last, min, min_location, <)           \
        TAKE(first_last, max, max_location, >=)          \
        if (value == mark) {                             \
            first = first == GR_NO_LOCATION ? i : first; \
            last = i;                                    \
        }                                                \
    }

#define PLACES(suffix, T)                                                                          \
    static places_##suffix in_range_##suffix(const T *x, T mark, gr_index n, gr_options options) { \
        gr_range_1d_policy range = gr_range(0, n);                                                 \
        gr_loc_##suffix low, high, low_last, high_last;                                            \
        gr_minmaxloc_##suffix both, first_last;                                                    \
        gr_index first, last;                                                                      \
                                                                                                   \
        range.options = options;                                                                   \
        GR_PARALLEL_REDUCE(#suffix, i, range, REDUCERS(T)) {                                       \
            const T value = x[i];                                                                  \
            BODY                                                                                   \
        };                                                                                         \
        return (GR_IMPL_LITERAL(places_##suffix){low, high, low_last, high_last, both, first_last, \
                                                 first, last});                                    \
    }                                                                                              \
    static places_##suffix in_league_##suffix(const T *x, T mark, gr_index n,                      \
                                              gr_options options) {                                \
        gr_team_policy league = gr_teams(n, GR_AUTO);                                              \
        gr_loc_##suffix low, high, low_last, high_last;                                            \
        gr_minmaxloc_##suffix both, first_last;                                                    \
        gr_index first, last;                                                                      \
                                                                                                   \
        league.options = options;                                                                  \
        GR_PARALLEL_TEAM_REDUCE(#suffix, t, league, REDUCERS(T)) {                                 \
            const gr_index i = t.league_rank;                                                      \
            const T value = x[i];                                                                  \
            BODY                                                                                   \
        };                                                                                         \
        return (GR_IMPL_LITERAL(places_##suffix){low, high, low_last, high_last, both, first_last, \
                                                 first, last});                                    \
    }                                                                                              \
    static places_##suffix in_team_##suffix(const T *x, T mark, gr_index n) {                      \
        places_##suffix all, *out = &all;                                                          \
                                                                                                   \
        GR_PARALLEL_TEAM(#suffix, t, gr_teams(2, 3)) {                                             \
            gr_loc_##suffix low, high, low_last, high_last;                                        \
            gr_minmaxloc_##suffix both, first_last;                                                \
            gr_index first, last;                                                                  \
                                                                                                   \
            GR_TEAM_REDUCE(t, i, 0, n, REDUCERS(T)) {                                              \
                const T value = x[i];                                                              \
                BODY                                                                               \
            };                                                                                     \
            if (t.league_rank == 1 && t.team_rank == t.team_size - 1) {                            \
                *out = GR_IMPL_LITERAL(places_##suffix){low,  high,       low_last, high_last,     \
                                                        both, first_last, first,    last};         \
            }                                                                                      \
        };                                                                                         \
        return all;                                                                                \
    }                                                                                              \
    places_##suffix find_places_##suffix(place_form form, const T *x, T mark, gr_index n,          \
                                         gr_options options) {                                     \
        return form == PLACE_RANGE    ? in_range_##suffix(x, mark, n, options)                     \
               : form == PLACE_LEAGUE ? in_league_##suffix(x, mark, n, options)                    \
                                      : in_team_##suffix(x, mark, n);                              \
    }
PLACE_LIST(PLACES)

gr_minmaxloc_f64 find_in_matrix(const double *x, gr_index n, gr_index m, gr_options options) {
    gr_range_2d_policy range = gr_range_2d(0, n, 0, m);
    gr_minmaxloc_f64 both;

    range.options = options;
    GR_PARALLEL_REDUCE_2D("matrix", i, j, range, GR_MINMAXLOC(double, both)) {
        const double value = x[i * m + j];

        if (value < both.min) {
            both.min = value;
            both.min_location = i * m + j;
        }
        if (value > both.max) {
            both.max = value;
            both.max_location = i * m + j;
        }
    };
    return both;
}

GR_FUNCTION spread no_spread(void) {
    const spread none = {0, 0, 0, -1, -1};

    return none;
}

GR_FUNCTION spread join_spread(spread a, spread b) {
    a.count += b.count;
    a.sum += b.sum;
    a.squares += b.squares;
    return a;
}

GR_FUNCTION spread finish_spread(spread s) {
    const double count = (double)(s.count > 0 ? s.count : 1);

    s.mean = (double)s.sum / count;
    s.variance = (double)s.squares / count - s.mean * s.mean;
    return s;
}

#define SPREAD(name) GR_REDUCER_FINAL(spread, name, no_spread(), join_spread, finish_spread)

GR_FUNCTION spread with(spread s, gr_index i) {
    const int64_t value = i % 10 - 3;

    s.count++;
    s.sum += value;
    s.squares += value * value;
    return s;
}

spread find_spread(place_form form, gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    gr_team_policy league = gr_teams(n, GR_AUTO);
    spread result, *out = &result;

    range.options = league.options = options;
    switch (form) {
    case PLACE_RANGE:
        GR_PARALLEL_REDUCE("spread", i, range, SPREAD(result)) {
            result = with(result, i);
        };
        break;
    case PLACE_LEAGUE:
        GR_PARALLEL_TEAM_REDUCE("spread", t, league, SPREAD(result)) {
            result = with(result, t.league_rank);
        };
        break;
    default:
        GR_PARALLEL_TEAM("spread", t, gr_teams(2, 3)) {
            spread own;

            GR_TEAM_REDUCE(t, i, 0, n, SPREAD(own)) {
                own = with(own, i);
            };
            if (t.league_rank == 1 && t.team_rank == t.team_size - 1) {
                *out = own;
            }
        };
        break;
    }
    return result;
}

GR_FUNCTION tally no_tally(void) {
    tally none;

    for (int k = 0; k < 40; k++) {
        none.count[k] = 0;
    }
    none.most = -1;
    return none;
}

GR_FUNCTION tally join_tally(tally a, tally b) {
    for (int k = 0; k < 40; k++) {
        a.count[k] += b.count[k];
    }
    return a;
}

GR_FUNCTION tally finish_tally(tally a) {
    a.most = 0;
    for (int k = 1; k < 40; k++) {
        a.most = a.count[k] > a.count[a.most] ? k : a.most;
    }
    return a;
}

#define TALLY(name) GR_REDUCER_FINAL(tally, name, no_tally(), join_tally, finish_tally)

tally find_tally(place_form form, gr_index n, gr_options options, int64_t *sum) {
    gr_range_1d_policy range = gr_range(0, n);
    gr_team_policy league = gr_teams(n, GR_AUTO);
    tally result, *out = &result;
    int64_t both;

    range.options = league.options = options;
    switch (form) {
    case PLACE_RANGE:
        GR_PARALLEL_REDUCE(i, range, TALLY(result), GR_SUM(int64_t, both)) {
            result.count[i * i % 37]++;
            both += i;
        };
        *sum = both;
        break;
    case PLACE_LEAGUE:
        GR_PARALLEL_TEAM_REDUCE(t, league, TALLY(result), GR_SUM(int64_t, both)) {
            result.count[t.league_rank * t.league_rank % 37]++;
            both += t.league_rank;
        };
        *sum = both;
        break;
    default:
        GR_PARALLEL_TEAM("tally", t, gr_teams(2, 3)) {
            tally own;
            int64_t total;

            GR_TEAM_REDUCE(t, i, 0, n, TALLY(own), GR_SUM(int64_t, total)) {
                own.count[i * i % 37]++;
                total += i;
            };
            if (t.league_rank == 1 && t.team_rank == t.team_size - 1) {
                *out = own;
                *sum = total;
            }
        };
        break;
    }
    return result;
}
