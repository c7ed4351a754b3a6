/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file npy.h
 * @brief Views to and from .npy files, the format of numpy.save and numpy.load.
 *
 *     gr_view2_f64 a;
 *     GR_TRY(GR_NPY_LOAD(&a, "elevation.npy"));    // dtype and rank must be a's
 *     GR_TRY(gr_npy_save("copy.npy", GR_ANY(a)));
 *     GR_RELEASE(&a);
 *
 * Read are format versions 1 to 3, C and Fortran order, both byte orders, and the element types
 * that Views have: bool, integers, f32, f64 and their complex numbers. Other dtypes (float16, text,
 * records, objects) are refused by name. A file that holds more than one array gives its first.
 */
#ifndef GRANUM_NPY_H
#define GRANUM_NPY_H

#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** What a file's header says. */
typedef struct gr_npy_info {
    gr_dtype dtype;
    int rank;                       /**< 0..8 */
    gr_index extent[GR_MAX_RANK];   /**< [elements], the first rank ones */
    gr_layout layout;               /**< GR_RIGHT for C order, GR_LEFT for Fortran order */
    bool swapped;                   /**< in the byte order that this machine has not */
    int version;                    /**< of the format, 1 to 3 */
    size_t data_offset, data_bytes; /**< where the elements lie in the file [B] */
} gr_npy_info;

/**
 * @brief Read the header of a file.
 *
 * Errors:  GR_IO           the file cannot be read; the message has the path and the system's
 * reason
 *          GR_BAD_FILE     no .npy file, a version or header that does not exist, a shape that
 * cannot
 *                          be, or fewer bytes than the shape needs
 *          GR_UNSUPPORTED  a dtype that Views have not, or a rank above 8
 *          GR_INVALID_ARG  path or info is NULL
 */
#define gr_npy_inspect(path, info) gr_impl_npy_inspect((path), (info), GR_HERE)

/**
 * @brief Create a View with the elements of a file: GR_NPY_LOAD(&v, path), labelled with the path.
 *
 * The elements are put into the View's layout whatever the file's order; a strided View takes the
 * file's. Nothing is allocated before the header is found to fit the View and the file's size.
 *
 * Errors:  those of gr_npy_inspect, and
 *          GR_INVALID_ARG    the file's dtype or rank is not the View's
 *          GR_OUT_OF_MEMORY
 * Cost:    one read; another pass where byte order or layout differ
 */
#define GR_NPY_LOAD(view, path) \
    GR_IMPL_NPY_LOAD((view), GR_IMPL_VIEW_TYPE(*(view)), (path), GR_HERE)
#ifdef GR_IMPL_FILE_VENDOR
#define GR_IMPL_NPY_LOAD(view, type, path, place) \
    gr_impl_npy_load_view_in((view), (type), (path), 0 GR_IMPL_IN_FILE_SPACE, (place))
#else
#define GR_IMPL_NPY_LOAD gr_impl_npy_load_view
#endif

/** @brief GR_NPY_LOAD for values: any dtype and rank, in the file's layout; gr_view_release it. */
#define gr_npy_load(view, path) gr_impl_npy_load((view), (path), GR_HERE)

/**
 * @brief Write a View to a file, as numpy.save writes an array of the same strides, byte for byte.
 *
 * A View in Fortran order is written so; one that is not contiguous is written in C order. A file
 * of that name is replaced.
 *
 * Errors:  GR_IO             the file cannot be written; it may be incomplete then
 *          GR_UNSUPPORTED    v's elements are of a user's type
 *          GR_OUT_OF_MEMORY  for the dense copy of a View that is not contiguous
 *          GR_INVALID_ARG    path is NULL, or memory that was released (checked builds)
 */
#define gr_npy_save(path, v) gr_impl_npy_save((path), (v), GR_HERE)

/**
 * @brief Write a View to a file while hunting a bug: .npy where the name ends so, else as
 * gr_view_print writes it.
 *
 * Errors:  as gr_npy_save and gr_view_print
 */
#define gr_debug_dump(v, path) gr_impl_debug_dump((v), (path), GR_HERE)

/* Functions behind the macros. */
GR_API gr_status gr_impl_debug_dump(gr_any_view v, const char *path, gr_place place);
GR_API gr_status gr_impl_npy_inspect(const char *path, gr_npy_info *info, gr_place place);
GR_API gr_status gr_impl_npy_load_view_in(void *view, gr_impl_view_type type, const char *path,
                                          unsigned flags, gr_place place);
GR_API gr_status gr_impl_npy_load_view(void *view, gr_impl_view_type type, const char *path,
                                       gr_place place);
GR_API gr_status gr_impl_npy_load(gr_any_view *view, const char *path, gr_place place);
GR_API gr_status gr_impl_npy_save(const char *path, gr_any_view v, gr_place place);

GR_EXTERN_C_END

#endif
