/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file join.c
 * @brief The last step of a reduction for numbers: chunk results joined as if each were an element.
 *
 * It runs once a launch, so it stands here and not in every kernel's code.
 */
#include <granum/impl/launch.h>
#include <granum/reduce.h>

#include <string.h>

/* The lanes and their tree, as in impl/host_reduce.h. */
#define JOIN(T, identity, join)                                   \
    {                                                             \
        T lane[GR_IMPL_WIDTH];                                    \
                                                                  \
        for (int q = 0; q < GR_IMPL_WIDTH; ++q) {                 \
            lane[q] = identity;                                   \
        }                                                         \
        for (gr_index c = 0; c < chunks; ++c) {                   \
            T *at = &lane[c % GR_IMPL_WIDTH];                     \
                                                                  \
            *at = join(T, , *at, part[c]);                        \
        }                                                         \
        for (int half = GR_IMPL_WIDTH / 2; half > 0; half /= 2) { \
            for (int q = 0; q < half; ++q) {                      \
                lane[q] = join(T, , lane[q], lane[q + half]);     \
            }                                                     \
        }                                                         \
        *result = lane[0];                                        \
        return;                                                   \
    }

/* Every type has its numbers joined by the same words; see the list below. */
#define DEFINE(name, T, sum, prod, min, max, band, bor)                                 \
    static void join_##name(gr_impl_op op, const T *part, gr_index chunks, T *result) { \
        switch (op) {                                                                   \
        case GR_IMPL_OP_SUM:                                                            \
            JOIN(T, (T)0, sum)                                                          \
        case GR_IMPL_OP_PROD:                                                           \
            JOIN(T, (T)1, prod)                                                         \
        case GR_IMPL_OP_MIN:                                                            \
            JOIN(T, GR_IMPL_HIGHEST(T), min)                                            \
        case GR_IMPL_OP_MAX:                                                            \
            JOIN(T, GR_IMPL_LOWEST(T), max)                                             \
        case GR_IMPL_OP_LAND:                                                           \
            JOIN(T, (T)1, GR_IMPL_JOIN_LAND)                                            \
        case GR_IMPL_OP_LOR:                                                            \
            JOIN(T, (T)0, GR_IMPL_JOIN_LOR)                                             \
        case GR_IMPL_OP_BAND:                                                           \
            JOIN(T, (T)-1, band)                                                        \
        case GR_IMPL_OP_BOR:                                                            \
            JOIN(T, (T)0, bor)                                                          \
        case GR_IMPL_OP_FIRST:                                                          \
            break;                                                                      \
        }                                                                               \
    }
#define ARITHMETIC GR_IMPL_JOIN_SUM, GR_IMPL_JOIN_PROD, GR_IMPL_JOIN_MIN, GR_IMPL_JOIN_MAX
#define INTEGER ARITHMETIC, GR_IMPL_JOIN_BAND, GR_IMPL_JOIN_BOR
/* Bits of a floating-point number are no reducer: the last two are never asked for. */
#define REAL ARITHMETIC, GR_IMPL_JOIN_MIN, GR_IMPL_JOIN_MAX
/* Sums and products of truth values, as the compiler means them. */
#define TRUTH                                                                                    \
    GR_IMPL_JOIN_LOR, GR_IMPL_JOIN_LAND, GR_IMPL_JOIN_LAND, GR_IMPL_JOIN_LOR, GR_IMPL_JOIN_LAND, \
        GR_IMPL_JOIN_LOR

#define NUMBER_LIST(X)             \
    X(i8, int8_t, I8, INTEGER)     \
    X(i16, int16_t, I16, INTEGER)  \
    X(i32, int32_t, I32, INTEGER)  \
    X(i64, int64_t, I64, INTEGER)  \
    X(u8, uint8_t, U8, INTEGER)    \
    X(u16, uint16_t, U16, INTEGER) \
    X(u32, uint32_t, U32, INTEGER) \
    X(u64, uint64_t, U64, INTEGER) \
    X(f32, float, F32, REAL)       \
    X(f64, double, F64, REAL)      \
    X(truth, bool, BOOL, TRUTH)

#define DEFINE_ROW(name, T, word, joins) GR_IMPL_CALL(DEFINE, (name, T, joins))
NUMBER_LIST(DEFINE_ROW)

void gr_impl_join(gr_impl_op op, gr_dtype dtype, const void *part, gr_index chunks, void *result) {
    if (op == GR_IMPL_OP_FIRST) { /* as unsigned numbers, of which GR_NO_LOCATION is the largest */
        join_u64(GR_IMPL_OP_MIN, (const uint64_t *)part, chunks, (uint64_t *)result);
        return;
    }
    switch (dtype) {
#define CASE(name, T, word, joins)                             \
    case GR_##word:                                            \
        join_##name(op, (const T *)part, chunks, (T *)result); \
        break;
        NUMBER_LIST(CASE)
#undef CASE
    case GR_STRUCT:
    case GR_C64:
    case GR_C128:
        break; /* never asked for: they have reducers of their own */
    }
}
