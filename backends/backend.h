/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file backend.h
 * @brief The contract between granum and a backend, in the order in which a new backend comes
 * alive.
 *
 * A backend has two halves. The *header* <granum/backends/NAME.h> gives the kernel language its
 * meaning in a user's file; the *table* below does for the library what needs threads or a device.
 * Nothing outside of backends/ knows a backend by name: kernel files get one header or another, and
 * the library reads the tables of those that were configured.
 *
 * The header defines, rung by rung:
 *
 *   1. GR_IMPL_FUNCTION, GR_IMPL_CONTINUE; GR_IMPL_HOST_THREADS: most threads of the host that a
 *      launch may use, 0 for any number (it goes into each gr_site, and into team sizes)
 *   2. GR_IMPL_FOR_1D(label, i, policy)                            parallel_for
 *   3. GR_IMPL_FOR_2D(label, i, j, policy) ... GR_IMPL_FOR_6D
 *   4. GR_IMPL_REDUCE_1D(label, i, policy, reducers...)            parallel_reduce, in its order
 *      GR_IMPL_REDUCE_2D ... GR_IMPL_REDUCE_6D   (docs/design/002-canonical-order.md)
 *   5. GR_IMPL_SCAN(label, i, policy, final, finish, total, reducer)
 *   6. GR_IMPL_LEAGUE_..., GR_IMPL_TEAM_..., GR_IMPL_THREAD_...    what <granum/team.h> forwards to
 *      GR_IMPL_TEAM_THREADS: most threads of a team, where it is not GR_IMPL_HOST_THREADS
 *   7. GR_IMPL_ATOMIC_LOAD, _STORE, _EXCHANGE, _COMPARE_EXCHANGE, _UPDATE, _ARITHMETIC
 *      (op, result, pointer, values..., order)                     docs/design/004-atomics.md
 *
 *   8. for the public headers that granum.h leaves out, headers of the backend's own:
 *      GR_IMPL_REDUCE_ARRAY_HEADER    GR_IMPL_REDUCE_ARRAY_1D ... _6D, GR_IMPL_LEAGUE_REDUCE_ARRAY,
 *                                     GR_IMPL_TEAM_REDUCE_ARRAY, GR_IMPL_THREAD_VECTOR_...
 *      GR_IMPL_SCAN_SEGMENTED_HEADER  GR_IMPL_SCAN_SEGMENTED(label, i, policy, final, starts,
 *                                     reducer...), GR_IMPL_SCAN_IS_INNER(i), the same with LEAGUE,
 *                                     TEAM and THREAD_VECTOR
 *      GR_IMPL_RESULTS_HEADER         GR_IMPL_REDUCE_TO_1D ... _6D, GR_IMPL_SCAN_TOTAL_TO; a
 *                                     device writes these results itself and waits for nothing
 *
 * Launches end where the user's block begins; reducers are the tuples of <granum/reduce.h>. What
 * the host backends share is in include/granum/impl/: launch.h (the life of a launch), host.h (the
 * expansions for C and OpenMP), host_scan.h, host_atomic.h (C and C++).
 *
 * A device's header is gpu/include/granum/gpu/backend.h over the vendor's primitives, and its table
 * is gr_impl_device_table (granum/impl/device.h) in a library that is loaded when it is first
 * wanted: docs/porting-a-backend.md says what each rung asks of both.
 */
#ifndef GRANUM_BACKENDS_BACKEND_H
#define GRANUM_BACKENDS_BACKEND_H

#include <granum/types.h>

/** What the library needs of a host backend. */
typedef struct gr_impl_host_backend {
    const char *name;

    /** Threads that a launch may use now: affinity, limits and the runtime's own settings. */
    int (*threads)(void);

    /** Whether the calling thread is one of a team already (the user's own parallel region). */
    bool (*in_team)(void);

    /** Run work(thread, threads, argument) on each of that many threads, or fewer; then return. */
    void (*run)(int threads, void (*work)(int thread, int threads, void *argument), void *argument);

    /** (optional) Make the process ready to fork; called before each fork. */
    void (*before_fork)(void);
} gr_impl_host_backend;

/** The host backends of this build in the order of the configuration, NULL-terminated. */
extern const gr_impl_host_backend *const gr_impl_host_backends[];

/** Memory that a thread keeps between launches. */
typedef struct gr_impl_room {
    char *memory;
    size_t size; /**< [B] */
} gr_impl_room;

/** What the rooms are for: chunk results of reductions, and teams with their scratch memory. */
enum { GR_IMPL_ROOM_PARTIALS, GR_IMPL_ROOM_TEAMS, GR_IMPL_ROOMS };

/** What a thread does around its launches. */
enum {
    GR_IMPL_MODE_PLAIN, /**< the user's code launches */
    GR_IMPL_MODE_GRAPH, /**< a node of a graph does, on the submitting thread */
    GR_IMPL_MODE_SOLO   /**< a part of a range node does: launches run on the calling thread */
};

/** A part of the threads. */
typedef struct gr_impl_instance gr_impl_instance;

/** A part of a graph's reduction or scan. */
typedef struct gr_impl_part gr_impl_part;

/** State of the calling thread. */
typedef struct gr_impl_thread {
    struct gr_impl_launch *launch; /**< whose body it runs, NULL outside of kernels */
    bool alone;                    /**< the next parallel region is a launch for the caller alone */
    bool holds;                    /**< something to give back when the launch ends */
    unsigned char mode;            /**< GR_IMPL_MODE_... */
    int held;                      /**< threads of the budget that its launch holds */
    gr_impl_instance *instance;    /**< that its work is on; NULL: the default one */
    bool skipped;                  /**< that region has begun (clang) */
    int inside;                    /**< serialised regions of the user's own inside of it (clang) */
    int thread, team_size;         /**< number in the launch, and threads of its team */
    gr_index dealt;                /**< units that it was given, of a launch in some order */
    gr_impl_part *part;            /**< of a reduction or scan node, whose function it runs */
    void *spares;                  /**< scratch Views beyond what was asked for, until the end */
    gr_impl_room rooms[GR_IMPL_ROOMS];
} gr_impl_thread;

extern _Thread_local gr_impl_thread gr_impl_self __attribute__((visibility("hidden")));

#endif
