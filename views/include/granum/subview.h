/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file subview.h
 * @brief Views of parts of Views, and assignment between layouts; both share the memory.
 *
 *     gr_view1_f64 row;
 *     gr_view1_f64_strided column;
 *     gr_view2_f64 inner;
 *     GR_TRY(GR_SUBVIEW(&row, a, gr_pick(3), GR_ALL));        // rank drops at each index
 *     GR_TRY(GR_SUBVIEW(&column, a, GR_ALL, gr_pick(3)));
 *     GR_TRY(GR_SUBVIEW(&inner, a, gr_slice(1, n - 1), gr_slice(1, m - 1)));
 *     GR_RELEASE(&inner);                                     // each one is an owner
 */
#ifndef GRANUM_SUBVIEW_H
#define GRANUM_SUBVIEW_H

#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** How a selector reads; the order is ABI. */
typedef enum gr_selection {
    GR_SELECT_ALL,   /**< every index */
    GR_SELECT_INDEX, /**< lo only: the dimension goes away */
    GR_SELECT_RANGE  /**< lo .. hi - 1 */
} gr_selection;

/** What a subview takes of one dimension; made by gr_pick, gr_slice and GR_ALL. */
typedef struct gr_selector {
    gr_selection kind;
    gr_index lo;
    gr_index hi;
} gr_selector;

/** One selector a dimension, and one more that is not read (a View may have rank 0). */
typedef struct gr_impl_selectors {
    gr_selector n[GR_MAX_RANK + 1];
} gr_impl_selectors;

/** @brief One index of a dimension, which goes away. */
static inline gr_selector gr_pick(gr_index index) {
    const gr_selector selector = {GR_SELECT_INDEX, index, index};

    return selector;
}

/** @brief The indices lo .. hi - 1 of a dimension; empty where both are equal. */
static inline gr_selector gr_slice(gr_index lo, gr_index hi) {
    const gr_selector selector = {GR_SELECT_RANGE, lo, hi};

    return selector;
}

/** @brief Every index of a dimension. */
#define GR_ALL (GR_IMPL_LITERAL(gr_selector){GR_SELECT_ALL, 0, 0})

/**
 * @brief Make a View of a part: GR_SUBVIEW(&dst, src, selector, ...), one selector a dimension.
 *
 * dst has one dimension for each selector that is not gr_pick, and is one more owner of the memory
 * (none, where src is of foreign memory). A _strided dst takes every part; _right and _left ones
 * take those whose last or first stride is 1.
 *
 * Errors:  GR_INVALID_ARG      hi < lo, another rank than dst's, a stride that dst's layout cannot
 *                              have, or memory that was released (checked builds)
 *          GR_OUT_OF_BOUNDS    an index or a range outside of src
 * Cost:    touches no element
 */
#define GR_SUBVIEW(view, ...)                                                              \
    (GR_IMPL_CHECK_SAME_DTYPE("GR_SUBVIEW", *(view), GR_IMPL_FIRST(__VA_ARGS__, )),        \
     GR_IMPL_STATIC_CHECK(GR_IMPL_COUNT(__VA_ARGS__) ==                                    \
                              sizeof((GR_IMPL_FIRST(__VA_ARGS__, )).facts->rank) - 1,      \
                          "GR_SUBVIEW: the number of selectors is not the source's rank"), \
     gr_impl_view_subview((view), GR_IMPL_VIEW_TYPE(*(view)),                              \
                          GR_ANY(GR_IMPL_FIRST(__VA_ARGS__, )),                            \
                          GR_IMPL_SELECTORS(__VA_ARGS__, GR_ALL), GR_HERE))

#define GR_IMPL_SELECTORS(src, ...) (GR_IMPL_LITERAL(gr_impl_selectors){{__VA_ARGS__}})

/**
 * @brief Make dst a View of all that src shows, with dst's static layout: GR_ASSIGN(&dst, src).
 *
 * dst is one more owner. Same rank and dtype, else it does not compile. To _strided everything
 * goes; from _strided to _right or _left it is checked at run time; between _right and _left it
 * compiles for ranks 0 and 1 only.
 *
 * Errors:  GR_INVALID_ARG      a stride that dst's layout cannot have, or memory that was released
 *                              (checked builds)
 * Cost:    touches no element
 */
#define GR_ASSIGN(view, src)                                                                 \
    (GR_IMPL_CHECK_SAME_DTYPE("GR_ASSIGN", *(view), src),                                    \
     GR_IMPL_CHECK_SAME_RANK("GR_ASSIGN", *(view), src),                                     \
     GR_IMPL_STATIC_CHECK(                                                                   \
         sizeof((view)->facts->rank) <= 2 ||                                                 \
             sizeof((view)->facts->layout) == sizeof((src).facts->layout) ||                 \
             sizeof((view)->facts->layout) == 3 || sizeof((src).facts->layout) == 3,         \
         "GR_ASSIGN: right and left layouts differ, expected the same, or a _strided View"), \
     gr_impl_view_assign((view), GR_IMPL_VIEW_TYPE(*(view)), GR_ANY(src), GR_HERE))

/**
 * @brief Make the typed View dst from a gr_any_view: GR_FROM_ANY(&dst, any).
 *
 * dst is one more owner.
 *
 * Errors:  GR_INVALID_ARG      rank, dtype or layout are not dst's, or memory that was released
 *                              (checked builds)
 */
#define GR_FROM_ANY(view, any) \
    gr_impl_view_assign((view), GR_IMPL_VIEW_TYPE(*(view)), (any), GR_HERE)

/**
 * @brief GR_SUBVIEW for values: one selector for each of src's dimensions.
 *
 * @param[out] out  rank as many as selectors that are no index; src's layout if that still holds,
 *                  else GR_STRIDED; one more owner; empty on failure
 *
 * Errors:  as GR_SUBVIEW
 */
#define gr_view_subview(out, src, selectors) gr_impl_subview((out), (src), (selectors), GR_HERE)

#define GR_IMPL_CHECK_SAME_DTYPE(what, a, b)                                      \
    (GR_IMPL_STATIC_CHECK(sizeof((a).facts->dtype) == sizeof((b).facts->dtype) && \
                              sizeof(*(a).data) == sizeof(*(b).data),             \
                          what ": the element types differ"),                     \
     GR_IMPL_CHECK_POINTER(what, a, (b).data))
#define GR_IMPL_CHECK_SAME_RANK(what, a, b)                                  \
    GR_IMPL_STATIC_CHECK(sizeof((a).facts->rank) == sizeof((b).facts->rank), \
                         what ": the ranks differ")

GR_API gr_status gr_impl_view_subview(void *view, gr_impl_view_type type, gr_any_view src,
                                      gr_impl_selectors selectors, gr_place place);
GR_API gr_status gr_impl_view_assign(void *view, gr_impl_view_type type, gr_any_view src,
                                     gr_place place);
GR_API gr_status gr_impl_subview(gr_any_view *out, gr_any_view src, const gr_selector *selectors,
                                 gr_place place);

GR_EXTERN_C_END

#endif
