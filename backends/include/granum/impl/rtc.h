/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/rtc.h
 * @brief What a kernel that was compiled at run time is launched with: plain structs, the same for
 * the host that fills them and for the device.
 *
 * Such a kernel is an extern "C" function of three arguments: one of these structs, the words of
 * the user's arguments, and where it notes an error. gpu/rtc.h is the device's side.
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

GR_EXTERN_C_END

#endif
