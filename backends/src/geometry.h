/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file geometry.h
 * @brief Launches whose units are not single elements; private to backends.
 */
#ifndef GRANUM_GEOMETRY_H
#define GRANUM_GEOMETRY_H

#include <granum/impl/arrays.h>
#include <granum/impl/launch.h>

/** Begin a reduction over n units of work, in at most `most` chunks of `least` or more. */
gr_impl_launch *gr_impl_reduce_range(gr_impl_launch *launch, gr_site *site, gr_index n,
                                     gr_index least, gr_index most, const gr_options *options,
                                     int reducers, const size_t *bytes);

/**
 * @brief Chunks of a reduction into arrays: elements of one at least, and how many there may be.
 *
 * `bytes` are the sizes of the results. False: a length is bad, which is recorded.
 */
bool gr_impl_array_chunks(const gr_site *site, int reducers, const gr_impl_array *arrays,
                          bool exact, size_t *bytes, gr_index *least, gr_index *most);

/** As gr_impl_begin_reduce, in at most `most` chunks of `least` elements or more. */
gr_impl_launch *gr_impl_reduce_chunks(gr_impl_launch *launch, gr_site *site, const gr_index *lo,
                                      const gr_index *hi, const gr_index *tile, int rank,
                                      gr_index least, gr_index most, const gr_options *options,
                                      int reducers, const size_t *bytes);

/* What a graph's scan passes from chunk to chunk takes at most [B]. */
#define GR_IMPL_SCAN_ROOM 4096

/** Threads that take chunks of a scan in other orders than forward, for debug mode "order". */
#define GR_IMPL_SCAN_WINDOW 4

/** A launch that runs in orders begins; a round of it begins. */
void gr_impl_scan_orders_begin(void);
void gr_impl_scan_round_begin(void);

/** A scan whose chunks are parts of a graph's node. */
typedef struct gr_impl_scan_part {
    gr_index turn; /**< the chunk that may pass its total on (atomic) */
    char state[GR_IMPL_SCAN_ROOM] __attribute__((aligned(64)));
} gr_impl_scan_part;

/** What the function of a reduction or scan node is called for: one statement over [lo, hi). */
struct gr_impl_part {
    gr_index lo, hi;
    int pattern;             /**< GR_IMPL_PATTERN_REDUCE or _SCAN */
    size_t bytes;            /**< of a reduction's result */
    char *chunk;             /**< where results of chunks go; NULL: all of the range is run */
    gr_impl_scan_part *scan; /**< what the chunks share; NULL as well */
    bool is_begun;           /**< there was such a statement */
};

/** Give a launch that has begun on the caller alone to this many threads: one team's, say. */
void gr_impl_launch_widen(gr_impl_launch *launch, int threads);

/** Let fewer threads take part in a parallel round that has not begun: 1 or more. */
void gr_impl_launch_narrow(gr_impl_launch *launch, int threads);

#endif
