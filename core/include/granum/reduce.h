/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce.h
 * @brief parallel_reduce: one or more results from a block over a range, the same bits everywhere.
 *
 *     double dot;
 *     GR_PARALLEL_REDUCE("dot", i, gr_range(0, n), GR_SUM(double, dot)) {
 *         dot += GR_AT(x, i) * GR_AT(y, i);
 *     };
 *
 *     double lo, hi, sum;
 *     GR_PARALLEL_REDUCE("range", i, gr_range(0, n), GR_MIN(double, lo), GR_MAX(double, hi),
 *                        GR_SUM(double, sum)) {
 *         const double value = GR_AT(x, i);
 *         if (value < lo) lo = value;
 *         if (value > hi) hi = value;
 *         sum += value;
 *     };
 *
 * In the block the result's name is a partial result that starts at the operation's identity; the
 * block combines its own element into it. Afterwards the variable holds the result; over an empty
 * range, or when the launch failed, it holds the identity.
 *
 * The order in which elements are combined depends on the range alone, so results have the same
 * bits for any number of threads, schedule, compiler and backend
 * (docs/design/002-canonical-order.md). Minimum and maximum take the operands in that order as
 * `b < a ? b : a`: a NaN never replaces a number, and of -0.0 and 0.0 the earlier one stays.
 */
#ifndef GRANUM_REDUCE_H
#define GRANUM_REDUCE_H

#include <granum/parallel.h>

/** What the location of a minimum or maximum over nothing is. */
#define GR_NO_LOCATION ((gr_index)-1)

/** A value and where it was found; the body chooses what a location means (an index, i * m + j). */
#define GR_IMPL_LOC_TYPE(suffix, T)          \
    typedef struct gr_loc_##suffix {         \
        T value;                             \
        gr_index location;                   \
    } gr_loc_##suffix;                       \
    typedef struct gr_minmax_##suffix {      \
        T min, max;                          \
    } gr_minmax_##suffix;                    \
    typedef struct gr_minmaxloc_##suffix {   \
        T min, max;                          \
        gr_index min_location, max_location; \
    } gr_minmaxloc_##suffix;
GR_IMPL_LOC_TYPE(i8, int8_t)
GR_IMPL_LOC_TYPE(i16, int16_t)
GR_IMPL_LOC_TYPE(i32, int32_t)
GR_IMPL_LOC_TYPE(i64, int64_t)
GR_IMPL_LOC_TYPE(u8, uint8_t)
GR_IMPL_LOC_TYPE(u16, uint16_t)
GR_IMPL_LOC_TYPE(u32, uint32_t)
GR_IMPL_LOC_TYPE(u64, uint64_t)
GR_IMPL_LOC_TYPE(f32, float)
GR_IMPL_LOC_TYPE(f64, double)
#undef GR_IMPL_LOC_TYPE

/* Smallest and largest value of an arithmetic type, infinite for floating point. Each arm must
 * compile for every type, so the integers are built by shifting an unsigned one. */
#ifdef __cplusplus
#define GR_IMPL_HIGHEST(T) gr_impl_highest<T>()
#define GR_IMPL_LOWEST(T) gr_impl_lowest<T>()
#else
#define GR_IMPL_IS_FLOAT(T) \
    (__builtin_types_compatible_p(T, float) || __builtin_types_compatible_p(T, double))
#define GR_IMPL_IS_UNSIGNED(T) ((T)-1 > (T)0)
#define GR_IMPL_INFINITY(T) __builtin_choose_expr(GR_IMPL_IS_FLOAT(T), __builtin_inf(), 0)
/* The gr_dtype of an arithmetic type, by what it is like: long and long long are both GR_I64. */
#define GR_IMPL_DTYPE_OF(T)                                                            \
    (GR_IMPL_IS_FLOAT(T) ? (sizeof(T) == 4 ? GR_F32 : GR_F64)                          \
     : (T)2 == (T)1                                                                    \
         ? GR_BOOL                                                                     \
         : (gr_dtype)((GR_IMPL_IS_UNSIGNED(T) ? GR_U8 : GR_I8) + (sizeof(T) == 8   ? 3 \
                                                                  : sizeof(T) == 4 ? 2 \
                                                                  : sizeof(T) == 2 ? 1 \
                                                                                   : 0)))
