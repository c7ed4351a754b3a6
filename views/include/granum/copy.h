/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy.h
 * @brief Deep copies between Views of any layout, fills by a scalar, and single elements.
 *
 *     GR_TRY(GR_FILL(a, 1.5));
 *     GR_TRY(gr_deep_copy(GR_ANY(b), GR_ANY(a)));  // same shape and dtype, any two layouts
 *     double sum;
 *     GR_TRY(GR_COPY_TO_SCALAR(&sum, result));     // a View of one element
 *
 * Large copies run on the threads that kernels use; a copy that changes the layout goes through the
 * caches in blocks that are transposed in registers.
 */
#ifndef GRANUM_COPY_H
#define GRANUM_COPY_H

#include <granum/instance.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/**
 * @brief Copy src into dst, changing the layout where they differ.
 *
 * @param[out] dst  shape (n0, n1, ...); any layout without zero strides
 * @param[in]  src  same shape and dtype, any strides; must not overlap dst unless it is dst itself
 *
 * Errors:  GR_INVALID_ARG  ranks, shapes, dtypes or item sizes differ, the two overlap, several
 *                          elements of dst share memory, or a View was released (checked builds)
 *          GR_IN_KERNEL    called from a kernel body
 * Cost:    reads and writes each element once; large results bypass the caches
 * Threads: safe for distinct dst
 */
#define gr_deep_copy(dst, src) gr_impl_deep_copy((dst), (src), GR_HERE)

/**
 * @brief Set every element of a View: GR_FILL(v, 1.5); the value is converted as in an assignment.
 *
 * Expansion: T gr_fill_value = value; gr_impl_view_fill(GR_ANY(v), &gr_fill_value, place)
 *
 * Errors:  as gr_deep_copy
 * Cost:    writes each element once
 */
#define GR_FILL(v, ...)                                          \
    (__extension__({                                             \
        const __typeof__(*(v).data) gr_fill_value = __VA_ARGS__; \
        gr_impl_view_fill(GR_ANY(v), &gr_fill_value, GR_HERE);   \
    }))

/**
 * @brief Set every element of a View to the item that value points to.
 *
 * @param[in] value  one element of v's dtype; may lie anywhere, in v too
 *
 * Errors:  GR_INVALID_ARG    value is NULL
 *          and those of gr_deep_copy
 */
#define gr_view_fill(v, value) gr_impl_view_fill((v), (value), GR_HERE)

/**
 * @brief gr_deep_copy, GR_FILL and gr_view_fill on the threads of an instance, after the work that
 * it has.
 *
 * Errors:  as the calls without an instance, and
 *          GR_INVALID_ARG  the instance was destroyed
 */
#define gr_deep_copy_on(instance, dst, src) gr_impl_deep_copy_on((instance), (dst), (src), GR_HERE)
#define GR_FILL_ON(instance, v, ...)                                          \
    (__extension__({                                                          \
        const __typeof__(*(v).data) gr_fill_value = __VA_ARGS__;              \
        gr_impl_view_fill_on((instance), GR_ANY(v), &gr_fill_value, GR_HERE); \
    }))
#define gr_view_fill_on(instance, v, value) gr_impl_view_fill_on((instance), (v), (value), GR_HERE)

/**
 * @brief Read the only element of a View: GR_COPY_TO_SCALAR(&x, v), x of v's element type.
 *
 * Errors:  GR_INVALID_ARG    v has not exactly one element
 */
#define GR_COPY_TO_SCALAR(out, v)                        \
    (GR_IMPL_CHECK_POINTER("GR_COPY_TO_SCALAR", v, out), \
     gr_impl_copy_to_scalar((out), GR_ANY(v), GR_HERE))

/**
 * @brief Write the only element of a View: GR_COPY_FROM_SCALAR(v, 1.5).
 *
 * Errors:  GR_INVALID_ARG    v has not exactly one element
 */
#define GR_COPY_FROM_SCALAR(v, ...)                                   \
    (__extension__({                                                  \
        const __typeof__(*(v).data) gr_copy_value = __VA_ARGS__;      \
        gr_impl_copy_from_scalar(GR_ANY(v), &gr_copy_value, GR_HERE); \
    }))

/* Functions behind the macros. */
GR_API gr_status gr_impl_deep_copy(gr_any_view dst, gr_any_view src, gr_place place);
GR_API gr_status gr_impl_view_fill(gr_any_view v, const void *value, gr_place place);
GR_API gr_status gr_impl_deep_copy_on(gr_instance instance, gr_any_view dst, gr_any_view src,
                                      gr_place place);
GR_API gr_status gr_impl_view_fill_on(gr_instance instance, gr_any_view v, const void *value,
                                      gr_place place);
GR_API gr_status gr_impl_copy_to_scalar(void *out, gr_any_view v, gr_place place);
GR_API gr_status gr_impl_copy_from_scalar(gr_any_view v, const void *value, gr_place place);

/** Instruction sets of the copy kernels, each holding those before it. */
typedef enum gr_impl_copy_isa {
    GR_IMPL_COPY_PORTABLE, /**< 16-byte vectors of the baseline: SSE2, NEON */
    GR_IMPL_COPY_AVX2,
    GR_IMPL_COPY_AVX512
} gr_impl_copy_isa;

/** What copies go by; read from the machine at the first copy. */
typedef struct gr_impl_copy_tuning {
    gr_impl_copy_isa isa;
    size_t serial_bytes; /**< a copy that writes no more stays on the calling thread [B] */
    size_t stream_bytes; /**< one that touches more bypasses the caches [B] */
} gr_impl_copy_tuning;

/** What copies go by now. */
GR_API gr_impl_copy_tuning gr_impl_copy_tuning_get(void);

/** For tests and benchmarks: change it for copies to come; an isa beyond the machine's is lowered.
 *  */
GR_API void gr_impl_copy_tuning_set(gr_impl_copy_tuning tuning);

GR_EXTERN_C_END

#endif
