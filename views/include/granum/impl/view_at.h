/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/view_at.h
 * @brief Element access behind GR_AT: offsets with literal unit strides, and the checked form.
 */
#ifndef GRANUM_IMPL_VIEW_AT_H
#define GRANUM_IMPL_VIEW_AT_H

#include <granum/view.h>

#define GR_IMPL_CHECK_RANK(v, n)                             \
    GR_IMPL_STATIC_CHECK(sizeof((v).facts->rank) == (n) + 1, \
                         "GR_AT: number of indices = " #n ", expected the View's rank")

/* A constant 1 where the layout says so, which lets loops over that index vectorise. */
#define GR_IMPL_STRIDE(v, d)                                                          \
    ((sizeof((v).facts->layout) == GR_RIGHT && sizeof((v).facts->rank) == (d) + 2) || \
             (sizeof((v).facts->layout) == GR_LEFT && (d) == 0)                       \
         ? (gr_index)1                                                                \
         : (v).stride[d])

#if defined(GRANUM_CHECKED) && GRANUM_CHECKED
#include <granum/impl/view_checked.h>
#else

#define GR_IMPL_TERM(v, d, i) ((gr_index)(i)*GR_IMPL_STRIDE(v, d))

/* Parentheses keep the commas together when one access is the index of another. */
#define GR_IMPL_AT_0(v) (v).data[(GR_IMPL_CHECK_RANK(v, 0), 0)]
#define GR_IMPL_AT_1(v, a) (v).data[(GR_IMPL_CHECK_RANK(v, 1), GR_IMPL_TERM(v, 0, a))]
#define GR_IMPL_AT_2(v, a, b) \
    (v).data[(GR_IMPL_CHECK_RANK(v, 2), GR_IMPL_TERM(v, 0, a) + GR_IMPL_TERM(v, 1, b))]
#define GR_IMPL_AT_3(v, a, b, c)        \
    (v).data[(GR_IMPL_CHECK_RANK(v, 3), \
              GR_IMPL_TERM(v, 0, a) + GR_IMPL_TERM(v, 1, b) + GR_IMPL_TERM(v, 2, c))]
#define GR_IMPL_AT_4(v, a, b, c, d)                                                     \
    (v).data[(GR_IMPL_CHECK_RANK(v, 4), GR_IMPL_TERM(v, 0, a) + GR_IMPL_TERM(v, 1, b) + \
                                            GR_IMPL_TERM(v, 2, c) + GR_IMPL_TERM(v, 3, d))]
#define GR_IMPL_AT_5(v, a, b, c, d, e)                                                      \
    (v).data[(GR_IMPL_CHECK_RANK(v, 5), GR_IMPL_TERM(v, 0, a) + GR_IMPL_TERM(v, 1, b) +     \
                                            GR_IMPL_TERM(v, 2, c) + GR_IMPL_TERM(v, 3, d) + \
                                            GR_IMPL_TERM(v, 4, e))]
#define GR_IMPL_AT_6(v, a, b, c, d, e, f)                                                   \
    (v).data[(GR_IMPL_CHECK_RANK(v, 6), GR_IMPL_TERM(v, 0, a) + GR_IMPL_TERM(v, 1, b) +     \
                                            GR_IMPL_TERM(v, 2, c) + GR_IMPL_TERM(v, 3, d) + \
                                            GR_IMPL_TERM(v, 4, e) + GR_IMPL_TERM(v, 5, f))]
#define GR_IMPL_AT_7(v, a, b, c, d, e, f, g)                                                \
    (v).data[(GR_IMPL_CHECK_RANK(v, 7), GR_IMPL_TERM(v, 0, a) + GR_IMPL_TERM(v, 1, b) +     \
                                            GR_IMPL_TERM(v, 2, c) + GR_IMPL_TERM(v, 3, d) + \
                                            GR_IMPL_TERM(v, 4, e) + GR_IMPL_TERM(v, 5, f) + \
                                            GR_IMPL_TERM(v, 6, g))]
#define GR_IMPL_AT_8(v, a, b, c, d, e, f, g, h)                                             \
    (v).data[(GR_IMPL_CHECK_RANK(v, 8), GR_IMPL_TERM(v, 0, a) + GR_IMPL_TERM(v, 1, b) +     \
                                            GR_IMPL_TERM(v, 2, c) + GR_IMPL_TERM(v, 3, d) + \
                                            GR_IMPL_TERM(v, 4, e) + GR_IMPL_TERM(v, 5, f) + \
                                            GR_IMPL_TERM(v, 6, g) + GR_IMPL_TERM(v, 7, h))]

#endif

#define GR_IMPL_AT_MANY(v, ...)                                                               \
    (v).data[(GR_IMPL_STATIC_CHECK(sizeof((v).facts->rank) == 0,                              \
                                   "GR_AT: number of indices > 8, expected the View's rank"), \
              0)]

#endif
