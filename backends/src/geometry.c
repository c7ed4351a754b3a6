/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file geometry.c
 * @brief How a launch is cut into units: rows, pieces of rows, chunks of reductions and scans.
 *
 * Chunks depend on the range alone; what a launch without an order of its own is cut into (pieces
 * of long rows) may depend on the number of threads.
 */
#include "../backend.h"

#include "geometry.h"
#include "thread.h"
#include <granum/impl/launch.h>
#include <granum/impl/tool_calls.h>
#include <granum/status.h>

#include <string.h>

#define EXACT_CHUNK 32768 /* most elements of a chunk whose order cannot show */

/* Bounds into the launch; false where they are wrong, or the number of elements overflows. */
static bool set_bounds(gr_impl_launch *launch, const gr_index *lo, const gr_index *hi, int rank) {
    gr_index all = 1, rows = 1;
    bool empty = false, fits = true;

    for (int d = 0; d < rank; ++d) {
        gr_index extent;

        if (hi[d] < lo[d] || __builtin_sub_overflow(hi[d], lo[d], &extent)) {
            return false;
        }
        launch->first[d] = lo[d];
        launch->last[d] = hi[d];
        if (d < rank - 1) {
            launch->count[d] = extent;
            fits = !__builtin_mul_overflow(rows, extent, &rows) && fits;
        }
        launch->width = extent;
        empty = empty || extent == 0;
    }
    launch->from = lo[0];
    launch->to = hi[0];
    fits = !__builtin_mul_overflow(rows, launch->width, &all) && fits;
    launch->rows = empty ? 0 : rows;
    launch->pieces = 1;
    launch->count[rank - 1] = 1;
    launch->tiled = false;
    launch->rank = rank;
    return fits || empty;
}

static gr_index ceil_div(gr_index a, gr_index b) {
    return a / b + (a % b != 0);
}

/* Cut rows into pieces of `width` columns. */
static void cut_rows(gr_impl_launch *launch, int rank, gr_index width) {
    launch->pieces = ceil_div(launch->width, width);
    launch->count[rank - 1] = launch->pieces;
    launch->width = width;
}

/* Rows, or pieces of them, as tiles. */
static void set_row_tiles(gr_impl_launch *launch, int rank) {
    for (int d = 0; d < rank - 1; ++d) {
        launch->tile[d] = 1;
    }
    launch->tile[rank - 1] = launch->width;
}

/* The place of a unit: how many tiles come before it along each index. */
static void locate(const gr_impl_launch *launch, int rank, gr_index unit, gr_index *at) {
    const int last = rank - 1;

    at[last] = 0;
    if (launch->count[last] > 1) {
        at[last] = unit % launch->count[last];
        unit /= launch->count[last];
    }
    for (int d = last - 1; d > 0; --d) {
        at[d] = unit % launch->count[d];
        unit /= launch->count[d];
    }
    at[0] = unit;
}

/* Whether tiles along index d may be one box: only where that visits them in the same order. */
static bool may_join(const gr_impl_launch *launch, int d) {
    for (int e = 0; e < d; ++e) {
        if (launch->tile[e] > 1) {
            return false;
        }
    }
    return true;
}

void gr_impl_box_next(gr_impl_box *box, const gr_impl_launch *launch, int rank) {
    const gr_index left = box->last - box->next;
    gr_index at[6], step = 1, steps;
    int d = rank - 1;

    box->more = left > 0;
    if (!box->more) {
        return;
    }
    locate(launch, rank, box->next, at);
    /* As far out as whole sub-boxes fit: `step` units are one step of index d. */
    while (d > 0 && at[d] == 0 && step * launch->count[d] <= left &&
           (!launch->tiled || launch->count[d] == 1)) {
        step *= launch->count[d];
        --d;
    }
    steps = gr_impl_min(launch->count[d] - at[d], left / step);
    if (launch->tiled && !may_join(launch, d)) {
        steps = 1;
    }
    for (int e = 0; e < rank; ++e) {
        const gr_index lo = launch->first[e] + (e <= d ? at[e] * launch->tile[e] : 0);
        const gr_index extent = e < d ? launch->tile[e] : steps * launch->tile[e];

        box->at.lo[e] = lo;
        box->at.hi[e] = e > d ? launch->last[e] : lo + gr_impl_min(extent, launch->last[e] - lo);
    }
    box->next += steps * step;
}

