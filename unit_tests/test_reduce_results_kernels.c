/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_results_kernels.c
 * @brief The kernels of test_reduce_results.c.
 */
#include "test_reduce_results.h"

#include <granum/granum.h>

#define REDUCE_ORDERED(suffix, T)                                                               \
    ordered_##suffix reduce_ordered_##suffix(const T *x, const T *factor, gr_index n,           \
                                             gr_options options) {                              \
        gr_range_1d_policy range = gr_range(0, n);                                              \
        ordered_##suffix all;                                                                   \
        T sum, prod, min, max;                                                                  \
        gr_loc_##suffix least, most;                                                            \
        gr_minmax_##suffix both;                                                                \
                                                                                                \
        range.options = options;                                                                \
        GR_PARALLEL_REDUCE(#suffix, i, range, GR_SUM(T, sum), GR_PROD(T, prod), GR_MIN(T, min), \
                           GR_MAX(T, max), GR_MINLOC(T, least), GR_MAXLOC(T, most),             \
                           GR_MINMAX(T, both)) {                                                \
            const T value = x[i];                                                               \
                                                                                                \
            sum = (T)(sum + value);                                                             \
            prod = (T)(prod * factor[i]);                                                       \
            min = value < min ? value : min;                                                    \
            max = value > max ? value : max;                                                    \
            if (value < least.value) {                                                          \
                least.value = value;                                                            \
                least.location = i;                                                             \
            }                                                                                   \
            if (value > most.value) {                                                           \
                most.value = value;                                                             \
                most.location = i;                                                              \
            }                                                                                   \
            both.min = value < both.min ? value : both.min;                                     \
            both.max = value > both.max ? value : both.max;                                     \
        };                                                                                      \
        all.sum = sum, all.prod = prod, all.min = min, all.max = max;                           \
        all.least = least, all.most = most, all.both = both;                                    \
        return all;                                                                             \
    }
ORDERED_LIST(REDUCE_ORDERED)

#define REDUCE_LOGICAL(suffix, T)                                                                 \
    logical_##suffix reduce_logical_##suffix(const T *x, gr_index n, gr_options options) {        \
        gr_range_1d_policy range = gr_range(0, n);                                                \
        logical_##suffix all;                                                                     \
        T land, lor, band, bor;                                                                   \
                                                                                                  \
        range.options = options;                                                                  \
        GR_PARALLEL_REDUCE(#suffix, i, range, GR_LAND(T, land), GR_LOR(T, lor), GR_BAND(T, band), \
                           GR_BOR(T, bor)) {                                                      \
            land = (T)(land && x[i]);                                                             \
            lor = (T)(lor || x[i]);                                                               \
            band = (T)(band & x[i]);                                                              \
            bor = (T)(bor | x[i]);                                                                \
        };                                                                                        \
        all.land = land, all.lor = lor, all.band = band, all.bor = bor;                           \
        return all;                                                                               \
    }
INTEGER_LIST(REDUCE_LOGICAL)

truth reduce_bool(const bool *x, gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    truth results;
    bool all, any, none_bitwise, any_bitwise;
    double all_f64, any_f64;

    range.options = options;
    GR_PARALLEL_REDUCE("bool", i, range, GR_LAND(bool, all), GR_LOR(bool, any),
                       GR_BAND(bool, none_bitwise), GR_BOR(bool, any_bitwise),
                       GR_LAND(double, all_f64), GR_LOR(double, any_f64)) {
        all = all && x[i];
        any = any || x[i];
        none_bitwise = none_bitwise & !x[i];
        any_bitwise = any_bitwise | x[i];
        all_f64 = all_f64 != 0.0 && x[i] ? 1.0 : 0.0;
        any_f64 = any_f64 != 0.0 || x[i] ? 1.0 : 0.0;
    };
    results.all = all, results.any = any;
    results.none_bitwise = none_bitwise, results.any_bitwise = any_bitwise;
    results.all_f64 = all_f64, results.any_f64 = any_f64;
    return results;
}

complex_results reduce_complex(gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    complex_results results;
    gr_c64 sum64, prod64;
    gr_c128 sum128, prod128;

    range.options = options;
    GR_PARALLEL_REDUCE("complex", i, range, GR_SUM_C64(sum64), GR_PROD_C64(prod64),
                       GR_SUM_C128(sum128), GR_PROD_C128(prod128)) {
        const gr_c128 z = gr_c128_make((double)i, (double)(i % 3));
        const bool turn = i % 7 == 0;

        sum64 = gr_c64_add(sum64, gr_c64_make((float)(i % 5), -1.0f));
        sum128 = gr_c128_add(sum128, z);
        prod64 = gr_c64_mul(prod64, gr_c64_make(turn ? 0.0f : 1.0f, turn ? 1.0f : 0.0f));
        prod128 = gr_c128_mul(prod128, gr_c128_make(turn ? 0.0 : 1.0, turn ? -1.0 : 0.0));
    };
    results.sum64 = sum64, results.prod64 = prod64;
    results.sum128 = sum128, results.prod128 = prod128;
    return results;
}

