/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file atomics.c
 * @brief Threads that meet at elements: for the thread sanitizer, which Criterion does not run
 * under.
 */
#include "test_atomic_contention.h"

#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, N = 20000 };

static int failures;

static void expect(bool right, const char *what) {
    if (!right) {
        printf("%s: wrong\n", what);
        failures++;
    }
}

int main(void) {
    static wide outer, inner[300];
    static int64_t data[N + 1];
    static int32_t flag[N + 1];
    integers to = {.anded = -1, .least = INT64_MAX, .most = INT64_MIN, .product = 1};
    int64_t integer = 0, counter = 0;
    double real = 0;
    gr_c128 pair[2] = {{0, 0}, {0, 0}};
    bytes24 large = {{0}};
    int32_t held = 0;

    add_i64(&integer, 1, N, THREADS);
    add_f64(&real, 1, N, THREADS);
    add_c128(pair, 2, N, THREADS);
    mixed(&to, N, THREADS);
    expect(integer == N && real == N && pair[1].im == N && to.tickets == N, "sums");
    expect(update_24(&large, 6000, THREADS) == 0 && large.b[23] == 6000 % 256, "structs");
    expect(pass_messages(data, flag, N, THREADS) == 0, "messages");
    under_own_lock(&counter, &held, 1000, THREADS);
    expect(counter == 1000 * 999 / 2, "lock");
    nested(&outer, inner, 300, 20, THREADS);
    expect(outer.count == 20, "nested");
    expect(gr_fence() == GR_SUCCESS, "fence");
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