bool gr_impl_tiles_are_right(const gr_site *site, const gr_index *tile, int rank) {
    for (int d = 0; d < rank; ++d) {
        if (GR_IMPL_UNLIKELY(tile[d] < 1 && tile[d] != GR_AUTO)) {
            const gr_place place = {site->file, site->line, NULL};

            gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                                "tile%d = %td, expected 1 or more", d, tile[d]);
            return false;
        }
    }
    return true;
}

/* Cut the range into the tiles that are asked for, if any. */
static void cut_tiles(gr_impl_launch *launch, const gr_index *tile, int rank) {
    gr_index units = 1;

    for (int d = 0; d < rank; ++d) {
        launch->tiled = launch->tiled || tile[d] != GR_AUTO;
    }
    if (!launch->tiled) {
        return;
    }
    for (int d = 0; d < rank; ++d) {
        const gr_index extent = launch->last[d] - launch->first[d];

        launch->tile[d] = tile[d] == GR_AUTO ? extent : gr_impl_min(tile[d], extent);
        launch->count[d] = ceil_div(extent, launch->tile[d]);
        units *= launch->count[d];
    }
    launch->rows = units; /* a tile is one unit, as a row is */
}

/* Rows as tiles; few long ones are cut, so that every thread has some. */
static void tile_rows(gr_impl_launch *launch, int rank) {
    const gr_index threads = gr_impl_num_threads();

    if (launch->rows < 4 * threads && launch->width >= 1024) {
        const gr_index pieces = ceil_div(4 * threads, launch->rows);

        cut_rows(launch, rank,
                 gr_impl_min(launch->width, (ceil_div(launch->width, pieces) + 63) & ~63));
    }
    set_row_tiles(launch, rank);
}

gr_impl_launch *gr_impl_begin_rows(gr_impl_launch *launch, gr_site *site, const gr_index *lo,
                                   const gr_index *hi, const gr_index *tile, int rank, bool left,
                                   const gr_options *options) {
    static const gr_index ones[6] = {1, 1, 1, 1, 1, 1};
    gr_options dealt = *options;
    gr_index turned[3][6];
    double iterations;

    launch->pattern = GR_IMPL_PATTERN_ROWS;
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_ORDER)) {
        tile = ones; /* every iteration is a unit, to be put in any order */
    }
    if (GR_IMPL_UNLIKELY(!gr_impl_tiles_are_right(site, tile, rank))) {
        return NULL;
    }
    for (int d = 0; left && d < rank; ++d) {
        turned[0][d] = lo[rank - 1 - d];
        turned[1][d] = hi[rank - 1 - d];
        turned[2][d] = tile[rank - 1 - d];
    }
    if (!set_bounds(launch, left ? turned[0] : lo, left ? turned[1] : hi, rank)) {
        return gr_impl_bad_bounds(site, lo, hi, rank);
    }
    if (launch->rows == 0) {
        return gr_impl_launch_begin(launch, site, 0, 0, 1, options);
    }
    iterations = (double)launch->rows * (double)launch->width;
    cut_tiles(launch, left ? turned[2] : tile, rank);
    if (!launch->tiled) {
        tile_rows(launch, rank);
    }
    if (dealt.chunk > 0) {
        /* Asked for in iterations of the outermost loop. */
        const gr_index each = launch->rows / launch->count[0] * launch->pieces;
        const gr_index steps = ceil_div(dealt.chunk, launch->tile[0]);

        dealt.chunk = __builtin_mul_overflow(steps, each, &dealt.chunk) ? PTRDIFF_MAX : dealt.chunk;
    }
    iterations = launch->tiled ? iterations / (double)launch->rows : (double)launch->width;
    return gr_impl_launch_begin(launch, site, 0, launch->rows * launch->pieces, iterations, &dealt);
}

