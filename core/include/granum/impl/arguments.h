/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/arguments.h
 * @brief Debug modes for launches on memory that the library does not hold; for the Python package.
 */
#ifndef GRANUM_IMPL_ARGUMENTS_H
#define GRANUM_IMPL_ARGUMENTS_H

#include <granum/initialize.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** An array that launches work on, or a number that they answer. */
typedef struct gr_impl_argument {
    const char *name; /**< NULL: a result, of rank 0 */
    gr_any_view view; /**< of any strides; its buffer is not looked at */
    bool is_written;
} gr_impl_argument;

/** The debug modes that look at such launches. */
#define GR_IMPL_DEBUG_WATCHES                                                        \
    ((unsigned)GR_DEBUG_NAN | (unsigned)GR_DEBUG_POISON | (unsigned)GR_DEBUG_ORDER | \
     (unsigned)GR_DEBUG_RACE | (unsigned)GR_DEBUG_UNINIT)

/** Debug modes that the process's kernels serve, whatever this build can do by itself: the calls
 * below are made for them. Before the library is initialised. */
GR_API void gr_impl_debug_serve(unsigned modes);

/**
 * @brief Call a function that launches on these arguments, under the debug modes in force.
 *
 * In mode order it is called once in each order, unless it does not answer 0, and what it writes is
 * put back in between. What is found is a launch error. The answer is the function's.
 */
GR_API int32_t gr_impl_watch_call(const gr_impl_argument *argument, int count,
                                  int32_t (*launches)(void *passed), void *passed);

GR_EXTERN_C_END

#endif
