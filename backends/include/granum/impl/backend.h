/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/backend.h
 * @brief What core and views ask of the host backend: life, threads, and plain parallel pieces.
 */
#ifndef GRANUM_IMPL_BACKEND_H
#define GRANUM_IMPL_BACKEND_H

#include <granum/instance.h>
#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** One launch statement in a source file. */
typedef struct gr_site gr_site;

/** Start the host backends with this many threads (0: what the machine and OpenMP's settings
 * allow). */
GR_API void gr_impl_backends_start(int num_threads);

/** Undo gr_impl_backends_start; launches still work afterwards and start them again. */
GR_API void gr_impl_backends_stop(void);

/** Threads that a launch on the default host backend uses. */
GR_API int gr_impl_num_threads(void);

/** Whether the calling thread is inside a kernel body now. */
GR_API bool gr_impl_in_kernel(void);

/** Label and place of the kernel that the calling thread runs; false outside of kernels. */
GR_API bool gr_impl_current_kernel(const char **label, gr_place *place);

/** Number of the instance whose work the calling thread does: 0 of the default one, 1 and up of
 * others, given again when they are gone. */
GR_API uint32_t gr_impl_current_instance(void);

/** Units of the launch round that the calling thread is in (impl/launch.h); false: in none. */
GR_API bool gr_impl_current_units(gr_index *lo, gr_index *hi);

/** Names of the backends of this build, NULL-terminated, the default first. */
GR_API const char *const *gr_impl_backend_names(void);

/** Split [0, n) over the threads in contiguous pieces and run fn on each; serial when n <= grain.
 *  */
GR_API void gr_impl_run_ranges(gr_index n, gr_index grain,
                               void (*fn)(gr_index lo, gr_index hi, void *arg), void *arg);

/** Measure launches by another clock from now on (NULL: the machine's), so that a test of what they
 * learn does not depend on the machine's load. */
GR_API void gr_impl_clock_use(uint64_t (*ticks)(void));

/** Do what follows on an instance, after the work that it has: its threads are those that
 * gr_impl_run_ranges splits over. Then let the next one have it. */
GR_API gr_status gr_impl_instance_begin(gr_instance instance, gr_place place);
GR_API void gr_impl_instance_end(void);

GR_EXTERN_C_END

#endif