/* Chunks of a reduction over rows, of `least` elements or more and `most` in number; see
 * docs/design/002-canonical-order.md. */
static gr_index chunk_rows(gr_impl_launch *launch, int rank, gr_index least, gr_index most) {
    const gr_index width = launch->width;
    gr_index pieces;

    if (width > GR_IMPL_LONG_ROW) {
        gr_index piece = GR_IMPL_ROW_PIECE;

        while (piece < width && ceil_div(width, piece) > GR_IMPL_CHUNKS / launch->rows) {
            piece *= 2;
        }
        if (piece < width) {
            cut_rows(launch, rank, piece);
        }
    }
    set_row_tiles(launch, rank);
    pieces = launch->rows * launch->pieces;
    launch->chunk = 1;
    while (launch->chunk * launch->width < least && launch->chunk < pieces) {
        launch->chunk *= 2;
    }
    while (ceil_div(pieces, launch->chunk) > most) {
        launch->chunk *= 2;
    }
    return ceil_div(pieces, launch->chunk);
}

/* Chunks of a reduction over one index, of `least` elements or more and `most` in number. */
static gr_index chunk_range(gr_impl_launch *launch, gr_index least, gr_index most) {
    launch->chunk = least;
    while (ceil_div(launch->width, launch->chunk) > most) {
        launch->chunk *= 2;
    }
    return ceil_div(launch->width, launch->chunk);
}

/* Room for the chunk results of every reducer, one array each; kept by the thread. */
static bool set_partials(gr_impl_launch *launch, const gr_site *site, gr_index chunks, int reducers,
                         const size_t *bytes) {
    gr_impl_room *room = &gr_impl_self.rooms[GR_IMPL_ROOM_PARTIALS];
    size_t size = 0;

    for (int r = 0; r < reducers; ++r) {
        size += ((size_t)chunks * bytes[r] + 63) & ~(size_t)63;
    }
    if (GR_IMPL_UNLIKELY(size > room->size) && !gr_impl_grow_room(room, size)) {
        const gr_place place = {site->file, site->line, NULL};

        gr_impl_launch_fail(GR_OUT_OF_MEMORY, place, site->label,
                            "%zu bytes for the partial results of %td chunks are not to be had",
                            size, chunks);
        return false;
    }
    size = 0;
    for (int r = 0; r < reducers; ++r) {
        launch->partial[r] = room->memory + size;
        size += ((size_t)chunks * bytes[r] + 63) & ~(size_t)63;
    }
    return true;
}

/* Whether a statement is what the function of a graph's node was called for. */
static bool fits_part(const gr_impl_launch *launch, const gr_site *site, int reducers,
                      size_t bytes) {
    static const char *const names[] = {"launch", "launch", "launch", "reduction", "scan"};
    const gr_place place = {site->file, site->line, NULL};
    gr_impl_part *part = gr_impl_self.part;

    if (part->is_begun || launch->pattern != part->pattern) {
        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "%s%s in the function of a graph's node, expected one %s",
                            part->is_begun ? "second " : "", names[launch->pattern],
                            names[part->pattern]);
        return false;
    }
    if (launch->from != part->lo || launch->to != part->hi || reducers != 1 ||
        bytes != part->bytes) {
        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "%s over [%td, %td) with %d result%s of %zu bytes in the function of "
                            "a graph's node, expected one of %zu bytes over [%td, %td)",
                            names[part->pattern], launch->from, launch->to, reducers,
                            reducers == 1 ? "" : "s", bytes, part->bytes, part->lo, part->hi);
        return false;
    }
    if (part->chunk && launch->chunk != GR_IMPL_CHUNK) {
        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "reduction over rows or teams in the function of a graph's node, "
                            "expected one over gr_range(%td, %td)",
                            part->lo, part->hi);
        return false;
    }
    part->is_begun = true;
    return true;
}

