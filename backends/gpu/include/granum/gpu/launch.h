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

#include <granum/gpu/checked.h>
#include <granum/impl/device.h>

/* Threads of a block unless a kernel's occupancy says otherwise. */
#define GR_IMPL_GPU_THREADS 256
/* Devices for which a statement remembers what that said. */
#define GR_IMPL_GPU_REMEMBERED 16

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

/**
 * Threads of a block of a kernel: GR_IMPL_GPU_THREADS, or the number with which more of its threads
 * run at a time. `known` is the statement's memory, zero at first; it is of the first devices.
 */
template <class K>
unsigned gr_impl_gpu_threads(const gr_impl_gpu_launch *launch, K kernel, unsigned short *known) {
    static const unsigned sizes[] = {GR_IMPL_GPU_THREADS, 512, 128, 1024, 64};
    unsigned best = GR_IMPL_GPU_THREADS, most = 0;

    if (launch->device >= GR_IMPL_GPU_REMEMBERED) {
        return best;
    }
    known += launch->device;
    if (*known == 0) {
        for (unsigned threads : sizes) {
            const unsigned running = threads * gr_impl_gpu_resident(launch, kernel, threads);

            if (threads <= launch->properties->most_threads && running > most) {
                most = running;
                best = threads;
            }
        }
        *known = static_cast<unsigned short>(best); /* whoever else writes it writes the same */
    }
    return *known;
}

static inline __attribute__((unused)) void gr_impl_gpu_wait(gr_impl_gpu_launch *launch) {
    gr_impl_device_wait(launch);
}

static inline __attribute__((unused)) void gr_impl_gpu_end(gr_impl_gpu_launch *launch) {
    GR_IMPL_GPU_LOOK(launch);
    gr_impl_device_end(launch);
}

#endif
