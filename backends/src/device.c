/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device.c
 * @brief Vendors of devices: their libraries are looked for when the first device is asked for.
 */
#include "device.h"

#include <granum/initialize.h>

#include <granum_backend_list.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__thread gr_impl_device_thread *gr_impl_device_now __attribute__((visibility("default")));

/* The vendors of this build in the order of the configuration; 0 ends the list. */
#define NUMBER(number, name) NUMBER_##name = number,
enum { NUMBER_none, GR_IMPL_VENDOR_LIST(NUMBER) };
#undef NUMBER
#define CONFIGURED(name) NUMBER_##name,
const int gr_impl_vendors_configured[] = {GR_IMPL_DEVICE_BACKEND_LIST(CONFIGURED) 0};
#undef CONFIGURED

#define NAME(number, name) [number] = #name,
static const char *const names[GR_IMPL_VENDORS] = {GR_IMPL_VENDOR_LIST(NAME)};
#undef NAME

static gr_impl_vendor vendors[GR_IMPL_VENDORS];
static bool looked_for[GR_IMPL_VENDORS];
static pthread_mutex_t vendors_lock = PTHREAD_MUTEX_INITIALIZER; /* guards loading */

/* 1 + the device that the thread's launches and Views go to; 0: it has chosen none. */
static _Thread_local signed char current[GR_IMPL_VENDORS];

/* Where libraries of vendors are looked for: GRANUM_PLUGIN_PATH, the folder of this library, the
 * loader's own places. */
static void *open_library(const char *name, char *reason) {
    const char *path = getenv("GRANUM_PLUGIN_PATH");
    char file[4096];
    Dl_info here;
    void *library = NULL;

    while (!library && path && *path) {
        const size_t length = strcspn(path, ":");

        snprintf(file, sizeof file, "%.*s/libgranum_%s.so", (int)length, path, name);
        library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        path += length + (path[length] == ':');
    }
    if (!library && dladdr((void *)(uintptr_t)&gr_impl_vendor_get, &here) && here.dli_fname) {
        const char *slash = strrchr(here.dli_fname, '/');

        if (slash) {
            snprintf(file, sizeof file, "%.*s/libgranum_%s.so", (int)(slash - here.dli_fname),
                     here.dli_fname, name);
            library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        }
    }
    if (!library) {
        const char *first = dlerror();

        snprintf(reason, GR_IMPL_REASON,
                 "libgranum_%s.so was not loaded (%.200s), expected it beside libgranum.so or in a "
                 "folder of GRANUM_PLUGIN_PATH",
                 name, first ? first : "no folder to look in");
        snprintf(file, sizeof file, "libgranum_%s.so", name);
        library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    }
    return library;
}

/* The device of the settings, which counts those of all vendors; false: there is none of that
 * number, and this vendor is the last. */
static bool choose_first(gr_impl_vendor *vendor, int count) {
    const int *c = gr_impl_vendors_configured;
    int number = gr_impl_device_setting(), all = 0;

    for (; *c && &vendors[*c] != vendor; ++c) {
        all += vendors[*c].count;
    }
    number -= all;
    vendor->first = number > 0 && number < count ? number : 0;
    if (number >= count && c[1] == 0) {
        snprintf(vendor->reason, sizeof vendor->reason,
                 "settings.device (GRANUM_DEVICE) = %d, expected 0..%d", number + all,
                 all + count - 1);
        return false;
    }
    return true;
}

/* Load a vendor's library and ask for its devices, under the lock. False: the host had no memory
 * for them, and may have some later. */
