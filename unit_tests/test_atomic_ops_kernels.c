/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_atomic_ops_kernels.c
 * @brief Kernels of test_atomic_ops.c.
 */
#include "test_atomic_ops.h"

#define OP_CASE(word)                                                     \
    case OP_##word:                                                       \
        GR_ATOMIC_##word(&cell[i], v[i]);                                 \
        result[i] = GR_ATOMIC_FETCH_##word(&cell[n + i], v[i]);           \
        result[n + i] = GR_ATOMIC_##word##_FETCH(&cell[2 * n + i], v[i]); \
        break;
#define DEFINE_OPS(suffix, T, LIST)                                           \
    void ops_##suffix(op which, T *cell, const T *v, T *result, gr_index n) { \
        GR_PARALLEL_FOR("ops", i, gr_range(0, n)) {                           \
            switch (which) {                                                  \
                LIST(OP_CASE)                                                 \
            default:                                                          \
                break;                                                        \
            }                                                                 \
        };                                                                    \
    }
#define DEFINE_INTEGER(suffix, T) DEFINE_OPS(suffix, T, INTEGER_OPS)
#define DEFINE_REAL(suffix, T) DEFINE_OPS(suffix, T, REAL_OPS)
#define DEFINE_COMPLEX(suffix, T) DEFINE_OPS(suffix, T, COMPLEX_OPS)
INTEGER_LIST(DEFINE_INTEGER)
REAL_LIST(DEFINE_REAL)
COMPLEX_LIST(DEFINE_COMPLEX)

#define SAME(a, b) (__builtin_memcmp(&(a), &(b), sizeof(a)) == 0)

#define DEFINE_WHOLE(suffix, T)                                                         \
    gr_index whole_##suffix(T *cell, const T *v, const T *w, T *out, gr_index n) {      \
        gr_index wrong;                                                                 \
                                                                                        \
        GR_PARALLEL_REDUCE("whole", i, gr_range(0, n), GR_SUM(gr_index, wrong)) {       \
            const T *readable = &cell[i];                                               \
            T expected = w[i];                                                          \
                                                                                        \
            out[i] = GR_ATOMIC_LOAD(readable);                                          \
            GR_ATOMIC_STORE(&cell[i], v[i]);                                            \
            out[n + i] = GR_ATOMIC_EXCHANGE(&cell[i], w[i]);                            \
            wrong += !GR_ATOMIC_COMPARE_EXCHANGE(&cell[i], &expected, v[i]);            \
            wrong += !SAME(expected, w[i]);                                             \
            if (!SAME(v[i], w[i])) {                                                    \
                wrong += GR_ATOMIC_COMPARE_EXCHANGE(&cell[i], &expected, w[i]) ? 1 : 0; \
                wrong += !SAME(expected, v[i]);                                         \
            }                                                                           \
        };                                                                              \
        return wrong;                                                                   \
    }
INTEGER_LIST(DEFINE_WHOLE)
REAL_LIST(DEFINE_WHOLE)
COMPLEX_LIST(DEFINE_WHOLE)
DEFINE_WHOLE(byte3, byte3)
DEFINE_WHOLE(text, text)

GR_FUNCTION int64_t sum(int64_t a, int64_t b) {
    return a + b;
}

#define UNDER(order)                                                   \
    GR_ATOMIC_ADD(&cell[i], 1, order);                                 \
    (void)GR_ATOMIC_FETCH_ADD(&cell[i], 1, order);                     \
    GR_ATOMIC_MUL(&cell[i], 1, order);                                 \
    GR_ATOMIC_MAX(&cell[i], 0, order);                                 \
    (void)GR_ATOMIC_UPDATE_FETCH(&cell[i], sum, 1, order);             \
    {                                                                  \
        int64_t a = GR_ATOMIC_EXCHANGE(&cell[i], 0, order), zero = 0;  \
                                                                       \
        if (GR_ATOMIC_COMPARE_EXCHANGE(&cell[i], &zero, a + 1, order)) \
            GR_ATOMIC_SUB(&cell[i], 1, order);                         \
    }

int64_t orders(int64_t *cell, gr_index n) {
    GR_PARALLEL_FOR("orders", i, gr_range(0, n)) {
        UNDER(GR_ORDER_RELAXED)
        UNDER(GR_ORDER_ACQUIRE)
        UNDER(GR_ORDER_RELEASE)
        UNDER(GR_ORDER_ACQ_REL)
        UNDER(GR_ORDER_SEQ_CST)
        GR_ATOMIC_STORE(&cell[i], GR_ATOMIC_LOAD(&cell[i], GR_ORDER_ACQUIRE) + 1, GR_ORDER_RELEASE);
        GR_ATOMIC_STORE(&cell[i], GR_ATOMIC_LOAD(&cell[i], GR_ORDER_SEQ_CST) + 1, GR_ORDER_SEQ_CST);
        GR_ATOMIC_STORE(&cell[i], GR_ATOMIC_LOAD(&cell[i], GR_ORDER_RELAXED) + 1, GR_ORDER_RELAXED);
    };
    return 5 * 3 + 3;
}

typedef enum colour { RED, GREEN, BLUE } colour;
typedef struct pair {
    int32_t count;
    colour of;
} pair;

void places(gr_view2_f64 v, gr_view1_i32 hits) {
    const gr_index n = v.extent[0], m = v.extent[1];

    GR_PARALLEL_FOR_2D("view", i, j, gr_range_2d(0, n, 0, m)) {
        GR_ATOMIC_ADD(&GR_AT(v, i, j), 1);
        GR_ATOMIC_ADD(&GR_AT(v, 0, j), GR_ATOMIC_FETCH_ADD(&GR_AT(v, i, 0), 0) * 0 + 1);
        GR_ATOMIC_ADD(&GR_AT(hits, GR_ATOMIC_LOAD(&GR_AT(hits, 0)) * 0 + 1), 1);
    };
    GR_PARALLEL_FOR("members", i, gr_range(0, 1)) {
        pair p = {(int32_t)i, RED};

        GR_ATOMIC_ADD(&p.count, 2);
        GR_ATOMIC_STORE(&p.of, BLUE);
        GR_ATOMIC_STORE(&GR_AT(hits, 2), p.count + (p.of == BLUE ? 10 : 0));
    };
}
