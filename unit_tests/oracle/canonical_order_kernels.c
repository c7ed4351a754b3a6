/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file canonical_order_kernels.c
 * @brief The kernels of canonical_order.c. Bodies are macros, since each is wanted in six ranks.
 */
#include "canonical_order.h"
#include "order_data.h"

#include <granum/granum.h>
#include <granum/reduce_array.h>
#include <granum/scan_segmented.h>

typedef struct numbering {
    gr_index lo[6];
    gr_index stride[6];
} numbering;

static numbering number_of(const order_range *range) {
    numbering g;
    gr_index stride = 1;

    for (int d = 5; d >= 0; d--) {
        g.lo[d] = range->lo[d];
        g.stride[d] = d < range->rank ? stride : 0;
        stride *= d < range->rank ? range->n[d] : 1;
    }
    return g;
}

GR_FUNCTION gr_index at_2(numbering g, gr_index i, gr_index j) {
    return (i - g.lo[0]) * g.stride[0] + (j - g.lo[1]);
}

GR_FUNCTION gr_index at_3(numbering g, gr_index i, gr_index j, gr_index k) {
    return (i - g.lo[0]) * g.stride[0] + (j - g.lo[1]) * g.stride[1] + (k - g.lo[2]);
}

GR_FUNCTION gr_index at_4(numbering g, gr_index i, gr_index j, gr_index k, gr_index l) {
    return (i - g.lo[0]) * g.stride[0] + (j - g.lo[1]) * g.stride[1] + (k - g.lo[2]) * g.stride[2] +
           (l - g.lo[3]);
}

GR_FUNCTION gr_index at_5(numbering g, gr_index i, gr_index j, gr_index k, gr_index l, gr_index m) {
    return at_4(g, i, j, k, 0) + (l - g.lo[3]) * g.stride[3] + g.lo[3] + (m - g.lo[4]);
}

GR_FUNCTION gr_index at_6(numbering g, gr_index i, gr_index j, gr_index k, gr_index l, gr_index m,
                          gr_index n) {
    return at_5(g, i, j, k, l, 0) + (m - g.lo[4]) * g.stride[4] + g.lo[4] + (n - g.lo[5]);
}

#define LO(d) range->lo[d]
#define HI(d) (range->lo[d] + range->n[d])

static gr_range_1d_policy range_1(const order_range *range) {
    gr_range_1d_policy p = gr_range(LO(0), HI(0));

    p.options = range->options;
    return p;
}

static gr_range_2d_policy range_2(const order_range *range) {
    gr_range_2d_policy p = gr_range_2d(LO(0), HI(0), LO(1), HI(1));

    p.options = range->options;
    return p;
}

static gr_range_3d_policy range_3(const order_range *range) {
    gr_range_3d_policy p = gr_range_3d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2));

    p.options = range->options;
    return p;
}

static gr_range_4d_policy range_4(const order_range *range) {
    gr_range_4d_policy p = gr_range_4d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3));

    p.options = range->options;
    return p;
}

static gr_range_5d_policy range_5(const order_range *range) {
    gr_range_5d_policy p =
        gr_range_5d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3), LO(4), HI(4));

    p.options = range->options;
    return p;
}

static gr_range_6d_policy range_6(const order_range *range) {
    gr_range_6d_policy p = gr_range_6d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3),
                                       LO(4), HI(4), LO(5), HI(5));

    p.options = range->options;
    return p;
}

