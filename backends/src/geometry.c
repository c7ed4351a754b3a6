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
#include <granum/status.h>

#include <string.h>

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
    fits = !__builtin_mul_overflow(rows, launch->width, &all) && fits;
    launch->rows = empty ? 0 : rows;
    launch->pieces = 1;
    launch->count[rank - 1] = 1;
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

void gr_impl_box_next(gr_impl_box *box, const gr_impl_launch *launch, int rank) {
    const gr_index left = box->last - box->next;
    gr_index at[6], unit = box->next, step = 1, steps;
    int d = rank - 1;

    box->more = left > 0;
    if (!box->more) {
        return;
    }
    at[d] = 0;
    if (launch->pieces > 1) {
        at[d] = unit % launch->pieces;
        unit /= launch->pieces;
    }
    for (int e = rank - 2; e > 0; --e) {
        at[e] = unit % launch->count[e];
        unit /= launch->count[e];
    }
    at[0] = unit;
    /* As far out as whole sub-boxes fit: `step` units are one step of index d. */
    while (d > 0 && at[d] == 0 && step * launch->count[d] <= left) {
        step *= launch->count[d];
        --d;
    }
    steps = gr_impl_min(launch->count[d] - at[d], left / step);
    for (int e = 0; e < rank; ++e) {
        box->at.lo[e] = launch->first[e] + (e <= d ? at[e] : 0);
        box->at.hi[e] = e < d ? box->at.lo[e] + 1 : launch->last[e];
    }
    if (d < rank - 1) {
        box->at.hi[d] = box->at.lo[d] + steps;
    } else {
        const gr_index lo = launch->first[d] + at[d] * launch->width;

        box->at.lo[d] = lo;
        box->at.hi[d] = lo + gr_impl_min(steps * launch->width, launch->last[d] - lo);
    }
    box->next += steps * step;
}

gr_impl_launch *gr_impl_begin_rows(gr_impl_launch *launch, gr_site *site, const gr_index *lo,
                                   const gr_index *hi, int rank, const gr_options *options) {
    const gr_index threads = gr_impl_num_threads();
    gr_options dealt = *options;

    if (!set_bounds(launch, lo, hi, rank)) {
        return gr_impl_bad_bounds(site, lo, hi, rank);
    }
    if (launch->rows == 0) {
        return gr_impl_launch_begin(launch, site, 0, 0, 1, options);
    }
    if (launch->rows < 4 * threads && launch->width >= 1024) {
        const gr_index pieces = ceil_div(4 * threads, launch->rows);

        cut_rows(launch, rank,
                 gr_impl_min(launch->width, (ceil_div(launch->width, pieces) + 63) & ~63));
    }
    if (dealt.chunk > 0) {
        /* Asked for in iterations of the outermost loop; units are pieces of rows. */
        const gr_index each = launch->rows / launch->count[0] * launch->pieces;

        dealt.chunk =
            __builtin_mul_overflow(dealt.chunk, each, &dealt.chunk) ? PTRDIFF_MAX : dealt.chunk;
    }
    return gr_impl_launch_begin(launch, site, 0, launch->rows * launch->pieces,
                                (double)launch->width, &dealt);
}

/* Chunks of a reduction over rows; see docs/design/002-canonical-order.md. */
static gr_index chunk_rows(gr_impl_launch *launch, int rank) {
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
    pieces = launch->rows * launch->pieces;
    launch->chunk = 1;
    while (launch->chunk * launch->width < GR_IMPL_CHUNK) {
        launch->chunk *= 2;
    }
    while (ceil_div(pieces, launch->chunk) > GR_IMPL_CHUNKS) {
        launch->chunk *= 2;
    }
    return ceil_div(pieces, launch->chunk);
}

