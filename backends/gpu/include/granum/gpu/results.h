/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/results.h
 * @brief Results to device Views: the kernel writes them, and nothing waits; included by results.h.
 */
#ifndef GRANUM_GPU_RESULTS_H
#define GRANUM_GPU_RESULTS_H

#include <granum/gpu/scan.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** Record that a result has no View to go to. */
GR_API GR_IMPL_COLD void gr_impl_result_is_lost(const char *file, int line, const char *label,
                                                const char *view);

GR_EXTERN_C_END

extern "C++" { /* kernel files stand in an extern "C", and this is included by them */

/* The reducer with a result in device memory. */
template <class Reducer, class V>
Reducer gr_impl_gpu_to(Reducer reducer, V *result, gr_site *site, const char *view) {
    static_assert(gr_impl_same<typename Reducer::value_type, V>::value,
                  "the View of a result has another type than the reducer");
    if (!result) {
        gr_impl_result_is_lost(site->file, site->line, site->label, view);
    }
    reducer.variable = nullptr;
    reducer.result = result;
    return reducer;
}

template <class T>
gr_impl_gpu_target<T> gr_impl_gpu_total_to(T *result, const char *view, gr_place place) {
    if (!result) {
        gr_impl_result_is_lost(place.file, place.line, "", view);
    }
    return {nullptr, result, result == nullptr};
}

} /* extern "C++" */

#define GR_IMPL_IS_RESULT(view) \
    GR_IMPL_STATIC_CHECK(GR_IMPL_VIEW_RANK(view) == 0, "a result goes to a View of rank 0")

/* As GR_IMPL_CALL, whose expansion this is a part of. */
#define GR_IMPL_TO_CALL(macro, arguments) macro arguments
#define GR_IMPL_TO_OBJECT(k, to, view, reducer) \
    GR_IMPL_TO_CALL(GR_IMPL_TO_OBJECT_OF, (view, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_TO_OBJECT_OF(view, kind, T, v, ...)                                          \
    , (__extension__({                                                                       \
        gr_impl_bare<decltype(*(view).data)>::type v;                                        \
        GR_IMPL_IS_RESULT(view);                                                             \
        gr_impl_gpu_to(GR_IMPL_OBJECT_##kind(T, v, __VA_ARGS__), (view).data, gr_to, #view); \
    }))
#define GR_IMPL_TO_PARAMETER(k, to, view, reducer) \
    GR_IMPL_TO_CALL(GR_IMPL_TO_PARAMETER_OF, (view, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_TO_PARAMETER_OF(view, kind, T, v, ...) \
    , [[maybe_unused]] gr_impl_bare<decltype(*(view).data)>::type &v

#define GR_IMPL_REDUCE_TO(R, label, policy, ...)                                           \
    (__extension__({                                                                       \
        gr_site *const gr_to = GR_IMPL_SITE(label);                                        \
        gr_impl_gpu_reduce<R>(gr_to, policy GR_IMPL_EACH(GR_IMPL_TO_OBJECT, __VA_ARGS__)); \
    })) %                                                                                  \
        [=] GR_IMPL_DEVICE
#define GR_IMPL_REDUCE_TO_1D(label, i, policy, ...)  \
    GR_IMPL_REDUCE_TO(1, label, policy, __VA_ARGS__) \
    (GR_IMPL_INDICES_1D(i) GR_IMPL_EACH(GR_IMPL_TO_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_TO_2D(label, i, j, policy, ...) \
    GR_IMPL_REDUCE_TO(2, label, policy, __VA_ARGS__)   \
    (GR_IMPL_INDICES_2D(i, j) GR_IMPL_EACH(GR_IMPL_TO_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_TO_3D(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_TO(3, label, policy, __VA_ARGS__)      \
    (GR_IMPL_INDICES_3D(i, j, k) GR_IMPL_EACH(GR_IMPL_TO_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_TO_4D(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_TO(4, label, policy, __VA_ARGS__)         \
    (GR_IMPL_INDICES_4D(i, j, k, l) GR_IMPL_EACH(GR_IMPL_TO_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_TO_5D(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_TO(5, label, policy, __VA_ARGS__)            \
    (GR_IMPL_INDICES_5D(i, j, k, l, m) GR_IMPL_EACH(GR_IMPL_TO_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_TO_6D(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_TO(6, label, policy, __VA_ARGS__)               \
    (GR_IMPL_INDICES_6D(i, j, k, l, m, n) GR_IMPL_EACH(GR_IMPL_TO_PARAMETER, __VA_ARGS__))

#define GR_IMPL_SCAN_TOTAL_TARGET(T, view)                                                 \
    (GR_IMPL_IS_RESULT(view), __extension__({                                              \
         static_assert(gr_impl_same<gr_impl_bare<decltype(*(view).data)>::type, T>::value, \
                       "the View of a total has another type than the reducer names");     \
         gr_impl_gpu_total_to<T>((view).data, #view, GR_HERE);                             \
     }))
#define GR_IMPL_SCAN_TOTAL_TO(label, i, policy, reducer, final, view) \
    GR_IMPL_SCAN(label, i, policy, final, GR_IMPL_SCAN_TOTAL_TARGET, view, reducer)

#endif
