/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_order_any_kernels.c
 * @brief The kernels of test_order_any.c, compiled with ORDER any.
 */
#include "test_order_any.h"

#include <granum/granum.h>
#include <granum/reduce_array.h>
#include <granum/scan_segmented.h>

#include "oracle/order_data.h"

#include <string.h>

#ifndef GRANUM_ORDER_ANY
#error "granum_kernels(... ORDER any ...) defines GRANUM_ORDER_ANY"
#endif

static gr_status fetch(gr_view1_f64 view, gr_index n, double *to) {
    gr_view1_f64_right host;

    GR_TRY(GR_MIRROR_COPY(&host, view));
    memcpy(to, host.data, (size_t)n * sizeof *to);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&view);
}

static gr_status sums_f64(gr_index lo, gr_index n, any_results *results) {
    gr_view1_f64 before, after, segment;
    double total = -1.0, reduced = -1.0;

    GR_TRY(GR_CREATE(&before, "before", n));
    GR_TRY(GR_CREATE(&after, "after", n));
    GR_TRY(GR_CREATE(&segment, "segment", n));
    GR_PARALLEL_SCAN_TOTAL("sums", i, gr_range(lo, lo + n), GR_SUM(double, sum), final, total) {
        if (final) {
            GR_AT(before, i - lo) = sum;
        }
        sum += order_value_f64(order_mix((uint64_t)i));
        if (final) {
            GR_AT(after, i - lo) = sum;
        }
    };
    GR_PARALLEL_SCAN_SEGMENTED("segments", i, gr_range(lo, lo + n), GR_SUM(double, sum), final,
                               (i - lo) % ANY_SEGMENT == 0) {
        sum += order_value_f64(order_mix((uint64_t)i));
        if (final) {
            GR_AT(segment, i - lo) = sum;
        }
    };
    GR_PARALLEL_REDUCE("sum", i, gr_range(lo, lo + n), GR_SUM(double, reduced)) {
        reduced += order_value_f64(order_mix((uint64_t)i));
    };
    GR_TRY(gr_fence());
    results->total = total;
    results->sum = reduced;
    GR_TRY(fetch(before, n, results->before));
    GR_TRY(fetch(after, n, results->after));
    return fetch(segment, n, results->segment);
}

static gr_status sums_f32(gr_index lo, gr_index n, float *to) {
    gr_view1_f32 after;
    gr_view1_f32_right host;

    GR_TRY(GR_CREATE(&after, "after", n));
    GR_PARALLEL_SCAN("sums", i, gr_range(lo, lo + n), GR_SUM(float, sum), final) {
        sum += (float)order_value_f64(order_mix((uint64_t)i));
        if (final) {
            GR_AT(after, i - lo) = sum;
        }
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, after));
    memcpy(to, host.data, (size_t)n * sizeof *to);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&after);
}

gr_status any_sums(gr_index lo, gr_index n, any_results *results) {
    GR_TRY(sums_f64(lo, n, results));
    return sums_f32(lo, n, results->small);
}

gr_status any_box_sums(gr_index lo, const gr_index *extent, any_boxes *sums) {
    const gr_index rows = extent[1], columns = extent[2];
    const gr_range_2d_policy flat = gr_range_2d(lo, lo + extent[0], lo, lo + extent[1]);
    double plane = -1.0, right = -1.0, solid = -1.0;
    int64_t whole_flat = -1, whole_solid = -1;

    GR_PARALLEL_REDUCE_2D("flat", i, j, flat, GR_SUM(double, plane)) {
        plane += order_value_f64(order_mix((uint64_t)((i - lo) * rows + j - lo)));
    };
    GR_PARALLEL_REDUCE_2D("right", i, j, gr_iterate_right(flat), GR_SUM(double, right)) {
        right += order_value_f64(order_mix((uint64_t)((i - lo) * rows + j - lo)));
    };
    GR_PARALLEL_REDUCE_3D("solid", i, j, k,
                          gr_range_3d(lo, lo + extent[0], lo, lo + extent[1], lo, lo + columns),
                          GR_SUM(double, solid), GR_SUM(int64_t, whole_solid)) {
        const gr_index at = ((i - lo) * rows + j - lo) * columns + k - lo;

        solid += order_value_f64(order_mix((uint64_t)at));
        whole_solid += at;
    };
    GR_PARALLEL_REDUCE_2D("whole", i, j, flat, GR_SUM(int64_t, whole_flat)) {
        whole_flat += (i - lo) * rows + j - lo;
    };
    sums->flat = plane;
    sums->right = right;
    sums->solid = solid;
    sums->whole_flat = whole_flat;
    sums->whole_solid = whole_solid;
    return gr_fence();
}

gr_status any_bins(gr_index n, double *real, int64_t *whole) {
    gr_view1_f64 reals;
    gr_view1_i64 wholes;
    gr_view1_i64_right host;

    GR_TRY(GR_CREATE(&reals, "reals", ANY_BINS));
    GR_TRY(GR_CREATE(&wholes, "wholes", ANY_BINS));
    GR_PARALLEL_REDUCE_ARRAY("bins", i, gr_range(0, n), GR_SUM_ARRAY(double, reals, ANY_BINS),
                             GR_SUM_ARRAY(int64_t, wholes, ANY_BINS)) {
        GR_AT(reals, i % ANY_BINS) += order_value_f64(order_mix((uint64_t)i));
        GR_AT(wholes, i % ANY_BINS) += i;
    };
    GR_TRY(gr_fence());
    GR_TRY(fetch(reals, ANY_BINS, real));
    GR_TRY(GR_MIRROR_COPY(&host, wholes));
    memcpy(whole, host.data, ANY_BINS * sizeof *whole);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&wholes);
}
