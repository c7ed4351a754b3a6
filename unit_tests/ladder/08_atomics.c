/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file 08_atomics.c
 * @brief Atomics: nothing is lost where many meet at one element, in every size of element.
 */
#include "ladder.h"

/* Exact sums whatever the order: n additions spread over a few cells. */
#define ADDS(suffix, T)                                                  \
    static gr_status adds_##suffix(gr_index n, gr_index cells) {         \
        gr_view1_##suffix sum;                                           \
        gr_view1_##suffix##_right host;                                  \
        gr_index wrong = 0;                                              \
                                                                         \
        GR_TRY(GR_CREATE(&sum, "sum", cells));                           \
        GR_PARALLEL_FOR("add", i, gr_with_threads(gr_range(0, n), 4)) {  \
            GR_ATOMIC_ADD(&GR_AT(sum, i % cells), (T)1);                 \
        };                                                               \
        GR_TRY(gr_fence());                                              \
        GR_TRY(GR_MIRROR_COPY(&host, sum));                              \
        for (gr_index c = 0; c < cells; c++) {                           \
            wrong += GR_AT(host, c) != (T)((n + cells - 1 - c) / cells); \
        }                                                                \
        LADDER_NONE_WRONG(wrong, n, "sums of " #suffix);                 \
        GR_TRY(GR_RELEASE(&host));                                       \
        return GR_RELEASE(&sum);                                         \
    }
ADDS(u8, uint8_t)
ADDS(i16, int16_t)
ADDS(i32, int32_t)
ADDS(u64, uint64_t)
ADDS(f32, float)
ADDS(f64, double)

/* Each takes a ticket: all tickets are taken once. The last seen extremes are the extremes. */
static gr_status tickets(gr_index n) {
    gr_view1_i64 counter, taken;
    gr_view1_i64_right host;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&counter, "counter, least, most, bits", 4));
    GR_TRY(GR_CREATE(&taken, "taken", n));
    GR_PARALLEL_FOR("tickets", i, gr_with_threads(gr_range(0, n), 4)) {
        const int64_t ticket = GR_ATOMIC_FETCH_ADD(&GR_AT(counter, 0), 1);

        GR_AT(taken, ticket) += 1;
        GR_ATOMIC_MIN(&GR_AT(counter, 1), -i);
        GR_ATOMIC_MAX(&GR_AT(counter, 2), i);
        GR_ATOMIC_XOR(&GR_AT(counter, 3), i);
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, taken));
    for (gr_index i = 0; i < n; i++) {
        wrong += GR_AT(host, i) != 1;
    }
    GR_TRY(GR_RELEASE(&host));
    LADDER_NONE_WRONG(wrong, n, "tickets");
    const gr_index last = n - 1, rest = last % 4;
    const int64_t all = n == 0 ? 0 : rest == 0 ? last : rest == 1 ? 1 : rest == 2 ? last + 1 : 0;
    GR_TRY(GR_MIRROR_COPY(&host, counter));
    GR_REQUIRE(GR_AT(host, 0) == n && GR_AT(host, 1) == (n ? 1 - n : 0) &&
                   GR_AT(host, 2) == (n ? last : 0) && GR_AT(host, 3) == all,
               GR_INTERNAL, "n = %td: counter, least, most, xor = %td, %td, %td, %td", n,
               (gr_index)GR_AT(host, 0), (gr_index)GR_AT(host, 1), (gr_index)GR_AT(host, 2),
               (gr_index)GR_AT(host, 3));
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&taken));
    return GR_RELEASE(&counter);
}

/* A struct that no instruction exchanges, and a loop of one's own around compare-exchange. */
typedef struct record {
    int64_t count, sum, twice;
} record;
GR_DEFINE_VIEW(record, record)

GR_FUNCTION record with_one_more(record r, int64_t i) {
    const record more = {r.count + 1, r.sum + i, r.twice + 2 * i};

    return more;
}

static gr_status structs(gr_index n) {
    gr_view1_record records;
    gr_view1_record_right host;
    gr_view1_f64 product;
    gr_view1_f64_right power;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&records, "records", 3));
    GR_TRY(GR_CREATE(&product, "product", 1));
    GR_PARALLEL_FOR("structs", i, gr_with_threads(gr_range(0, 3 * n), 4)) {
        double seen = GR_ATOMIC_LOAD(&GR_AT(product, 0));

        GR_ATOMIC_UPDATE(&GR_AT(records, i % 3), with_one_more, (int64_t)(i / 3));
        while (!GR_ATOMIC_COMPARE_EXCHANGE(&GR_AT(product, 0), &seen, 0.5 * seen + 1.0)) {}
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, records));
    for (gr_index c = 0; c < 3; c++) {
        const record r = GR_AT(host, c);

        wrong += r.count != n || r.sum != n * (n - 1) / 2 || r.twice != n * (n - 1);
    }
    LADDER_NONE_WRONG(wrong, n, "structs");
    double expected = 0.0;
    for (gr_index i = 0; i < 3 * n; i++) {
        expected = 0.5 * expected + 1.0;
    }
    GR_TRY(GR_MIRROR_COPY(&power, product));
    GR_REQUIRE(GR_AT(power, 0) == expected, GR_INTERNAL, "n = %td: value = %.17g, expected %.17g",
               n, GR_AT(power, 0), expected);
    GR_TRY(GR_RELEASE(&power));
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&product));
    return GR_RELEASE(&records);
}

/* What one iteration released, whoever acquires its flag sees. */
static gr_status passes_messages(gr_index n) {
    gr_view1_i64 data;
    gr_view1_i32 flag;
    int64_t wrong;

    GR_TRY(GR_CREATE(&data, "data", n));
    GR_TRY(GR_CREATE(&flag, "flag", n));
    GR_PARALLEL_REDUCE("messages", k, gr_with_threads(gr_range(0, 2 * n), 4),
                       GR_SUM(int64_t, wrong)) {
        const gr_index i = k % n;

        if (k < n) {
            GR_AT(data, i) = 3 * i + 1;
            GR_ATOMIC_STORE(&GR_AT(flag, i), 1, GR_ORDER_RELEASE);
        } else if (GR_ATOMIC_LOAD(&GR_AT(flag, i), GR_ORDER_ACQUIRE)) {
            wrong += GR_AT(data, i) != 3 * i + 1;
        }
    };
    GR_TRY(gr_fence());
    LADDER_NONE_WRONG(wrong, n, "messages");
    GR_TRY(GR_RELEASE(&data));
    return GR_RELEASE(&flag);
}

gr_status ladder_climb(void) {
    static const gr_index sizes[] = LADDER_SIZES;

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const gr_index n = sizes[s];

        GR_TRY(adds_u8(n, 1));
        GR_TRY(adds_i16(n < 1 << 15 ? n : 1 << 15, 5));
        GR_TRY(adds_i32(n, 7));
        GR_TRY(adds_u64(n, 1));
        GR_TRY(adds_f32(n, 3));
        GR_TRY(adds_f64(n, 1000));
        GR_TRY(tickets(n));
        GR_TRY(structs(n / 10));
        GR_TRY(passes_messages(n));
    }
    return GR_SUCCESS;
}
