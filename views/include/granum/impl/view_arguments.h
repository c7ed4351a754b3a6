/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/view_arguments.h
 * @brief Counting of index and extent lists at compile time, with messages of our own.
 */
#ifndef GRANUM_IMPL_VIEW_ARGUMENTS_H
#define GRANUM_IMPL_VIEW_ARGUMENTS_H

#include <granum/types.h>

/* An expression of no effect that fails to compile with text unless the constant `condition` holds.
 * C cannot put a lambda or a template there, C++ cannot define a type in sizeof, and run-time
 * compilers have no statements in expressions. */
#ifdef GR_IMPL_RTC
#define GR_IMPL_STATIC_CHECK(condition, text) [&] { static_assert(condition, text); }()
#elif defined(__cplusplus)
#define GR_IMPL_STATIC_CHECK(condition, text) (__extension__({ static_assert(condition, text); }))
#else
#define GR_IMPL_STATIC_CHECK(condition, text) \
    ((void)__extension__ sizeof(struct {      \
        _Static_assert(condition, text);      \
        char gr_impl_checked;                 \
    }))
#endif

/* GR_IMPL_SELECT(name, first, a, b) is name##2: the arguments after the first, counted. Lists that
 * are too long for any View select name##MANY. */
#define GR_IMPL_SELECT(name, ...)                                                           \
    GR_IMPL_SELECT_AT(__VA_ARGS__, name##MANY, name##MANY, name##MANY, name##MANY, name##8, \
                      name##7, name##6, name##5, name##4, name##3, name##2, name##1, name##0, )
#define GR_IMPL_SELECT_AT(first, a, b, c, d, e, f, g, h, i, j, k, l, selected, ...) selected

#define GR_IMPL_FIRST(first, ...) first

/* GR_HERE as a constant of the program. A place by value is stored in parts and read as a whole,
 * which
 * the processor waits for: a sixth of what a small View costs. */
#define GR_IMPL_HERE                                                         \
    (__extension__({                                                         \
        static const gr_place gr_impl_here = {__FILE__, __LINE__, __func__}; \
        &gr_impl_here;                                                       \
    }))

/* The extents that follow a first argument, as an array that lives as long as the expression. */
#define GR_IMPL_EXTENTS(...) GR_IMPL_SELECT(GR_IMPL_EXTENTS_, __VA_ARGS__)(__VA_ARGS__)
#define GR_IMPL_SHAPE(...) ((GR_IMPL_LITERAL(gr_shape){{__VA_ARGS__}}).n)
#define GR_IMPL_EXTENTS_0(s) GR_IMPL_SHAPE(1)
#define GR_IMPL_EXTENTS_1(s, a) GR_IMPL_SHAPE((gr_index)(a))
#define GR_IMPL_EXTENTS_2(s, a, b) GR_IMPL_SHAPE((gr_index)(a), (gr_index)(b))
#define GR_IMPL_EXTENTS_3(s, a, b, c) GR_IMPL_SHAPE((gr_index)(a), (gr_index)(b), (gr_index)(c))
#define GR_IMPL_EXTENTS_4(s, a, b, c, d) \
    GR_IMPL_SHAPE((gr_index)(a), (gr_index)(b), (gr_index)(c), (gr_index)(d))
#define GR_IMPL_EXTENTS_5(s, a, b, c, d, e) \
    GR_IMPL_SHAPE((gr_index)(a), (gr_index)(b), (gr_index)(c), (gr_index)(d), (gr_index)(e))
#define GR_IMPL_EXTENTS_6(s, a, b, c, d, e, f)                                               \
    GR_IMPL_SHAPE((gr_index)(a), (gr_index)(b), (gr_index)(c), (gr_index)(d), (gr_index)(e), \
                  (gr_index)(f))
#define GR_IMPL_EXTENTS_7(s, a, b, c, d, e, f, g)                                            \
    GR_IMPL_SHAPE((gr_index)(a), (gr_index)(b), (gr_index)(c), (gr_index)(d), (gr_index)(e), \
                  (gr_index)(f), (gr_index)(g))
#define GR_IMPL_EXTENTS_8(s, a, b, c, d, e, f, g, h)                                         \
    GR_IMPL_SHAPE((gr_index)(a), (gr_index)(b), (gr_index)(c), (gr_index)(d), (gr_index)(e), \
                  (gr_index)(f), (gr_index)(g), (gr_index)(h))
#define GR_IMPL_EXTENTS_MANY(...) GR_IMPL_SHAPE(0)

#define GR_IMPL_COUNT(...) GR_IMPL_SELECT(GR_IMPL_COUNT_, __VA_ARGS__)
#define GR_IMPL_COUNT_0 0
#define GR_IMPL_COUNT_1 1
#define GR_IMPL_COUNT_2 2
#define GR_IMPL_COUNT_3 3
#define GR_IMPL_COUNT_4 4
#define GR_IMPL_COUNT_5 5
#define GR_IMPL_COUNT_6 6
#define GR_IMPL_COUNT_7 7
#define GR_IMPL_COUNT_8 8
#define GR_IMPL_COUNT_MANY 9

#define GR_IMPL_CHECK_EXTENTS(what, v, ...)                                         \
    GR_IMPL_STATIC_CHECK(GR_IMPL_COUNT(__VA_ARGS__) == sizeof((v).facts->rank) - 1, \
                         what ": the number of extents is not the View's rank")

/* A pointer to another element type is a mistake that void * would hide. C++ has no word of its own
 * to
 * compare types: there the compiler rejects the comparison of the pointers. */
#ifdef __cplusplus
#define GR_IMPL_CHECK_POINTER(what, v, pointer) ((void)sizeof((v).data == (pointer)))
#else
#define GR_IMPL_CHECK_POINTER(what, v, pointer)                                            \
    GR_IMPL_STATIC_CHECK(GR_IMPL_POINTER_IS(pointer, __typeof__((v).data)) ||              \
                             GR_IMPL_POINTER_IS(pointer, const __typeof__(*(v).data) *) || \
                             GR_IMPL_POINTER_IS(pointer, void *) ||                        \
                             GR_IMPL_POINTER_IS(pointer, const void *),                    \
                         what ": the pointer is not to the View's element type")
#define GR_IMPL_POINTER_IS(pointer, T) \
    __builtin_types_compatible_p(__typeof__(1 ? (pointer) : (pointer)), T)
#endif

#endif