static bool load(gr_impl_vendor *vendor) {
    void *library = open_library(vendor->name, vendor->reason);
    gr_impl_device_plugin_function *plugin = NULL;
    const gr_impl_device_table *table;
    const char *failure;
    int count = 0;

    if (!library) {
        return true;
    }
    *(void **)&plugin = dlsym(library, "gr_impl_device_plugin");
    table = plugin ? plugin() : NULL;
    if (!table || table->version != GR_IMPL_DEVICE_TABLE) {
        snprintf(vendor->reason, sizeof vendor->reason,
                 "libgranum_%s.so has interface %d, expected %d, that of libgranum.so",
                 vendor->name, table ? table->version : 0, GR_IMPL_DEVICE_TABLE);
        return true;
    }
    failure = table->start(&count);
    if (!failure && count < 1) {
        failure = "no device found";
    }
    if (count > GR_IMPL_MOST_DEVICES) {
        count = GR_IMPL_MOST_DEVICES;
    }
    if (!failure) {
        vendor->properties = (gr_impl_device_properties *)gr_impl_host_alloc(
            (size_t)count * sizeof *vendor->properties, GR_ALIGNMENT);
        if (!vendor->properties) {
            snprintf(vendor->reason, sizeof vendor->reason,
                     "no memory for the properties of the devices");
            return false;
        }
    }
    for (int d = 0; !failure && d < count; ++d) {
        failure = table->properties(d, &vendor->properties[d]);
    }
    if (!failure && count == 1 && table->open) {
        failure = table->open(0); /* of several, one may be usable where another is not */
    }
    if (failure) {
        snprintf(vendor->reason, sizeof vendor->reason, "%s", failure);
    } else if (choose_first(vendor, count)) {
        vendor->reason[0] = '\0';
        vendor->count = count;
        __atomic_store_n(&vendor->table, table, __ATOMIC_RELEASE);
    }
    return true;
}

static bool is_configured(int number) {
    for (const int *c = gr_impl_vendors_configured; *c; ++c) {
        if (*c == number) {
            return true;
        }
    }
    return false;
}

const gr_impl_vendor *gr_impl_vendor_get(int number) {
    gr_impl_vendor *vendor;

    if (number < 1 || number >= GR_IMPL_VENDORS || !is_configured(number)) {
        return NULL;
    }
    vendor = &vendors[number];
    for (const int *c = gr_impl_vendors_configured;
         GR_IMPL_UNLIKELY(gr_impl_device_setting() > 0) && *c != number; ++c) {
        (void)gr_impl_vendor_get(*c); /* whose devices are counted first */
    }
    if (!__atomic_load_n(&looked_for[number], __ATOMIC_ACQUIRE)) {
        pthread_mutex_lock(&vendors_lock);
        if (!looked_for[number]) {
            vendor->name = names[number];
            __atomic_store_n(&looked_for[number], load(vendor), __ATOMIC_RELEASE);
        }
        pthread_mutex_unlock(&vendors_lock);
    }
    return vendor;
}

const gr_impl_vendor *gr_impl_vendor_loaded(int number) {
    return __atomic_load_n(&vendors[number].table, __ATOMIC_ACQUIRE) ? &vendors[number] : NULL;
}

/* What a device said when it was opened, kept until the process ends; under the lock. */
static char *open_device(gr_impl_vendor *vendor, int device) {
    static char usable[] = "", no_memory[] = "no memory for what the device said";
    const char *failure = vendor->table->open ? vendor->table->open(device) : NULL;
    char *kept = usable;

    if (failure) {
        kept = (char *)gr_impl_host_alloc(GR_IMPL_REASON, GR_ALIGNMENT);
        if (!kept) {
            return no_memory;
        }
        snprintf(kept, GR_IMPL_REASON, "%s", failure);
    }
    __atomic_store_n(&vendor->unusable[device], kept, __ATOMIC_RELEASE);
    return kept;
}

const char *gr_impl_device_unusable(int number, int device) {
    gr_impl_vendor *vendor = &vendors[number];
    const char *reason = __atomic_load_n(&vendor->unusable[device], __ATOMIC_ACQUIRE);

    if (GR_IMPL_UNLIKELY(reason == NULL)) {
        pthread_mutex_lock(&vendors_lock);
        reason = vendor->unusable[device] ? vendor->unusable[device] : open_device(vendor, device);
        pthread_mutex_unlock(&vendors_lock);
    }
    return GR_IMPL_UNLIKELY(reason[0] != '\0') ? reason : NULL;
}

int gr_impl_vendor_default(void) {
    for (const int *c = gr_impl_vendors_configured; gr_impl_device_setting() > 0 && *c; ++c) {
        if (gr_impl_vendor_get(*c)->first > 0) {
            return *c;
        }
    }
    for (const int *c = gr_impl_vendors_configured; *c; ++c) {
        if (gr_impl_vendor_get(*c)->table &&
            !gr_impl_device_unusable(*c, gr_impl_device_current(*c))) {
            return *c;
        }
    }
    return gr_impl_vendors_configured[0];
}

int gr_impl_device_current(int vendor) {
    return current[vendor] > 0 ? current[vendor] - 1 : vendors[vendor].first;
}

void gr_impl_device_choose(int vendor, int device) {
    current[vendor] = (signed char)(device + 1);
}