#define GR_IMPL_SIGNED_MAX(T) ((((uint64_t)1) << (8 * sizeof(T) - 1)) - 1)
#define GR_IMPL_HIGHEST(T)                             \
    (GR_IMPL_IS_FLOAT(T)      ? (T)GR_IMPL_INFINITY(T) \
     : GR_IMPL_IS_UNSIGNED(T) ? (T)-1                  \
                              : (T)GR_IMPL_SIGNED_MAX(T))
#define GR_IMPL_LOWEST(T)                               \
    (GR_IMPL_IS_FLOAT(T)      ? (T)-GR_IMPL_INFINITY(T) \
     : GR_IMPL_IS_UNSIGNED(T) ? (T)0                    \
                              : (T)(-(int64_t)GR_IMPL_SIGNED_MAX(T) - 1))
#endif

/* A reducer is a tuple: (kind, T, variable, identity, join, argument). The argument is what join
 * needs besides: of a SCALAR the library's name for the operation, of a USER the function. */

/** Sum: starts at 0. T is the variable's type. */
#define GR_SUM(T, variable) (SCALAR, T, variable, (T)0, GR_IMPL_JOIN_SUM, GR_IMPL_OP_SUM)
/** Product: starts at 1. */
#define GR_PROD(T, variable) (SCALAR, T, variable, (T)1, GR_IMPL_JOIN_PROD, GR_IMPL_OP_PROD)
/** Minimum: starts at the largest value of T, infinity for floating point. */
#define GR_MIN(T, variable) \
    (SCALAR, T, variable, GR_IMPL_HIGHEST(T), GR_IMPL_JOIN_MIN, GR_IMPL_OP_MIN)
/** Maximum: starts at the smallest value of T, -infinity for floating point. */
#define GR_MAX(T, variable) \
    (SCALAR, T, variable, GR_IMPL_LOWEST(T), GR_IMPL_JOIN_MAX, GR_IMPL_OP_MAX)
/** Logical and: starts at true; the result is 0 or 1. */
#define GR_LAND(T, variable) (SCALAR, T, variable, (T)1, GR_IMPL_JOIN_LAND, GR_IMPL_OP_LAND)
/** Logical or: starts at false; the result is 0 or 1. */
#define GR_LOR(T, variable) (SCALAR, T, variable, (T)0, GR_IMPL_JOIN_LOR, GR_IMPL_OP_LOR)
/** Bitwise and of an integer type: starts with all bits set. */
#define GR_BAND(T, variable) (SCALAR, T, variable, (T)-1, GR_IMPL_JOIN_BAND, GR_IMPL_OP_BAND)
/** Bitwise or of an integer type: starts with no bit set. */
#define GR_BOR(T, variable) (SCALAR, T, variable, (T)0, GR_IMPL_JOIN_BOR, GR_IMPL_OP_BOR)

/**
 * @brief Minimum with its location: the variable is a gr_loc_<dtype>, or a struct with such
 * members.
 *
 *     gr_loc_f64 least;
 *     GR_PARALLEL_REDUCE("least", i, gr_range(0, n), GR_MINLOC(double, least)) {
 *         if (GR_AT(x, i) < least.value) { least.value = GR_AT(x, i); least.location = i; }
 *     };
 *
 * Of equal values the lowest location wins; over nothing it is GR_NO_LOCATION.
 */
#define GR_MINLOC(T, variable) (LOC, T, variable, GR_IMPL_HIGHEST(T), GR_IMPL_BEFORE_MIN, )
/** Maximum with its location; as GR_MINLOC. */
#define GR_MAXLOC(T, variable) (LOC, T, variable, GR_IMPL_LOWEST(T), GR_IMPL_BEFORE_MAX, )
/**
 * @brief As GR_MINLOC and GR_MAXLOC, but of equal values the highest location wins.
 *
 * The block says `<=` or `>=` where it says `<` or `>` there, so that later elements of a lane win
 * too. Locations are 0 or more.
 */
#define GR_MINLOC_LAST(T, variable) \
    (LOC, T, variable, GR_IMPL_HIGHEST(T), GR_IMPL_BEFORE_MIN_LAST, )
#define GR_MAXLOC_LAST(T, variable) (LOC, T, variable, GR_IMPL_LOWEST(T), GR_IMPL_BEFORE_MAX_LAST, )

