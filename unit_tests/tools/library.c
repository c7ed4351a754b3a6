/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file library.c
 * @brief A tool library: a good one, or with TOOL_CRASHES, TOOL_IS_EMPTY, TOOL_VERSION a bad one.
 */
#include <granum/tools.h>

#include <stdio.h>

#ifdef TOOL_VERSION
GR_API extern const uint64_t granum_tool_version;
const uint64_t granum_tool_version = TOOL_VERSION;
#endif

#ifndef TOOL_IS_EMPTY
GR_API void kokkosp_init_library(int sequence, uint64_t version, uint32_t devices,
                                 void *device_info);
GR_API void kokkosp_parse_args(int argc, char **argv);
GR_API void kokkosp_finalize_library(void);
GR_API void kokkosp_begin_parallel_reduce(const char *label, uint32_t device, uint64_t *id);

void kokkosp_init_library(int sequence, uint64_t version, uint32_t devices, void *device_info) {
    (void)devices;
#ifdef TOOL_CRASHES
    *(volatile int *)device_info = 1; /* a null pointer */
#else
    (void)device_info;
#endif
    printf("init %d %llu\n", sequence, (unsigned long long)version);
}

void kokkosp_parse_args(int argc, char **argv) {
    for (int k = 1; k < argc; k++) {
        printf("argument %s\n", argv[k]);
    }
}

void kokkosp_finalize_library(void) {
    puts("finalize");
}

/* No end: what a tool does not export is not called. */
void kokkosp_begin_parallel_reduce(const char *label, uint32_t device, uint64_t *id) {
    (void)device;
    *id = 1;
    printf("reduce %s\n", label);
}
#endif
