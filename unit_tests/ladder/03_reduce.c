/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 03_reduce.c
 * @brief Reductions: sums by formula, extremes where they were put, one pattern of bits everywhere.
 */
#include "ladder.h"

#include <granum/reduce_array.h>
#include <granum/results.h>

#include <string.h>

/* What each operation must give over 1 .. n, and its identity over nothing. */
static gr_status operations(gr_index lo, gr_index n) {
    int64_t sum, least, most, all, any;
    uint64_t with, without;
    double exact;

    GR_PARALLEL_REDUCE("whole numbers", i, gr_range(lo, lo + n), GR_SUM(int64_t, sum),
                       GR_MIN(int64_t, least), GR_MAX(int64_t, most), GR_LAND(int64_t, all),
                       GR_LOR(int64_t, any), GR_BAND(uint64_t, with), GR_BOR(uint64_t, without)) {
        const int64_t k = i - lo + 1;

        sum += k;
        least = k < least ? k : least;
        most = k > most ? k : most;
        all = all && k > 0;
        any = any || k == 7;
        with &= k == 2 ? (uint64_t)-2 : (uint64_t)-1;
        without |= k == 2;
    };
    GR_PARALLEL_REDUCE("powers", i, gr_range(lo, lo + (n < 50 ? n : 50)), GR_PROD(double, exact)) {
        exact *= i - lo == 3 ? -0.5 : 2.0;
    };
    GR_TRY(gr_fence());
    GR_REQUIRE(sum == n * (n + 1) / 2, GR_INTERNAL, "n = %td: sum = %td, expected %td", n,
               (gr_index)sum, n * (n + 1) / 2);
    GR_REQUIRE(least == (n ? 1 : INT64_MAX) && most == (n ? n : INT64_MIN), GR_INTERNAL,
               "n = %td: from %td to %td, expected 1 to n", n, (gr_index)least, (gr_index)most);
    GR_REQUIRE(all == 1 && any == (n >= 7), GR_INTERNAL, "n = %td: all, any = %d, %d", n, (int)all,
               (int)any);
    GR_REQUIRE(with == (n >= 2 ? (uint64_t)-2 : (uint64_t)-1) && without == (uint64_t)(n >= 2),
               GR_INTERNAL, "n = %td: the bits are wrong", n);
    double power = 1.0;
    for (gr_index k = 0; k < (n < 50 ? n : 50); k++) {
        power *= k == 3 ? -0.5 : 2.0;
    }
    GR_REQUIRE(exact == power, GR_INTERNAL, "n = %td: product = %g, expected %g", n, exact, power);
    return GR_SUCCESS;
}

/* Of equal values the lowest location wins; over nothing there is none. */
static gr_status locations(gr_index n) {
    gr_loc_f64 low, high;
    gr_minmax_f64 both;

    GR_PARALLEL_REDUCE("locations", i, gr_range(0, n), GR_MINLOC(double, low),
                       GR_MAXLOC(double, high), GR_MINMAX(double, both)) {
        const double x = (double)(i % 33);

        if (x < low.value) {
            low.value = x;
            low.location = i;
        }
        if (x > high.value) {
            high.value = x;
            high.location = i;
        }
        both.min = x < both.min ? x : both.min;
        both.max = x > both.max ? x : both.max;
    };
    GR_TRY(gr_fence());
    const gr_index last = n > 33 ? 32 : n - 1;
    GR_REQUIRE(low.location == (n ? 0 : GR_NO_LOCATION), GR_INTERNAL,
               "n = %td: least at %td, expected 0", n, low.location);
    GR_REQUIRE(high.location == (n ? last : GR_NO_LOCATION), GR_INTERNAL,
               "n = %td: greatest at %td, expected %td", n, high.location, last);
    GR_REQUIRE(!n || (both.min == 0.0 && both.max == (double)last), GR_INTERNAL,
               "n = %td: from %g to %g, expected 0 to %td", n, both.min, both.max, last);
    return GR_SUCCESS;
}

