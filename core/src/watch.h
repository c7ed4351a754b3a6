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

/** Who holds an address, or held it until its release. */
typedef struct gr_impl_owner {
    uintptr_t address;
    const char *data; /**< where its memory begins */
    size_t bytes;
    gr_dtype dtype; /**< GR_STRUCT where it is not known */
    gr_place created;
    gr_place released; /**< file NULL: it is held */
    char label[128];
    char index[160]; /**< of the element, "(i, j)" */
} gr_impl_owner;

/** Find an address among what is held and what is in quarantine. */
bool gr_impl_owner_of(const void *address, gr_impl_owner *owner);

/** The pattern that gr_impl_poison repeats for a dtype, in its elements or in 4 bytes, whatever is
 * larger; that size. */
size_t gr_impl_poison_pattern(char pattern[8], gr_dtype dtype);

/** Debug mode "uninit": nobody has set this memory. */
void gr_impl_uninit_mark(const void *data, size_t bytes);

/** An instrumented kernel file reads memory, or writes it, or both at once. */
void gr_impl_uninit_access(const void *address, size_t bytes, bool reads, bool writes);

/** Count the failures of a launch from now on; how many there were. */
void gr_impl_failures_begin(void);
long gr_impl_failures_end(void);

/** Hold the lock of gr_impl_alone_begin around fork(), unless the forking thread has it. */
void gr_impl_alone_before_fork(void);
void gr_impl_alone_after_fork(void);

/** Whether launches are printed. */
bool gr_impl_traces_kernels(void);

/** Keep what a launch may change. */
void gr_impl_watch_begin(const struct gr_impl_launch *launch);

/** Look at what it has changed, and print it if launches are traced. */
void gr_impl_watch_end(const struct gr_impl_launch *launch);

#endif
