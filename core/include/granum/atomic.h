/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file atomic.h
 * @brief Atomics: what several iterations may do to one element at the same time.
 *
 *     GR_PARALLEL_FOR("count", i, gr_range(0, n)) {
 *         GR_ATOMIC_ADD(&GR_AT(bins, GR_AT(keys, i)), 1);
 *     };
 *
 * p points to an element: of a View, GR_AT's address. Reading and replacing whole values works for
 * every trivially copyable type of up to 64 bytes, arithmetic for the element types of Views. An
 * element that is used atomically by one thread is used only so by all while they run.
 *
 * A memory order may follow as the last argument, a constant; without it the order is relaxed. An
 * argument with a comma outside of parentheses needs a pair around it.
 *
 * Sums of integers have the same bits in any order. Sums of floating-point numbers do not: for
 * results that can be repeated use a reduction, or gr_scatter_add() of <granum/scatter.h>.
 *
 * Elements of 1, 2, 4 and 8 bytes (and 16, where the processor has such an instruction) that are
 * aligned to their size are exchanged by one instruction. Others go through a pool of locks, which
 * are held while bytes are compared and copied and never while a function of yours runs, so an
 * atomic inside of an update cannot deadlock; not for signal handlers. See
 * docs/design/004-atomics.md.
 */
#ifndef GRANUM_ATOMIC_H
#define GRANUM_ATOMIC_H

#include <granum/complex.h>
#include <granum/parallel.h>

#include <granum/impl/atomic_words.h>
#include <granum/impl/view_arguments.h>

/**
 * @brief The value at p: GR_ATOMIC_LOAD(p [, order]).
 *
 * The order is relaxed, acquire or seq_cst; p may point to const.
 *
 * Expansion: host    __atomic_load_n of the element's size
 */
#define GR_ATOMIC_LOAD(...) GR_IMPL_ATOMIC_1(GR_IMPL_ATOMIC_LOAD, "LOAD", , , __VA_ARGS__)

/** @brief Set the value at p: GR_ATOMIC_STORE(p, v [, order]); relaxed, release or seq_cst. */
#define GR_ATOMIC_STORE(...) GR_IMPL_ATOMIC_2(GR_IMPL_ATOMIC_STORE, "STORE", , , __VA_ARGS__)

/** @brief Set the value at p; the value before: GR_ATOMIC_EXCHANGE(p, v [, order]). */
#define GR_ATOMIC_EXCHANGE(...) \
    GR_IMPL_ATOMIC_2(GR_IMPL_ATOMIC_EXCHANGE, "EXCHANGE", , , __VA_ARGS__)

/**
 * @brief GR_ATOMIC_COMPARE_EXCHANGE(p, expected, desired [, order]): whether *p was *expected, and
 * is desired now. If it was not, *expected is what it was, as in C11.
 *
 * Compares bytes: -0.0 is not 0.0, a NaN is itself, and padding of structs counts.
 */
#define GR_ATOMIC_COMPARE_EXCHANGE(...) \
    GR_IMPL_ATOMIC_3(GR_IMPL_ATOMIC_COMPARE_EXCHANGE, "COMPARE_EXCHANGE", , , __VA_ARGS__)

/**
 * @brief Replace the value a at p by function(a, v): GR_ATOMIC_UPDATE(p, function, v [, order]).
 *
 *     GR_FUNCTION particle heavier(particle a, double mass) { a.mass += mass; return a; }
 *     GR_ATOMIC_UPDATE(&GR_AT(particles, k), heavier, 0.5);
 *
 * The function takes the value by value and answers the new one. It runs again whenever another
 * thread was quicker, so it must do nothing that may not be done twice.
 */
#define GR_ATOMIC_UPDATE(...) \
    GR_IMPL_ATOMIC_3(GR_IMPL_ATOMIC_UPDATE, "UPDATE", , GR_IMPL_ATOMIC_NONE, __VA_ARGS__)
