/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_atomic_contention_kernels.c
 * @brief Kernels of test_atomic_contention.c.
 */
#include "test_atomic_contention.h"

#define DEFINE_ADD(suffix, T)                                                 \
    void add_##suffix(T *cell, gr_index cells, gr_index n, int threads) {     \
        GR_PARALLEL_FOR("add", i, gr_with_threads(gr_range(0, n), threads)) { \
            GR_ATOMIC_ADD(&cell[i % cells], 2);                               \
            (void)GR_ATOMIC_FETCH_SUB(&cell[i % cells], 1);                   \
        };                                                                    \
    }
NUMBER_LIST(DEFINE_ADD)

#define DEFINE_ADD_COMPLEX(C)                                                 \
    void add_##C(gr_##C *cell, gr_index cells, gr_index n, int threads) {     \
        GR_PARALLEL_FOR("add", i, gr_with_threads(gr_range(0, n), threads)) { \
            GR_ATOMIC_ADD(&cell[i % cells], gr_##C##_make(1, 2));             \
        };                                                                    \
    }
DEFINE_ADD_COMPLEX(c64)
DEFINE_ADD_COMPLEX(c128)

#define DEFINE_UPDATE(S)                                                                     \
    GR_FUNCTION bytes##S next_##S(bytes##S a, int by) {                                      \
        for (int k = 0; k < S; k++)                                                          \
            a.b[k] = (unsigned char)(a.b[k] + by);                                           \
        return a;                                                                            \
    }                                                                                        \
    gr_index update_##S(bytes##S *cell, gr_index n, int threads) {                           \
        gr_index torn;                                                                       \
                                                                                             \
        GR_PARALLEL_REDUCE("update", i, gr_with_threads(gr_range(0, n), threads),            \
                           GR_SUM(gr_index, torn)) {                                         \
            bytes##S seen;                                                                   \
                                                                                             \
            if (i % 3 == 0) {                                                                \
                GR_ATOMIC_UPDATE(cell, next_##S, 1);                                         \
                seen = GR_ATOMIC_LOAD(cell);                                                 \
            } else if (i % 3 == 1) {                                                         \
                seen = GR_ATOMIC_FETCH_UPDATE(cell, next_##S, 1);                            \
            } else {                                                                         \
                bytes##S other;                                                              \
                                                                                             \
                seen = GR_ATOMIC_LOAD(cell);                                                 \
                do {                                                                         \
                    other = next_##S(seen, 1);                                               \
                } while (!GR_ATOMIC_COMPARE_EXCHANGE(cell, &seen, other, GR_ORDER_SEQ_CST)); \
            }                                                                                \
            for (int k = 1; k < S; k++)                                                      \
                torn += seen.b[k] != seen.b[0];                                              \
        };                                                                                   \
        return torn;                                                                         \
    }
STRUCT_LIST(DEFINE_UPDATE)

void mixed(integers *to, gr_index n, int threads) {
    GR_PARALLEL_FOR("mixed", i, gr_with_threads(gr_range(0, n), threads)) {
        const int64_t ticket = GR_ATOMIC_FETCH_ADD(&to->tickets, 1);

        GR_ATOMIC_MAX(&to->last_ticket, ticket);
        GR_ATOMIC_XOR(&to->xored, i);
        GR_ATOMIC_AND(&to->anded, ~(INT64_C(1) << i % 63));
        GR_ATOMIC_OR(&to->ored, INT64_C(1) << i % 63);
        GR_ATOMIC_MIN(&to->least, i * 7919 % n - 5);
        GR_ATOMIC_MAX(&to->most, i * 7919 % n - 5, GR_ORDER_ACQ_REL);
        GR_ATOMIC_INC(&to->wrapped_up, 6);
        GR_ATOMIC_DEC(&to->wrapped_down, 6);
        GR_ATOMIC_MUL(&to->product, 2 * (uint64_t)i + 1);
    };
}

gr_index pass_messages(int64_t *data, int32_t *flag, gr_index n, int threads) {
    gr_index wrong;

    /* Iteration 2k writes message k, 2k + 1 looks whether it is there; neither waits. */
    GR_PARALLEL_REDUCE("messages", i, gr_with_threads(gr_range(0, 2 * n), threads),
                       GR_SUM(gr_index, wrong)) {
        const gr_index k = (i % 2 == 0 ? i : 2 * n - i) / 2;

        if (i % 2 == 0) {
            data[k] = k + 1;
            GR_ATOMIC_STORE(&flag[k], 1, GR_ORDER_RELEASE);
        } else if (GR_ATOMIC_LOAD(&flag[k], GR_ORDER_ACQUIRE)) {
            wrong += data[k] != k + 1;
        }
    };
    return wrong;
}

void under_own_lock(int64_t *counter, int32_t *held, gr_index n, int threads) {
    GR_PARALLEL_FOR("own lock", i, gr_with_threads(gr_range(0, n), threads)) {
        while (GR_ATOMIC_EXCHANGE(held, 1, GR_ORDER_ACQUIRE)) {}
        *counter += i;
        GR_ATOMIC_STORE(held, 0, GR_ORDER_RELEASE);
    };
}

typedef struct many {
    wide *at, *outer;
    gr_index count;
} many;

GR_FUNCTION wide one_more(wide a, int by) {
    a.count += by;
    for (int k = 0; k < 4; k++)
        a.part[k] += by * (k + 1);
    return a;
}

/* Uses every lock of the pool, the one of the element under way among them. */
GR_FUNCTION wide with_others(wide a, many others) {
    for (gr_index k = 0; k < others.count; k++)
        GR_ATOMIC_UPDATE(&others.at[k], one_more, 1);
    return one_more(a, GR_ATOMIC_LOAD(others.outer).count < 0 ? 5 : 1);
}

void nested(wide *outer, wide *inner, gr_index m, gr_index n, int threads) {
    many others = {inner, outer, m};

    GR_PARALLEL_FOR("nested", i, gr_with_threads(gr_range(0, n), threads)) {
        GR_ATOMIC_UPDATE(outer, with_others, others);
        (void)i;
    };
}