typedef struct moments {
    int64_t count, sum;
    int32_t odd;
} moments;

GR_FUNCTION moments moments_join(moments a, moments b) {
    const moments joined = {a.count + b.count, a.sum + b.sum, a.odd ^ b.odd};

    return joined;
}

static gr_status of_ones_own(gr_index n) {
    moments m;

    GR_PARALLEL_REDUCE("moments", i, gr_range(0, n),
                       GR_REDUCER(moments, m, (GR_IMPL_LITERAL(moments){0, 0, 0}), moments_join)) {
        m.count++;
        m.sum += i;
        m.odd ^= (int32_t)(i & 1);
    };
    GR_TRY(gr_fence());
    GR_REQUIRE(m.count == n && m.sum == n * (n - 1) / 2 && m.odd == (n / 2 & 1), GR_INTERNAL,
               "n = %td: count, sum, odd = %td, %td, %d", n, (gr_index)m.count, (gr_index)m.sum,
               m.odd);
    return GR_SUCCESS;
}

/* Results whose number is known at run time, and one that stays in a View. */
static gr_status arrays_and_views(gr_index n, gr_index bins) {
    gr_view1_i64 count;
    gr_view1_i64_right host;
    gr_view0_i64 total;
    int64_t all = -1;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&count, "count", bins));
    GR_TRY(GR_CREATE(&total, "total"));
    GR_PARALLEL_REDUCE_ARRAY("array", i, gr_range(0, n), GR_SUM_ARRAY(int64_t, count, bins)) {
        GR_AT(count, i % bins) += 1;
    };
    GR_PARALLEL_REDUCE_TO("view", i, gr_range(0, n), GR_TO(total, GR_SUM(int64_t, sum))) {
        sum += i;
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, count));
    for (gr_index k = 0; k < bins; k++) {
        wrong += GR_AT(host, k) != (n + bins - 1 - k) / bins;
    }
    LADDER_NONE_WRONG(wrong, n, "counts");
    GR_TRY(GR_COPY_TO_SCALAR(&all, total));
    GR_REQUIRE(all == n * (n - 1) / 2, GR_INTERNAL, "n = %td: total = %td, expected %td", n,
               (gr_index)all, n * (n - 1) / 2);
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&total));
    return GR_RELEASE(&count);
}

/* Sums whose rounding depends on the order of adding: for any number of threads and any schedule
   the bits that oracle/canonical_order.py computes, which are every backend's. */
static gr_status bits(gr_index n, uint64_t expected) {
    uint64_t word;

    for (int k = 0; k < 8; k++) {
        gr_range_1d_policy policy = gr_with_threads(gr_range(1, n + 1), 1 + k % 4);
        double sum;

        policy.options.schedule = k < 4 ? GR_STATIC : GR_DYNAMIC;
        GR_PARALLEL_REDUCE("harmonic", i, policy, GR_SUM(double, sum)) {
            sum += (i & 1 ? 1.0 : -1.0) / (double)i;
        };
        GR_TRY(gr_fence());
        memcpy(&word, &sum, sizeof word);
        GR_REQUIRE(word == expected, GR_INTERNAL, "n = %td, %d threads: bits = %llx, expected %llx",
                   n, 1 + k % 4, (unsigned long long)word, (unsigned long long)expected);
    }
    return GR_SUCCESS;
}

gr_status ladder_climb(void) {
    static const gr_index sizes[] = LADDER_SIZES;

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        GR_TRY(operations(0, sizes[s]));
        GR_TRY(operations(-3, sizes[s]));
        GR_TRY(locations(sizes[s]));
        GR_TRY(of_ones_own(sizes[s]));
        GR_TRY(arrays_and_views(sizes[s], 1));
        GR_TRY(arrays_and_views(sizes[s], 37));
    }
    GR_TRY(bits(33, 0x3fe6a880ce9df926u));
    GR_TRY(bits(4097, 0x3fe62f42e6fc39c4u));
    return bits(100003, 0x3fe62e4d7b3cf14bu);
}