/* Begin a reduction whose bounds and chunks are set. */
static gr_impl_launch *begin_chunks(gr_impl_launch *launch, gr_site *site, gr_index chunks,
                                    double iterations, const gr_options *options, int reducers,
                                    const size_t *bytes) {
    const gr_impl_part *part = gr_impl_self.part;

    launch->pattern = GR_IMPL_PATTERN_REDUCE;
    if (GR_IMPL_UNLIKELY(part != NULL) && !fits_part(launch, site, reducers, bytes[0])) {
        return NULL;
    }
    if (GR_IMPL_UNLIKELY(part && part->chunk)) {
        launch->partial[0] = part->chunk;
        gr_impl_self.holds = true; /* so that the launch's end sees to it (launch.c) */
    } else if (!gr_impl_self.launch && chunks > 0 &&
               !set_partials(launch, site, chunks, reducers, bytes)) {
        return NULL;
    }
    return gr_impl_launch_begin(launch, site, 0, chunks, iterations, options);
}

/* A reduction over one index; its bounds are set. */
static gr_impl_launch *begin_range(gr_impl_launch *launch, gr_site *site, gr_index least,
                                   gr_index most, const gr_options *options, int reducers,
                                   const size_t *bytes) {
    gr_options dealt;
    gr_index chunks;

    if (launch->width <= least) { /* the short way: no division */
        launch->chunk = least;
        return begin_chunks(launch, site, launch->width > 0, (double)launch->width, options,
                            reducers, bytes);
    }
    chunks = chunk_range(launch, least, most);
    dealt = *options;
    if (dealt.chunk > 0) {
        /* Asked for in iterations; dealt out in whole chunks, which are the order. */
        dealt.chunk = ceil_div(dealt.chunk, launch->chunk);
    }
    return begin_chunks(launch, site, chunks, (double)launch->width / (double)chunks, &dealt,
                        reducers, bytes);
}

gr_impl_launch *gr_impl_reduce_range(gr_impl_launch *launch, gr_site *site, gr_index n,
                                     gr_index least, gr_index most, const gr_options *options,
                                     int reducers, const size_t *bytes) {
    const gr_index lo = 0;

    set_bounds(launch, &lo, &n, 1);
    return begin_range(launch, site, least, most, options, reducers, bytes);
}

gr_impl_launch *gr_impl_begin_reduce(gr_impl_launch *launch, gr_site *site, const gr_index *lo,
                                     const gr_index *hi, const gr_index *tile, int rank,
                                     const gr_options *options, int reducers, const size_t *bytes) {
    return gr_impl_reduce_chunks(launch, site, lo, hi, tile, rank, GR_IMPL_CHUNK, GR_IMPL_CHUNKS,
                                 options, reducers, bytes);
}

/* Set and check the bounds of a reduction; false, with a record, where they are wrong. */
static bool reduce_bounds(gr_impl_launch *launch, const gr_site *site, const gr_index *lo,
                          const gr_index *hi, const gr_index *tile, int rank) {
    if (GR_IMPL_UNLIKELY(!gr_impl_tiles_are_right(site, tile, rank))) {
        return false;
    }
    if (!set_bounds(launch, lo, hi, rank)) {
        (void)gr_impl_bad_bounds(site, lo, hi, rank);
        return false;
    }
    if (GR_IMPL_UNLIKELY(hi[rank - 1] > PTRDIFF_MAX - GR_IMPL_WIDTH)) {
        /* Lanes are walked in steps of their number. */
        const gr_place place = {site->file, site->line, NULL};

        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "range hi = %td in a reduction, expected %td at most", hi[rank - 1],
                            PTRDIFF_MAX - GR_IMPL_WIDTH);
        return false;
    }
    return true;
}

