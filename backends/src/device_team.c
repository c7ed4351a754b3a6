/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_team.c
 * @brief Leagues on devices: threads of a team, vector lanes, scratch memory, blocks.
 */
#include "device.h"

#include <granum/impl/device_team.h>
#include <granum/initialize.h>
#include <granum/memory.h>

#define LINE ((size_t)64)
/* A warp's lanes at most, on every vendor. */
#define MOST_VECTOR 32
/* What nobody asks for: threads of a team, and of the block of a team whose size is asked for. */
#define TEAM 2
#define BLOCK 256
/* Level 1 is for teams under way: memory of that many blocks at most [B], and blocks of a
 * multiprocessor. */
#define MOST_GLOBAL ((size_t)1 << 28)
#define RESIDENT 16

static size_t lines(gr_index bytes) {
    return ((size_t)bytes + LINE - 1) / LINE * LINE;
}

static int power_below(int n) {
    int power = 1;

    while (power <= n / 2) {
        power *= 2;
    }
    return power;
}

static void set_memory(gr_impl_gpu_league *league) {
    const size_t threads = (size_t)league->team;

    league->shared = GR_IMPL_GPU_TEAM_BYTES + league->per_team[0] + threads * league->per_thread[0];
    league->global = league->per_team[1] + threads * league->per_thread[1];
}

bool gr_impl_gpu_lay_league(gr_impl_gpu_league *league, int vendor, const gr_site *site,
                            const gr_team_policy *policy, gr_index units) {
    const gr_impl_vendor *found;
    const gr_impl_device_properties *device;
    int most;
    size_t blocks;

    (void)!gr_impl_ensure_initialized();
    found = gr_impl_vendor_get(vendor);
    league->league = policy->league_size;
    league->units = units;
    league->blocks = 0;
    league->global = 0;
    if (!found || !found->table) {
        return true;
    }
    device = &found->properties[gr_impl_device_current(vendor)];
    most =
        (int)device->most_threads < GR_TEAM_SIZE_MAX ? (int)device->most_threads : GR_TEAM_SIZE_MAX;
    league->team = policy->team_size == GR_AUTO ? TEAM : power_below(policy->team_size);
    league->team = league->team < most ? league->team : power_below(most);
    if (policy->vector_length != GR_AUTO) {
        league->vector = power_below(policy->vector_length);
    } else {
        league->vector = policy->team_size == GR_AUTO ? MOST_VECTOR
                         : league->team < BLOCK       ? BLOCK / league->team
                                                      : 1;
    }
    league->vector = league->vector < MOST_VECTOR ? league->vector : MOST_VECTOR;
    while (league->team * league->vector > most) {
        league->vector /= 2;
    }
    for (int level = 0; level < 2; ++level) {
        league->per_team[level] = lines(policy->scratch[level].per_team);
        league->per_thread[level] = lines(policy->scratch[level].per_thread);
    }
    set_memory(league);
    while (league->shared > device->shared && policy->team_size == GR_AUTO && league->team > 1) {
        league->team /= 2;
        set_memory(league);
    }
    if (league->shared > device->shared) {
        gr_impl_device_launch_fail(site, GR_INVALID_ARG,
                                   "scratch of level 0 = %td bytes per team + %td for each of %d "
                                   "threads, expected 0..%td in all, the shared memory of the "
                                   "device",
                                   policy->scratch[0].per_team, policy->scratch[0].per_thread,
                                   league->team,
                                   (gr_index)(device->shared - GR_IMPL_GPU_TEAM_BYTES));
        return false;
    }
    blocks = GR_IMPL_GPU_MOST_THREADS / (unsigned)(league->team * league->vector);
    blocks = blocks < device->most_blocks ? blocks : device->most_blocks;
    blocks = blocks < (size_t)units ? blocks : (size_t)units;
    if (league->global > 0) {
        const size_t resident = RESIDENT * (size_t)device->multiprocessors;
        const size_t fit = MOST_GLOBAL / league->global;

        blocks = blocks < resident ? blocks : resident;
        blocks = blocks < fit ? blocks : fit > 0 ? fit : 1;
    }
    league->blocks = (unsigned)blocks;
    return true;
}

void *gr_impl_device_scratch_is_full(size_t bytes, int level, size_t room, bool per_thread) {
    static GR_IMPL_THREAD_LOCAL size_t *spare; /* its size, then what one kernel that fails needs */
    const gr_site *site = gr_impl_device_now->site;

    gr_impl_device_launch_fail(site, GR_OUT_OF_MEMORY,
                               "scratch View of %zu bytes at level %d, expected at most the %zu "
                               "bytes left of what gr_with_scratch asks for per %s",
                               bytes, level, room, per_thread ? "thread" : "team");
    if (!spare || bytes > *spare) {
        gr_impl_host_free(spare);
        spare = (size_t *)gr_impl_host_alloc(LINE + bytes, LINE);
        if (!spare) {
            return NULL;
        }
        *spare = bytes;
    }
    return (char *)spare + LINE;
}
