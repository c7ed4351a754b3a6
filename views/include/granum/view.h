/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file view.h
 * @brief Views: multidimensional arrays with extents, strides, a label and a counted owner.
 *
 *     gr_view2_f64 a;
 *     GR_TRY(GR_CREATE(&a, "a", n, m));            // zeroed, 64-byte aligned
 *     GR_AT(a, i, j) = 1.0;                        // an lvalue; indices counted by the compiler
 *     gr_status status = gr_view_print(stdout, GR_ANY(a));
 *     GR_RELEASE(&a);
 *
 * A View is a small struct passed by value. Copying the struct borrows: GR_RETAIN makes the copy an
 * owner, and each owner is given back with GR_RELEASE. Macros that make a View write their first
 * argument without reading it and leave an empty View there when they fail.
 */
#ifndef GRANUM_VIEW_H
#define GRANUM_VIEW_H

#include <granum/memory.h>
#include <granum/status.h>
#include <granum/types.h>

#include <granum/impl/view_arguments.h>

#ifndef GR_IMPL_RTC
#include <stdio.h>
#endif

GR_EXTERN_C_BEGIN

/** Order of the elements in memory; GR_STRIDED promises nothing. */
typedef enum gr_layout {
    GR_RIGHT = 1, /**< the last index has stride 1 (C order) */
    GR_LEFT,      /**< the first index has stride 1 (Fortran order) */
    GR_STRIDED    /**< any strides */
} gr_layout;

/** Options of creation, joined by |. */
enum {
    GR_UNINITIALIZED = 1, /**< leave the elements unset instead of zero */
    GR_PADDED = 2         /**< round the unit-stride extent up to whole cache lines */
};

/** A counted owner of memory; Views of one block share it. */
typedef struct gr_buffer gr_buffer;

/** What the compiler knows of a View's type, for functions that take every type; two registers. */
typedef struct gr_impl_view_type {
    unsigned char rank;
    unsigned char layout; /**< a gr_layout */
    unsigned char dtype;  /**< a gr_dtype */
    int align;            /**< of an element [B] */
    size_t item;          /**< size of an element [B] */
} gr_impl_view_type;

/** Any View, with its type as values: what plain functions take. GR_ANY makes it. */
typedef struct gr_any_view {
    void *data;        /**< first element; NULL when empty */
    gr_buffer *buffer; /**< owner of the memory, NULL for foreign memory */
    gr_dtype dtype;
    int rank;    /**< 0..8 */
    size_t item; /**< size of an element [B] */
    gr_layout layout;
    gr_index extent[GR_MAX_RANK]; /**< [elements], the first rank ones */
    gr_index stride[GR_MAX_RANK]; /**< [elements], the first rank ones */
} gr_any_view;

/*
 * The types: gr_view<rank>_<dtype>_<layout>, and gr_view<rank>_<dtype> for the backend's preferred
 * layout. `facts` is never set: its type carries rank + 1, layout and dtype as array sizes, which
 * sizeof reads as constants in C and C++ alike.
 */
#define GR_IMPL_VIEW(view, T, R, N, L, D)            \
    typedef struct view {                            \
        T *data;                                     \
        gr_buffer *buffer;                           \
        gr_index extent[N], stride[N];               \
        struct {                                     \
            char rank[(R) + 1], layout[L], dtype[D]; \
        } * facts;                                   \
    } view;
/* Files of a device's kernels (GR_IMPL_FILE_VENDOR, set by granum_kernels) prefer the left layout,
 * in which neighbours along the first index, and so neighbouring threads, meet in memory; and their
 * Views are created on the device unless they say another space. */
