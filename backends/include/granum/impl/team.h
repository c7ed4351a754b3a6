/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/team.h
 * @brief The life of a team on the host.
 */
#ifndef GRANUM_IMPL_TEAM_H
#define GRANUM_IMPL_TEAM_H

#include <granum/impl/launch.h>
#include <granum/impl/view_arguments.h>
#include <granum/team_policy.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** Begin a launch over a league: units are league ranks. */
GR_API gr_impl_launch *gr_impl_begin_team(gr_impl_launch *launch, gr_site *site,
                                          gr_team_policy policy);

/** Begin a reduction over a league: units are chunks of league ranks; teams are of one thread. */
GR_API gr_impl_launch *gr_impl_begin_team_reduce(gr_impl_launch *launch, gr_site *site,
                                                 gr_team_policy policy, int reducers,
                                                 const size_t *bytes);

/** Begin a scan over a league; teams are of one thread. */
GR_API gr_impl_launch *gr_impl_begin_team_scan(gr_impl_launch *launch, gr_site *site,
                                               gr_team_policy policy);

/** A team with what one of several threads, or one with scratch memory, needs. */
GR_API gr_team gr_impl_team_join(gr_impl_launch *launch, gr_index rank);

/** The end of the block for a team of several threads: all of them arrive. */
GR_API void gr_impl_team_leave(const gr_team *team);

/** A barrier of a team of several threads. */
GR_API void gr_impl_team_wait(const gr_team *team, const char *file, int line);

/** Give all threads of a team the bytes that thread 0 holds. */
GR_API void gr_impl_team_send(const gr_team *team, void *value, size_t bytes, const char *file,
                              int line);

/** Make a View of scratch memory; of spare memory, with a launch error, where that is used up. */
GR_API void gr_impl_scratch_view(void *view, gr_impl_view_type type, const gr_team *team, int level,
                                 bool per_thread, const gr_index *extent, gr_place place);

/* The level, then the extents: none for a View of rank 0. */
#define GR_IMPL_SCRATCH_VIEW(view, t, per_thread, ...)                               \
    (GR_IMPL_CHECK_EXTENTS("GR_SCRATCH_VIEW", *(view), __VA_ARGS__), __extension__({ \
         const gr_team gr_copy = (t);                                                \
         gr_impl_scratch_view((view), GR_IMPL_VIEW_TYPE(*(view)), &gr_copy,          \
                              GR_IMPL_FIRST(__VA_ARGS__, ), per_thread,              \
                              GR_IMPL_EXTENTS(__VA_ARGS__), GR_HERE);                \
     }))

/* In what follows the library gets copies: a struct whose address leaves the function would live in
 * memory, and teams of one thread would pay for it. */

GR_IMPL_INLINE gr_team gr_impl_team_at(gr_impl_launch *launch, gr_index rank) {
    gr_team team;

    if (GR_IMPL_UNLIKELY(launch->teams != NULL)) {
        return gr_impl_team_join(launch, rank);
    }
    team.league_rank = rank;
    team.league_size = launch->league;
    team.team_rank = 0;
    team.team_size = 1;
    team.shared = NULL;
    team.launch = launch;
    team.arenas = NULL;
    return team;
}

GR_IMPL_INLINE void gr_impl_team_end(const gr_team *team) {
    if (GR_IMPL_UNLIKELY(team->team_size > 1)) {
        const gr_team copy = *team;

        gr_impl_team_leave(&copy);
    }
}

GR_IMPL_INLINE void gr_impl_team_barrier(const gr_team *team, const char *file, int line) {
    if (GR_IMPL_UNLIKELY(team->team_size > 1)) {
        const gr_team copy = *team;

        gr_impl_team_wait(&copy, file, line);
    }
}

GR_IMPL_INLINE void gr_impl_team_broadcast(const gr_team *team, void *value, size_t bytes,
                                           const char *file, int line) {
    if (GR_IMPL_UNLIKELY(team->team_size > 1)) {
        const gr_team copy = *team;

        gr_impl_team_send(&copy, value, bytes, file, line);
    }
}

