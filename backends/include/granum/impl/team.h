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
GR_API GR_IMPL_COLD gr_team gr_impl_team_join(gr_impl_launch *launch, gr_index rank);

/* What follows is for teams of several threads. The library finds the team again by its launch and
 * rank: a struct whose address is taken, or whose members are stored side by side, would live in
 * memory or in vectors, and teams of one thread would pay for it. */

/** A barrier; file NULL: the end of the block. */
GR_API GR_IMPL_COLD void gr_impl_team_wait(gr_impl_launch *launch, gr_index rank, const char *file,
                                           int line);

/** Give all threads of a team the bytes that thread 0 holds. */
GR_API GR_IMPL_COLD void gr_impl_team_send(gr_impl_launch *launch, gr_index rank, void *value,
                                           size_t bytes, const char *file, int line);

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

GR_IMPL_INLINE void gr_impl_team_barrier(const gr_team *team, const char *file, int line) {
    if (GR_IMPL_UNLIKELY(team->team_size > 1)) {
        gr_impl_team_wait(team->launch, team->league_rank, file, line);
    }
}

GR_IMPL_INLINE void gr_impl_team_end(const gr_team *team) {
    gr_impl_team_barrier(team, NULL, 0);
}

GR_IMPL_INLINE void gr_impl_team_broadcast(const gr_team *team, void *value, size_t bytes,
                                           const char *file, int line) {
    if (GR_IMPL_UNLIKELY(team->team_size > 1)) {
        gr_impl_team_send(team->launch, team->league_rank, value, bytes, file, line);
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
    gr_index chunk; /**< elements of a chunk */
    gr_index tail;  /**< of the last one */
    gr_index end;   /**< number of chunks, at most GR_IMPL_WIDTH */
    char *partial[GR_MAX_REDUCERS];
} gr_impl_nest;

/** Elements of a chunk (lo) and number of chunks (hi) of a nested range of so many elements. */
GR_API GR_IMPL_COLD gr_span gr_impl_nest_cut(gr_index n) __attribute__((const));

/** Put the chunk results of all threads together, in every thread. */
GR_API GR_IMPL_COLD void gr_impl_nest_gather(gr_impl_launch *launch, gr_index rank, gr_index end,
                                             void *part, size_t bytes);

GR_IMPL_INLINE gr_impl_nest *gr_impl_nest_of(gr_impl_nest *nest, gr_index lo, gr_index hi) {
    nest->first = lo;
    nest->last = hi;
    nest->chunk = GR_IMPL_NEST_CHUNK;
    nest->tail = hi - lo;
    nest->end = 1;
    return nest;
}

/** Cut the range into chunks. */
GR_IMPL_INLINE void gr_impl_nest_divide(gr_impl_nest *nest) {
    const gr_index n = nest->last - nest->first;

    if (GR_IMPL_UNLIKELY(n > GR_IMPL_NEST_CHUNK)) {
        const gr_span cut = gr_impl_nest_cut(n);

        nest->chunk = cut.lo;
        nest->tail = n - cut.lo * (cut.hi - 1);
        nest->end = cut.hi;
    }
}

/** The chunks of the calling thread that go one way, to be asked for way by way: all of them, or
 * all but the last, or that. Conditions are such that compilers follow short ranges along one path.
 */
GR_IMPL_INLINE gr_span gr_impl_nest_share(gr_impl_nest *nest, const gr_team *team, int way) {
    const gr_index n = nest->last - nest->first;
    gr_span span = {0, 0};

    if (way == GR_IMPL_WAY_LANE ? n > GR_IMPL_FEW
                                : n <= (way == GR_IMPL_WAY_SET ? GR_IMPL_FEW : GR_IMPL_WIDTH)) {
        return span;
    }
    span.hi = 1;
    if (way == GR_IMPL_WAY_SET && n > GR_IMPL_WIDTH) {
        gr_impl_nest_divide(nest);
        if (GR_IMPL_LIKELY(nest->tail > GR_IMPL_WIDTH)) {
            span.hi = 0;
            return span;
        }
        span.lo = nest->end - 1;
        span.hi = nest->end;
    } else if (way == GR_IMPL_WAY_SETS) {
        span.hi = nest->end - (nest->tail <= GR_IMPL_WIDTH);
    }
    if (GR_IMPL_UNLIKELY(team != NULL && team->team_size > 1)) {
        const gr_span mine = gr_impl_team_share(team, 0, nest->end);

        span.lo = span.lo > mine.lo ? span.lo : mine.lo;
        span.hi = gr_impl_min(span.hi, mine.hi);
    }
    return span;
}

/** The elements of a chunk. */
GR_IMPL_INLINE gr_span gr_impl_nest_chunk(const gr_impl_nest *nest, gr_index unit, int way) {
    gr_span span = {nest->first, nest->last};

    if (way != GR_IMPL_WAY_LANE) {
        span.lo += unit * nest->chunk;
    }
    if (way == GR_IMPL_WAY_SETS) {
        span.hi = gr_impl_min(span.lo + nest->chunk, nest->last);
    }
    return span;
}

/** A nested range in two or three dimensions, whose elements are numbered from 0, the last index
 * fastest. In two dimensions these are rows and columns of the one plane 0. */
typedef struct gr_impl_nest_box {
    gr_index plane, row, column;  /**< where they begin */
    gr_index rows, columns;       /**< at least 1 */
    gr_index by_rows, by_columns; /**< for gr_impl_nest_wraps */
    gr_index elements;
} gr_impl_nest_box;

/** Where a set of lanes begins: counted from the beginnings of the box. */
typedef struct gr_impl_nest_corner {
    gr_index element; /**< that the column is counted from */
    gr_index plane, row, column;
} gr_impl_nest_corner;

GR_IMPL_INLINE gr_index gr_impl_nest_extent(gr_index lo, gr_index hi) {
    return hi > lo ? hi - lo : 0;
}

GR_IMPL_INLINE gr_index gr_impl_nest_by(gr_index n) {
    return n > GR_IMPL_WIDTH ? 0 : 65536 / (int)n + 1;
}

/** How often n goes into x, which is less than n + GR_IMPL_WIDTH: no division, for lanes. `by` is
 * more than 65536 / n by at most 1, the quotient more than x / n by x / 65536: less than 1 / n. */
GR_IMPL_INLINE gr_index gr_impl_nest_wraps(gr_index x, gr_index n, gr_index by) {
    return n > GR_IMPL_WIDTH ? x >= n : (x * by) >> 16;
}

GR_IMPL_INLINE gr_impl_nest_box gr_impl_nest_box_3d(gr_index lo0, gr_index hi0, gr_index lo1,
                                                    gr_index hi1, gr_index lo2, gr_index hi2) {
    gr_impl_nest_box box;

    box.plane = lo0;
    box.row = lo1;
    box.column = lo2;
    box.rows = gr_impl_nest_extent(lo1, hi1);
    box.columns = gr_impl_nest_extent(lo2, hi2);
    box.elements = box.columns == 0 ? 0 : gr_impl_nest_extent(lo0, hi0) * box.rows * box.columns;
    if (box.elements == 0) {
        box.rows = 1;
        box.columns = 1;
    }
    box.by_rows = gr_impl_nest_by(box.rows);
    box.by_columns = gr_impl_nest_by(box.columns);
    return box;
}

GR_IMPL_INLINE gr_impl_nest_box gr_impl_nest_box_2d(gr_index lo0, gr_index hi0, gr_index lo1,
                                                    gr_index hi1) {
    return gr_impl_nest_box_3d(0, 1, lo0, hi0, lo1, hi1);
}

/** The corner of the set of lanes that begins with an element. Up to GR_IMPL_FEW elements are all
 * counted from the first one, and short ranges have but one set: no division for them. */
GR_IMPL_INLINE gr_impl_nest_corner gr_impl_nest_corner_of(gr_impl_nest_box box, gr_index element,
                                                          int way) {
    gr_impl_nest_corner corner = {0, 0, 0, 0};

    if (way != GR_IMPL_WAY_LANE && element > 0) {
        const gr_index row = element / box.columns;

        corner.element = element;
        corner.column = element % box.columns;
        corner.plane = row / box.rows;
        corner.row = row % box.rows;
    }
    return corner;
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
