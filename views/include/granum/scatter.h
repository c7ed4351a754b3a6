/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scatter.h
 * @brief Ordered scatter-add: many values into few elements, with the same bits on any machine.
 *
 *     GR_TRY(gr_scatter_add(GR_ANY(force), GR_ANY(atom), GR_ANY(push)));
 *
 * Atomic additions of floating-point numbers give other bits from run to run, since threads come in
 * another order. This gives the bits of a serial loop.
 */
#ifndef GRANUM_SCATTER_H
#define GRANUM_SCATTER_H

#include <granum/view.h>

GR_EXTERN_C_BEGIN

/**
 * @brief dst[index[k]] += value[k] for k = 0, 1, 2, ... in that order, on all threads.
 *
 * @param[in,out] dst    shape (m); f32 or f64
 * @param[in]     index  shape (n); i32 or i64, each in [0, m)
 * @param[in]     value  shape (n); dst's dtype
 *
 * Any strides. The three must not overlap.
 *
 * Errors:  GR_INVALID_ARG      ranks, dtypes or extents do not fit
 *          GR_OUT_OF_BOUNDS    the message has the first bad index, its position and the extent
 *          GR_OUT_OF_MEMORY
 *          GR_IN_KERNEL        called inside of a kernel
 *          After an error dst is as it was.
 * Cost:    all threads read the indices once to check them. Then up to three threads leave the loop
 *          to the caller. More sort a block of elements at a time by the part of dst that they
 *          go to (12 B an element of the block, 12 MiB at most, written and read once) and add
 *          to a part each; one element that gets all values is added to by one thread.
 */
GR_API gr_status gr_scatter_add(gr_any_view dst, gr_any_view index, gr_any_view value);

GR_EXTERN_C_END

#endif
