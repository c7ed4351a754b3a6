/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_atomic_c.h
 * @brief The typed half of the host's atomics in C: what the element's type decides, by
 * __builtin_choose_expr.
 *
 * Every expansion must make sense to the compiler for every type, also where it is not chosen:
 * NUMBER, INTEGER and COMPLEX turn values of other kinds into constants first.
 */
#ifndef GRANUM_IMPL_HOST_ATOMIC_C_H
#define GRANUM_IMPL_HOST_ATOMIC_C_H

#include <granum/impl/host_atomic.h>

#ifndef __cplusplus

/* What x, an lvalue of the element's type, is. Enumerations are integers. */
#define GR_IMPL_ATOMIC_IS(x, T) __builtin_types_compatible_p(__typeof__(x), T)
#define GR_IMPL_ATOMIC_IS_INTEGER(x) \
    (__builtin_classify_type(x) >= 1 && __builtin_classify_type(x) <= 4)
#define GR_IMPL_ATOMIC_IS_REAL(x) (GR_IMPL_ATOMIC_IS(x, float) || GR_IMPL_ATOMIC_IS(x, double))
#define GR_IMPL_ATOMIC_IS_NUMBER(x) (GR_IMPL_ATOMIC_IS_INTEGER(x) || GR_IMPL_ATOMIC_IS_REAL(x))
#define GR_IMPL_ATOMIC_IS_COMPLEX(x) (GR_IMPL_ATOMIC_IS(x, gr_c64) || GR_IMPL_ATOMIC_IS(x, gr_c128))

#define GR_IMPL_ATOMIC_NUMBER(x) __builtin_choose_expr(GR_IMPL_ATOMIC_IS_NUMBER(x), x, 1)
#define GR_IMPL_ATOMIC_INTEGER(x) __builtin_choose_expr(GR_IMPL_ATOMIC_IS_INTEGER(x), x, 1)
/* What integers are added and multiplied in, so that they wrap. */
#define GR_IMPL_ATOMIC_WIDE(x)                                                  \
    __typeof__(__builtin_choose_expr(GR_IMPL_ATOMIC_IS_INTEGER(x), (uint64_t)0, \
                                     GR_IMPL_ATOMIC_NUMBER(x)))
/* A complex number of one kind, from x or made up. */
#define GR_IMPL_ATOMIC_COMPLEX(C, x) \
    __builtin_choose_expr(GR_IMPL_ATOMIC_IS(x, C), x, (GR_IMPL_LITERAL(C){1, 0}))
/* The type of a value of x, which may be const. */
#define GR_IMPL_ATOMIC_TYPE(x) __typeof__(__extension__({ x; }))

/* A function, as gcc takes a product that becomes a bool for a mistake. */
GR_IMPL_INLINE uint64_t gr_impl_atomic_product(uint64_t a, uint64_t b) {
    return a * b;
}

/* New values: a is the element's, b the operand, both of the element's type. */
#define GR_IMPL_ATOMIC_WIDELY(a, op, b)                                                          \
    ((__typeof__(GR_IMPL_ATOMIC_NUMBER(a)))((GR_IMPL_ATOMIC_WIDE(a))GR_IMPL_ATOMIC_NUMBER(a) op( \
        GR_IMPL_ATOMIC_WIDE(a)) GR_IMPL_ATOMIC_NUMBER(b)))
#define GR_IMPL_ATOMIC_AS_NUMBER(a, ...) ((__typeof__(GR_IMPL_ATOMIC_NUMBER(a)))(__VA_ARGS__))
#define GR_IMPL_ATOMIC_AS_INTEGER(a, ...) ((__typeof__(GR_IMPL_ATOMIC_INTEGER(a)))(__VA_ARGS__))
#define GR_IMPL_ATOMIC_OR_COMPLEX(a, word, b, number)                                        \
    __builtin_choose_expr(                                                                   \
        GR_IMPL_ATOMIC_IS(a, gr_c64),                                                        \
        gr_c64_##word(GR_IMPL_ATOMIC_COMPLEX(gr_c64, a), GR_IMPL_ATOMIC_COMPLEX(gr_c64, b)), \
        __builtin_choose_expr(GR_IMPL_ATOMIC_IS(a, gr_c128),                                 \
                              gr_c128_##word(GR_IMPL_ATOMIC_COMPLEX(gr_c128, a),             \
                                             GR_IMPL_ATOMIC_COMPLEX(gr_c128, b)),            \
                              number))

