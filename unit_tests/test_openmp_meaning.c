/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_openmp_meaning.c
 * @brief OpenMP in a file with granum's headers means what it means without them.
 *
 * Oracle: the same function compiled in a file that knows nothing of granum.
 */
#include "test_openmp_meaning.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static void expect_same(const int *seen, int count) {
    int plain[OBSERVATIONS];
    const int expected = observe_without(plain);

    cr_assert(eq(int, count, expected));
    cr_assert(count <= OBSERVATIONS);
    for (int k = 0; k < count; k++) {
        cr_expect(eq(int, seen[k], plain[k]), "observation %d", k);
    }
}

Test(openmp_meaning, is_kept_beside_the_headers, .timeout = 60) {
    int seen[OBSERVATIONS];

    expect_same(seen, observe_with_granum(seen));
}

Test(openmp_meaning, is_kept_after_launches, .timeout = 120) {
    int seen[OBSERVATIONS];

    for (int round = 0; round < 3; round++) {
        for (int kind = 0; kind < 5; kind++) {
            expect_same(seen, observe_after_launches(kind, seen));
        }
    }
}

Test(openmp_meaning, is_kept_inside_a_body, .timeout = 60) {
    for (int threads = 1; threads <= 4; threads++) {
        cr_expect(eq(int, observe_inside_a_body(50, threads), 50), "%d threads", threads);
    }
}

Test(openmp_meaning, launches_work_inside_regions, .timeout = 120) {
    int seen[OBSERVATIONS];

    for (int kind = 0; kind < 5; kind++) {
        cr_expect(eq(int, launch_inside_regions(kind), 0), "kind %d", kind);
        expect_same(seen, observe_with_granum(seen));
    }
}