/** The part of [lo, hi) that the calling thread of the team runs. */
GR_IMPL_INLINE gr_span gr_impl_team_share(const gr_team *team, gr_index lo, gr_index hi) {
    gr_span span = {lo, hi};

    if (GR_IMPL_UNLIKELY(team->team_size > 1)) {
        const gr_index each = (hi - lo) / team->team_size, more = (hi - lo) % team->team_size;

        span.lo = lo + each * team->team_rank + gr_impl_min(team->team_rank, more);
        span.hi = span.lo + each + (team->team_rank < more);
    }
    return span;
}

/** A nested reduction; named members as in gr_impl_launch, so that the same macros serve both. */
typedef struct gr_impl_nest {
    gr_index first, last;
    gr_index chunk;  /**< elements of a chunk */
    gr_index end;    /**< number of chunks, at most GR_IMPL_WIDTH */
    gr_index lo, hi; /**< chunks of the calling thread, none where there is one lane */
    bool few;        /**< one lane, and the calling thread has it */
    bool small;      /**< one lane */
    char *partial[GR_MAX_REDUCERS];
} gr_impl_nest;

/** Put the chunk results of all threads together, in every thread. */
GR_API void gr_impl_nest_share(const gr_team *team, gr_index lo, gr_index hi, gr_index end,
                               void *part, size_t bytes);

GR_IMPL_INLINE gr_impl_nest *gr_impl_nest_of(gr_impl_nest *nest, const gr_team *team, gr_index lo,
                                             gr_index hi) {
    nest->first = lo;
    nest->last = hi;
    nest->chunk = GR_IMPL_NEST_CHUNK;
    nest->end = 1;
    while (GR_IMPL_UNLIKELY(hi - lo > nest->chunk * nest->end)) {
        if (nest->end < GR_IMPL_WIDTH) {
            ++nest->end;
        } else {
            nest->chunk *= 2;
            nest->end = 1;
        }
    }
    nest->small = hi - lo <= GR_IMPL_FEW;
    nest->few = nest->small;
    nest->lo = 0;
    nest->hi = nest->small ? 0 : nest->end;
    if (GR_IMPL_UNLIKELY(team != NULL && team->team_size > 1)) {
        const gr_span span = gr_impl_team_share(team, 0, nest->end);

        nest->lo = span.lo;
        nest->hi = nest->small ? span.lo : span.hi;
        nest->few = nest->small && span.lo < span.hi;
    }
    return nest;
}

/** The elements of a chunk; of the only one where there is one lane. */
GR_IMPL_INLINE gr_span gr_impl_nest_chunk(const gr_impl_nest *nest, gr_index unit, bool one_lane) {
    gr_span span;

    span.lo = one_lane ? nest->first : nest->first + unit * nest->chunk;
    span.hi = one_lane ? nest->last : gr_impl_min(span.lo + nest->chunk, nest->last);
    return span;
}

GR_IMPL_INLINE void gr_impl_nest_gather(const gr_impl_nest *nest, const gr_team *team, void *part,
                                        size_t bytes) {
    if (GR_IMPL_UNLIKELY(team != NULL && team->team_size > 1)) {
        const gr_team copy = *team;
        const gr_span mine = gr_impl_team_share(team, 0, nest->end);

        gr_impl_nest_share(&copy, mine.lo, mine.hi, nest->end, part, bytes);
    }
}

/** A launch that stands for a nested scan: its chunks, for the thread that runs it. */
GR_IMPL_INLINE gr_impl_launch *gr_impl_nest_scan(gr_impl_launch *launch, gr_index lo, gr_index hi,
                                                 bool runs) {
    launch->threads = 1;
    launch->from = lo;
    launch->to = hi;
    launch->chunk = GR_IMPL_SCAN_CHUNK;
    launch->lo = 0;
    launch->hi = runs ? (hi - lo + GR_IMPL_SCAN_CHUNK - 1) / GR_IMPL_SCAN_CHUNK : 0;
    return launch;
}

GR_EXTERN_C_END

#endif