#define GR_IMPL_ATOMIC_ADD_NEW(a, b) \
    GR_IMPL_ATOMIC_OR_COMPLEX(a, add, b, GR_IMPL_ATOMIC_WIDELY(a, +, b))
#define GR_IMPL_ATOMIC_SUB_NEW(a, b) \
    GR_IMPL_ATOMIC_OR_COMPLEX(a, sub, b, GR_IMPL_ATOMIC_WIDELY(a, -, b))
#define GR_IMPL_ATOMIC_MUL_NEW(a, b)                                                               \
    GR_IMPL_ATOMIC_OR_COMPLEX(                                                                     \
        a, mul, b,                                                                                 \
        __builtin_choose_expr(GR_IMPL_ATOMIC_IS_INTEGER(a),                                        \
                              GR_IMPL_ATOMIC_AS_INTEGER(                                           \
                                  a, gr_impl_atomic_product((uint64_t)GR_IMPL_ATOMIC_INTEGER(a),   \
                                                            (uint64_t)GR_IMPL_ATOMIC_INTEGER(b))), \
                              GR_IMPL_ATOMIC_NUMBER(a) * GR_IMPL_ATOMIC_NUMBER(b)))
#define GR_IMPL_ATOMIC_DIV_NEW(a, b) \
    GR_IMPL_ATOMIC_OR_COMPLEX(       \
        a, div, b,                   \
        GR_IMPL_ATOMIC_AS_NUMBER(a, GR_IMPL_ATOMIC_NUMBER(a) / GR_IMPL_ATOMIC_NUMBER(b)))
#define GR_IMPL_ATOMIC_MIN_NEW(a, b)                   \
    __builtin_choose_expr(GR_IMPL_ATOMIC_IS_NUMBER(a), \
                          GR_IMPL_ATOMIC_NUMBER(b) < GR_IMPL_ATOMIC_NUMBER(a) ? b : a, 0)
#define GR_IMPL_ATOMIC_MAX_NEW(a, b)                   \
    __builtin_choose_expr(GR_IMPL_ATOMIC_IS_NUMBER(a), \
                          GR_IMPL_ATOMIC_NUMBER(b) > GR_IMPL_ATOMIC_NUMBER(a) ? b : a, 0)
#define GR_IMPL_ATOMIC_ON_INTEGERS(a, op, b) \
    GR_IMPL_ATOMIC_AS_INTEGER(a, GR_IMPL_ATOMIC_INTEGER(a) op GR_IMPL_ATOMIC_INTEGER(b))
#define GR_IMPL_ATOMIC_MOD_NEW(a, b) GR_IMPL_ATOMIC_ON_INTEGERS(a, %, b)
#define GR_IMPL_ATOMIC_AND_NEW(a, b) GR_IMPL_ATOMIC_ON_INTEGERS(a, &, b)
#define GR_IMPL_ATOMIC_OR_NEW(a, b) GR_IMPL_ATOMIC_ON_INTEGERS(a, |, b)
#define GR_IMPL_ATOMIC_XOR_NEW(a, b) GR_IMPL_ATOMIC_ON_INTEGERS(a, ^, b)
#define GR_IMPL_ATOMIC_NAND_NEW(a, b)                                     \
    GR_IMPL_ATOMIC_AS_INTEGER(                                            \
        a, GR_IMPL_ATOMIC_IS(a, bool)                                     \
               ? !(GR_IMPL_ATOMIC_INTEGER(a) & GR_IMPL_ATOMIC_INTEGER(b)) \
               : ~(uint64_t)(GR_IMPL_ATOMIC_INTEGER(a) & GR_IMPL_ATOMIC_INTEGER(b)))
#define GR_IMPL_ATOMIC_LSHIFT_NEW(a, b) \
    GR_IMPL_ATOMIC_AS_INTEGER(a, (uint64_t)GR_IMPL_ATOMIC_INTEGER(a) << GR_IMPL_ATOMIC_INTEGER(b))
