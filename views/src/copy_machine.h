/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_machine.h
 * @brief The inner loops of copies, one set for each instruction set, chosen at run time.
 */
#ifndef GRANUM_VIEWS_COPY_MACHINE_H
#define GRANUM_VIEWS_COPY_MACHINE_H

#include <granum/copy.h>

/** A cache line [B]. */
#define LINE ((size_t)64)

/**
 * @brief Transpose a band: source rows become one cache line of each destination row.
 *
 * Element (r, c) belongs from src + r * src_step + c * item to dst + c * dst_step + r * item [B].
 *
 * @param[in]     columns  at least the kernel's; any number beyond that
 * @param[in,out] kept     TRANSPOSE_KEPT(columns) bytes, aligned to a line, where the kernel keeps
 *                         lines; any value where it does not
 */
typedef void transpose_band(const char *src, ptrdiff_t src_step, char *dst, ptrdiff_t dst_step,
                            gr_index columns, char *kept);
#define TRANSPOSE_KEPT(columns) (((columns) + 16) * 64)

/** Kernels of one element size. */
typedef struct transpose_kernel {
    size_t item;            /**< [B] */
    gr_index columns;       /**< fewest columns of a band */
    transpose_band *store;  /**< any alignment */
    transpose_band *stream; /**< around the caches; dst and dst_step are multiples of a line */
    /** Only keep the band's lines; dst is not used. NULL where there are no keep and carry. */
    transpose_band *keep;
    /**
     * Around the caches where dst and dst_step are multiples of the element size only: the lines
     * in which dst and its columns begin are completed with what was kept of the band before and
     * written; the band's own lines are kept for the next one.
     */
    transpose_band *carry;
} transpose_kernel;

/** The loops of one instruction set. */
typedef struct copy_machine {
    /** Write a number of lines, dst aligned to a line, around the caches. */
    void (*stream_lines)(char *dst, const char *src, size_t lines);
    /** Write the same 64 bytes to a number of lines, dst aligned to a line, around the caches. */
    void (*stream_pattern)(char *dst, const char pattern[64], size_t lines);
    /** Write the same 64 bytes to a number of places 64 bytes apart, dst of any alignment. */
    void (*store_pattern)(char *dst, const char pattern[64], size_t lines);
    const transpose_kernel *kernels; /**< up to item 0 */
} copy_machine;

extern const copy_machine copy_machine_portable;
#ifdef __x86_64__
extern const copy_machine copy_machine_avx2;
extern const copy_machine copy_machine_avx512;
#endif

/** What a copy goes by. */
typedef struct copy_context {
    const copy_machine *machine;
    size_t serial_bytes; /**< as in gr_impl_copy_tuning */
    size_t stream_bytes; /**< as in gr_impl_copy_tuning */
} copy_context;

copy_context copy_context_get(void);

/** Kernel for elements of a size, NULL if there is none. */
const transpose_kernel *copy_machine_kernel(const copy_machine *machine, size_t item);

/** Copy bytes around the caches, any alignment. */
void copy_machine_stream(const copy_machine *machine, char *dst, const char *src, size_t bytes);

/** Order the streamed writes of the calling thread before what it writes next. */
void copy_machine_fence(void);

#endif