GR_FUNCTION moments join_moments(moments a, moments b) {
    a.count += b.count;
    a.sum += b.sum;
    a.squares += b.squares;
    a.least = b.least < a.least ? b.least : a.least;
    return a;
}

#define NO_MOMENTS (GR_IMPL_LITERAL(moments){0, 0, 0, INT32_MAX})

moments reduce_moments(gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    moments m;

    range.options = options;
    GR_PARALLEL_REDUCE("moments", i, range, GR_REDUCER(moments, m, NO_MOMENTS, join_moments)) {
        const int32_t value = (int32_t)(i % 100) - 50;

        m.count++;
        m.sum += value;
        m.squares += value * value;
        m.least = value < m.least ? value : m.least;
    };
    return m;
}

GR_FUNCTION bins join_bins(bins a, bins b) {
    for (int k = 0; k < 64; k++) {
        a.count[k] += b.count[k];
    }
    return a;
}

bins reduce_bins(gr_index n, gr_options options, int64_t *sum, int64_t *odd) {
    gr_range_1d_policy range = gr_range(0, n);
    bins histogram;
    int64_t first, second;

    range.options = options;
    GR_PARALLEL_REDUCE("bins", i, range, GR_SUM(int64_t, first),
                       GR_REDUCER(bins, histogram, (GR_IMPL_LITERAL(bins){{0}}), join_bins),
                       GR_SUM(int64_t, second)) {
        histogram.count[i * i % 64]++;
        first += i;
        second += i % 2;
    };
    *sum = first;
    *odd = second;
    return histogram;
}

#define SUM(name) GR_SUM(int64_t, name)

void reduce_several(int count, gr_index n, int64_t out[8]) {
    int64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;

    switch (count) {
    case 1:
        GR_PARALLEL_REDUCE("one", i, gr_range(0, n), SUM(a)) {
            a += i;
        };
        break;
    case 2:
        GR_PARALLEL_REDUCE("two", i, gr_range(0, n), SUM(a), SUM(b)) {
            a += i;
            b += 2 * i;
        };
        break;
    case 3:
        GR_PARALLEL_REDUCE("three", i, gr_range(0, n), SUM(a), SUM(b), SUM(c)) {
            a += i;
            b += 2 * i;
            c += 3 * i;
        };
        break;
    case 4:
        GR_PARALLEL_REDUCE(i, gr_range(0, n), SUM(a), SUM(b), SUM(c), SUM(d)) {
            a += i;
            b += 2 * i;
            c += 3 * i;
            d += 4 * i;
        };
        break;
    case 5:
        GR_PARALLEL_REDUCE(i, gr_range(0, n), SUM(a), SUM(b), SUM(c), SUM(d), SUM(e)) {
            a += i;
            b += 2 * i;
            c += 3 * i;
            d += 4 * i;
            e += 5 * i;
        };
        break;
    case 6:
        GR_PARALLEL_REDUCE(i, gr_range(0, n), SUM(a), SUM(b), SUM(c), SUM(d), SUM(e), SUM(f)) {
            a += i;
            b += 2 * i;
            c += 3 * i;
            d += 4 * i;
            e += 5 * i;
            f += 6 * i;
        };
        break;
    case 7:
        GR_PARALLEL_REDUCE("seven", i, gr_range(0, n), SUM(a), SUM(b), SUM(c), SUM(d), SUM(e),
                           SUM(f), SUM(g)) {
            a += i;
            b += 2 * i;
            c += 3 * i;
            d += 4 * i;
            e += 5 * i;
            f += 6 * i;
            g += 7 * i;
        };
        break;
    default:
        GR_PARALLEL_REDUCE("eight", i, gr_range(0, n), SUM(a), SUM(b), SUM(c), SUM(d), SUM(e),
                           SUM(f), SUM(g), SUM(h)) {
            a += i;
            b += 2 * i;
            c += 3 * i;
            d += 4 * i;
            e += 5 * i;
            f += 6 * i;
            g += 7 * i;
            h += 8 * i;
        };
        break;
    }
    out[0] = a, out[1] = b, out[2] = c, out[3] = d;
    out[4] = e, out[5] = f, out[6] = g, out[7] = h;
}

#define LO(d) lo[d]
#define HI(d) (lo[d] + n[d])