/* Chunks of a reduction over one index, of `least` elements or more. */
static gr_index chunk_range(gr_impl_launch *launch, gr_index least) {
    launch->chunk = least;
    while (ceil_div(launch->width, launch->chunk) > GR_IMPL_CHUNKS) {
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

/* Begin a reduction whose bounds and chunks are set. */
static gr_impl_launch *begin_chunks(gr_impl_launch *launch, gr_site *site, gr_index chunks,
                                    double iterations, const gr_options *options, int reducers,
                                    const size_t *bytes) {
    if (!gr_impl_self.launch && chunks > 0 &&
        !set_partials(launch, site, chunks, reducers, bytes)) {
        return NULL;
    }
    return gr_impl_launch_begin(launch, site, 0, chunks, iterations, options);
}

/* A reduction over one index; its bounds are set. */
static gr_impl_launch *begin_range(gr_impl_launch *launch, gr_site *site, gr_index least,
                                   const gr_options *options, int reducers, const size_t *bytes) {
    gr_options dealt;
    gr_index chunks;

    if (launch->width <= least) { /* the short way: no division */
        launch->chunk = least;
        return begin_chunks(launch, site, launch->width > 0, (double)launch->width, options,
                            reducers, bytes);
    }
    chunks = chunk_range(launch, least);
    dealt = *options;
    if (dealt.chunk > 0) {
        /* Asked for in iterations; dealt out in whole chunks, which are the order. */
        dealt.chunk = ceil_div(dealt.chunk, launch->chunk);
    }
    return begin_chunks(launch, site, chunks, (double)launch->width / (double)chunks, &dealt,
                        reducers, bytes);
}

gr_impl_launch *gr_impl_reduce_range(gr_impl_launch *launch, gr_site *site, gr_index n,
                                     gr_index least, const gr_options *options, int reducers,
                                     const size_t *bytes) {
    const gr_index lo = 0;

    set_bounds(launch, &lo, &n, 1);
    return begin_range(launch, site, least, options, reducers, bytes);
}

gr_impl_launch *gr_impl_begin_reduce(gr_impl_launch *launch, gr_site *site, const gr_index *lo,
                                     const gr_index *hi, int rank, const gr_options *options,
                                     int reducers, const size_t *bytes) {
    gr_options dealt;
    gr_index chunks;
    double iterations;

    if (!set_bounds(launch, lo, hi, rank)) {
        return gr_impl_bad_bounds(site, lo, hi, rank);
    }
    if (GR_IMPL_UNLIKELY(hi[rank - 1] > PTRDIFF_MAX - GR_IMPL_WIDTH)) {
        /* Lanes are walked in steps of their number. */
        const gr_place place = {site->file, site->line, NULL};

        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "range hi = %td in a reduction, expected %td at most", hi[rank - 1],
                            PTRDIFF_MAX - GR_IMPL_WIDTH);
        return NULL;
    }
    if (rank == 1) {
        return begin_range(launch, site, GR_IMPL_CHUNK, options, reducers, bytes);
    }
    if (launch->rows == 0) {
        return gr_impl_launch_begin(launch, site, 0, 0, 1, options);
    }
    iterations = (double)launch->rows * (double)launch->width;
    chunks = chunk_rows(launch, rank);
    dealt = *options;
    if (dealt.chunk > 0) {
        dealt.chunk = 1;
    }
    return begin_chunks(launch, site, chunks, iterations / (double)chunks, &dealt, reducers, bytes);
}

gr_impl_launch *gr_impl_begin_scan(gr_impl_launch *launch, gr_site *site,
                                   gr_range_1d_policy policy) {
    gr_index chunks;
    double iterations;
    gr_impl_launch *begun;

    if (!set_bounds(launch, policy.lo, policy.hi, 1)) {
        return gr_impl_bad_bounds(site, policy.lo, policy.hi, 1);
    }
    launch->chunk = GR_IMPL_SCAN_CHUNK;
    chunks = ceil_div(launch->width, GR_IMPL_SCAN_CHUNK);
    iterations = chunks > 0 ? (double)launch->width / (double)chunks : 1;
    begun = gr_impl_launch_begin(launch, site, 0, chunks, iterations, &policy.options);
    launch->piece = 1; /* in increasing order, whatever the schedule */
    return begun;
}
