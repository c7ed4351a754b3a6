/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file join.c
 * @brief The last step of a reduction for numbers: chunk results joined as if each were an element.
 *
 * It runs once a launch, so it stands here and not in every kernel's code.
 */
#include <granum/impl/arrays.h>
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

/* A row of elements joined to another; and the row that joining starts with. */
#define ROW(T, identity, join)               \
    for (gr_index b = 0; b < count; ++b) {   \
        row[b] = join(T, , row[b], from[b]); \
    }                                        \
    break;
#define START(T, identity, join) \
    start = identity;            \
    break;

/* Every type has its numbers joined by the same words; see the list below. */
#define DEFINE(name, T, sum, prod, min, max, band, bor)                                        \
    static void join_##name(gr_impl_op op, const T *part, gr_index chunks, T *result) {        \
        CASES(JOIN, T, sum, prod, min, max, band, bor)                                         \
    }                                                                                          \
    static void join_rows_##name(gr_impl_op op, void *to, const void *other, gr_index count) { \
        T *row = (T *)to;                                                                      \
        const T *from = (const T *)other;                                                      \
                                                                                               \
        CASES(ROW, T, sum, prod, min, max, band, bor)                                          \
    }                                                                                          \
    static void start_row_##name(gr_impl_op op, void *to, gr_index count) {                    \
        T *row = (T *)to, start = (T)0;                                                        \
                                                                                               \
        CASES(START, T, sum, prod, min, max, band, bor)                                        \
        for (gr_index b = 0; b < count; ++b) {                                                 \
            row[b] = start;                                                                    \
        }                                                                                      \
    }
#define CASES(DO, T, sum, prod, min, max, band, bor) \
    switch (op) {                                    \
    case GR_IMPL_OP_SUM:                             \
        DO(T, (T)0, sum)                             \
    case GR_IMPL_OP_PROD:                            \
        DO(T, (T)1, prod)                            \
    case GR_IMPL_OP_MIN:                             \
        DO(T, GR_IMPL_HIGHEST(T), min)               \
    case GR_IMPL_OP_MAX:                             \
        DO(T, GR_IMPL_LOWEST(T), max)                \
    case GR_IMPL_OP_LAND:                            \
        DO(T, (T)1, GR_IMPL_JOIN_LAND)               \
    case GR_IMPL_OP_LOR:                             \
        DO(T, (T)0, GR_IMPL_JOIN_LOR)                \
    case GR_IMPL_OP_BAND:                            \
        DO(T, (T)-1, band)                           \
    case GR_IMPL_OP_BOR:                             \
        DO(T, (T)0, bor)                             \
    case GR_IMPL_OP_FIRST:                           \
        break;                                       \
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

/* What the copies of an array are joined with, by type. */
typedef struct rows {
    size_t item;
    void (*start)(gr_impl_op op, void *row, gr_index count);
    void (*join)(gr_impl_op op, void *row, const void *other, gr_index count);
} rows;

static rows rows_of(gr_dtype dtype) {
    rows none = {0, NULL, NULL};

    switch (dtype) {
#define CASE(name, T, word, joins) \
    case GR_##word:                \
        return (rows){sizeof(T), start_row_##name, join_rows_##name};
        NUMBER_LIST(CASE)
#undef CASE
    case GR_STRUCT:
    case GR_C64:
    case GR_C128:
        break;
    }
    return none; /* never asked for: they have reducers of their own */
}

/* A join that several threads may share: each joins some of the elements. */
typedef struct arrays {
    gr_impl_op op;
    rows by;
    const char *part;
    gr_index copies, length;
    char *result;
    gr_index stride;
} arrays;

/* Lanes for a block of elements at a time, so that they stay in cache. */
enum { BLOCK = 64, WIDEST = 8 };

static void join_block(const arrays *a, gr_index at, gr_index count) {
    const size_t item = a->by.item, row = (size_t)count * item;
    _Alignas(64) char lane[GR_IMPL_WIDTH][BLOCK * WIDEST];

    if (a->copies == 1) {
        memcpy(lane[0], a->part + (size_t)at * item, row);
    } else {
        for (int q = 0; q < GR_IMPL_WIDTH; ++q) {
            a->by.start(a->op, lane[q], count);
        }
        for (gr_index c = 0; c < a->copies; ++c) {
            a->by.join(a->op, lane[c % GR_IMPL_WIDTH],
                       a->part + (size_t)(c * a->length + at) * item, count);
        }
        for (int half = GR_IMPL_WIDTH / 2; half > 0; half /= 2) {
            for (int q = 0; q < half; ++q) {
                a->by.join(a->op, lane[q], lane[q + half], count);
            }
        }
    }
    if (a->stride == 1) {
        memcpy(a->result + (size_t)at * item, lane[0], row);
        return;
    }
    for (gr_index b = 0; b < count; ++b) {
        memcpy(a->result + (at + b) * a->stride * (gr_index)item, lane[0] + (size_t)b * item, item);
    }
}

static void join_some(gr_index lo, gr_index hi, void *argument) {
    const arrays *a = (const arrays *)argument;

    for (gr_index at = lo; at < hi; at += BLOCK) {
        join_block(a, at, gr_impl_min(BLOCK, hi - at));
    }
}

void gr_impl_join_arrays(gr_impl_op op, gr_dtype dtype, const void *part, gr_index copies,
                         gr_index length, void *result, gr_index stride) {
    arrays all = {op, rows_of(dtype), (const char *)part, copies, length, (char *)result, stride};

    /* Threads are worth waking for some 100 us of adding. */
    gr_impl_run_ranges(length, ((gr_index)1 << 19) / copies + 1, join_some, &all);
}
