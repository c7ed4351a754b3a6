/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_segmented_kernels.c
 * @brief The kernels of test_scan_segmented.c.
 */
#include "test_scan_segmented.h"

#include <granum/results.h>
#include <granum/scan_segmented.h>

static gr_range_1d_policy range_of(gr_index lo, gr_index hi, gr_options options) {
    gr_range_1d_policy range = gr_range(lo, hi);

    range.options = options;
    return range;
}

void sum_segments(gr_view1_i64 before, gr_view1_i64 after, gr_view1_i64 x, gr_view1_u8 head,
                  gr_index lo, gr_index hi, gr_options options) {
    GR_PARALLEL_SCAN_SEGMENTED("segments", i, range_of(lo, hi, options), GR_SUM(int64_t, sum),
                               final, GR_AT(head, i) != 0) {
        if (final) {
            GR_AT(before, i) = sum;
        }
        sum += GR_AT(x, i);
        if (final) {
            GR_AT(after, i) = sum;
        }
    };
}

void sum_segments_f64(gr_view1_f64 before, gr_view1_f64 x, gr_view1_u8 head, gr_options options) {
    GR_PARALLEL_SCAN_SEGMENTED(i, range_of(0, x.extent[0], options), GR_SUM(double, sum), final,
                               GR_AT(head, i) != 0) {
        if (final) {
            GR_AT(before, i) = sum;
        }
        sum += GR_AT(x, i);
    };
}

void most_of_segments(gr_view1_f64 most, gr_view1_f64 x, gr_view1_u8 head, gr_options options) {
    GR_PARALLEL_SCAN_SEGMENTED("most", i, range_of(0, x.extent[0], options), GR_MAX(double, high),
                               final, GR_AT(head, i)) {
        high = GR_AT(x, i) > high ? GR_AT(x, i) : high;
        if (final) {
            GR_AT(most, i) = high;
        }
    };
}

GR_FUNCTION line compose(line a, line b) {
    const line both = {(a.m * b.m) % 1009, (b.m * a.c + b.c) % 1009};

    return both;
}

GR_FUNCTION line no_line(void) {
    const line none = {1, 0};

    return none;
}

void compose_segments(gr_view1_line after, gr_view1_u8 head, gr_options options) {
    GR_PARALLEL_SCAN_SEGMENTED("lines", i, range_of(0, head.extent[0], options),
                               GR_REDUCER(line, l, no_line(), compose), final, GR_AT(head, i)) {
        const line own = {i % 7 + 1, i % 13};

        l = compose(l, own);
        if (final) {
            GR_AT(after, i) = l;
        }
    };
}

void number_groups(gr_view1_i32 place, gr_view1_i32 key, gr_index lo, gr_options options) {
    GR_PARALLEL_SCAN_BY_KEY("groups", i, range_of(lo, key.extent[0], options),
                            GR_SUM(int32_t, count), final, key) {
        count += 1;
        if (final) {
            GR_AT(place, i) = count;
        }
    };
}

void number_groups_of_f64(gr_view1_i32 place, gr_view1_f64 key, gr_options options) {
    GR_PARALLEL_SCAN_BY_KEY(i, range_of(0, key.extent[0], options), GR_SUM(int32_t, count), final,
                            key) {
        count += 1;
        if (final) {
            GR_AT(place, i) = count;
        }
    };
}

void number_even(gr_view1_i32 place, gr_view1_u8 head) {
    GR_PARALLEL_SCAN_SEGMENTED("even", i, gr_range(0, head.extent[0]), GR_SUM(int32_t, count),
                               final, GR_AT(head, i)) {
        if (i % 2) {
            GR_CONTINUE;
        }
        count += 1;
        if (final) {
            GR_AT(place, i) = count;
        }
    };
}

void results_of_range(gr_view0_f64 sum, gr_view0_place least, gr_view0_i64 count, gr_view1_f64 x,
                      gr_options options) {
    GR_PARALLEL_REDUCE_TO("results", i, range_of(0, x.extent[0], options),
                          GR_TO(sum, GR_SUM(double, s)), GR_TO(least, GR_MINLOC(double, l)),
                          GR_TO(count, GR_SUM(int64_t, c))) {
        s += GR_AT(x, i);
        c += 1;
        if (GR_AT(x, i) < l.value) {
            l.value = GR_AT(x, i);
            l.location = i;
        }
    };
}

void results_of_box(int rank, gr_view0_i64 sum, const gr_index n[6]) {
    const gr_index n1 = n[1], n2 = n[2], n3 = n[3], n4 = n[4], n5 = n[5];

    switch (rank) {
    case 1:
        GR_PARALLEL_REDUCE_TO(i, gr_range(0, n[0]), GR_TO(sum, GR_SUM(int64_t, s))) {
            s += i;
        };
        break;
    case 2:
        GR_PARALLEL_REDUCE_TO_2D("two", i, j, gr_range_2d(0, n[0], 0, n[1]),
                                 GR_TO(sum, GR_SUM(int64_t, s))) {
            s += i * n1 + j;
        };
        break;
    case 3:
        GR_PARALLEL_REDUCE_TO_3D(i, j, k, gr_range_3d(0, n[0], 0, n[1], 0, n[2]),
                                 GR_TO(sum, GR_SUM(int64_t, s))) {
            s += (i * n1 + j) * n2 + k;
        };
        break;
    case 4:
        GR_PARALLEL_REDUCE_TO_4D(i, j, k, l, gr_range_4d(0, n[0], 0, n[1], 0, n[2], 0, n[3]),
                                 GR_TO(sum, GR_SUM(int64_t, s))) {
            s += ((i * n1 + j) * n2 + k) * n3 + l;
        };
        break;
    case 5:
        GR_PARALLEL_REDUCE_TO_5D(i, j, k, l, m,
                                 gr_range_5d(0, n[0], 0, n[1], 0, n[2], 0, n[3], 0, n[4]),
                                 GR_TO(sum, GR_SUM(int64_t, s))) {
            s += (((i * n1 + j) * n2 + k) * n3 + l) * n4 + m;
        };
        break;
    default:
        GR_PARALLEL_REDUCE_TO_6D("six", i, j, k, l, m, o,
                                 gr_range_6d(0, n[0], 0, n[1], 0, n[2], 0, n[3], 0, n[4], 0, n[5]),
                                 GR_TO(sum, GR_SUM(int64_t, s))) {
            s += ((((i * n1 + j) * n2 + k) * n3 + l) * n4 + m) * n5 + o;
        };
        break;
    }
}

void total_of_scan(gr_view0_i64 total, gr_view1_i64 before, gr_view1_i64 x, gr_options options) {
    GR_PARALLEL_SCAN_TOTAL_TO("offsets", i, range_of(0, x.extent[0], options), GR_SUM(int64_t, sum),
                              final, total) {
        if (final) {
            GR_AT(before, i) = sum;
        }
        sum += GR_AT(x, i);
    };
}
