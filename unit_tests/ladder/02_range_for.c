/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 02_range_for.c
 * @brief A range visits each of its indices once, whatever its bounds and options.
 */
#include "ladder.h"

#include <string.h>

/* Elements outside of [lo, lo + n) keep 0; those inside were visited once and saw their index. */
static gr_status check(gr_view2_i64 seen, gr_index lo, gr_index n, const char *what) {
    gr_view2_i64_right host;
    gr_index wrong = 0;

    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, seen));
    for (gr_index i = 0; i < host.extent[0]; i++) {
        const bool inside = i >= 1 && i < 1 + n;

        wrong += GR_AT(host, i, 0) != (inside ? 1 : 0);
        wrong += GR_AT(host, i, 1) != (inside ? lo + i - 1 : 0);
    }
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_FILL(seen, 0));
    LADDER_NONE_WRONG(wrong, n, what);
    return GR_SUCCESS;
}

static gr_status each_index_once(gr_index lo, gr_index n) {
    gr_view2_i64 seen;

    GR_TRY(GR_CREATE(&seen, "seen", n + 2, 2));
    GR_PARALLEL_FOR("plain", i, gr_range(lo, lo + n)) {
        GR_AT(seen, 1 + i - lo, 0) += 1;
        GR_AT(seen, 1 + i - lo, 1) = i;
    };
    GR_TRY(check(seen, lo, n, "plain"));
    for (int threads = 1; threads <= 3; threads++) {
        GR_PARALLEL_FOR("threads", i, gr_with_threads(gr_range(lo, lo + n), threads)) {
            GR_AT(seen, 1 + i - lo, 0) += 1;
            GR_AT(seen, 1 + i - lo, 1) = i;
        };
        GR_TRY(check(seen, lo, n, "a number of threads"));
        GR_PARALLEL_FOR(
            "dynamic", i,
            gr_with_threads(gr_with_chunk(gr_with_dynamic(gr_range(lo, lo + n)), 5), threads)) {
            GR_AT(seen, 1 + i - lo, 0) += 1;
            GR_AT(seen, 1 + i - lo, 1) = i;
        };
        GR_TRY(check(seen, lo, n, "dynamic, in chunks"));
    }
    return GR_RELEASE(&seen);
}

/* A body has copies of the variables around it; a launch sees what the one before it wrote. */
static gr_status captures_and_order(gr_index n) {
    gr_view1_f64 a;
    gr_view1_f64_right host;
    double factor = 2.0;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&a, "a", n));
    GR_PARALLEL_FOR("first", i, gr_range(0, n)) {
        GR_AT(a, i) = factor * (double)i;
    };
    factor = 1e9;
    GR_PARALLEL_FOR("second", i, gr_range(0, n)) {
        if (i % 3 == 0) {
            GR_CONTINUE;
        }
        GR_AT(a, i) += 1.0;
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, a));
    for (gr_index i = 0; i < n; i++) {
        wrong += GR_AT(host, i) != 2.0 * (double)i + (i % 3 == 0 ? 0.0 : 1.0);
    }
    LADDER_NONE_WRONG(wrong, n, "captured and in order");
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&a);
}

/* A wrong range runs nothing, is answered once at the fence with its label, and then forgotten. */
static gr_status wrong_range(void) {
    gr_view1_i64 a;
    int64_t value = 0;

    GR_TRY(GR_CREATE(&a, "a", 1));
    GR_PARALLEL_FOR("backwards", i, gr_range(5, 4)) {
        GR_AT(a, 0 * i) = 1;
    };
    GR_REQUIRE(gr_fence() == GR_INVALID_ARG && strstr(gr_last_error()->message, "backwards"),
               GR_INTERNAL, "range 5..4: message = \"%s\", expected the label in it",
               gr_last_error()->message);
    GR_TRY(gr_fence());
    GR_TRY(GR_COPY_TO_SCALAR(&value, a));
    GR_REQUIRE(value == 0, GR_INTERNAL, "value = %td, expected 0", (gr_index)value);
    return GR_RELEASE(&a);
}

gr_status ladder_climb(void) {
    static const gr_index sizes[] = LADDER_SIZES;

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        GR_TRY(each_index_once(0, sizes[s]));
        GR_TRY(each_index_once(-sizes[s] / 2 - 1, sizes[s]));
        GR_TRY(each_index_once((gr_index)1 << 33, sizes[s]));
        GR_TRY(captures_and_order(sizes[s]));
    }
    return wrong_range();
}