/* One reduction in the rank of the range: the list of reducers, and the body for element `at`. */
#define IN_EVERY_RANK(label, body, ...)                                               \
    switch (range->rank) {                                                            \
    case 1:                                                                           \
        GR_PARALLEL_REDUCE(label, i, range_1(range), __VA_ARGS__) {                   \
            const gr_index at = i - g.lo[0];                                          \
            body                                                                      \
        };                                                                            \
        break;                                                                        \
    case 2:                                                                           \
        GR_PARALLEL_REDUCE_2D(label, i, j, range_2(range), __VA_ARGS__) {             \
            const gr_index at = at_2(g, i, j);                                        \
            body                                                                      \
        };                                                                            \
        break;                                                                        \
    case 3:                                                                           \
        GR_PARALLEL_REDUCE_3D(label, i, j, k, range_3(range), __VA_ARGS__) {          \
            const gr_index at = at_3(g, i, j, k);                                     \
            body                                                                      \
        };                                                                            \
        break;                                                                        \
    case 4:                                                                           \
        GR_PARALLEL_REDUCE_4D(label, i, j, k, l, range_4(range), __VA_ARGS__) {       \
            const gr_index at = at_4(g, i, j, k, l);                                  \
            body                                                                      \
        };                                                                            \
        break;                                                                        \
    case 5:                                                                           \
        GR_PARALLEL_REDUCE_5D(label, i, j, k, l, m, range_5(range), __VA_ARGS__) {    \
            const gr_index at = at_5(g, i, j, k, l, m);                               \
            body                                                                      \
        };                                                                            \
        break;                                                                        \
    default:                                                                          \
        GR_PARALLEL_REDUCE_6D(label, i, j, k, l, m, n, range_6(range), __VA_ARGS__) { \
            const gr_index at = at_6(g, i, j, k, l, m, n);                            \
            body                                                                      \
        };                                                                            \
        break;                                                                        \
    }

#define FLOAT_BODY(T, suffix)                                                         \
    {                                                                                 \
        const uint64_t h = order_mix((uint64_t)at);                                   \
        const T coarse = order_coarse_##suffix(h), zero = coarse * 0;                 \
        const T size = coarse < 0 ? -coarse : coarse;                                 \
        const T low = (h & 4) != 0 ? zero : size, high = (h & 4) != 0 ? zero : -size; \
                                                                                      \
        sum += order_value_##suffix(h);                                               \
        prod *= order_near_one_##suffix(h);                                           \
        min = low < min ? low : min;                                                  \
        max = high > max ? high : max;                                                \
        both.min = low < both.min ? low : both.min;                                   \
        both.max = low > both.max ? low : both.max;                                   \
        if (coarse < least.value) {                                                   \
            least.value = coarse;                                                     \
            least.location = at;                                                      \
        }                                                                             \
        if (zero > most.value) {                                                      \
            most.value = zero;                                                        \
            most.location = at;                                                       \
        }                                                                             \
    }

#define REDUCE_FLOAT(T, suffix)                                                                \
    order_##suffix order_reduce_##suffix(const order_range *range) {                           \
        const numbering g = number_of(range);                                                  \
        T sum, prod, min, max;                                                                 \
        gr_minmax_##suffix both;                                                               \
        gr_loc_##suffix least, most;                                                           \
        order_##suffix all;                                                                    \
                                                                                               \
        IN_EVERY_RANK("floats", FLOAT_BODY(T, suffix), GR_SUM(T, sum), GR_PROD(T, prod),       \
                      GR_MIN(T, min), GR_MAX(T, max), GR_MINMAX(T, both), GR_MINLOC(T, least), \
                      GR_MAXLOC(T, most))                                                      \
        all.sum = sum, all.prod = prod, all.min = min, all.max = max;                          \
        all.both = both, all.least = least, all.most = most;                                   \
        return all;                                                                            \
    }
REDUCE_FLOAT(double, f64)
REDUCE_FLOAT(float, f32)

#define INTEGER_BODY                                             \
    {                                                            \
        const uint64_t h = order_mix((uint64_t)at);              \
        const bool rare = h % 997 == 0;                          \
        const uint64_t mask = (uint64_t)1 << (h >> 58);          \
        const int8_t low = rare ? (int8_t)(uint8_t)(h >> 9) : 7; \
        const uint16_t high = (uint16_t)(h >> 48);               \
                                                                 \
        sum += (int64_t)(h >> 32) - ((int64_t)1 << 31);          \
        prod *= (uint32_t)(h | 1);                               \
        min = low < min ? low : min;                             \
        max = high > max ? high : max;                           \
        band &= rare ? ~mask : ~(uint64_t)0;                     \
        bor = (uint8_t)(bor | (rare ? mask : 0));                \
        land = land && h % 100003 != 0;                          \
        lor = lor || h % 5003 == 0;                              \
    }

