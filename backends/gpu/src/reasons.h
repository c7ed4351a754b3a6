/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reasons.h
 * @brief Why a device that is there is not usable, in the same words for every vendor.
 *
 * The simulated device says them on demand (GRANUM_SIM_FAULT), since no test has an old driver.
 */
#ifndef GRANUM_GPU_REASONS_H
#define GRANUM_GPU_REASONS_H

#include <granum/impl/device.h>

#include <stdio.h>

/** Versions are 1000 times the major and 10 times the minor number. */
static inline const char *gr_gpu_old_driver(char *text, size_t size, const char *vendor, int driver,
                                            int expected) {
    snprintf(text, size, "the driver is for %s %d.%d, expected %d.%d or newer", vendor,
             driver / 1000, driver % 1000 / 10, expected / 1000, expected % 1000 / 10);
    return text;
}

/** `compiled`: the architectures that there is code for. */
static inline const char *gr_gpu_other_architecture(char *text, size_t size, int device,
                                                    const gr_impl_device_properties *is,
                                                    const char *compiled) {
    snprintf(text, size,
             "device %d (%s) is a %s, expected one of the architectures that this library was "
             "compiled for: %s",
             device, is->name, is->architecture, compiled);
    return text;
}

#endif