int64_t reduce_box(int rank, const gr_index lo[6], const gr_index n[6], gr_options options) {
    gr_range_2d_policy p2 = gr_range_2d(LO(0), HI(0), LO(1), HI(1));
    gr_range_3d_policy p3 = gr_range_3d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2));
    gr_range_4d_policy p4 = gr_range_4d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3));
    gr_range_5d_policy p5 =
        gr_range_5d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3), LO(4), HI(4));
    gr_range_6d_policy p6 = gr_range_6d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3),
                                        LO(4), HI(4), LO(5), HI(5));
    const gr_index n1 = n[1], n2 = n[2], n3 = n[3], n4 = n[4], n5 = n[5];
    const gr_index l0 = lo[0], l1 = lo[1], l2 = lo[2], l3 = lo[3], l4 = lo[4], l5 = lo[5];
    int64_t sum;

    p2.options = p3.options = p4.options = p5.options = p6.options = options;
    switch (rank) {
    case 2:
        GR_PARALLEL_REDUCE_2D(i, j, p2, GR_SUM(int64_t, sum)) {
            sum += (i - l0) * n1 + (j - l1);
        };
        break;
    case 3:
        GR_PARALLEL_REDUCE_3D(i, j, k, p3, GR_SUM(int64_t, sum)) {
            sum += ((i - l0) * n1 + (j - l1)) * n2 + (k - l2);
        };
        break;
    case 4:
        GR_PARALLEL_REDUCE_4D(i, j, k, l, p4, GR_SUM(int64_t, sum)) {
            sum += (((i - l0) * n1 + (j - l1)) * n2 + (k - l2)) * n3 + (l - l3);
        };
        break;
    case 5:
        GR_PARALLEL_REDUCE_5D(i, j, k, l, m, p5, GR_SUM(int64_t, sum)) {
            sum += ((((i - l0) * n1 + (j - l1)) * n2 + (k - l2)) * n3 + (l - l3)) * n4 + (m - l4);
        };
        break;
    default:
        GR_PARALLEL_REDUCE_6D(i, j, k, l, m, o, p6, GR_SUM(int64_t, sum)) {
            sum +=
                (((((i - l0) * n1 + (j - l1)) * n2 + (k - l2)) * n3 + (l - l3)) * n4 + (m - l4)) *
                    n5 +
                (o - l5);
        };
        break;
    }
    return sum;
}

int64_t reduce_odd_only(gr_index n) {
    int64_t sum;

    GR_PARALLEL_REDUCE("odd", i, gr_range(0, n), GR_SUM(int64_t, sum)) {
        if (i % 2 == 0) {
            GR_CONTINUE;
        }
        sum += i;
    };
    return sum;
}

int64_t reduce_odd_pairs(gr_index n) {
    int64_t sum, pairs;

    GR_PARALLEL_REDUCE_2D("odd", i, j, gr_range_2d(0, n, 0, n), GR_SUM(int64_t, sum),
                          GR_SUM(int64_t, pairs)) {
        if ((i + j) % 2 == 0) {
            GR_CONTINUE;
        }
        sum += i;
        pairs++;
    };
    return sum + pairs;
}

int64_t reduce_divisors(gr_index n) {
    int64_t sum;

    GR_PARALLEL_REDUCE("divisors", i, gr_range(2, n), GR_SUM(int64_t, sum)) {
        gr_index smallest = i;

        for (gr_index d = 2; d * d <= i; d++) {
            if (i % d != 0) {
                continue;
            }
            smallest = d;
            break;
        }
        sum += smallest;
    };
    return sum;
}

GR_CONSTANT_TABLE(double, weight, 0.25, 0.5, 0.25)

double reduce_by_table(gr_index n) {
    double sum;

    GR_PARALLEL_REDUCE("table", i, gr_range(0, n), GR_SUM(double, sum)) {
        sum += weight(i % 3);
    };
    return sum;
}

double reduce_unused_index(gr_index n, gr_index m) {
    double one, two;

    GR_PARALLEL_REDUCE("one", i, gr_range(0, n), GR_SUM(double, one)) {
        one += 1.0;
    };
    GR_PARALLEL_REDUCE_2D("two", i, j, gr_range_2d(0, n, 0, m), GR_SUM(double, two)) {
        two += 1.0;
    };
    return one + two;
}

gr_loc_f64 least_in_matrix(const double *x, gr_index n, gr_index m) {
    gr_loc_f64 least;

    GR_PARALLEL_REDUCE_2D("least", i, j, gr_range_2d(0, n, 0, m), GR_MINLOC(double, least)) {
        if (x[i * m + j] < least.value) {
            least.value = x[i * m + j];
            least.location = i * m + j;
        }
    };
    return least;
}