order_integer order_reduce_integer(const order_range *range) {
    const numbering g = number_of(range);
    int64_t sum;
    uint32_t prod;
    int8_t min;
    uint16_t max;
    uint64_t band;
    uint8_t bor;
    int32_t land;
    bool lor;
    order_integer all;

    IN_EVERY_RANK("integers", INTEGER_BODY, GR_SUM(int64_t, sum), GR_PROD(uint32_t, prod),
                  GR_MIN(int8_t, min), GR_MAX(uint16_t, max), GR_BAND(uint64_t, band),
                  GR_BOR(uint8_t, bor), GR_LAND(int32_t, land), GR_LOR(bool, lor))
    all.sum = sum, all.prod = prod, all.min = min, all.max = max;
    all.band = band, all.bor = bor, all.land = land, all.lor = lor;
    return all;
}

double order_sum_f64(const order_range *range) {
    const numbering g = number_of(range);
    double sum;

    IN_EVERY_RANK(
        "sum of f64", { sum += order_value_f64(order_mix((uint64_t)at)); }, GR_SUM(double, sum))
    return sum;
}

float order_sum_f32(const order_range *range) {
    const numbering g = number_of(range);
    float sum;

    IN_EVERY_RANK(
        "sum of f32", { sum += order_value_f32(order_mix((uint64_t)at)); }, GR_SUM(float, sum))
    return sum;
}

GR_FUNCTION order_line line_of(uint64_t h) {
    const order_line line = {order_near_one_f64(h), order_value_f64(h)};

    return line;
}

GR_FUNCTION order_line compose(order_line a, order_line b) {
    const order_line both = {a.m * b.m, b.m * a.c + b.c};

    return both;
}

void order_scan_all(const order_range *range, order_scan *results) {
    const gr_index lo = range->lo[0];
    double *before_sum = results->before_sum, *after_sum = results->after_sum;
    float *after_product = results->after_product;
    int64_t *before_whole = results->before_whole;
    order_line *before_line = results->before_line, *after_line = results->after_line;

    GR_PARALLEL_SCAN_TOTAL("sums", i, range_1(range), GR_SUM(double, sum), final, results->sum) {
        if (final) {
            before_sum[i - lo] = sum;
        }
        sum += order_value_f64(order_mix((uint64_t)(i - lo)));
        if (final) {
            after_sum[i - lo] = sum;
        }
    };
    GR_PARALLEL_SCAN_TOTAL("products", i, range_1(range), GR_PROD(float, product), final,
                           results->product) {
        product *= order_near_one_f32(order_mix((uint64_t)(i - lo)));
        if (final) {
            after_product[i - lo] = product;
        }
    };
    GR_PARALLEL_SCAN_TOTAL("whole sums", i, range_1(range), GR_SUM(int64_t, sum), final,
                           results->whole) {
        if (final) {
            before_whole[i - lo] = sum;
        }
        sum += (int64_t)(order_mix((uint64_t)(i - lo)) >> 32) - ((int64_t)1 << 31);
    };
    GR_PARALLEL_SCAN_TOTAL(
        "lines", i, range_1(range),
        GR_REDUCER(order_line, line, (GR_IMPL_LITERAL(order_line){1, 0}), compose), final,
        results->line) {
        if (final) {
            before_line[i - lo] = line;
        }
        line = compose(line, line_of(order_mix((uint64_t)(i - lo))));
        if (final) {
            after_line[i - lo] = line;
        }
    };
}

/* In teams: each of a few gives the same results, the first's are kept. */
order_f64 order_nested_f64(const order_range *range, int team_size) {
    const gr_index lo = range->lo[0], hi = lo + range->n[0];
    order_f64 results, *out = &results;

    GR_PARALLEL_TEAM("nested", t, gr_teams(3, team_size)) {
        double sum, prod, min, max;
        gr_minmax_f64 both;
        gr_loc_f64 least, most;

        GR_TEAM_REDUCE(t, i, lo, hi, GR_SUM(double, sum), GR_PROD(double, prod),
                       GR_MIN(double, min), GR_MAX(double, max), GR_MINMAX(double, both),
                       GR_MINLOC(double, least), GR_MAXLOC(double, most)) {
            const gr_index at = i - lo;
            FLOAT_BODY(double, f64)
        };
        if (t.league_rank == 0 && t.team_rank == t.team_size - 1) {
            out->sum = sum, out->prod = prod, out->min = min, out->max = max;
            out->both = both, out->least = least, out->most = most;
        }
    };
    return results;
}