/** Minimum and maximum in one variable of type gr_minmax_<dtype>, members min and max. */
#define GR_MINMAX(T, variable) (MINMAX, T, variable, , , )

/**
 * @brief Minimum and maximum with their locations, in one variable of type gr_minmaxloc_<dtype>.
 *
 * Its members are min, max, min_location, max_location. Of equal values the lowest locations win.
 */
#define GR_MINMAXLOC(T, variable) (MINMAXLOC, T, variable, , GR_IMPL_BEFORE_MIN, GR_IMPL_BEFORE_MAX)
/** As GR_MINMAXLOC, but of equal maxima the highest location wins (and the block says `>=`). */
#define GR_MINMAXLOC_FIRST_LAST(T, variable) \
    (MINMAXLOC, T, variable, , GR_IMPL_BEFORE_MIN, GR_IMPL_BEFORE_MAX_LAST)

/**
 * @brief The first and the last location at which a condition holds; the variable is a gr_index.
 *
 *     gr_index first, last;
 *     GR_PARALLEL_REDUCE("negative", i, gr_range(0, n), GR_FIRST(first), GR_LAST(last)) {
 *         if (GR_AT(x, i) < 0) {
 *             if (first == GR_NO_LOCATION) first = i;
 *             last = i;
 *         }
 *     };
 *
 * Where it holds nowhere the result is GR_NO_LOCATION. The whole range is visited.
 */
#define GR_FIRST(variable) \
    (SCALAR, gr_index, variable, GR_NO_LOCATION, GR_IMPL_JOIN_FIRST, GR_IMPL_OP_FIRST)
#define GR_LAST(variable) \
    (SCALAR, gr_index, variable, GR_NO_LOCATION, GR_IMPL_JOIN_MAX, GR_IMPL_OP_MAX)

/**
 * @brief A reducer of one's own: any trivially copyable T, `identity` an expression of type T (such
 * as the call of a GR_FUNCTION), `T join(T a, T b)` a GR_FUNCTION, associative. In a scan a comes
 * before b in the order of the indices; in a reduction lanes interleave, so there it must be
 * commutative too.
 */
#define GR_REDUCER(T, variable, identity, join) \
    (USER, T, variable, identity, GR_IMPL_JOIN_USER, join)

/**
 * @brief As GR_REDUCER; at the end the variable becomes `T finish(T result)`, a GR_FUNCTION.
 *
 * It is called on the joined result, and over an empty range on the identity; in a nested reduction
 * by every thread of the team. Not for scans.
 */
#define GR_REDUCER_FINAL(T, variable, identity, join, finish) \
    (FINAL, T, variable, identity, GR_IMPL_JOIN_FINAL, (join, finish))

/** Sum and product of complex numbers. */
#define GR_SUM_C64(variable) \
    GR_REDUCER(gr_c64, variable, (GR_IMPL_LITERAL(gr_c64){0, 0}), gr_c64_add)
#define GR_SUM_C128(variable) \
    GR_REDUCER(gr_c128, variable, (GR_IMPL_LITERAL(gr_c128){0, 0}), gr_c128_add)
#define GR_PROD_C64(variable) \
    GR_REDUCER(gr_c64, variable, (GR_IMPL_LITERAL(gr_c64){1, 0}), gr_c64_mul)
#define GR_PROD_C128(variable) \
    GR_REDUCER(gr_c128, variable, (GR_IMPL_LITERAL(gr_c128){1, 0}), gr_c128_mul)