#define GR_IMPL_ATOMIC_RSHIFT_NEW(a, b) GR_IMPL_ATOMIC_ON_INTEGERS(a, >>, b)
#define GR_IMPL_ATOMIC_INC_NEW(a, b)                                                    \
    GR_IMPL_ATOMIC_AS_INTEGER(a, GR_IMPL_ATOMIC_INTEGER(a) >= GR_IMPL_ATOMIC_INTEGER(b) \
                                     ? 0                                                \
                                     : GR_IMPL_ATOMIC_INTEGER(a) + 1)
#define GR_IMPL_ATOMIC_DEC_NEW(a, b)                                                           \
    GR_IMPL_ATOMIC_AS_INTEGER(a, GR_IMPL_ATOMIC_INTEGER(a) == 0 ||                             \
                                         GR_IMPL_ATOMIC_INTEGER(a) > GR_IMPL_ATOMIC_INTEGER(b) \
                                     ? GR_IMPL_ATOMIC_INTEGER(b)                               \
                                     : GR_IMPL_ATOMIC_INTEGER(a) - 1)

/* Checks. */
#define GR_IMPL_ATOMIC_CHECK_TYPE(op, x)                                                  \
    GR_IMPL_STATIC_CHECK(GR_IMPL_ATOMIC_IS_INTEGER(x) ||                                  \
                             (GR_IMPL_ATOMIC_IS_REAL(x) && (op <= GR_IMPL_ATOMIC_MAX)) || \
                             (GR_IMPL_ATOMIC_IS_COMPLEX(x) && op <= GR_IMPL_ATOMIC_DIV),  \
                         "atomic: the type of the element has no such operation "         \
                         "(GR_ATOMIC_UPDATE takes a function)")
#define GR_IMPL_ATOMIC_CHECK_WRITE(x, order)                                      \
    GR_IMPL_ATOMIC_CHECK_SIZE(x), (void)sizeof((x) = (x)), /* const is refused */ \
        GR_IMPL_ATOMIC_CHECK_ORDER(order, -1, -1)

/* The operations. Names of nested atomics hide those of outer ones, which they do not use. */

#define GR_IMPL_ATOMIC_LOAD(op, result, p, order)                                                \
    (__extension__({                                                                             \
        const __auto_type gr_atomic_at = (p);                                                    \
        GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_value;                                      \
        GR_IMPL_ATOMIC_CHECK_SIZE(*gr_atomic_at);                                                \
        GR_IMPL_ATOMIC_CHECK_ORDER(order, GR_ORDER_RELEASE, GR_ORDER_ACQ_REL);                   \
        gr_impl_atomic_load((const void *)gr_atomic_at, &gr_atomic_value, sizeof(*gr_atomic_at), \
                            __alignof__(*gr_atomic_at), order);                                  \
        gr_atomic_value;                                                                         \
    }))

#define GR_IMPL_ATOMIC_STORE(op, result, p, v, order)                                       \
    (__extension__({                                                                        \
        const __auto_type gr_atomic_at = (p);                                               \
        const GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_value = (v);                     \
        GR_IMPL_ATOMIC_CHECK_WRITE(*gr_atomic_at, order);                                   \
        GR_IMPL_ATOMIC_CHECK_ORDER(order, GR_ORDER_ACQUIRE, GR_ORDER_ACQ_REL);              \
        gr_impl_atomic_store((void *)gr_atomic_at, &gr_atomic_value, sizeof(*gr_atomic_at), \
                             __alignof__(*gr_atomic_at), order);                            \
    }))

#define GR_IMPL_ATOMIC_EXCHANGE(op, result, p, v, order)                                   \
    (__extension__({                                                                       \
        const __auto_type gr_atomic_at = (p);                                              \
        const GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_value = (v);                    \
        GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_old;                                  \
        GR_IMPL_ATOMIC_CHECK_WRITE(*gr_atomic_at, order);                                  \
        gr_impl_atomic_exchange((void *)gr_atomic_at, &gr_atomic_value, &gr_atomic_old,    \
                                sizeof(*gr_atomic_at), __alignof__(*gr_atomic_at), order); \
        gr_atomic_old;                                                                     \
    }))

