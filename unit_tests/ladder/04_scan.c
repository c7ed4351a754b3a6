/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 04_scan.c
 * @brief Scans: what comes before each element, with and without it, and the total.
 */
#include "ladder.h"

#include <granum/scan_segmented.h>

#include <string.h>

static gr_status sums(gr_index lo, gr_index n) {
    gr_view2_i64 before_after;
    gr_view2_i64_right host;
    int64_t total = -1;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&before_after, "before and after", n, 2));
    GR_PARALLEL_SCAN_TOTAL("sums", i, gr_range(lo, lo + n), GR_SUM(int64_t, sum), final, total) {
        if (final) {
            GR_AT(before_after, i - lo, 0) = sum;
        }
        sum += i - lo + 1;
        if (final) {
            GR_AT(before_after, i - lo, 1) = sum;
        }
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, before_after));
    for (gr_index i = 0; i < n; i++) {
        wrong += GR_AT(host, i, 0) != i * (i + 1) / 2;
        wrong += GR_AT(host, i, 1) != (i + 1) * (i + 2) / 2;
    }
    LADDER_NONE_WRONG(wrong, n, "running sums");
    GR_REQUIRE(total == n * (n + 1) / 2, GR_INTERNAL, "n = %td: total = %td, expected %td", n,
               (gr_index)total, n * (n + 1) / 2);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&before_after);
}

/* What a scan is for: keep the multiples of 3, in order. */
static gr_status packs(gr_index n) {
    gr_view1_i64 kept;
    gr_view1_i64_right host;
    int64_t count = -1;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&kept, "kept", n));
    GR_PARALLEL_SCAN_TOTAL("pack", i, gr_with_dynamic(gr_range(0, n)), GR_SUM(int64_t, place),
                           final, count) {
        if (i % 3 != 0) {
            GR_CONTINUE;
        }
        if (final) {
            GR_AT(kept, place) = i;
        }
        place++;
    };
    GR_TRY(gr_fence());
    GR_REQUIRE(count == (n + 2) / 3, GR_INTERNAL, "n = %td: count = %td, expected %td", n,
               (gr_index)count, (n + 2) / 3);
    GR_TRY(GR_MIRROR_COPY(&host, kept));
    for (gr_index k = 0; k < count; k++) {
        wrong += GR_AT(host, k) != 3 * k;
    }
    LADDER_NONE_WRONG(wrong, n, "packed");
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&kept);
}

/* A composition of functions x -> a x + b does not commute: a scan must keep the order. */
typedef struct line {
    uint32_t a, b;
} line;

GR_FUNCTION line then(line first, line second) {
    const line both = {second.a * first.a, second.a * first.b + second.b};

    return both;
}

static gr_status keeps_the_order(gr_index n) {
    gr_view1_u32 at;
    gr_view1_u32_right host;
    gr_index wrong = 0;
    uint32_t x = 1;

    GR_TRY(GR_CREATE(&at, "at", n));
    GR_PARALLEL_SCAN("lines", i, gr_range(0, n),
                     GR_REDUCER(line, all, (GR_IMPL_LITERAL(line){1, 0}), then), final) {
        const line here = {(uint32_t)(2 * i + 3), (uint32_t)i};

        all = then(all, here);
        if (final) {
            GR_AT(at, i) = all.a + all.b;
        }
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, at));
    for (gr_index i = 0; i < n; i++) {
        x = (uint32_t)(2 * i + 3) * x + (uint32_t)i;
        wrong += GR_AT(host, i) != x;
    }
    LADDER_NONE_WRONG(wrong, n, "composed in order");
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&at);
}

/* Segments of 1, 2, 3, ... elements: each starts anew, whatever lies between two threads. */
static gr_status segments(gr_index n) {
    gr_view1_i64 within, segment;
    gr_view1_i64_right host;
    gr_index wrong = 0, start = 0, length = 1;

    GR_TRY(GR_CREATE(&within, "within", n));
    GR_TRY(GR_CREATE(&segment, "segment", n));
    GR_TRY(GR_MIRROR(&host, segment));
    for (gr_index i = 0; i < n; i++) {
        if (i == start + length) {
            start = i;
            length++;
        }
        GR_AT(host, i) = length;
    }
    GR_TRY(gr_deep_copy(GR_ANY(segment), GR_ANY(host)));
    GR_TRY(GR_RELEASE(&host));
    GR_PARALLEL_SCAN_BY_KEY("segments", i, gr_range(0, n), GR_SUM(int64_t, sum), final, segment) {
        if (final) {
            GR_AT(within, i) = sum;
        }
        sum += 1;
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, within));
    start = 0;
    length = 1;
    for (gr_index i = 0; i < n; i++) {
        if (i == start + length) {
            start = i;
            length++;
        }
        wrong += GR_AT(host, i) != i - start;
    }
    LADDER_NONE_WRONG(wrong, n, "segments");
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&segment));
    return GR_RELEASE(&within);
}

/* The last running sum of 1 - 1/2 + 1/3 ... has the bits of oracle/canonical_order.py on any number
   of threads. */
static gr_status bits(gr_index n, uint64_t expected) {
    uint64_t word;

    for (int threads = 1; threads <= 4; threads++) {
        double total = 0;

        GR_PARALLEL_SCAN_TOTAL("harmonic", i, gr_with_threads(gr_range(1, n + 1), threads),
                               GR_SUM(double, sum), final, total) {
            (void) final;
            sum += (i & 1 ? 1.0 : -1.0) / (double)i;
        };
        GR_TRY(gr_fence());
        memcpy(&word, &total, sizeof word);
        GR_REQUIRE(word == expected, GR_INTERNAL, "n = %td, %d threads: bits = %llx, expected %llx",
                   n, threads, (unsigned long long)word, (unsigned long long)expected);
    }
    return GR_SUCCESS;
}

gr_status ladder_climb(void) {
    static const gr_index sizes[] = LADDER_SIZES;

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        GR_TRY(sums(0, sizes[s]));
        GR_TRY(sums(-5, sizes[s]));
        GR_TRY(packs(sizes[s]));
        GR_TRY(keeps_the_order(sizes[s]));
        GR_TRY(segments(sizes[s]));
    }
    GR_TRY(bits(33, 0x3fe6a880ce9df924u));
    return bits(100003, 0x3fe62e4d7b3cf151u);
}
