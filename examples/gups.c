/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gups.c
 * @brief Updates at random places of a large table, counted in giga-updates a second; none is lost.
 *
 *     gups [BITS]     a table of 2^BITS words, 4 updates a word
 *
 * The sequence and the rules are RandomAccess's of the HPC Challenge (Luszczek et al. 2006,
 * doi:10.1145/1188455.1188677): a word a_k follows from a_(k-1) in the field of polynomials over
 * two elements, and table[a_k mod size] ^= a_k. The same updates again, one after the other, must
 * bring the table back to where it started. The rules let 1 % of the words be wrong; atomics lose
 * none.
 */
#include <granum/granum.h>
#include <stdio.h>
#include <stdlib.h>

/* Streams of the sequence that run side by side. */
enum { STREAMS = 1024 };

GR_FUNCTION uint64_t next(uint64_t a) {
    return a << 1 ^ (a >> 63) * 7;
}

/* The product of two polynomials modulo the one of next(), x^64 + x^2 + x + 1. */
GR_FUNCTION uint64_t product(uint64_t a, uint64_t b) {
    uint64_t sum = 0;

    for (; b; b >>= 1, a = next(a)) {
        sum ^= (b & 1) * a;
    }
    return sum;
}

/* a_k = x^k, by squaring, so that a stream can start anywhere. */
GR_FUNCTION uint64_t word(uint64_t k) {
    uint64_t power = 1;

    for (uint64_t square = 2; k; k >>= 1, square = product(square, square)) {
        power = k & 1 ? product(power, square) : power;
    }
    return power;
}

/* `each` updates from every stream's start on. */
static void update(gr_view1_u64 table, gr_view1_u64 start, gr_index each) {
    const uint64_t mask = (uint64_t)table.extent[0] - 1;

    GR_PARALLEL_FOR("update", s, gr_range(0, start.extent[0])) {
        uint64_t a = GR_AT(start, s);

        for (gr_index k = 0; k < each; ++k) {
            a = next(a);
            GR_ATOMIC_XOR(&GR_AT(table, (gr_index)(a & mask)), a);
        }
    };
}

static gr_status run(int bits) {
    gr_view1_u64 table, start;
    gr_view1_u64_right host;
    gr_index wrong = 0;

    GR_REQUIRE(bits >= 8 && bits <= 40, GR_INVALID_ARG, "BITS = %d, expected 8 to 40", bits);
    const gr_index size = (gr_index)1 << bits, updates = 4 * size, each = updates / STREAMS;
    GR_TRY(GR_CREATE_WITH(&table, GR_UNINITIALIZED, "table", size));
    GR_TRY(GR_CREATE_WITH(&start, GR_UNINITIALIZED, "start", STREAMS));
    GR_PARALLEL_FOR("table", i, gr_range(0, size)) {
        GR_AT(table, i) = (uint64_t)i;
    };
    GR_PARALLEL_FOR("streams", s, gr_range(0, STREAMS)) {
        GR_AT(start, s) = word((uint64_t)(s * each));
    };

    gr_timer timer = gr_timer_start();
    update(table, start, each);
    GR_TRY(gr_fence());
    const double seconds = gr_timer_seconds(timer);

    /* In one go from the first word, which also shows that the streams begin where others end. */
    GR_TRY(GR_MIRROR_COPY(&host, table));
    uint64_t a = 1;
    for (gr_index k = 0; k < updates; ++k) {
        a = next(a);
        GR_AT(host, (gr_index)(a & (uint64_t)(size - 1))) ^= a;
    }
    for (gr_index i = 0; i < size; ++i) {
        wrong += GR_AT(host, i) != (uint64_t)i;
    }
    printf("%td updates of %td words in %.1f ms: %.4f giga-updates a second; %td words are wrong\n",
           updates, size, 1e3 * seconds, 1e-9 * (double)updates / seconds, wrong);
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&start));
    GR_TRY(GR_RELEASE(&table));
    GR_REQUIRE(wrong == 0, GR_INTERNAL, "wrong = %td words, expected 0", wrong);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || run(argc > 1 ? atoi(argv[1]) : 20) ||
        gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "gups: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