#define GR_IMPL_ATOMIC_COMPARE_EXCHANGE(op, result, p, expected, desired, order)                  \
    (__extension__({                                                                              \
        const __auto_type gr_atomic_at = (p);                                                     \
        const __auto_type gr_atomic_expected = (expected);                                        \
        const GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_value = (desired);                     \
        GR_IMPL_ATOMIC_CHECK_WRITE(*gr_atomic_at, order);                                         \
        GR_IMPL_STATIC_CHECK(GR_IMPL_ATOMIC_IS(*gr_atomic_at, __typeof__(*gr_atomic_expected)),   \
                             "GR_ATOMIC_COMPARE_EXCHANGE: expected must point to a value of the " \
                             "type of the element");                                              \
        gr_impl_atomic_compare_exchange((void *)gr_atomic_at, (void *)gr_atomic_expected,         \
                                        &gr_atomic_value, sizeof(*gr_atomic_at),                  \
                                        __alignof__(*gr_atomic_at), order);                       \
    }))

#define GR_IMPL_ATOMIC_UPDATE(op, result, p, function, v, order)                               \
    (__extension__({                                                                           \
        const __auto_type gr_atomic_at = (p);                                                  \
        const __auto_type gr_atomic_value = (v);                                               \
        GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_old, gr_atomic_new;                       \
        GR_IMPL_ATOMIC_CHECK_WRITE(*gr_atomic_at, order);                                      \
        gr_impl_atomic_load((const void *)gr_atomic_at, &gr_atomic_old, sizeof(*gr_atomic_at), \
                            __alignof__(*gr_atomic_at), GR_ORDER_RELAXED);                     \
        do {                                                                                   \
            gr_atomic_new = function(gr_atomic_old, gr_atomic_value);                          \
        } while (!gr_impl_atomic_compare_exchange((void *)gr_atomic_at, &gr_atomic_old,        \
                                                  &gr_atomic_new, sizeof(*gr_atomic_at),       \
                                                  __alignof__(*gr_atomic_at), order));         \
        result##_OF(gr_atomic_old, gr_atomic_new);                                             \
    }))

#define GR_IMPL_ATOMIC_ARITHMETIC(op, result, p, v, order)                                         \
    (__extension__({                                                                               \
        const __auto_type gr_atomic_at = (p);                                                      \
        const GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_value = (v);                            \
        GR_IMPL_ATOMIC_TYPE(*gr_atomic_at) gr_atomic_old, gr_atomic_new;                           \
        GR_IMPL_ATOMIC_CHECK_TYPE(op, *gr_atomic_at);                                              \
        GR_IMPL_ATOMIC_CHECK_WRITE(*gr_atomic_at, order);                                          \
        const bool gr_atomic_done =                                                                \
            GR_IMPL_ATOMIC_IS_INTEGER(*gr_atomic_at) &&                                            \
            gr_impl_atomic_has(op, GR_IMPL_ATOMIC_IS(*gr_atomic_at, bool)) &&                      \
            gr_impl_atomic_is_native((const void *)gr_atomic_at, sizeof(*gr_atomic_at),            \
                                     __alignof__(*gr_atomic_at));                                  \
        if (gr_atomic_done) {                                                                      \
            gr_impl_atomic_fetch(op, (void *)gr_atomic_at, &gr_atomic_value, &gr_atomic_old,       \
                                 sizeof(*gr_atomic_at), order);                                    \
        } else {                                                                                   \
            gr_impl_atomic_load((const void *)gr_atomic_at, &gr_atomic_old, sizeof(*gr_atomic_at), \
                                __alignof__(*gr_atomic_at), GR_ORDER_RELAXED);                     \
        }                                                                                          \
        do {                                                                                       \
            gr_atomic_new = op##_NEW(gr_atomic_old, gr_atomic_value);                              \
        } while (!gr_atomic_done &&                                                                \
                 !gr_impl_atomic_keeps(op, order, &gr_atomic_old, &gr_atomic_new,                  \
                                       sizeof(gr_atomic_old)) &&                                   \
                 !gr_impl_atomic_compare_exchange((void *)gr_atomic_at, &gr_atomic_old,            \
                                                  &gr_atomic_new, sizeof(*gr_atomic_at),           \
                                                  __alignof__(*gr_atomic_at), order));             \
        result##_OF(gr_atomic_old, gr_atomic_new);                                                 \
    }))

#define GR_IMPL_ATOMIC_NONE_OF(old, new_) (void)0
#define GR_IMPL_ATOMIC_OLD_OF(old, new_) old
#define GR_IMPL_ATOMIC_NEW_OF(old, new_) new_

#endif

#endif
