/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/host_results.h
 * @brief Results to Views on the host, in C and in C++; included by results.h.
 *
 * A loop that runs once declares the variable of each result, and stores it when the statement
 * inside has ended.
 */
#ifndef GRANUM_IMPL_HOST_RESULTS_H
#define GRANUM_IMPL_HOST_RESULTS_H

#include <granum/impl/launch.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** Record that a result has no View to go to. */
GR_API GR_IMPL_COLD void gr_impl_result_is_lost(const char *file, int line, const char *label,
                                                const char *view);

GR_EXTERN_C_END

#ifdef __cplusplus
#define GR_IMPL_ITEM_OF(view) std::remove_reference_t<decltype(*(view).data)>
#define GR_IMPL_IS_ITEM(view, T) (std::is_same_v<GR_IMPL_ITEM_OF(view), T>)
#else
#define GR_IMPL_ITEM_OF(view) __typeof__(*(view).data)
#define GR_IMPL_IS_ITEM(view, T) __builtin_types_compatible_p(GR_IMPL_ITEM_OF(view), T)
#endif

#define GR_IMPL_HOLD(label, view, v, set)                                                         \
    for (GR_IMPL_ITEM_OF(view) v,                                                                 \
         *set = (GR_IMPL_STATIC_CHECK(GR_IMPL_VIEW_RANK(view) == 0, "a result goes to a View of " \
                                                                    "rank 0"),                    \
                 &v);                                                                             \
         set; GR_IMPL_STORE(label, view, v), set = NULL)
#define GR_IMPL_STORE(label, view, v)       \
    ((view).data ? (void)(*(view).data = v) \
                 : gr_impl_result_is_lost(__FILE__, __LINE__, label, #view))

/* As GR_IMPL_CALL, whose expansion this is a part of. */
#define GR_IMPL_TO_CALL(macro, arguments) macro arguments
#define GR_IMPL_TO_HOLD(k, to, view, reducer) \
    GR_IMPL_TO_CALL(GR_IMPL_TO_HOLD_OF, (k, view, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_TO_HOLD_OF(k, view, kind, T, v, ...) GR_IMPL_HOLD("", view, v, gr_to_##k)

#define GR_IMPL_REDUCE_TO_1D(label, i, policy, ...) \
    GR_IMPL_EACH(GR_IMPL_TO_HOLD, __VA_ARGS__)      \
    GR_IMPL_REDUCE_1D(label, i, policy, GR_IMPL_TO_REDUCERS(__VA_ARGS__))
#define GR_IMPL_REDUCE_TO_2D(label, i, j, policy, ...) \
    GR_IMPL_EACH(GR_IMPL_TO_HOLD, __VA_ARGS__)         \
    GR_IMPL_REDUCE_2D(label, i, j, policy, GR_IMPL_TO_REDUCERS(__VA_ARGS__))
#define GR_IMPL_REDUCE_TO_3D(label, i, j, k, policy, ...) \
    GR_IMPL_EACH(GR_IMPL_TO_HOLD, __VA_ARGS__)            \
    GR_IMPL_REDUCE_3D(label, i, j, k, policy, GR_IMPL_TO_REDUCERS(__VA_ARGS__))
#define GR_IMPL_REDUCE_TO_4D(label, i, j, k, l, policy, ...) \
    GR_IMPL_EACH(GR_IMPL_TO_HOLD, __VA_ARGS__)               \
    GR_IMPL_REDUCE_4D(label, i, j, k, l, policy, GR_IMPL_TO_REDUCERS(__VA_ARGS__))
#define GR_IMPL_REDUCE_TO_5D(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_EACH(GR_IMPL_TO_HOLD, __VA_ARGS__)                  \
    GR_IMPL_REDUCE_5D(label, i, j, k, l, m, policy, GR_IMPL_TO_REDUCERS(__VA_ARGS__))
#define GR_IMPL_REDUCE_TO_6D(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_EACH(GR_IMPL_TO_HOLD, __VA_ARGS__)                     \
    GR_IMPL_REDUCE_6D(label, i, j, k, l, m, n, policy, GR_IMPL_TO_REDUCERS(__VA_ARGS__))

#define GR_IMPL_SCAN_TOTAL_TO(label, i, policy, reducer, final, view)        \
    GR_IMPL_CALL(GR_IMPL_TOTAL_HOLD, (label, view, GR_IMPL_UNTUPLE reducer)) \
    GR_IMPL_SCAN(label, i, policy, final, GR_IMPL_SCAN_TOTAL, gr_total, reducer)
#define GR_IMPL_TOTAL_HOLD(label, view, kind, T, ...)                                         \
    for (int gr_held = (GR_IMPL_STATIC_CHECK(GR_IMPL_IS_ITEM(view, T),                        \
                                             "the View of a total has another type than the " \
                                             "reducer names"),                                \
                        1);                                                                   \
         gr_held; gr_held = 0)                                                                \
    GR_IMPL_HOLD(label, view, gr_total, gr_to)

#endif
