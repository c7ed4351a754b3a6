/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_array_kernels.c
 * @brief The kernels of test_reduce_array.c.
 */
#include "test_reduce_array.h"

#include <granum/reduce_array.h>

static gr_range_1d_policy range_of(gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);

    range.options = options;
    return range;
}

void count_squares(gr_view1_i64_right bins, gr_index length, gr_index n, gr_options options) {
    GR_PARALLEL_REDUCE_ARRAY("squares", i, range_of(n, options),
                             GR_SUM_ARRAY(int64_t, bins, length)) {
        GR_AT(bins, i * i % length) += 1;
    };
}

void count_squares_strided(gr_view1_i64_strided bins, gr_index length, gr_index n,
                           gr_options options) {
    GR_PARALLEL_REDUCE_ARRAY(i, range_of(n, options), GR_SUM_ARRAY(int64_t, bins, length)) {
        GR_AT(bins, i * i % length) += 1;
    };
}

void add_values(gr_view1_f64 bins, gr_index length, gr_view1_i32 key, gr_view1_f64 value,
                gr_options options) {
    GR_PARALLEL_REDUCE_ARRAY("values", i, range_of(key.extent[0], options),
                             GR_SUM_ARRAY(double, bins, length)) {
        GR_AT(bins, GR_AT(key, i)) += GR_AT(value, i);
    };
}

mixed add_mixed(gr_view1_f32 most, gr_view1_i32 least, gr_view1_i32 key, gr_view1_f64 value,
                gr_options options) {
    mixed all;
    double sum;
    gr_minmaxloc_f64 both;

    GR_PARALLEL_REDUCE_ARRAY("mixed", i, range_of(key.extent[0], options),
                             GR_MAX_ARRAY(float, most, most.extent[0]), GR_SUM(double, sum),
                             GR_MINMAXLOC(double, both),
                             GR_MIN_ARRAY(int32_t, least, least.extent[0])) {
        const int32_t k = GR_AT(key, i);
        const double x = GR_AT(value, i);

        GR_AT(most, k) = (float)x > GR_AT(most, k) ? (float)x : GR_AT(most, k);
        GR_AT(least, k) = (int32_t)i < GR_AT(least, k) ? (int32_t)i : GR_AT(least, k);
        sum += x;
        if (x < both.min) {
            both.min = x;
            both.min_location = i;
        }
        if (x > both.max) {
            both.max = x;
            both.max_location = i;
        }
    };
    all.sum = sum;
    all.both = both;
    return all;
}

void join_every_way(gr_view1_u8 bits, gr_view1_f64 products, gr_index n, gr_options options) {
    GR_PARALLEL_REDUCE_ARRAY("bits", i, range_of(n, options), GR_BOR_ARRAY(uint8_t, bits, 8),
                             GR_PROD_ARRAY(double, products, 3)) {
        GR_AT(bits, i % 8) = (uint8_t)(GR_AT(bits, i % 8) | 1u << (i / 8 % 5));
        GR_AT(products, i % 3) *= i < 20 ? 2.0 : 1.0;
    };
}

GR_FUNCTION weighted join_weighted(weighted a, weighted b) {
    a.sum += b.sum;
    a.weight += b.weight;
    return a;
}

GR_FUNCTION weighted no_weight(void) {
    const weighted none = {0, 0};

    return none;
}

void add_weighted(gr_view1_weighted bins, gr_view1_i32 key, gr_view1_f64 value,
                  gr_options options) {
    GR_PARALLEL_REDUCE_ARRAY(
        "weighted", i, range_of(key.extent[0], options),
        GR_REDUCER_ARRAY(weighted, bins, bins.extent[0], no_weight(), join_weighted)) {
        GR_AT(bins, GR_AT(key, i)).sum += GR_AT(value, i);
        GR_AT(bins, GR_AT(key, i)).weight += 0.25;
    };
}

void count_box(int rank, gr_view1_i32 bins, const gr_index n[6], gr_options options) {
    gr_range_2d_policy p2 = gr_range_2d(0, n[0], 0, n[1]);
    gr_range_3d_policy p3 = gr_range_3d(0, n[0], 0, n[1], 0, n[2]);
    gr_range_4d_policy p4 = gr_range_4d(0, n[0], 0, n[1], 0, n[2], 0, n[3]);
    gr_range_5d_policy p5 = gr_range_5d(0, n[0], 0, n[1], 0, n[2], 0, n[3], 0, n[4]);
    gr_range_6d_policy p6 = gr_range_6d(0, n[0], 0, n[1], 0, n[2], 0, n[3], 0, n[4], 0, n[5]);
    const gr_index length = bins.extent[0];

    p2.options = p3.options = p4.options = p5.options = p6.options = options;
    switch (rank) {
    case 2:
        GR_PARALLEL_REDUCE_ARRAY_2D("two", i, j, p2, GR_SUM_ARRAY(int32_t, bins, length)) {
            GR_AT(bins, (i + 3 * j) % length) += 1;
        };
        break;
    case 3:
        GR_PARALLEL_REDUCE_ARRAY_3D(i, j, k, p3, GR_SUM_ARRAY(int32_t, bins, length)) {
            GR_AT(bins, (i + 3 * j + 5 * k) % length) += 1;
        };
        break;
    case 4:
        GR_PARALLEL_REDUCE_ARRAY_4D(i, j, k, l, p4, GR_SUM_ARRAY(int32_t, bins, length)) {
            GR_AT(bins, (i + 3 * j + 5 * k + l) % length) += 1;
        };
        break;
    case 5:
        GR_PARALLEL_REDUCE_ARRAY_5D(i, j, k, l, m, p5, GR_SUM_ARRAY(int32_t, bins, length)) {
            GR_AT(bins, (i + 3 * j + 5 * k + l + m) % length) += 1;
        };
        break;
    default:
        GR_PARALLEL_REDUCE_ARRAY_6D("six", i, j, k, l, m, o, p6,
                                    GR_SUM_ARRAY(int32_t, bins, length)) {
            GR_AT(bins, (i + 3 * j + 5 * k + l + m + o) % length) += 1;
        };
        break;
    }
}

void count_even(gr_view1_i32 bins, gr_index n) {
    GR_PARALLEL_REDUCE_ARRAY(i, gr_range(0, n), GR_SUM_ARRAY(int32_t, bins, bins.extent[0])) {
        if (i % 2) {
            GR_CONTINUE;
        }
        GR_AT(bins, i % 4) += 1;
    };
}

void count_calls(gr_view1_i32 bins, gr_index *calls, gr_index n) {
    GR_PARALLEL_REDUCE_ARRAY(i, gr_range(0, n), GR_SUM_ARRAY(int32_t, bins, next_length(calls))) {
        GR_AT(bins, i % 2) += 1;
    };
}
