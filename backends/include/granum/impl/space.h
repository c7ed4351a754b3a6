/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/space.h
 * @brief Memory of any space, as core and views use it: the host's own, or a vendor's.
 */
#ifndef GRANUM_IMPL_SPACE_H
#define GRANUM_IMPL_SPACE_H

#include <granum/memory.h>
#include <granum/status.h>
#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** Where memory lies; all zero: on the host. */
typedef struct gr_impl_where {
    gr_space space;
    short vendor; /**< a number of GR_IMPL_VENDOR_LIST; 0: the host */
    short device; /**< of the vendor */
} gr_impl_where;

/** One dimension of a copy on a device; steps in bytes. */
typedef struct gr_impl_device_loop {
    gr_index extent, to_step, from_step;
} gr_impl_device_loop;

/** A copy or a fill on a device: nested loops over items, the innermost last. */
typedef struct gr_impl_device_plan {
    char *to;
    const char *from; /**< of a fill: one item, on the host */
    size_t item;      /**< [B] */
    int rank;
    gr_impl_device_loop loop[GR_MAX_RANK];
} gr_impl_device_plan;

/** Whether a pointer into the space may be followed by the host. */
GR_IMPL_INLINE bool gr_impl_host_reaches(gr_space space) {
    return space != GR_DEVICE;
}

/** What tools call a place: "Host" where it is no vendor's. */
const char *gr_impl_space_tool_name(gr_space space, int vendor);

/** The place for new memory of a space, on the vendor's current device; vendor 0: any vendor. */
GR_API gr_status gr_impl_space_choose(gr_space space, int vendor, const char *label, gr_place place,
                                      gr_impl_where *where);

/** Memory, 64-byte aligned. Errors: GR_OUT_OF_MEMORY, GR_BACKEND. */
GR_API gr_status gr_impl_space_take(gr_impl_where where, const char *label, size_t bytes,
                                    gr_place place, void **out);
GR_API void gr_impl_space_give(gr_impl_where where, void *memory);

/** The place of a pointer that no owner is known of; the host's, where no vendor knows it. */
GR_API gr_impl_where gr_impl_space_of(const void *pointer);

/** Copy bytes between any two places, after the work that the calling thread's instance has, and
 * wait where the host takes part. */
GR_API gr_status gr_impl_space_copy(gr_impl_where to_where, void *to, gr_impl_where from_where,
                                    const void *from, size_t bytes, gr_place place);

/** Whether two places are in memory of two devices that copy from one to the other by themselves.
 */
bool gr_impl_space_are_peers(gr_impl_where to, gr_impl_where from);

/** Pinned memory of two chunks that a large copy between the host and a device goes through. */
typedef struct gr_impl_staging {
    gr_impl_where where; /**< the device */
    size_t chunk;        /**< [B] */
    char *half[2];
    struct gr_impl_staging *next;
} gr_impl_staging;

/** The same for a copy of so many bytes, until it is given back, when nothing crosses any more;
 * NULL: the copy is small enough to go in one piece, or there is no pinned memory. */
gr_impl_staging *gr_impl_staging_take(gr_impl_where where, size_t bytes);
void gr_impl_staging_give(gr_impl_staging *staging);

/** Begin to copy bytes between pinned memory and the device, in the order of the calling thread's
 * instance; wait for all that this has. */
gr_status gr_impl_space_send(gr_impl_where where, void *to, const void *from, size_t bytes,
                             gr_place place);
gr_status gr_impl_space_arrived(gr_impl_where where, gr_place place);

/** Copy or fill items in memory that a device reaches. */
GR_API gr_status gr_impl_space_copy_items(gr_impl_where where, const gr_impl_device_plan *plan,
                                          gr_place place);
GR_API gr_status gr_impl_space_fill_items(gr_impl_where where, const gr_impl_device_plan *plan,
                                          gr_place place);
GR_API gr_status gr_impl_space_zero(gr_impl_where where, void *memory, size_t bytes,
                                    gr_place place);

/** Wait for the devices before the host follows pointers into memory that they reach too. */
GR_API gr_status gr_impl_space_settle(gr_impl_where where, gr_place place);

/** Wait for what a stream of somebody else's has: its address, or 1 or 2 for the default streams
 * that CUDA numbers so. */
GR_API gr_status gr_impl_space_wait_for(gr_impl_where where, void *stream, gr_place place);

/** Wait for all devices; what has failed there is a launch error of the calling thread. */
void gr_impl_devices_settle(void);

GR_EXTERN_C_END

#endif
