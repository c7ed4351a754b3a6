/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/rtc.h
 * @brief What a kernel that was compiled at run time is launched with: plain structs, the same for
 * the host that fills them and for the device.
 *
 * Such a kernel is an extern "C" function of one argument: one of these structs, then the words of
 * the user's arguments, then where it notes an error. gpu/rtc.h is the device's side.
 */
#ifndef GRANUM_IMPL_RTC_H
#define GRANUM_IMPL_RTC_H

#include <granum/impl/device_team.h>

GR_EXTERN_C_BEGIN

/** parallel_for: the tiles of gr_impl_gpu_grid. */
typedef struct gr_impl_rtc_for {
    gr_index lo[6], extent[6];
    unsigned count[6], magic[6];
    unsigned char shift[6], bits[6];
} gr_impl_rtc_for;

/** Where the values of a reducer lie, in memory of the device. */
typedef struct gr_impl_rtc_reducer {
    void *result, *partial, *lanes;
} gr_impl_rtc_reducer;

/** parallel_reduce: chunks as in 002-canonical-order.md. */
typedef struct gr_impl_rtc_reduce {
    gr_index first[6], last[6], count[6];
    gr_index width, all, chunk, chunks;
    unsigned *counter;
    gr_impl_rtc_reducer of[8];
} gr_impl_rtc_reduce;

/** parallel_scan; there are chunks + groups + supers flags and values, and a flag more. */
typedef struct gr_impl_rtc_scan {
    gr_index first, last, chunks, groups, supers;
    void *total, *values;
    unsigned *flags;
} gr_impl_rtc_scan;

/** Launches over a league; of a reduction too. */
typedef struct gr_impl_rtc_league {
    gr_impl_gpu_league league;
    gr_index chunk, chunks;
    gr_impl_rtc_reducer of[8];
} gr_impl_rtc_league;

/** A kernel of a simulated device: its image is an array of these that ends with a NULL. */
typedef struct gr_impl_rtc_function {
    const char *name;
    void (*entry)(void *arguments);
} gr_impl_rtc_function;

/** Devices of a vendor at most. */
enum { GR_IMPL_RTC_DEVICES = 64 };

/** What a run-time compiler made, and what each device's driver made of it; static. */
typedef struct gr_impl_rtc_module {
    int vendor; /**< a number of GR_IMPL_VENDOR_LIST */
    const void *image;
    void *loaded[GR_IMPL_RTC_DEVICES];
} gr_impl_rtc_module;

/** A kernel of it; static. */
typedef struct gr_impl_rtc_kernel {
    gr_impl_rtc_module *module;
    const char *name;
    void *found[GR_IMPL_RTC_DEVICES];
    unsigned short threads[GR_IMPL_RTC_DEVICES]; /**< of a block over a range; 0: not asked yet */
} gr_impl_rtc_kernel;

/** A launch of a kernel. */
typedef struct gr_impl_rtc_launch {
    gr_site *site;
    gr_impl_rtc_kernel *kernel;
    gr_options options;
    const int64_t *words; /**< lo and hi of each index, then the arguments */
    int count;            /**< of words that the kernel takes */
    /** What the kernel notes: a code of 32 bits first; NULL: nothing. On the device a pointer
     * stands behind it, to a word that is 0 until an iteration sets it and has the note. */
    void *fault;
    size_t fault_bytes; /**< a multiple of 8 */
    /** NULL, or where the word behind that word goes when something was noted: iterations count in
     * it. */
    unsigned *noted;
} gr_impl_rtc_launch;

/** Values that a reduction joins, and where they go on the host. */
typedef struct gr_impl_rtc_results {
    int count;
    size_t bytes[8];
    void *to[8];
} gr_impl_rtc_results;

/** Run the kernel of a pattern. What is wrong is recorded for gr_fence. */
GR_API void gr_impl_rtc_run_for(const gr_impl_rtc_launch *x, int rank, bool right);
GR_API void gr_impl_rtc_run_reduce(const gr_impl_rtc_launch *x, int rank,
                                   const gr_impl_rtc_results *results);
GR_API void gr_impl_rtc_run_scan(const gr_impl_rtc_launch *x, size_t bytes, void *total);
/** `join` is the second kernel of a reduction; NULL: there are no results. */
GR_API void gr_impl_rtc_run_team(const gr_impl_rtc_launch *x, const gr_team_policy *policy,
                                 gr_impl_rtc_kernel *join, const gr_impl_rtc_results *results);

GR_EXTERN_C_END

#endif