#define GR_IMPL_JOIN_SUM(T, argument, a, b) ((T)((a) + (b)))
#define GR_IMPL_JOIN_PROD(T, argument, a, b) ((T)((a) * (b)))
#define GR_IMPL_JOIN_MIN(T, argument, a, b) ((T)((b) < (a) ? (b) : (a)))
#define GR_IMPL_JOIN_MAX(T, argument, a, b) ((T)((b) > (a) ? (b) : (a)))
#define GR_IMPL_JOIN_LAND(T, argument, a, b) ((T)((a) != 0 && (b) != 0))
#define GR_IMPL_JOIN_LOR(T, argument, a, b) ((T)((a) != 0 || (b) != 0))
#define GR_IMPL_JOIN_BAND(T, argument, a, b) ((T)((a) & (b)))
#define GR_IMPL_JOIN_BOR(T, argument, a, b) ((T)((a) | (b)))
#define GR_IMPL_JOIN_FIRST(T, argument, a, b) ((T)((uint64_t)(b) < (uint64_t)(a) ? (b) : (a)))
#define GR_IMPL_JOIN_USER(T, argument, a, b) argument(a, b)
#define GR_IMPL_JOIN_FINAL(T, argument, a, b) GR_IMPL_JOIN_OF argument(a, b)
#define GR_IMPL_JOIN_OF(join, finish) join
#define GR_IMPL_FINISH_OF(join, finish) finish
/* Whether value b at location m replaces value a at location l. Bitwise operators: no branches. */
#define GR_IMPL_BEFORE_MIN(a, l, b, m) \
    (((b) < (a)) | (((b) == (a)) & ((uint64_t)(m) < (uint64_t)(l))))
#define GR_IMPL_BEFORE_MAX(a, l, b, m) \
    (((b) > (a)) | (((b) == (a)) & ((uint64_t)(m) < (uint64_t)(l))))
#define GR_IMPL_BEFORE_MIN_LAST(a, l, b, m) (((b) < (a)) | (((b) == (a)) & ((m) > (l))))
#define GR_IMPL_BEFORE_MAX_LAST(a, l, b, m) (((b) > (a)) | (((b) == (a)) & ((m) > (l))))

