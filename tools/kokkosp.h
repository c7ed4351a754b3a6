/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file kokkosp.h
 * @brief Prototypes of the functions that a tool library exports; each tool defines some of them.
 *
 * The tools need nothing of libgranum, so that programs with another library load them too.
 */
#ifndef GRANUM_TOOLS_KOKKOSP_H
#define GRANUM_TOOLS_KOKKOSP_H

#include <granum/tools.h>

#include <stdint.h>
#include <time.h>

#define PROTOTYPE(name, parameters) GR_API void kokkosp_##name parameters;
GR_TOOL_LIST(PROTOTYPE)
#undef PROTOTYPE

/** Nanoseconds of a clock that only goes forward. */
static inline int64_t nanoseconds(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#endif
