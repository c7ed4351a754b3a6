/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device.h
 * @brief Devices: how many there are, which one a thread works with, and how much memory is left.
 *
 *     for (int d = 0; d < gr_device_count(); d++) {
 *         GR_TRY(gr_set_device(d));
 *         GR_TRY(work());                 // its Views and launches are device d's
 *     }
 *
 * Devices are numbered from 0 over all GPU backends of the build, in the order of GRANUM_BACKENDS.
 * A View stays on the device that it was created on, and kernels of the same device use it.
 */
#ifndef GRANUM_DEVICE_H
#define GRANUM_DEVICE_H

#include <granum/status.h>

#ifndef GR_IMPL_RTC
#include <stdio.h>
#endif

GR_EXTERN_C_BEGIN

/** What gr_device_describe answers. */
typedef struct gr_device_info {
    char backend[16];      /**< "sim" */
    char name[128];        /**< as the vendor calls it */
    char architecture[32]; /**< "sim32" */
    int warp;              /**< threads that run in step */
    size_t shared;         /**< memory that a block of threads may share [B] */
    size_t memory;         /**< of the device [B] */
    size_t free_memory;    /**< that is not in use now [B] */
} gr_device_info;

/**
 * @brief Devices that can be used now.
 *
 * Asks for the library of each GPU backend when it is first called; where a backend has no usable
 * device, gr_print_configuration says why. Of several devices, one that there is no code for is
 * counted; what first wants it answers so.
 */
GR_API int gr_device_count(void);

/**
 * @brief Let the calling thread's launches and new Views of the device's backend go to a device.
 *
 * Each thread starts with the first device of each backend.
 *
 * Errors:  GR_INVALID_ARG  there is no such device
 *          GR_IN_KERNEL
 */
#define gr_set_device(device) gr_impl_set_device((device), GR_HERE)

/** @brief Describe a device. Errors: GR_INVALID_ARG (no such device, info is NULL), GR_BACKEND. */
#define gr_device_describe(device, info) gr_impl_device_describe((device), (info), GR_HERE)

/* Functions behind the macros. */
GR_API gr_status gr_impl_set_device(int device, gr_place place);
GR_API gr_status gr_impl_device_describe(int device, gr_device_info *info, gr_place place);

/** Print a line for each GPU backend of the build: its devices, or why it has none. */
GR_API void gr_impl_devices_print(FILE *out, const char *indent);

GR_EXTERN_C_END

#endif
