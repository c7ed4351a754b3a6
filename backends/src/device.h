/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device.h
 * @brief Vendors of devices as the library's own files see them; private to the library.
 */
#ifndef GRANUM_BACKENDS_DEVICE_H
#define GRANUM_BACKENDS_DEVICE_H

#include <granum/impl/device.h>

/** Devices of a vendor at most. */
enum { GR_IMPL_MOST_DEVICES = 64 };

/** Bytes that the reason why a vendor is not usable may have. */
enum { GR_IMPL_REASON = 384 };

/** A vendor's library, loaded when first asked for. */
typedef struct gr_impl_vendor {
    const char *name;
    const gr_impl_device_table *table; /**< NULL: not usable, reason says why */
    int count;                         /**< devices */
    int first;                         /**< device of threads that have chosen none */
    gr_impl_device_properties *properties;
    char reason[GR_IMPL_REASON];
    char *unusable[GR_IMPL_MOST_DEVICES]; /**< (atomic) why a device is not; "": it is usable; NULL:
                                               nobody has wanted it so far */
} gr_impl_vendor;

/** Numbers of the vendors of this build in the order of the configuration; 0 ends the list. */
extern const int gr_impl_vendors_configured[];

/** The vendor of a number, loaded; NULL: this build has none of that number. */
const gr_impl_vendor *gr_impl_vendor_get(int number);

/** NULL, or why a device of a usable vendor is not; the vendor is asked the first time. */
const char *gr_impl_device_unusable(int vendor, int device);

/** The same if it is loaded and usable; never loads it. */
const gr_impl_vendor *gr_impl_vendor_loaded(int number);

/** Number of the first configured vendor that has a usable device, else of the first one; 0: none
 * configured. */
int gr_impl_vendor_default(void);

/** The vendor's device that the calling thread works with; choose another. */
int gr_impl_device_current(int vendor);
void gr_impl_device_choose(int vendor, int device);

/** Wait for all work on devices; NULL, or the first failure in the vendor's words. */
const char *gr_impl_queues_wait(uint64_t instance, bool all);

/** End the queues of an instance after the work that they have. */
void gr_impl_queues_end(uint64_t instance);

/** End of the library, and the child of a fork: give back what queues keep; make locks anew. */
void gr_impl_queues_stop(void);
void gr_impl_queues_after_fork(void);

/** The queue of the calling thread's work on a device, its own until it is let go. */
typedef struct gr_impl_queue gr_impl_queue;
gr_impl_queue *gr_impl_queue_hold(int vendor, int device, uint64_t instance, const char **failure);
void gr_impl_queue_let_go(gr_impl_queue *queue);
void *gr_impl_queue_stream(const gr_impl_queue *queue);

#endif
