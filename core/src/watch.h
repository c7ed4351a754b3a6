/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file watch.h
 * @brief Debug modes that look at what a kernel did to memory; private to core.
 */
#ifndef GRANUM_CORE_WATCH_H
#define GRANUM_CORE_WATCH_H

#include <granum/impl/tool_calls.h>

struct gr_any_view;

/** What is to be heard for the debug modes in force: a sum of GR_IMPL_HEAR_... */
unsigned gr_impl_watched(void);

/** "(i, j)" of the element at an offset [elements] in a View as it was created. */
const char *gr_impl_index_text(char text[160], const struct gr_any_view *shape, gr_index offset);

/** Whether launches are printed. */
bool gr_impl_traces_kernels(void);

/** Keep what a launch may change. */
void gr_impl_watch_begin(const struct gr_impl_launch *launch);

/** Look at what it has changed, and print it if launches are traced. */
void gr_impl_watch_end(const struct gr_impl_launch *launch);

#endif
