/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan.c
 * @brief Keep what passes a test, in order, in parallel: the primes below N, packed by a scan.
 *
 *     scan [N]
 *
 * Each number asks on its own whether it is prime. The scan counts the primes before it, which is
 * the place where it belongs: nobody waits for anybody, and the list comes out sorted.
 */
#include <granum/granum.h>
#include <stdio.h>
#include <stdlib.h>

GR_FUNCTION int is_prime(int64_t n) {
    if (n < 4) {
        return n > 1;
    }
    if (n % 2 == 0) {
        return 0;
    }
    for (int64_t d = 3; d * d <= n; d += 2) {
        if (n % d == 0) {
            return 0;
        }
    }
    return 1;
}

static gr_status run(gr_index n) {
    gr_view1_i64 keep, primes;
    int64_t count, twins;

    GR_REQUIRE(n >= 10, GR_INVALID_ARG, "N = %td, expected 10 or more", n);
    GR_TRY(GR_CREATE(&keep, "keep", n));
    /* Large numbers take longer to test than small ones: deal them out on demand. */
    GR_PARALLEL_FOR("test", i, gr_with_dynamic(gr_range(0, n))) {
        GR_AT(keep, i) = is_prime(i);
    };
    GR_PARALLEL_REDUCE("count", i, gr_range(0, n), GR_SUM(int64_t, count)) {
        count += GR_AT(keep, i);
    };
    GR_TRY(GR_CREATE(&primes, "primes", count));
    GR_PARALLEL_SCAN("pack", i, gr_range(0, n), GR_SUM(int64_t, place), final) {
        if (final && GR_AT(keep, i)) {
            GR_AT(primes, place) = i;
        }
        place += GR_AT(keep, i);
    };
    GR_PARALLEL_REDUCE("twins", k, gr_range(1, count), GR_SUM(int64_t, twins)) {
        twins += GR_AT(primes, k) - GR_AT(primes, k - 1) == 2;
    };
    GR_TRY(gr_fence());

    printf("%td primes below %td, %td pairs of twins:\n", (gr_index)count, n, (gr_index)twins);
    GR_TRY(gr_view_print(stdout, GR_ANY(primes)));
    printf("\n");
    /* Known values: Deleglise and Rivat 1996 for the primes, OEIS A007508 for the twins. */
    const bool right =
        n != 1000000 || (count == 78498 && twins == 8169 && GR_AT(primes, count - 1) == 999983);
    GR_TRY(GR_RELEASE(&keep));
    GR_TRY(GR_RELEASE(&primes));
    GR_REQUIRE(right, GR_INTERNAL, "count = %td, expected 78498 with 8169 twins", (gr_index)count);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || run(argc > 1 ? atol(argv[1]) : 1000000) ||
        gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "scan: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
