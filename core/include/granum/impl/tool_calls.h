/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/tool_calls.h
 * @brief What the library tells tools; each call costs a load and a branch while no tool listens.
 */
#ifndef GRANUM_IMPL_TOOL_CALLS_H
#define GRANUM_IMPL_TOOL_CALLS_H

#include <granum/memory.h>
#include <granum/tools.h>

struct gr_any_view;
struct gr_impl_launch;
struct gr_impl_record;

/** What some tool listens to, a sum of these. */
enum {
    GR_IMPL_HEAR_LAUNCHES = 1,
    GR_IMPL_HEAR_MEMORY = 2,
    GR_IMPL_HEAR_COPIES = 4,
    GR_IMPL_HEAR_FENCES = 8,
    GR_IMPL_HEAR_ORDER = 16
};
extern unsigned gr_impl_heard __attribute__((visibility("hidden")));

/** Whether anyone listens to one of them. The bench compares with a library that never asks. */
#ifdef GR_IMPL_DEAF
#define GR_IMPL_HEARD(what) ((void)(what), false)
#else
#define GR_IMPL_HEARD(what) \
    GR_IMPL_UNLIKELY(__atomic_load_n(&gr_impl_heard, __ATOMIC_RELAXED) & (unsigned)(what))
#endif

/** A launch begins; without a label it is called by its place. */
void gr_impl_tools_launch(const struct gr_impl_launch *launch);
/** The calling thread's launch has ended. */
void gr_impl_tools_landed(const struct gr_impl_launch *launch);

/** The same of a launch on a device: its table's tool_type, its number, and the id of the instance.
 */
void gr_impl_tools_device_launch(const struct gr_impl_launch *launch, uint32_t type, int device,
                                 uint64_t instance);
/** Whether a tool, or a debug mode, wants a launch on a device to have ended when it hears so. */
bool gr_impl_tools_fence_launches(void);

void gr_impl_tools_allocate(const struct gr_impl_record *record);
void gr_impl_tools_release(const struct gr_impl_record *record);

/** One side of a copy. */
typedef struct gr_impl_tool_side {
    const char *label;
    const void *data;
    gr_space space;
    int vendor; /**< 0: the host's */
} gr_impl_tool_side;
void gr_impl_tools_copy(gr_impl_tool_side to, gr_impl_tool_side from, size_t bytes);
void gr_impl_tools_copied(void);

/** Debug modes that compare Views around a launch: nothing of another thread runs meanwhile. False
 * where no such mode is on and there is nothing to end. */
bool gr_impl_alone_begin(void);
void gr_impl_alone_end(bool began);

/** Debug modes "order", "race" and "uninit": make ready for a launch; its first gr_impl_order. */
int gr_impl_order_begin(void);

/** There is no way to run the calling thread's launch again. */
void gr_impl_order_stop(void);

/** One order has been run: compare, and make ready for the next; false after the last. */
bool gr_impl_order_next(struct gr_impl_launch *launch);

/** Debug mode "race": log the accesses of a launch, one iteration after the other. */
void gr_impl_race_begin(void);
void gr_impl_race_iteration(const struct gr_impl_launch *launch, gr_index unit);
void gr_impl_race_end(const struct gr_impl_launch *launch);

/** Launches whose accesses are looked at: threads of a team run in turns, from one barrier to the
 * next. A thread begins a unit; it has no more. */
void gr_impl_race_member(const struct gr_impl_launch *launch, gr_index unit, int thread);
void gr_impl_race_member_ends(const struct gr_impl_launch *launch, int thread);
/** It is at a barrier, and goes on when the others have been there; the last one makes the call.
 * False where threads run at once, and have to wait as they always do. */
bool gr_impl_race_meets(const struct gr_impl_launch *launch, gr_index unit, int thread, int threads,
                        void (*all_stand)(const void *argument), const void *argument);
/** Memory that each team of the calling thread's next launch has for itself while it runs. */
void gr_impl_race_scratch(const void *memory, size_t bytes);

/** A View of scratch memory is made, dense and of so many bytes; nobody can have set it where it is
 * fresh. Such memory is given back. */
void gr_impl_scratch_made(const struct gr_any_view *view, size_t bytes, gr_place place,
                          bool is_fresh);
void gr_impl_scratch_gone(const void *memory, size_t bytes);

/** An instrumented kernel file touches memory. */
GR_API void gr_impl_race_access(const void *address, size_t bytes, bool writes);
/** The same, atomically: that is no race. */
GR_API void gr_impl_race_atomic(const void *address, size_t bytes, bool reads, bool writes);

/** Fill memory with the pattern that debug modes "poison" and "uninit" find again. */
void gr_impl_poison(void *data, size_t bytes, gr_dtype dtype);

/** The modes for which memory is poisoned, and kept when it is released. */
#define GR_IMPL_DEBUG_POISONS ((unsigned)GR_DEBUG_POISON | (unsigned)GR_DEBUG_UNINIT)

/** Take the memory of a released record: kept for a while, then freed. */
void gr_impl_bury(const struct gr_impl_record *record, gr_place released);

/** Memory is about to be freed: whoever gets it next begins anew. */
void gr_impl_uninit_forget(const void *data, size_t bytes);

void gr_impl_tools_fence(const char *label);
void gr_impl_tools_fenced(void);

#endif