/** @brief As GR_ATOMIC_UPDATE; the value before. */
#define GR_ATOMIC_FETCH_UPDATE(...) \
    GR_IMPL_ATOMIC_3(GR_IMPL_ATOMIC_UPDATE, "FETCH_UPDATE", , GR_IMPL_ATOMIC_OLD, __VA_ARGS__)
/** @brief As GR_ATOMIC_UPDATE; the value after. */
#define GR_ATOMIC_UPDATE_FETCH(...) \
    GR_IMPL_ATOMIC_3(GR_IMPL_ATOMIC_UPDATE, "UPDATE_FETCH", , GR_IMPL_ATOMIC_NEW, __VA_ARGS__)

/**
 * @brief Arithmetic, three forms each: GR_ATOMIC_ADD(p, v [, order]) has no result,
 * GR_ATOMIC_FETCH_ADD gives the value before, GR_ATOMIC_ADD_FETCH the value after.
 *
 * v is converted to the element's type. Integers wrap. Dividing by 0 and shifting by a negative
 * amount or the type's width and more is undefined, as for plain integers.
 *
 *     operation            new value                              for
 *     ADD SUB MUL DIV      a + v, a - v, a * v, a / v             numbers, complex ones too
 *     MIN MAX              v if it is less (greater), else a;     integers, floating point
 *                          NaN never replaces a number
 *     MOD                  a % v                                  integers
 *     AND OR XOR NAND      a & v, a | v, a ^ v, ~(a & v)          integers
 *     LSHIFT RSHIFT        a << v, a >> v                         integers
 *     INC                  a >= v ? 0 : a + 1                     integers
 *     DEC                  a == 0 or a > v ? v : a - 1            integers
 */
#define GR_ATOMIC_ADD(...) GR_IMPL_ATOMIC_DO(ADD, NONE, __VA_ARGS__)
#define GR_ATOMIC_SUB(...) GR_IMPL_ATOMIC_DO(SUB, NONE, __VA_ARGS__)
#define GR_ATOMIC_MUL(...) GR_IMPL_ATOMIC_DO(MUL, NONE, __VA_ARGS__)
#define GR_ATOMIC_DIV(...) GR_IMPL_ATOMIC_DO(DIV, NONE, __VA_ARGS__)
#define GR_ATOMIC_MOD(...) GR_IMPL_ATOMIC_DO(MOD, NONE, __VA_ARGS__)
#define GR_ATOMIC_MIN(...) GR_IMPL_ATOMIC_DO(MIN, NONE, __VA_ARGS__)
#define GR_ATOMIC_MAX(...) GR_IMPL_ATOMIC_DO(MAX, NONE, __VA_ARGS__)
#define GR_ATOMIC_AND(...) GR_IMPL_ATOMIC_DO(AND, NONE, __VA_ARGS__)
#define GR_ATOMIC_OR(...) GR_IMPL_ATOMIC_DO(OR, NONE, __VA_ARGS__)
#define GR_ATOMIC_XOR(...) GR_IMPL_ATOMIC_DO(XOR, NONE, __VA_ARGS__)
#define GR_ATOMIC_NAND(...) GR_IMPL_ATOMIC_DO(NAND, NONE, __VA_ARGS__)
#define GR_ATOMIC_LSHIFT(...) GR_IMPL_ATOMIC_DO(LSHIFT, NONE, __VA_ARGS__)
#define GR_ATOMIC_RSHIFT(...) GR_IMPL_ATOMIC_DO(RSHIFT, NONE, __VA_ARGS__)
#define GR_ATOMIC_INC(...) GR_IMPL_ATOMIC_DO(INC, NONE, __VA_ARGS__)
#define GR_ATOMIC_DEC(...) GR_IMPL_ATOMIC_DO(DEC, NONE, __VA_ARGS__)