#ifdef GR_IMPL_FILE_VENDOR
#define GR_IMPL_VIEW_PREFERRED(name) typedef name##_left name
#define GR_IMPL_IN_FILE_SPACE | (GR_IMPL_IN_SPACE(GR_DEVICE))
#define GR_IMPL_IN_SPACE(space) (unsigned)(space) << 8 | (unsigned)GR_IMPL_FILE_VENDOR << 12
#else
#define GR_IMPL_VIEW_PREFERRED(name) typedef name##_right name
#define GR_IMPL_IN_FILE_SPACE
#define GR_IMPL_IN_SPACE(space) (unsigned)(space) << 8
#endif
#define GR_IMPL_VIEW_LAYOUTS(R, N, suffix, T, D)              \
    GR_IMPL_VIEW(gr_view##R##suffix##_right, T, R, N, 1, D)   \
    GR_IMPL_VIEW(gr_view##R##suffix##_left, T, R, N, 2, D)    \
    GR_IMPL_VIEW(gr_view##R##suffix##_strided, T, R, N, 3, D) \
    GR_IMPL_VIEW_PREFERRED(gr_view##R##suffix);
#define GR_IMPL_VIEW_RANKS(suffix, T, D)     \
    GR_IMPL_VIEW_LAYOUTS(0, 1, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(1, 1, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(2, 2, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(3, 3, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(4, 4, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(5, 5, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(6, 6, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(7, 7, suffix, T, D) \
    GR_IMPL_VIEW_LAYOUTS(8, 8, suffix, T, D)

#define GR_IMPL_VIEW_DTYPE(suffix, T, word) GR_IMPL_VIEW_RANKS(_##suffix, T, GR_##word)
GR_DTYPE_LIST(GR_IMPL_VIEW_DTYPE)
#undef GR_IMPL_VIEW_DTYPE

/**
 * @brief Define the View types gr_view0_<name> .. gr_view8_<name> (and _right, _left, _strided) of
 * T.
 *
 *     typedef struct particle { double x, y, z; int id; } particle;
 *     GR_DEFINE_VIEW(particle, particle)
 */
#define GR_DEFINE_VIEW(name, T) GR_IMPL_VIEW_RANKS(_##name, T, GR_STRUCT)

#define GR_IMPL_VIEW_RANK(v) ((int)sizeof((v).facts->rank) - 1)
#define GR_IMPL_VIEW_LAYOUT(v) ((gr_layout)sizeof((v).facts->layout))
#define GR_IMPL_VIEW_TYPE(v)                                                                    \
    (GR_IMPL_LITERAL(gr_impl_view_type){sizeof((v).facts->rank) - 1, sizeof((v).facts->layout), \
                                        sizeof((v).facts->dtype), (int)__alignof__(*(v).data),  \
                                        sizeof(*(v).data)})

/**
 * @brief Element of v at the given indices, an lvalue.
 *
 * The number of indices must be the rank. Each index is evaluated once, v several times. A checked
 * build (GRANUM_CHECKED) reports an index outside its extent and goes on with a spare cell.
 *
 * Expansion: GR_AT(v, i, j)   v.data[i * v.stride[0] + j * v.stride[1]], the stride of the last
 *                             (right) or first (left) index being a literal 1
 */
#define GR_AT(...) GR_IMPL_SELECT(GR_IMPL_AT_, __VA_ARGS__)(__VA_ARGS__)

/** @brief v as a gr_any_view, by value; v is evaluated several times. */
#define GR_ANY(v) gr_impl_any((v).data, (v).buffer, GR_IMPL_VIEW_TYPE(v), (v).extent, (v).stride)

/**
 * @brief Create a View: GR_CREATE(&v, "label", n0, n1, ...), zeroed, as many extents as its rank.
 *
 * The label is copied. The memory is 64-byte aligned and first touched by the threads that kernels
 * use, each its own part.
 *
 * Errors:  GR_INVALID_ARG      an extent is negative, or the size overflows
 *          GR_OUT_OF_MEMORY    the message holds label and bytes
 *          GR_IN_KERNEL        called from a kernel
 * Cost:    writes each element once
 */
#define GR_CREATE(view, ...) GR_CREATE_WITH(view, 0, __VA_ARGS__)

/** @brief GR_CREATE with flags: GR_CREATE_WITH(&v, GR_UNINITIALIZED, "label", n0, ...). */
#define GR_CREATE_WITH(view, flags, ...)                                                   \
    (GR_IMPL_CHECK_EXTENTS("GR_CREATE", *(view), __VA_ARGS__),                             \
     gr_impl_view_create((view), GR_IMPL_VIEW_TYPE(*(view)), (flags)GR_IMPL_IN_FILE_SPACE, \
                         GR_IMPL_FIRST(__VA_ARGS__, ), GR_IMPL_EXTENTS(__VA_ARGS__),       \
                         GR_IMPL_HERE))

/**
 * @brief GR_CREATE in a space: GR_CREATE_IN(&v, GR_PINNED, "label", n0, ...).
 *
 * Errors:  as GR_CREATE, and
 *          GR_UNSUPPORTED      no device of this build is usable; the message says why
 */
#define GR_CREATE_IN(view, space, ...)                                                  \
    (GR_IMPL_CHECK_EXTENTS("GR_CREATE_IN", *(view), __VA_ARGS__),                       \
     gr_impl_view_create((view), GR_IMPL_VIEW_TYPE(*(view)), (GR_IMPL_IN_SPACE(space)), \
                         GR_IMPL_FIRST(__VA_ARGS__, ), GR_IMPL_EXTENTS(__VA_ARGS__),    \
                         GR_IMPL_HERE))

/**
 * @brief Make v a View of foreign memory: GR_WRAP(&v, pointer, n0, n1, ...), densely packed.
 *
 * The caller keeps the memory alive; GR_RELEASE of such a View only empties it.
 *
 * Errors:  GR_INVALID_ARG      an extent is negative, the size overflows, or the pointer is NULL
 *                              or misaligned
 */
#define GR_WRAP(view, ...)                                                               \
    (GR_IMPL_CHECK_EXTENTS("GR_WRAP", *(view), __VA_ARGS__),                             \
     GR_IMPL_CHECK_POINTER("GR_WRAP", *(view), GR_IMPL_FIRST(__VA_ARGS__, )),            \
     gr_impl_view_wrap((view), GR_IMPL_VIEW_TYPE(*(view)), GR_IMPL_FIRST(__VA_ARGS__, ), \
                       GR_IMPL_EXTENTS(__VA_ARGS__), GR_HERE))

/**
 * @brief Count one more owner of v's memory: w = v; GR_RETAIN(w);
 *
 * Errors:  GR_INVALID_ARG      the memory was released (checked builds)
 */
#define GR_RETAIN(v) gr_impl_buffer_retain((v).buffer, GR_HERE)

/**
 * @brief Give back one owner and empty v: GR_RELEASE(&v). The last one frees the memory.
 *
 * An empty View is released without effect, so cleaning up twice through the same variable is safe.
 *
 * Errors:  GR_INVALID_ARG      another copy was the last owner already (checked builds)
 */
#define GR_RELEASE(view) gr_impl_view_release((view), GR_IMPL_VIEW_RANK(*(view)), GR_IMPL_HERE)

/**
 * @brief Give v other extents, keeping the elements that both shapes have: GR_RESIZE(&v, n0, ...).
 *
 * New elements are zero. v gets memory of its own (unless the shape is the same already); other
 * owners keep the old one.
 *
 * Errors:  as GR_CREATE, and
 *          GR_INVALID_ARG      foreign memory, or memory that was released (checked builds)
 *          v is as it was after an error.
 */
#define GR_RESIZE(...) GR_IMPL_RESIZE("GR_RESIZE", true, __VA_ARGS__)

/** @brief GR_RESIZE that keeps nothing: all elements are zero. */
#define GR_REALLOC(...) GR_IMPL_RESIZE("GR_REALLOC", false, __VA_ARGS__)

/**
 * @brief GR_CREATE for values: dtype, rank, layout and extent of *view say what to make.
 *
 * @param[in,out] view   item may be 0 but for GR_STRUCT; data, buffer and strides are set, to empty
 *                       on failure
 * @param[in]     label  copied
 * @param[in]     flags  GR_UNINITIALIZED, GR_PADDED
 *
 * Errors:  as GR_CREATE, and GR_INVALID_ARG for a rank, dtype, item or layout that does not exist
 */
#define gr_view_create(view, label, flags) \
    gr_impl_any_create((view), (label), (flags)GR_IMPL_IN_FILE_SPACE, GR_HERE)

/** @brief GR_CREATE_IN for values. */
#define gr_view_create_in(view, space, label, flags) \
    gr_impl_any_create((view), (label), (flags) | (GR_IMPL_IN_SPACE(space)), GR_HERE)

/** @brief GR_RETAIN for values. */
#define gr_view_retain(view) gr_impl_buffer_retain((view).buffer, GR_HERE)

/** @brief GR_RELEASE for values: gr_view_release(&any). */
#define gr_view_release(view) gr_impl_any_release((view), GR_HERE)

/**
 * @brief Print v as NumPy's print() does: 8 digits, columns aligned, long dimensions as "...".
 *
 * Errors:  GR_UNSUPPORTED      v's elements are of a user's type
 *          GR_INVALID_ARG      out is NULL, or memory that was released (checked builds)
 *          GR_OUT_OF_MEMORY
 *          GR_IO               the stream refused
 */
GR_API gr_status gr_view_print(FILE *out, gr_any_view v);

/** @brief Number of elements, the product of the extents; 1 for rank 0. */
GR_API gr_index gr_view_size(gr_any_view v);

/** @brief Elements from the first to the last in memory, both included; 0 when empty. */
GR_API gr_index gr_view_span(gr_any_view v);

/** @brief Whether the elements fill their span without holes, in whatever order. */
GR_API bool gr_view_is_contiguous(gr_any_view v);

/** @brief Label given at creation, "" for foreign memory; lives as long as an owner does. */
GR_API const char *gr_view_label(gr_any_view v);

/** @brief Space of v's memory; GR_HOST where it is foreign and no device knows it. */
GR_API gr_space gr_view_space(gr_any_view v);

/** @brief Owners of v's memory, 0 for foreign memory and empty Views. */
GR_API int gr_view_use_count(gr_any_view v);

/** @brief Name of an element type, "f64"; "struct" for user types, NULL for other values. */
GR_API const char *gr_dtype_name(gr_dtype dtype);

/** @brief Size of an element [B], 0 for GR_STRUCT and other values. */
GR_API size_t gr_dtype_size(gr_dtype dtype);

#define GR_IMPL_RESIZE(what, keep, ...)                                         \
    (GR_IMPL_CHECK_EXTENTS(what, *(GR_IMPL_FIRST(__VA_ARGS__, )), __VA_ARGS__), \
     gr_impl_view_resize((GR_IMPL_FIRST(__VA_ARGS__, )),                        \
                         GR_IMPL_VIEW_TYPE(*(GR_IMPL_FIRST(__VA_ARGS__, ))),    \
                         GR_IMPL_EXTENTS(__VA_ARGS__), (keep)GR_IMPL_IN_FILE_SPACE, GR_HERE))

/* Functions behind the macros; `view` is a View of the type that follows it. */
GR_API gr_status gr_impl_view_create(void *view, gr_impl_view_type type, unsigned flags,
                                     const char *label, const gr_index *extent,
                                     const gr_place *place);
GR_API gr_status gr_impl_view_wrap(void *view, gr_impl_view_type type, void *data,
                                   const gr_index *extent, gr_place place);
GR_API gr_status gr_impl_view_release(void *view, int rank, const gr_place *place);
GR_API gr_status gr_impl_view_resize(void *view, gr_impl_view_type type, const gr_index *extent,
                                     unsigned how, gr_place place);
GR_API gr_status gr_impl_any_create(gr_any_view *view, const char *label, unsigned flags,
                                    gr_place place);
GR_API gr_status gr_impl_any_release(gr_any_view *view, gr_place place);
GR_API gr_status gr_impl_buffer_retain(gr_buffer *buffer, gr_place place);

/** Keep memory for a graph's use, let it go, and ask whether the program holds it no more. */
GR_API gr_status gr_impl_buffer_keep(gr_buffer *buffer, gr_place place);
GR_API void gr_impl_buffer_let_go(gr_buffer *buffer, gr_place place);
GR_API bool gr_impl_buffer_is_kept_only(const gr_buffer *buffer);

/** Complain in checked builds if the memory was released; NULL is fine. */
GR_API gr_status gr_impl_buffer_check(const gr_buffer *buffer, gr_place place);

/**
 * Check what a caller may have got wrong in a gr_any_view: rank, dtype, item, layout, extents, and
 * (checked builds) memory that was released; `what` names it in the message.
 */
GR_API gr_status gr_impl_view_check(const gr_any_view *v, const char *what, gr_place place);

/** Write any, whose owner count is passed on, into view after checking that rank, dtype, layout
 * fit. */
GR_API gr_status gr_impl_view_set(void *view, gr_impl_view_type type, gr_any_view any,
                                  gr_place place);

static inline gr_any_view gr_impl_any(const volatile void *data, gr_buffer *buffer,
                                      gr_impl_view_type type, const gr_index *extent,
                                      const gr_index *stride) {
    gr_any_view any;

    any.data = (void *)(uintptr_t)data;
    any.buffer = buffer;
    any.dtype = (gr_dtype)type.dtype;
    any.rank = type.rank;
    any.item = type.item;
    any.layout = (gr_layout)type.layout;
    for (int d = 0; d < GR_MAX_RANK; d++) {
        any.extent[d] = d < type.rank ? extent[d] : 1;
        any.stride[d] = d < type.rank ? stride[d] : 1;
    }
    return any;
}

GR_EXTERN_C_END

#include <granum/impl/view_at.h>

#endif
