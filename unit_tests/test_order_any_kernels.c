/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_order_any_kernels.c
 * @brief The kernels of test_order_any.c, compiled with ORDER any.
 */
#include "test_order_any.h"

#include <granum/granum.h>
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