#define GR_ATOMIC_FETCH_ADD(...) GR_IMPL_ATOMIC_DO(ADD, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_SUB(...) GR_IMPL_ATOMIC_DO(SUB, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_MUL(...) GR_IMPL_ATOMIC_DO(MUL, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_DIV(...) GR_IMPL_ATOMIC_DO(DIV, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_MOD(...) GR_IMPL_ATOMIC_DO(MOD, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_MIN(...) GR_IMPL_ATOMIC_DO(MIN, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_MAX(...) GR_IMPL_ATOMIC_DO(MAX, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_AND(...) GR_IMPL_ATOMIC_DO(AND, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_OR(...) GR_IMPL_ATOMIC_DO(OR, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_XOR(...) GR_IMPL_ATOMIC_DO(XOR, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_NAND(...) GR_IMPL_ATOMIC_DO(NAND, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_LSHIFT(...) GR_IMPL_ATOMIC_DO(LSHIFT, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_RSHIFT(...) GR_IMPL_ATOMIC_DO(RSHIFT, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_INC(...) GR_IMPL_ATOMIC_DO(INC, OLD, __VA_ARGS__)
#define GR_ATOMIC_FETCH_DEC(...) GR_IMPL_ATOMIC_DO(DEC, OLD, __VA_ARGS__)

#define GR_ATOMIC_ADD_FETCH(...) GR_IMPL_ATOMIC_DO(ADD, NEW, __VA_ARGS__)
#define GR_ATOMIC_SUB_FETCH(...) GR_IMPL_ATOMIC_DO(SUB, NEW, __VA_ARGS__)
#define GR_ATOMIC_MUL_FETCH(...) GR_IMPL_ATOMIC_DO(MUL, NEW, __VA_ARGS__)
#define GR_ATOMIC_DIV_FETCH(...) GR_IMPL_ATOMIC_DO(DIV, NEW, __VA_ARGS__)
#define GR_ATOMIC_MOD_FETCH(...) GR_IMPL_ATOMIC_DO(MOD, NEW, __VA_ARGS__)
#define GR_ATOMIC_MIN_FETCH(...) GR_IMPL_ATOMIC_DO(MIN, NEW, __VA_ARGS__)
#define GR_ATOMIC_MAX_FETCH(...) GR_IMPL_ATOMIC_DO(MAX, NEW, __VA_ARGS__)
#define GR_ATOMIC_AND_FETCH(...) GR_IMPL_ATOMIC_DO(AND, NEW, __VA_ARGS__)
#define GR_ATOMIC_OR_FETCH(...) GR_IMPL_ATOMIC_DO(OR, NEW, __VA_ARGS__)
#define GR_ATOMIC_XOR_FETCH(...) GR_IMPL_ATOMIC_DO(XOR, NEW, __VA_ARGS__)
#define GR_ATOMIC_NAND_FETCH(...) GR_IMPL_ATOMIC_DO(NAND, NEW, __VA_ARGS__)
#define GR_ATOMIC_LSHIFT_FETCH(...) GR_IMPL_ATOMIC_DO(LSHIFT, NEW, __VA_ARGS__)
#define GR_ATOMIC_RSHIFT_FETCH(...) GR_IMPL_ATOMIC_DO(RSHIFT, NEW, __VA_ARGS__)
#define GR_ATOMIC_INC_FETCH(...) GR_IMPL_ATOMIC_DO(INC, NEW, __VA_ARGS__)
#define GR_ATOMIC_DEC_FETCH(...) GR_IMPL_ATOMIC_DO(DEC, NEW, __VA_ARGS__)

/* Pasted at once, so that a user's macro ADD does no harm. */
#define GR_IMPL_ATOMIC_DO(op, result, ...)                                                         \
    GR_IMPL_ATOMIC_2(GR_IMPL_ATOMIC_ARITHMETIC, #op, GR_IMPL_ATOMIC_##op, GR_IMPL_ATOMIC_##result, \
                     __VA_ARGS__)