gr_impl_launch *gr_impl_reduce_chunks(gr_impl_launch *launch, gr_site *site, const gr_index *lo,
                                      const gr_index *hi, const gr_index *tile, int rank,
                                      gr_index least, gr_index most, const gr_options *options,
                                      int reducers, const size_t *bytes) {
    gr_options dealt;
    gr_index chunks;
    double iterations;

    if (!reduce_bounds(launch, site, lo, hi, tile, rank)) {
        return NULL;
    }
    if (rank == 1) {
        return begin_range(launch, site, least, most, options, reducers, bytes);
    }
    if (launch->rows == 0) {
        return gr_impl_launch_begin(launch, site, 0, 0, 1, options);
    }
    iterations = (double)launch->rows * (double)launch->width;
    chunks = chunk_rows(launch, rank, least, most);
    dealt = *options;
    if (dealt.chunk > 0) {
        dealt.chunk = 1;
    }
    return begin_chunks(launch, site, chunks, iterations / (double)chunks, &dealt, reducers, bytes);
}

gr_index gr_impl_cut_chunks(gr_impl_launch *launch, const gr_site *site, const gr_index *lo,
                            const gr_index *hi, const gr_index *tile, int rank, gr_index least,
                            gr_index most) {
    if (!reduce_bounds(launch, site, lo, hi, tile, rank)) {
        return -1;
    }
    if (rank == 1) {
        return chunk_range(launch, least, most);
    }
    return launch->rows == 0 ? 0 : chunk_rows(launch, rank, least, most);
}

/* One chunk of a graph's scan, with its number in the whole one: the caller runs it, and takes
 * turns with others. */
static gr_impl_launch *begin_scan_part(gr_impl_launch *launch, gr_site *site,
                                       const gr_options *options) {
    gr_impl_launch *begun = gr_impl_launch_begin(launch, site, launch->from / GR_IMPL_SCAN_CHUNK, 1,
                                                 (double)launch->width, options);

    launch->from = 0;
    launch->threads = 0;
    return begun;
}

/* Elements of a chunk whose order cannot show. What a thread passes on costs two lines of cache
 * from another core, so chunks are long: two for each thread, or as many as keep what is read and
 * written in half of a second-level cache of 1 MiB. */
static gr_index exact_chunk(gr_index n, const gr_options *options) {
    const gr_index threads = options->threads > 0 ? options->threads : gr_impl_num_threads();
    const gr_index parts = gr_impl_min(threads, n / GR_IMPL_SCAN_CHUNK + 1) * 2;
    const gr_index chunk = gr_impl_min(ceil_div(n, parts), EXACT_CHUNK);

    if (GR_IMPL_HEARD(GR_IMPL_HEAR_ORDER)) {
        return (chunk / (8 * 2 * GR_IMPL_SCAN_WINDOW) + 1) * 8; /* some to put in order */
    }
    return chunk < GR_IMPL_SCAN_CHUNK ? GR_IMPL_SCAN_CHUNK : ceil_div(chunk, 8) * 8;
}

gr_impl_launch *gr_impl_begin_scan(gr_impl_launch *launch, gr_site *site, gr_range_1d_policy policy,
                                   bool exact) {
    gr_index chunks;
    double iterations;
    gr_impl_launch *begun;

    if (!set_bounds(launch, policy.lo, policy.hi, 1)) {
        return gr_impl_bad_bounds(site, policy.lo, policy.hi, 1);
    }
    launch->pattern = GR_IMPL_PATTERN_SCAN;
    launch->chunk = exact ? exact_chunk(launch->width, &policy.options) : GR_IMPL_SCAN_CHUNK;
    chunks = ceil_div(launch->width, launch->chunk);
    iterations = chunks > 0 ? (double)launch->width / (double)chunks : 1;
    if (GR_IMPL_UNLIKELY(gr_impl_self.part != NULL) && !fits_part(launch, site, 1, 0)) {
        return NULL;
    }
    if (GR_IMPL_UNLIKELY(gr_impl_self.part && gr_impl_self.part->scan)) {
        return begin_scan_part(launch, site, &policy.options);
    }
    begun = gr_impl_launch_begin(launch, site, 0, chunks, iterations, &policy.options);
    launch->piece = 1; /* in increasing order, whatever the schedule */
    return begun;
}
