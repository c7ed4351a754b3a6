/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/checked.h
 * @brief Checked builds on real devices: an access outside of its View is reported from the kernel.
 *
 * The first miss of a launch leaves indices and names in memory of the kernel file on the device,
 * and goes on with a spare cell; the statement's end waits and looks there. The simulated device
 * runs on the host, whose own report does.
 */
#ifndef GRANUM_GPU_CHECKED_H
#define GRANUM_GPU_CHECKED_H

#include <granum/impl/device.h>
#include <granum/impl/view_checked.h>

#if defined(GRANUM_CHECKED) && GRANUM_CHECKED

/* Bytes of an element that a miss has a cell for. */
#define GR_IMPL_GPU_CELL 512

#if defined(__CUDACC__) || defined(__HIPCC__)

GR_IMPL_DEVICE_VARIABLE gr_impl_gpu_report gr_impl_gpu_channel;
GR_IMPL_DEVICE_VARIABLE uint4 gr_impl_gpu_cell[GR_IMPL_GPU_CELL / sizeof(uint4)];

GR_IMPL_DEVICE_INLINE void gr_impl_gpu_put(char *to, const char *from) {
    int k = 0;

    for (; k < GR_IMPL_GPU_REPORT - 1 && from[k]; ++k) {
        to[k] = from[k];
    }
    to[k] = '\0';
}

/* Indices and extents stand behind the miss. */
static __device__ __noinline__ __attribute__((unused)) void gr_impl_dev_miss(gr_impl_miss *miss) {
    gr_impl_gpu_report *report = &gr_impl_gpu_channel;
    const gr_index *values = reinterpret_cast<const gr_index *>(miss + 1);

    miss->cell = gr_impl_gpu_cell;
    if (miss->item > GR_IMPL_GPU_CELL) {
        GR_IMPL_TRAP();
    }
    if (atomicCAS(&report->found, 0u, 1u) != 0) {
        return;
    }
    report->buffer = miss->buffer;
    report->rank = miss->data ? miss->rank : -1;
    report->line = miss->line;
    for (int k = 0; k < 2 * miss->rank; ++k) {
        report->values[k] = values[k];
    }
    gr_impl_gpu_put(report->view, miss->view);
    gr_impl_gpu_put(report->file, miss->file);
}

/* The end of a statement: wait, and record what its kernels found. */
static inline __attribute__((unused)) void gr_impl_gpu_look(gr_impl_gpu_launch *launch) {
    gr_impl_gpu_report report = {};
    const unsigned nothing = 0;

    gr_impl_device_wait(launch);
    if (launch->failure ||
        GR_IMPL_GPU_CALL(MemcpyFromSymbol)(&report.found, gr_impl_gpu_channel,
                                           sizeof report.found) != GR_IMPL_GPU_CALL(Success) ||
        report.found == 0) {
        return;
    }
    if (GR_IMPL_GPU_CALL(MemcpyFromSymbol)(&report, gr_impl_gpu_channel, sizeof report) ==
        GR_IMPL_GPU_CALL(Success)) {
        gr_impl_device_miss(launch->site, &report);
    }
    (void)GR_IMPL_GPU_CALL(MemcpyToSymbol)(gr_impl_gpu_channel, &nothing, sizeof nothing);
}
#define GR_IMPL_GPU_LOOK(launch) gr_impl_gpu_look(launch)

#endif

#endif

#ifndef GR_IMPL_GPU_LOOK
#define GR_IMPL_GPU_LOOK(launch) ((void)0)
#endif

#endif