/* Whether an argument is a reducer: it is a tuple whose first word is a kind. */
#define GR_IMPL_IS_REDUCER(x) GR_IMPL_SECOND(GR_IMPL_REDUCER_PROBE x, BY_LABEL, )
#define GR_IMPL_REDUCER_PROBE(kind, ...) GR_IMPL_PROBE_##kind
#define GR_IMPL_PROBE_SCALAR ~, BARE
#define GR_IMPL_PROBE_USER ~, BARE
#define GR_IMPL_PROBE_FINAL ~, BARE
#define GR_IMPL_PROBE_LOC ~, BARE
#define GR_IMPL_PROBE_MINMAXLOC ~, BARE
#define GR_IMPL_PROBE_MINMAX ~, BARE
#define GR_IMPL_SECOND(...) GR_IMPL_SECOND_OF(__VA_ARGS__)
#define GR_IMPL_SECOND_OF(a, b, ...) b
#define GR_IMPL_CALL(macro, arguments) macro arguments
#define GR_IMPL_REDUCE_NAME(rank, ...) \
    GR_IMPL_PASTE(GR_IMPL_REDUCE_##rank##D_, GR_IMPL_IS_REDUCER(GR_IMPL_FIRST(__VA_ARGS__, )))

/* For each reducer of a list: M(index, kind, T, variable, identity, join, argument). What the
 * kernel
 * language of every backend is made with. */
#define GR_IMPL_UNTUPLE(...) __VA_ARGS__
#define GR_IMPL_ON(M, k, tuple) GR_IMPL_ON_CALL(M, (k, GR_IMPL_UNTUPLE tuple))
#define GR_IMPL_ON_CALL(M, arguments) M arguments
#define GR_IMPL_EACH(M, ...) GR_IMPL_SELECT(GR_IMPL_EACH_, ~, __VA_ARGS__)(M, __VA_ARGS__)
#define GR_IMPL_EACH_1(M, a) GR_IMPL_ON(M, 0, a)
#define GR_IMPL_EACH_2(M, a, b) GR_IMPL_EACH_1(M, a) GR_IMPL_ON(M, 1, b)
#define GR_IMPL_EACH_3(M, a, b, c) GR_IMPL_EACH_2(M, a, b) GR_IMPL_ON(M, 2, c)
#define GR_IMPL_EACH_4(M, a, b, c, d) GR_IMPL_EACH_3(M, a, b, c) GR_IMPL_ON(M, 3, d)
#define GR_IMPL_EACH_5(M, a, b, c, d, e) GR_IMPL_EACH_4(M, a, b, c, d) GR_IMPL_ON(M, 4, e)
#define GR_IMPL_EACH_6(M, a, b, c, d, e, f) GR_IMPL_EACH_5(M, a, b, c, d, e) GR_IMPL_ON(M, 5, f)
#define GR_IMPL_EACH_7(M, a, b, c, d, e, f, g) \
    GR_IMPL_EACH_6(M, a, b, c, d, e, f) GR_IMPL_ON(M, 6, g)
#define GR_IMPL_EACH_8(M, a, b, c, d, e, f, g, h) \
    GR_IMPL_EACH_7(M, a, b, c, d, e, f, g) GR_IMPL_ON(M, 7, h)
#define GR_IMPL_EACH_MANY(M, ...) \
    GR_IMPL_STATIC_CHECK(0, "GR_PARALLEL_REDUCE: more than 8 reducers, expected 1..8");

/**
 * @brief GR_PARALLEL_REDUCE([label,] i, policy, reducer, ...) { ... }; up to GR_MAX_REDUCERS
 * reducers.
 *
 * Errors:    as GR_PARALLEL_FOR; GR_OUT_OF_MEMORY for the partial results (at gr_fence)
 * Cost:      one pass; the results are there when the statement ends
 * Expansion: openmp  as GR_PARALLEL_FOR over chunks, with 32 lanes of partial results in each
 *            lambda  gr_impl_reduce(...) % [=](gr_index i, double &dot)
 */
#define GR_PARALLEL_REDUCE(a, b, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_NAME(1, __VA_ARGS__), (a, b, __VA_ARGS__))
#define GR_IMPL_REDUCE_1D_BY_LABEL(label, i, policy, ...) \
    GR_IMPL_REDUCE_1D(label, i, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_1D_BARE(i, policy, ...) GR_IMPL_REDUCE_1D("", i, policy, __VA_ARGS__)

/** @brief GR_PARALLEL_REDUCE_2D([label,] i, j, gr_range_2d(...), reducer, ...) { ... }; */
#define GR_PARALLEL_REDUCE_2D(a, b, c, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_NAME(2, __VA_ARGS__), (a, b, c, __VA_ARGS__))
#define GR_IMPL_REDUCE_2D_BY_LABEL(label, i, j, policy, ...) \
    GR_IMPL_REDUCE_2D(label, i, j, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_2D_BARE(i, j, policy, ...) GR_IMPL_REDUCE_2D("", i, j, policy, __VA_ARGS__)

/** @brief As GR_PARALLEL_REDUCE_2D, with three indices. */
#define GR_PARALLEL_REDUCE_3D(a, b, c, d, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_NAME(3, __VA_ARGS__), (a, b, c, d, __VA_ARGS__))
#define GR_IMPL_REDUCE_3D_BY_LABEL(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_3D(label, i, j, k, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_3D_BARE(i, j, k, policy, ...) \
    GR_IMPL_REDUCE_3D("", i, j, k, policy, __VA_ARGS__)

/** @brief As GR_PARALLEL_REDUCE_2D, with four indices. */
#define GR_PARALLEL_REDUCE_4D(a, b, c, d, e, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_NAME(4, __VA_ARGS__), (a, b, c, d, e, __VA_ARGS__))
#define GR_IMPL_REDUCE_4D_BY_LABEL(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_4D(label, i, j, k, l, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_4D_BARE(i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_4D("", i, j, k, l, policy, __VA_ARGS__)

/** @brief As GR_PARALLEL_REDUCE_2D, with five indices. */
#define GR_PARALLEL_REDUCE_5D(a, b, c, d, e, f, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_NAME(5, __VA_ARGS__), (a, b, c, d, e, f, __VA_ARGS__))
#define GR_IMPL_REDUCE_5D_BY_LABEL(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_5D(label, i, j, k, l, m, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_5D_BARE(i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_5D("", i, j, k, l, m, policy, __VA_ARGS__)

/** @brief As GR_PARALLEL_REDUCE_2D, with six indices. */
#define GR_PARALLEL_REDUCE_6D(a, b, c, d, e, f, g, ...) \
    GR_IMPL_CALL(GR_IMPL_REDUCE_NAME(6, __VA_ARGS__), (a, b, c, d, e, f, g, __VA_ARGS__))
#define GR_IMPL_REDUCE_6D_BY_LABEL(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_6D(label, i, j, k, l, m, n, policy, __VA_ARGS__)
#define GR_IMPL_REDUCE_6D_BARE(i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_6D("", i, j, k, l, m, n, policy, __VA_ARGS__)

#endif