#define LINE(name) GR_REDUCER(order_line, name, (GR_IMPL_LITERAL(order_line){1, 0}), compose)

order_line order_nested_line(const order_range *range, int team_size) {
    const gr_index lo = range->lo[0], hi = lo + range->n[0];
    order_line result, *out = &result;

    GR_PARALLEL_TEAM("nested lines", t, gr_teams(3, team_size)) {
        order_line line;

        GR_TEAM_REDUCE(t, i, lo, hi, LINE(line)) {
            line = compose(line, line_of(order_mix((uint64_t)(i - lo))));
        };
        if (t.league_rank == 0 && t.team_rank == t.team_size - 1) {
            *out = line;
        }
    };
    return result;
}

static gr_team_policy league_of(const order_range *range) {
    gr_team_policy p = gr_teams(range->n[0], GR_AUTO);

    p.options = range->options;
    return p;
}

order_f64 order_league_f64(const order_range *range) {
    double sum, prod, min, max;
    gr_minmax_f64 both;
    gr_loc_f64 least, most;
    order_f64 all;

    GR_PARALLEL_TEAM_REDUCE("league", t, league_of(range), GR_SUM(double, sum),
                            GR_PROD(double, prod), GR_MIN(double, min), GR_MAX(double, max),
                            GR_MINMAX(double, both), GR_MINLOC(double, least),
                            GR_MAXLOC(double, most)) {
        const gr_index at = t.league_rank;
        FLOAT_BODY(double, f64)
    };
    all.sum = sum, all.prod = prod, all.min = min, all.max = max;
    all.both = both, all.least = least, all.most = most;
    return all;
}

order_line order_league_line(const order_range *range) {
    order_line line;

    GR_PARALLEL_TEAM_REDUCE("league of lines", t, league_of(range), LINE(line)) {
        line = compose(line, line_of(order_mix((uint64_t)t.league_rank)));
    };
    return line;
}

void order_array_f64(const order_range *range, gr_view1_f64 bins) {
    const gr_index lo0 = range->lo[0], lo1 = range->lo[1], n1 = range->n[1];
    const gr_index length = bins.extent[0];

    if (range->rank == 1) {
        GR_PARALLEL_REDUCE_ARRAY("array", i, range_1(range), GR_SUM_ARRAY(double, bins, length)) {
            const uint64_t h = order_mix((uint64_t)(i - lo0));

            GR_AT(bins, (gr_index)((h >> 40) % (uint64_t)length)) += order_value_f64(h);
        };
    } else {
        gr_range_2d_policy p = gr_range_2d(lo0, lo0 + range->n[0], lo1, lo1 + n1);

        p.options = range->options;
        GR_PARALLEL_REDUCE_ARRAY_2D("array", i, j, p, GR_SUM_ARRAY(double, bins, length)) {
            const uint64_t h = order_mix((uint64_t)((i - lo0) * n1 + (j - lo1)));

            GR_AT(bins, (gr_index)((h >> 40) % (uint64_t)length)) += order_value_f64(h);
        };
    }
}

void order_scan_segmented(const order_range *range, double *before, double *after) {
    const gr_index lo = range->lo[0];

    GR_PARALLEL_SCAN_SEGMENTED("segments", i, range_1(range), GR_SUM(double, sum), final,
                               order_mix((uint64_t)(i - lo)) % 37 == 0) {
        if (final) {
            before[i - lo] = sum;
        }
        sum += order_value_f64(order_mix((uint64_t)(i - lo)));
        if (final) {
            after[i - lo] = sum;
        }
    };
}