/* The optional order: GR_IMPL_ATOMIC_n(M, name, op, result, ...) calls M(op, result, n arguments,
 * order). */
#define GR_IMPL_ATOMIC_1(M, name, op, result, ...)                                         \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_ATOMIC_MANY_1, GR_IMPL_ATOMIC_MANY_1,            \
                     GR_IMPL_ATOMIC_MANY_1, GR_IMPL_ATOMIC_MANY_1, GR_IMPL_ATOMIC_MANY_1,  \
                     GR_IMPL_ATOMIC_MANY_1, GR_IMPL_ATOMIC_MANY_1, GR_IMPL_ATOMIC_ORDERED, \
                     GR_IMPL_ATOMIC_RELAXED, )                                             \
    (M, name, op, result, __VA_ARGS__)
#define GR_IMPL_ATOMIC_2(M, name, op, result, ...)                                          \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_ATOMIC_MANY_2, GR_IMPL_ATOMIC_MANY_2,             \
                     GR_IMPL_ATOMIC_MANY_2, GR_IMPL_ATOMIC_MANY_2, GR_IMPL_ATOMIC_MANY_2,   \
                     GR_IMPL_ATOMIC_MANY_2, GR_IMPL_ATOMIC_ORDERED, GR_IMPL_ATOMIC_RELAXED, \
                     GR_IMPL_ATOMIC_MANY_2, )                                               \
    (M, name, op, result, __VA_ARGS__)
#define GR_IMPL_ATOMIC_3(M, name, op, result, ...)                                          \
    GR_IMPL_BY_COUNT(__VA_ARGS__, GR_IMPL_ATOMIC_MANY_3, GR_IMPL_ATOMIC_MANY_3,             \
                     GR_IMPL_ATOMIC_MANY_3, GR_IMPL_ATOMIC_MANY_3, GR_IMPL_ATOMIC_MANY_3,   \
                     GR_IMPL_ATOMIC_ORDERED, GR_IMPL_ATOMIC_RELAXED, GR_IMPL_ATOMIC_MANY_3, \
                     GR_IMPL_ATOMIC_MANY_3, )                                               \
    (M, name, op, result, __VA_ARGS__)
#define GR_IMPL_ATOMIC_ORDERED(M, name, op, result, ...) M(op, result, __VA_ARGS__)
#define GR_IMPL_ATOMIC_RELAXED(M, name, op, result, ...) \
    M(op, result, __VA_ARGS__, GR_ORDER_RELAXED)
#define GR_IMPL_ATOMIC_MANY_1(M, name, ...) \
    GR_IMPL_STATIC_CHECK(0, "GR_ATOMIC_" name ": expected (pointer [, order])")
#define GR_IMPL_ATOMIC_MANY_2(M, name, ...) \
    GR_IMPL_STATIC_CHECK(0, "GR_ATOMIC_" name ": expected (pointer, value [, order])")
#define GR_IMPL_ATOMIC_MANY_3(M, name, ...)   \
    GR_IMPL_STATIC_CHECK(0, "GR_ATOMIC_" name \
                            ": expected 3 arguments and a memory order that may be left out")

/* The checks of every backend. */
#define GR_IMPL_ATOMIC_CHECK_SIZE(x)                 \
    GR_IMPL_STATIC_CHECK(sizeof(x) <= GR_MAX_ATOMIC, \
                         "an atomic element has more than 64 bytes, expected 1..64")
#define GR_IMPL_ATOMIC_CHECK_ORDER(order, wrong, also_wrong)                       \
    GR_IMPL_STATIC_CHECK(                                                          \
        (order) != (wrong) && (order) != (also_wrong) && (order) >= 0 &&           \
            (order) <= GR_ORDER_SEQ_CST,                                           \
        "atomic: the order must be a GR_ORDER_ constant that fits: a load cannot " \
        "release, a store cannot acquire")

#endif
