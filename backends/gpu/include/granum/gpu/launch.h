/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/launch.h
 * @brief The host's side of a launch on a GPU: what statements of every kind begin and end with.
 *
 *     gr_impl_gpu_launch launch;
 *     if (gr_impl_gpu_begin(&launch, site, &policy.options, scratch, pinned)) {
 *         gr_impl_gpu_run(&launch, kernel<...>, blocks, threads, shared, arguments...);
 *         gr_impl_gpu_wait(&launch);       // where results go to the host
 *         gr_impl_gpu_end(&launch);
 *     }
 */
#ifndef GRANUM_GPU_LAUNCH_H
#define GRANUM_GPU_LAUNCH_H

#include <granum/impl/device.h>

/* Threads of a block unless a kernel's occupancy says otherwise. */
#define GR_IMPL_GPU_THREADS 256

#define GR_IMPL_SITE(label)                                                                  \
    (__extension__({                                                                         \
        static gr_site gr_here = {label, __FILE__, __LINE__, GR_IMPL_HOST_THREADS, 0, 0, 0}; \
        &gr_here;                                                                            \
    }))

static inline __attribute__((unused)) bool gr_impl_gpu_begin(
    gr_impl_gpu_launch *launch, gr_site *site, const gr_options *options, size_t scratch_bytes,
    size_t pinned_bytes, gr_impl_pattern pattern = GR_IMPL_PATTERN_FOR) {
    launch->pattern = pattern;
    return gr_impl_device_begin(launch, GR_IMPL_VENDOR, site, options, scratch_bytes, pinned_bytes);
}

static inline __attribute__((unused)) void gr_impl_gpu_wait(gr_impl_gpu_launch *launch) {
    gr_impl_device_wait(launch);
}

static inline __attribute__((unused)) void gr_impl_gpu_end(gr_impl_gpu_launch *launch) {
    gr_impl_device_end(launch);
}

#endif
