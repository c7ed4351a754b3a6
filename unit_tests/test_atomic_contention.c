/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_atomic_contention.c
 * @brief Nothing is lost where threads meet at an element. Oracle: what the updates add up to.
 */
#include "test_atomic_contention.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, MOST_CELLS = 64, N = 64 * 700 };

static const gr_index cell_counts[] = {1, 4, 64};

#define CHECK_ADD(suffix, T)                                                       \
    Test(atomic_contention, adds_##suffix, .timeout = 60) {                        \
        for (int c = 0; c < 3; c++) {                                              \
            const gr_index cells = cell_counts[c];                                 \
            T cell[MOST_CELLS] = {0};                                              \
                                                                                   \
            add_##suffix(cell, cells, N, THREADS);                                 \
            cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));                       \
            for (gr_index k = 0; k < cells; k++)                                   \
                cr_expect(cell[k] == (T)(N / cells), "cell %td of %td", k, cells); \
        }                                                                          \
    }
NUMBER_LIST(CHECK_ADD)

#define CHECK_COMPLEX(C)                                                                       \
    Test(atomic_contention, adds_##C, .timeout = 60) {                                         \
        static gr_##C cells[MOST_CELLS + 1];                                                   \
                                                                                               \
        /* aligned to its size, and not: by instruction and behind a lock */                   \
        for (int shift = 0; shift < 2; shift++) {                                              \
            gr_##C *cell = (gr_##C *)(void *)((char *)cells + shift * (int)sizeof *cells / 2); \
                                                                                               \
            memset(cells, 0, sizeof cells);                                                    \
            add_##C(cell, 4, N, THREADS);                                                      \
            for (int k = 0; k < 4; k++)                                                        \
                cr_expect(cell[k].re == N / 4 && cell[k].im == N / 2, "cell %d", k);           \
        }                                                                                      \
    }
CHECK_COMPLEX(c64)
CHECK_COMPLEX(c128)

#define CHECK_STRUCT(S)                                                                     \
    {                                                                                       \
        static bytes##S cell[3];                                                            \
        const gr_index torn = update_##S(&cell[1], 6000, THREADS);                          \
                                                                                            \
        cr_expect(eq(long, torn, 0), "%d bytes", S);                                        \
        for (int k = 0; k < S; k++) {                                                       \
            cr_expect(eq(int, cell[1].b[k], 6000 % 256), "byte %d of %d", k, S);            \
            cr_expect(cell[0].b[k] == 0 && cell[2].b[k] == 0, "neighbours of %d bytes", S); \
        }                                                                                   \
    }
Test(atomic_contention, structs_are_never_torn, .timeout = 120) {
    STRUCT_LIST(CHECK_STRUCT)
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
}

Test(atomic_contention, integer_operations, .timeout = 60) {
    integers to = {.anded = -1, .least = INT64_MAX, .most = INT64_MIN, .product = 1};
    uint64_t product = 1;
    int64_t xored = 0;

    mixed(&to, N, THREADS);
    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
    for (int64_t i = 0; i < N; i++) {
        product *= 2 * (uint64_t)i + 1;
        xored ^= i;
    }
    cr_expect(eq(long, to.tickets, N));
    cr_expect(eq(long, to.last_ticket, N - 1));
    cr_expect(eq(long, to.xored, xored));
    cr_expect(eq(long, to.anded, INT64_MIN));
    cr_expect(eq(long, to.ored, INT64_MAX));
    cr_expect(eq(long, to.least, -5));
    cr_expect(eq(long, to.most, N - 6));
    cr_expect(eq(long, to.wrapped_up, N % 7));
    cr_expect(eq(long, to.wrapped_down, (7 - N % 7) % 7));
    cr_expect(to.product == product);
}

Test(atomic_contention, release_and_acquire_pass_data, .timeout = 60) {
    enum { MESSAGES = 20000 };
    static int64_t data[MESSAGES + 1];
    static int32_t flag[MESSAGES + 1];

    cr_expect(eq(long, pass_messages(data, flag, MESSAGES, THREADS), 0));
}

Test(atomic_contention, exchange_makes_a_lock, .timeout = 60) {
    int64_t counter = 0;
    int32_t held = 0;

    under_own_lock(&counter, &held, 4000, THREADS);
    cr_expect(eq(long, counter, 4000 * 3999 / 2));
}

/* More inner elements than the pool has locks, so every lock is asked for inside of an update. */
Test(atomic_contention, nested_atomics_do_not_deadlock, .timeout = 60) {
    enum { INNER = 700, ROUNDS = 60 };
    static wide outer, inner[INNER];
    int64_t runs;

    nested(&outer, inner, INNER, ROUNDS, THREADS);
    cr_expect(eq(long, outer.count, ROUNDS));
    runs = inner[0].count;
    cr_expect(runs >= ROUNDS);
    for (int k = 0; k < INNER; k++) {
        cr_expect(eq(long, inner[k].count, runs));
        cr_expect(eq(long, inner[k].part[3], 4 * runs));
    }
}

/* A child born while other elements are in use finds no lock held. */
Test(atomic_contention, children_find_free_locks, .timeout = 60) {
    static wide outer, inner[700];
    int status = -1;
    pid_t child;

    nested(&outer, inner, 700, 4, THREADS);
    child = fork();
    if (child == 0) {
        alarm(20);
        nested(&outer, inner, 700, 1, 1);
        _exit(outer.count == 5 ? 0 : 1);
    }
    cr_assert(child > 0 && waitpid(child, &status, 0) == child);
    cr_expect(eq(int, status, 0));
}
