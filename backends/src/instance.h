/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file instance.h
 * @brief Instances and the budget of threads, as launches use them; private to backends.
 */
#ifndef GRANUM_BACKENDS_INSTANCE_H
#define GRANUM_BACKENDS_INSTANCE_H

#include "../backend.h"

#include <granum/instance.h>

#include <pthread.h>

struct gr_impl_instance {
    pthread_mutex_t lock; /* held while work of the instance runs */
    uint64_t id;          /* 0: free; changed under the lock (atomic) */
    int share;            /* threads that it was given */
    int threads;          /* those of them that there are now (atomic) */
    gr_index chunk;       /* or GR_AUTO (atomic) */
    gr_place place;       /* of its creation */
};

/** Wait for the instance and make it the calling thread's; false: there is none of this id. */
bool gr_impl_instance_enter(gr_instance instance);

/** Let the next one have the calling thread's instance. */
void gr_impl_instance_leave(void);

/** Start with nothing held: in the child of a fork. */
void gr_impl_instances_after_fork(void);

/** End of the library: report instances that live still, and end them. */
void gr_impl_instances_stop(void);

/**
 * @brief Take up to `wanted` threads for the calling thread's next parallel work, 1 or more.
 *
 * Given back by gr_impl_threads_give. A caller gets 1 where the budget is used up, and where it is
 * in a team of the user's own.
 */
int gr_impl_threads_take(int wanted);

/** Take exactly so many, whether they are to be had or not. */
void gr_impl_threads_insist(int count);

/** Give back what the calling thread holds. */
void gr_impl_threads_give(void);

/** Threads that gr_impl_threads_take would give now. */
int gr_impl_threads_left(int wanted);

/** Threads for work of so many ticks, 1 where it is not worth a team; as gr_impl_threads_take. */
int gr_impl_team_for(double ticks, int wanted);

/** A team has just been joined: its threads still spin. */
void gr_impl_team_joined(void);

/** Threads of the default instance; 0: the library is not started. Set by launch.c. */
int gr_impl_all_threads(void);

/** Read the machine's limits again. */
void gr_impl_all_threads_refresh(void);

#endif
