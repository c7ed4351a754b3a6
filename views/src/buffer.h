/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file buffer.h
 * @brief The counted owner behind Views, inside the library.
 *
 * One allocation holds header, label and data, since creating a small View should cost what malloc
 * costs. A checked build takes the data from an allocation of their own, so that a released header
 * can stay in quarantine and answer for the Views that still point to it.
 */
#ifndef GRANUM_VIEWS_BUFFER_H
#define GRANUM_VIEWS_BUFFER_H

#include <granum/impl/space.h>
#include <granum/memory.h>
#include <granum/view.h>

#include <stdatomic.h>

#ifndef GRANUM_CHECKED
#define GRANUM_CHECKED 0
#endif

struct gr_buffer {
    gr_impl_record record; /**< label, payload bytes, place of creation */
    void *data;
    size_t block;         /**< of this header and, but for checked builds, the data [B] */
    unsigned flags;       /**< GR_PADDED, space and vendor: resizing keeps them */
    atomic_int owners;    /**< 0: released, and in quarantine */
    atomic_int keepers;   /**< owners among them that keep it for others' use: graphs */
    gr_place released_at; /**< valid when owners is 0 */
#if GRANUM_CHECKED
    gr_any_view shape; /**< as created, for debug modes */
#endif
    char label[];
};

/** Allocate bytes of 64-byte aligned memory with one owner; the label is copied. */
gr_status buffer_create(gr_buffer **out, gr_impl_where where, const char *label, size_t bytes,
                        const gr_place *place);

/** Where the memory of a View lies; of foreign memory too. */
gr_impl_where buffer_where(const gr_buffer *buffer);
gr_impl_where view_where(const gr_any_view *v);

/** Give back one owner; the last one frees. A NULL buffer has none. */
gr_status buffer_release(gr_buffer *buffer, const gr_place *place);

/** Set bytes to zero, a large block by the threads that kernels use. */
void buffer_zero(void *data, size_t bytes);

#endif
