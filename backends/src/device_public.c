/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_public.c
 * @brief What users ask about devices.
 */
#include "device.h"

#include <granum/device.h>
#include <granum/impl/backend.h>
#include <granum/initialize.h>

#include <stdio.h>
#include <string.h>

int gr_device_count(void) {
    int count = 0;

    (void)!gr_impl_ensure_initialized();

    for (const int *c = gr_impl_vendors_configured; *c; ++c) {
        count += gr_impl_vendor_get(*c)->count;
    }
    return count;
}

/* Vendor and the vendor's number of a device. */
static gr_status find(int device, int *vendor, int *number, gr_place place) {
    *number = device;
    for (const int *c = gr_impl_vendors_configured; *c && *number >= 0; ++c) {
        *vendor = *c;
        if (*number < gr_impl_vendor_get(*c)->count) {
            return GR_SUCCESS;
        }
        *number -= gr_impl_vendor_get(*c)->count;
    }
    if (gr_device_count() == 0) {
        const gr_impl_vendor *first = gr_impl_vendor_get(gr_impl_vendors_configured[0]);

        return gr_impl_raise(GR_INVALID_ARG, place, "device = %d, but there is none: %s", device,
                             first ? first->reason
                                   : "this library was configured without a device, expected one "
                                     "in GRANUM_BACKENDS");
    }
    return gr_impl_raise(GR_INVALID_ARG, place, "device = %d, expected 0..%d", device,
                         gr_device_count() - 1);
}

gr_status gr_impl_set_device(int device, gr_place place) {
    int vendor = 0, number;

    if (gr_impl_in_kernel()) {
        return gr_impl_raise(GR_IN_KERNEL, place,
                             "gr_set_device called in a kernel, expected outside of kernels");
    }
    GR_TRY(find(device, &vendor, &number, place));
    gr_impl_device_choose(vendor, number);
    return GR_SUCCESS;
}

gr_status gr_impl_device_describe(int device, gr_device_info *info, gr_place place) {
    const gr_impl_device_properties *properties;
    const gr_impl_vendor *found;
    const char *failure;
    size_t total;
    int vendor = 0, number;

    if (!info) {
        return gr_impl_raise(GR_INVALID_ARG, place, "info = NULL, expected a place for it");
    }
    memset(info, 0, sizeof *info);
    GR_TRY(find(device, &vendor, &number, place));
    found = gr_impl_vendor_get(vendor);
    properties = &found->properties[number];
    snprintf(info->backend, sizeof info->backend, "%s", found->name);
    snprintf(info->name, sizeof info->name, "%s", properties->name);
    snprintf(info->architecture, sizeof info->architecture, "%s", properties->architecture);
    info->warp = properties->warp;
    info->shared = properties->shared;
    info->memory = properties->memory;
    failure = found->table->free_memory(number, &info->free_memory, &total);
    if (failure) {
        return gr_impl_raise(GR_BACKEND, place, "memory of %s device %d: %s", found->name, number,
                             failure);
    }
    return GR_SUCCESS;
}

void gr_impl_devices_print(FILE *out, const char *indent) {
    for (const int *c = gr_impl_vendors_configured; *c; ++c) {
        const gr_impl_vendor *vendor = gr_impl_vendor_get(*c);

        if (!vendor->table) {
            fprintf(out, "%s%s: not usable: %s\n", indent, vendor->name, vendor->reason);
            continue;
        }
        for (int d = 0; d < vendor->count; ++d) {
            const gr_impl_device_properties *p = &vendor->properties[d];
            const char *settings = vendor->table->settings ? vendor->table->settings() : NULL;
            const char *unusable = gr_impl_device_unusable(*c, d);

            fprintf(out, "%s%s: %s, %s, %.1f GB of memory%s%s%s%s\n", indent, vendor->name, p->name,
                    p->architecture, 1e-9 * (double)p->memory, settings ? "; " : "",
                    settings ? settings : "", unusable ? "; not usable: " : "",
                    unusable ? unusable : "");
        }
    }
}
