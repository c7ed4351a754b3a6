/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file watch.h
 * @brief Debug modes that look at what a kernel did to memory; private to core.
 */
#ifndef GRANUM_CORE_WATCH_H
#define GRANUM_CORE_WATCH_H

#include <granum/impl/arguments.h>
#include <granum/impl/launch.h>
#include <granum/impl/tool_calls.h>

struct gr_any_view;

/** What is to be heard for the debug modes in force: a sum of GR_IMPL_HEAR_... */
unsigned gr_impl_watched(void);

/** "(i, j)" of the element at an offset [elements] in a View as it was created. */
const char *gr_impl_index_text(char text[160], const struct gr_any_view *shape, gr_index offset);

/** Who holds an address, or held it until its release. */
typedef struct gr_impl_owner {
    uintptr_t address;
    const char *what; /**< "view", or "argument" of a watched call */
    const char *data; /**< where its memory begins */
    size_t bytes;
    gr_dtype dtype;    /**< GR_STRUCT where it is not known */
    gr_place created;  /**< file NULL: not by the library */
    gr_place released; /**< file NULL: it is held */
    char label[128];
    char index[160]; /**< of the element, "(i, j)" */
} gr_impl_owner;

/** Find an address among what is held and what is in quarantine. */
bool gr_impl_owner_of(const void *address, gr_impl_owner *owner);

/** The pattern that gr_impl_poison repeats for a dtype, in its elements or in 4 bytes, whatever is
 * larger; that size. */
size_t gr_impl_poison_pattern(char pattern[8], gr_dtype dtype);

/** Bytes of what a mode looks at by itself: an element, or half a complex one. */
size_t gr_impl_part_of(gr_dtype dtype);

/** Whether parts are floating point, hold the pattern, are no finite numbers. */
bool gr_impl_is_real(gr_dtype dtype);
bool gr_impl_is_poison(gr_dtype dtype, const char *at);
bool gr_impl_is_wild(gr_dtype dtype, const char *at);

/** A part as a number. */
const char *gr_impl_value_text(char text[40], gr_dtype dtype, const char *at);

/** The order that the calling thread's watched call runs in, 0 outside of one. */
int gr_impl_arguments_order(void);

/** A launch begins: whether it belongs to a watched call. */
bool gr_impl_arguments_note(const gr_site *site);

/** Say what the address is among the arguments of the calling thread's watched call, where it is
 * one of them; what of the owner is known already is kept. */
bool gr_impl_arguments_describe(gr_impl_owner *owner);

/** Say what the address is in the scratch memory of a team, where it is in some. */
bool gr_impl_scratch_describe(gr_impl_owner *owner);

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

/** The lock of a launch whose accesses are looked at, likewise. */
void gr_impl_race_before_fork(void);
void gr_impl_race_after_fork(void);

/** What is held while lists of tools, of released memory, of scratch Views change. */
void gr_impl_tools_lock(void);
void gr_impl_tools_unlock(void);
void gr_impl_quarantine_lock(void);
void gr_impl_quarantine_unlock(void);
void gr_impl_scratch_lock(void);
void gr_impl_scratch_unlock(void);

/** Whether launches are printed. */
bool gr_impl_traces_kernels(void);

/** Keep what a launch may change. */
void gr_impl_watch_begin(const struct gr_impl_launch *launch);

/** Look at what it has changed, and print it if launches are traced. */
void gr_impl_watch_end(const struct gr_impl_launch *launch);

#endif
