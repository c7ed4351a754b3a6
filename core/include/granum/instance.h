/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file instance.h
 * @brief Execution-space instances: parts of the threads that run launches side by side.
 *
 *     gr_instance half[2];
 *     const double even[2] = {1, 1};
 *
 *     GR_TRY(gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2));
 *     // one host thread
 *     GR_PARALLEL_FOR("a", i, gr_on(gr_range(0, n), half[0])) { ... };
 *     // another one, at the same time
 *     GR_PARALLEL_FOR("b", i, gr_on(gr_range(0, n), half[1])) { ... };
 *     GR_TRY(gr_instance_destroy(&half[0]));
 *
 * Work on one instance runs one piece after the other, whichever host threads send it; work on two
 * instances does not wait for each other. The default instance has all threads and is no queue:
 * launches of several host threads on it overlap.
 *
 * All parallel work of the process, on whatever instance, takes its threads from one budget: as
 * many as the default instance has. What finds the budget used up runs on its caller alone. No
 * result depends on any of this.
 */
#ifndef GRANUM_INSTANCE_H
#define GRANUM_INSTANCE_H

#include <granum/status.h>

GR_EXTERN_C_BEGIN

/** An instance; the value that is all zero is the default instance. */
typedef struct gr_instance {
    uint64_t id; /**< of the library; never used twice in a process */
} gr_instance;

/** The instance with all threads. */
#define GR_DEFAULT_INSTANCE (GR_IMPL_LITERAL(gr_instance){0})

/** Most instances that may live at once, without the default one. */
#define GR_MAX_INSTANCES 1024

/**
 * @brief Make an instance of so many threads.
 *
 * @param[out] instance  to be given to gr_instance_destroy
 * @param[in]  threads   1..threads of the default instance; instances may share threads, then the
 *                       budget decides
 *
 * Errors:  GR_INVALID_ARG    instance is NULL, or threads is not in the range
 *          GR_OUT_OF_MEMORY  GR_MAX_INSTANCES live
 *          GR_IN_KERNEL
 * Threads: safe
 */
#define gr_instance_create(instance, threads) \
    gr_impl_instance_create((instance), (threads), GR_HERE)

/**
 * @brief Split the threads of an instance into parts by weight, as
 * Kokkos::Experimental::partition_space.
 *
 * Every part gets one thread; the others go one by one to the part that is furthest below what its
 * weight is worth, the first of equal ones.
 *
 * @param[out] parts    (count), each to be given to gr_instance_destroy
 * @param[in]  whole    GR_DEFAULT_INSTANCE or another; it stays usable
 * @param[in]  weights  (count), each finite and more than 0
 * @param[in]  count    1..threads of whole
 *
 * Errors:  GR_INVALID_ARG    a pointer is NULL, a weight or count is not as expected, or whole was
 *                            destroyed; nothing is made then
 *          GR_OUT_OF_MEMORY  GR_MAX_INSTANCES live
 *          GR_IN_KERNEL
 * Threads: safe
 */
#define gr_instance_partition(parts, whole, weights, count) \
    gr_impl_instance_partition((parts), (whole), (weights), (count), GR_HERE)

/**
 * @brief End an instance after the work that it has, and make the handle the default instance's.
 *
 * Errors:  GR_INVALID_ARG  instance is NULL, the default instance's, or destroyed already
 *          GR_IN_KERNEL
 * Threads: safe; what other threads send to the instance afterwards is an error
 */
#define gr_instance_destroy(instance) gr_impl_instance_destroy((instance), GR_HERE)

/**
 * @brief Threads that the instance has now; 0 if it was destroyed, with the reason in
 * gr_last_error().
 */
#define gr_instance_num_threads(instance) gr_impl_instance_num_threads((instance), GR_HERE)

/**
 * @brief Pieces that the instance deals out under GR_DYNAMIC where a policy names no chunk.
 *
 * @param[in] chunk  1 or more iterations of the outermost loop, or GR_AUTO
 *
 * Errors:  GR_INVALID_ARG  chunk, or the instance is the default one or destroyed
 */
#define gr_instance_set_chunk(instance, chunk) \
    gr_impl_instance_set_chunk((instance), (chunk), GR_HERE)

/**
 * @brief Wait for the work on an instance, whoever sent it, and answer the calling thread's first
 * launch failure.
 *
 * That failure may be of another instance: a thread keeps one until a fence answers it, and its
 * message names the kernel.
 *
 * Errors:  GR_INVALID_ARG  the instance was destroyed
 *          GR_IN_KERNEL
 *          as gr_fence
 */
#define gr_instance_fence(instance) gr_impl_instance_fence((instance), GR_HERE)

/**
 * @brief Read again what the process may use (affinity mask of the calling thread, CPU quotas of
 * its cgroups) and let the instances have as much of their shares as there is.
 *
 * A number of threads that the settings name (GRANUM_NUM_THREADS) stays. Nothing is ever set, only
 * read. Work under way keeps its threads.
 *
 * Errors:  GR_IN_KERNEL
 * Threads: safe
 */
GR_API gr_status gr_instance_refresh(void);

/* Functions behind the macros. */
GR_API gr_status gr_impl_instance_create(gr_instance *instance, int threads, gr_place place);
GR_API gr_status gr_impl_instance_partition(gr_instance *parts, gr_instance whole,
                                            const double *weights, int count, gr_place place);
GR_API gr_status gr_impl_instance_destroy(gr_instance *instance, gr_place place);
GR_API int gr_impl_instance_num_threads(gr_instance instance, gr_place place);
GR_API gr_status gr_impl_instance_set_chunk(gr_instance instance, gr_index chunk, gr_place place);
GR_API gr_status gr_impl_instance_fence(gr_instance instance, gr_place place);

/**
 * @brief CPUs that a process may use by affinity mask and cgroup quotas, 1 or more.
 *
 * @param[in] root  where proc/ and the mount points of the cgroups are looked for; "" but in tests
 * @param[in] cpus  that the affinity mask allows
 */
GR_API int gr_impl_cpus(const char *root, int cpus);

/** Read the quotas anew at the next gr_impl_cpus(""), which keeps what it has found. */
GR_API void gr_impl_cpus_again(void);

/** Threads that launches hold now, in the whole process: for tests. */
GR_API int gr_impl_threads_held(void);

GR_EXTERN_C_END

#endif
