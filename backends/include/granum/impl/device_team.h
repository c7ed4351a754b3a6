/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/device_team.h
 * @brief How a league of teams lies on a device.
 */
#ifndef GRANUM_IMPL_DEVICE_TEAM_H
#define GRANUM_IMPL_DEVICE_TEAM_H

#include <granum/impl/device.h>
#include <granum/team_policy.h>

GR_EXTERN_C_BEGIN

/** A league as its kernels get it: a team is a block. */
typedef struct gr_impl_gpu_league {
    gr_index league; /**< teams */
    gr_index units;  /**< of work, given to blocks in turn */
    int team;        /**< threads of a team, a power of two */
    int vector;      /**< lanes of a thread, a power of two that divides a warp */
    unsigned blocks;
    size_t per_team[2], per_thread[2]; /**< scratch memory in whole lines [B] */
    size_t shared;                     /**< memory of a block [B] */
    size_t global;                     /**< level 1 of a block [B] */
    char *level1;                      /**< of all blocks, in device memory */
} gr_impl_gpu_league;

/** Shared memory of a block that the teams' own exchange takes [B]. */
#define GR_IMPL_GPU_TEAM_BYTES 576

/** Whether a policy is good; what is wrong with it is recorded. */
GR_API bool gr_impl_team_is_good(const gr_site *site, const gr_team_policy *policy);

/**
 * @brief Choose sizes and blocks for `units` pieces of work on the vendor's current device.
 *
 * False where the device has not the shared memory, which is recorded. Without a usable device
 * there are no blocks, and gr_impl_device_begin says why.
 */
GR_API bool gr_impl_gpu_lay_league(gr_impl_gpu_league *league, int vendor, const gr_site *site,
                                   const gr_team_policy *policy, gr_index units);

/** For devices that are simulated: record that scratch memory is used up; memory to go on with. */
GR_API void *gr_impl_device_scratch_is_full(size_t bytes, int level, size_t room, bool per_thread);

GR_EXTERN_C_END

#endif
