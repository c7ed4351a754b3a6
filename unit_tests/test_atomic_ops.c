/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_atomic_ops.c
 * @brief Atomics compute what plain C computes. Oracle: the operation in a serial loop.
 */
#include "test_atomic_ops.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <string.h>

/* Plain conditions in the macros: eq() is so much text that sanitizers compile it for minutes. */
enum { N = 257 };

static uint64_t state = 88172645463325252u;

static uint64_t random_bits(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Operands that no operation is undefined for. */
static int64_t operand(op which, unsigned bits) {
    switch (which) {
    case OP_DIV:
    case OP_MOD:
        return 1 + (int64_t)(random_bits() % 100); /* bool: truth */
    case OP_LSHIFT:
    case OP_RSHIFT:
        return (int64_t)(random_bits() % bits);
    default:
        return (int64_t)random_bits();
    }
}

/* Wide arithmetic, cut to T by the caller. */
static uint64_t after(op which, __int128 a, __int128 b, bool truth) {
    switch (which) {
    case OP_ADD:
        return (uint64_t)(truth ? a || b : a + b);
    case OP_SUB:
        return (uint64_t)(a - b);
    case OP_MUL:
        return (uint64_t)a * (uint64_t)b;
    case OP_DIV:
        return (uint64_t)(a / b);
    case OP_MOD:
        return (uint64_t)(a % b);
    case OP_MIN:
        return (uint64_t)(b < a ? b : a);
    case OP_MAX:
        return (uint64_t)(b > a ? b : a);
    case OP_AND:
        return (uint64_t)(a & b);
    case OP_OR:
        return (uint64_t)(a | b);
    case OP_XOR:
        return (uint64_t)(a ^ b);
    case OP_NAND:
        return truth ? !(a && b) : (uint64_t) ~(a & b);
    case OP_LSHIFT:
        return (uint64_t)a << (int)b;
    case OP_RSHIFT:
        return (uint64_t)(a >> (int)b);
    case OP_INC:
        return (uint64_t)(a >= b ? 0 : a + 1);
    default:
        return (uint64_t)(a == 0 || a > b ? b : a - 1);
    }
}

#define CHECK_INTEGER(suffix, T)                                                            \
    Test(atomic_ops, integers_##suffix, .timeout = 60) {                                    \
        const bool truth = (T)2 == (T)1;                                                    \
        T cell[3 * N], v[N], first[N], result[2 * N];                                       \
                                                                                            \
        for (int which = 0; which < OPS; which++) {                                         \
            gr_index wrong = 0;                                                             \
                                                                                            \
            for (int i = 0; i < N; i++) {                                                   \
                first[i] = (T)(random_bits() >> 11);                                        \
                v[i] = (T)operand((op)which, truth ? 1 : 8 * sizeof(T));                    \
                cell[i] = cell[N + i] = cell[2 * N + i] = first[i];                         \
            }                                                                               \
            ops_##suffix((op)which, cell, v, result, N);                                    \
            cr_assert(gr_fence() == GR_SUCCESS);                                            \
            for (int i = 0; i < N; i++) {                                                   \
                const T new_ = (T)after((op)which, first[i], v[i], truth);                  \
                                                                                            \
                wrong += cell[i] != new_ || cell[N + i] != new_ || cell[2 * N + i] != new_; \
                wrong += result[i] != first[i] || result[N + i] != new_;                    \
            }                                                                               \
            cr_expect(wrong == 0, "operation %d", which);                                   \
        }                                                                                   \
    }
INTEGER_LIST(CHECK_INTEGER)

#define CHECK_REAL(suffix, T)                                                                \
    Test(atomic_ops, reals_##suffix, .timeout = 60) {                                        \
        T cell[3 * N], v[N], first[N], result[2 * N];                                        \
                                                                                             \
        for (int which = 0; which <= OP_MAX; which++) {                                      \
            gr_index wrong = 0;                                                              \
                                                                                             \
            for (int i = 0; i < N; i++) {                                                    \
                first[i] = (T)((double)(int64_t)random_bits() * 0x1p-60);                    \
                v[i] = i % 31 == 3 ? (T)NAN : (T)((double)(int64_t)random_bits() * 0x1p-61); \
                cell[i] = cell[N + i] = cell[2 * N + i] = first[i];                          \
            }                                                                                \
            ops_##suffix((op)which, cell, v, result, N);                                     \
            for (int i = 0; i < N; i++) {                                                    \
                const T a = first[i], b = v[i];                                              \
                const T new_ = which == OP_ADD   ? a + b                                     \
                               : which == OP_SUB ? a - b                                     \
                               : which == OP_MUL ? a * b                                     \
                               : which == OP_DIV ? a / b                                     \
                               : which == OP_MIN ? (b < a ? b : a)                           \
                                                 : (b > a ? b : a);                          \
                                                                                             \
                for (int form = 0; form < 3; form++)                                         \
                    wrong += cell[form * N + i] != new_ && !isnan(new_);                     \
                wrong += isnan(new_) != isnan(cell[i]);                                      \
                wrong += result[i] != a || (result[N + i] != new_ && !isnan(new_));          \
            }                                                                                \
            cr_expect(wrong == 0, "operation %d", which);                                    \
        }                                                                                    \
    }
REAL_LIST(CHECK_REAL)

#define CHECK_COMPLEX(suffix, T)                                                         \
    Test(atomic_ops, complex_##suffix, .timeout = 60) {                                  \
        T v[N], first[N], result[2 * N];                                                 \
        T aligned[3 * N + 1];                                                            \
                                                                                         \
        for (int shift = 0; shift < 2; shift++) { /* behind a lock, or not */            \
            T *const cell = (T *)(void *)((char *)aligned + shift * (int)sizeof(T) / 2); \
                                                                                         \
            for (int which = 0; which <= OP_DIV; which++) {                              \
                gr_index wrong = 0;                                                      \
                                                                                         \
                for (int i = 0; i < N; i++) {                                            \
                    first[i] = gr_##suffix##_make((float)i + 1, (float)(i % 7));         \
                    v[i] = gr_##suffix##_make((float)(i % 5), 2 - (float)(i % 3) / 4);   \
                    cell[i] = cell[N + i] = cell[2 * N + i] = first[i];                  \
                }                                                                        \
                ops_##suffix((op)which, cell, v, result, N);                             \
                for (int i = 0; i < N; i++) {                                            \
                    const T a = first[i], b = v[i];                                      \
                    const T new_ = which == OP_ADD   ? gr_##suffix##_add(a, b)           \
                                   : which == OP_SUB ? gr_##suffix##_sub(a, b)           \
                                   : which == OP_MUL ? gr_##suffix##_mul(a, b)           \
                                                     : gr_##suffix##_div(a, b);          \
                                                                                         \
                    for (int form = 0; form < 3; form++)                                 \
                        wrong += memcmp(&cell[form * N + i], &new_, sizeof new_) != 0;   \
                    wrong += memcmp(&result[i], &a, sizeof a) != 0;                      \
                    wrong += memcmp(&result[N + i], &new_, sizeof new_) != 0;            \
                }                                                                        \
                cr_expect(wrong == 0, "operation %d, shift %d", which, shift);           \
            }                                                                            \
        }                                                                                \
    }
COMPLEX_LIST(CHECK_COMPLEX)

#define CHECK_WHOLE(suffix, T)                                                     \
    Test(atomic_ops, whole_values_##suffix, .timeout = 60) {                       \
        static T cell[N], v[N], w[N], out[2 * N], before[N];                       \
                                                                                   \
        for (size_t k = 0; k < sizeof cell; k++) {                                 \
            /* 0 and 1 only, as bool has no other values */                        \
            ((unsigned char *)cell)[k] = (unsigned char)(random_bits() >> 40) & 1; \
            ((unsigned char *)v)[k] = (unsigned char)(random_bits() >> 40) & 1;    \
            ((unsigned char *)w)[k] = (unsigned char)(random_bits() >> 40) & 1;    \
        }                                                                          \
        memcpy(before, cell, sizeof cell);                                         \
        cr_expect(whole_##suffix(cell, v, w, out, N) == 0);                        \
        cr_expect(memcmp(out, before, sizeof before) == 0, "loads");               \
        cr_expect(memcmp(out + N, v, sizeof v) == 0, "exchanges");                 \
        cr_expect(memcmp(cell, v, sizeof v) == 0, "compare-exchanges");            \
    }
INTEGER_LIST(CHECK_WHOLE)
REAL_LIST(CHECK_WHOLE)
COMPLEX_LIST(CHECK_WHOLE)
CHECK_WHOLE(byte3, byte3)
CHECK_WHOLE(text, text)

Test(atomic_ops, orders, .timeout = 60) {
    int64_t cell[N] = {0};
    const int64_t each = orders(cell, N);

    for (int i = 0; i < N; i++)
        cr_assert(eq(long, cell[i], each));
}

Test(atomic_ops, places, .timeout = 60) {
    gr_view2_f64 v;
    gr_view1_i32 hits;

    cr_assert(eq(int, (int)GR_CREATE(&v, "v", 6, 5), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&hits, "hits", 3), GR_SUCCESS));
    places(v, hits);
    cr_assert(eq(int, (int)gr_fence(), GR_SUCCESS));
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 5; j++)
            cr_expect(eq(dbl, GR_AT(v, i, j), i == 0 ? 7 : 1));
    cr_expect(eq(int, GR_AT(hits, 1), 30));
    cr_expect(eq(int, GR_AT(hits, 2), 12));
    GR_RELEASE(&hits);
    GR_RELEASE(&v);
}
