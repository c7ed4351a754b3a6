/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/launch.h
 * @brief What a launch statement on a host backend carries, and the geometry of its work.
 *
 * A launch is a number of *units* dealt out to threads: iterations (1D), rows (2D-6D), chunks
 * (reductions and scans). The library decides how many threads take part, in one or more rounds;
 * the statement in the user's file only walks the span of units that it is handed.
 */
#ifndef GRANUM_IMPL_LAUNCH_H
#define GRANUM_IMPL_LAUNCH_H

#include <granum/impl/backend.h>
#include <granum/range.h>
#include <granum/status.h>

GR_EXTERN_C_BEGIN

/** One launch statement; static, so that what it learns lives as long as the program. */
struct gr_site {
    const char *label; /**< "" where the user gave none */
    const char *file;
    int line;
    int host_threads; /**< most threads that the backend may use; 0: any number */
    /* What launches of this statement have cost; read and written with relaxed atomics. */
    uint32_t cost;    /**< ticks per iteration, the bits of a float; 0: not measured yet */
    uint32_t outlier; /**< a measurement far from cost that the next one may confirm */
    uint32_t quiet;   /**< launches to go before the next measurement */
};

GR_IMPL_INLINE gr_place gr_impl_site_place(const gr_site *site) {
    const gr_place place = {site->file, site->line, NULL};

    return place;
}

/** Which pattern a launch is. */
typedef enum gr_impl_pattern {
    GR_IMPL_PATTERN_FOR,  /**< one index; units are its values */
    GR_IMPL_PATTERN_ROWS, /**< parallel_for over several indices */
    GR_IMPL_PATTERN_LEAGUE,
    GR_IMPL_PATTERN_REDUCE,
    GR_IMPL_PATTERN_SCAN
} gr_impl_pattern;

/** Orders in which debug mode "order" runs a launch. */
typedef enum gr_impl_order {
    GR_IMPL_ORDER_FORWARD = 1,
    GR_IMPL_ORDER_REVERSED,
    GR_IMPL_ORDER_SHUFFLED,
    GR_IMPL_ORDER_LOGGED /**< forward, once, with accesses looked at: modes "race" and "uninit" */
} gr_impl_order;

/** A half-open span of units. */
typedef struct gr_span {
    gr_index lo, hi;
} gr_span;

/** Most reducers in one launch. */
#define GR_MAX_REDUCERS 8

/** A launch in progress; lives on the launching thread's stack. */
typedef struct gr_impl_launch {
    /* What every thread of a round reads: two cache lines, which nobody writes meanwhile. A line
     * that comes from another core costs as much as a hundred elements. */
    int threads;       /**< that take part; 1: the caller alone; 0: that, with turns (scans) */
    int pattern;       /**< a gr_impl_pattern */
    gr_index lo;       /**< first unit of the round */
    gr_index end;      /**< of all rounds: another follows while hi < end. It stands between lo and
                         hi because one wide load of two fresh stores would stall */
    gr_index hi;       /**< one past the last unit */
    gr_index piece;    /**< units dealt out at a time under GR_DYNAMIC; 0: GR_STATIC */
    gr_index chunk;    /**< elements (1D) or pieces of rows (2D-6D) of a chunk */
    void *owner;       /**< the launching thread, in the library */
    void *errors;      /**< where failures of this launch are recorded */
    int team_size;     /**< threads that a team may have */
    int order;         /**< debug modes "order", "race", "uninit": a gr_impl_order, 0 otherwise */
    gr_index from, to; /**< bounds of the first index */
    char *partial[GR_MAX_REDUCERS]; /**< chunk results of each reducer */
    /* What they share by atomics. */
    gr_index next; /**< pieces dealt out so far */
    gr_index turn; /**< scans: the chunk that may pass its total on */
    /* The launching thread's own. */
    gr_site *site;
    int most_threads;   /**< of a parallel round */
    double iterations;  /**< of the body in one unit */
    uint64_t started;   /**< tick at which the round started; 0: not measured */
    uint64_t own_ticks; /**< that the launching thread spent on its share */
    gr_index own_units; /**< of that share */
    /* the geometry */
    gr_index first[6], last[6]; /**< bounds of the indices */
    gr_index count[6]; /**< tiles along each index: extents of all but the innermost, then pieces of
                            a row, where no tiles are asked for */
    gr_index tile[6];  /**< extents of a tile */
    bool tiled;        /**< tiles are asked for */
    int rank;          /**< indices, of a reduction */
    gr_index width;    /**< extent of the innermost index, or of a piece of it */
    gr_index pieces;   /**< pieces that a row is cut into */
    gr_index rows;     /**< product of count */
    /* teams */
    gr_index league;             /**< teams */
    int team_threads;            /**< that there is memory for */
    struct gr_impl_teams *teams; /**< their memory; NULL: teams of one thread without scratch */
} __attribute__((aligned(64))) gr_impl_launch;

/**
 * @brief Start a launch of the units [lo, lo + units); NULL when there is nothing to run.
 *
 * launch->pattern is set. Bad options, a launch inside a kernel and the like are recorded for
 * gr_fence, and nothing runs.
 */
GR_API gr_impl_launch *gr_impl_launch_begin(gr_impl_launch *launch, gr_site *site, gr_index lo,
                                            gr_index units, double iterations,
                                            const gr_options *options);

/** Finish a round: the launch when another follows, NULL when all is done. */
GR_API gr_impl_launch *gr_impl_launch_end(gr_impl_launch *launch);

/** First span of units of a thread in a parallel round; empty where it has none. */
GR_API gr_span gr_impl_span_first(gr_impl_launch *launch, int thread, int threads);

/** The thread's next span; empty when it is done. */
GR_API gr_span gr_impl_span_next(gr_impl_launch *launch, gr_span done);

/** Begin a 1D launch with bad bounds: record it; always NULL. */
GR_API GR_IMPL_COLD gr_impl_launch *gr_impl_bad_bounds(const gr_site *site, const gr_index *lo,
                                                       const gr_index *hi, int rank);

/**
 * @brief Begin a launch over the rows of 2 to 6 dimensions; units are rows, pieces of them, or
 * tiles.
 *
 * With `left` the geometry has the indices in reverse: whoever walks the boxes turns them back.
 */
GR_API gr_impl_launch *gr_impl_begin_rows(gr_impl_launch *launch, gr_site *site, const gr_index *lo,
                                          const gr_index *hi, const gr_index *tile, int rank,
                                          bool left, const gr_options *options);

/** Whether the sizes of tiles are such; records what is wrong. */
GR_API bool gr_impl_tiles_are_right(const gr_site *site, const gr_index *tile, int rank);

/** Begin a reduction: units are chunks, whatever the tiles; bytes are sizes of the results. */
GR_API gr_impl_launch *gr_impl_begin_reduce(gr_impl_launch *launch, gr_site *site,
                                            const gr_index *lo, const gr_index *hi,
                                            const gr_index *tile, int rank,
                                            const gr_options *options, int reducers,
                                            const size_t *bytes);

/**
 * @brief Cut a range into the chunks of a reduction, for a backend that runs them itself.
 *
 * Sets the geometry, launch->chunk and launch->pieces, and answers the number of chunks; -1 where
 * the range is refused, which is recorded.
 */
GR_API gr_index gr_impl_cut_chunks(gr_impl_launch *launch, const gr_site *site, const gr_index *lo,
                                   const gr_index *hi, const gr_index *tile, int rank,
                                   gr_index least, gr_index most);

/**
 * @brief Begin a scan: units are chunks, dealt out one by one in increasing order.
 *
 * @param[in] exact  the order of joining cannot show: chunks are as long as suits the threads
 */
GR_API gr_impl_launch *gr_impl_begin_scan(gr_impl_launch *launch, gr_site *site,
                                          gr_range_1d_policy policy, bool exact);

/** Operations whose chunk results the library joins. */
typedef enum gr_impl_op {
    GR_IMPL_OP_SUM,
    GR_IMPL_OP_PROD,
    GR_IMPL_OP_MIN,
    GR_IMPL_OP_MAX,
    GR_IMPL_OP_LAND,
    GR_IMPL_OP_LOR,
    GR_IMPL_OP_BAND,
    GR_IMPL_OP_BOR,
    GR_IMPL_OP_FIRST /**< the least of gr_index values, of which -1 is none */
} gr_impl_op;

/** Join the results of several chunks: the last step of a reduction of numbers. */
GR_API void gr_impl_join(gr_impl_op op, gr_dtype dtype, const void *part, gr_index chunks,
                         void *result);

/**
 * @brief Wait until it is the turn of `chunk` in a scan of which others run chunks too.
 *
 * `state` is what came before, of so many bytes: the launch's own, or a copy where the launch is a
 * part of a graph's node (launch->threads is 0 then).
 */
GR_API void gr_impl_turn_wait(gr_impl_launch *launch, gr_index chunk, void *state, size_t bytes);

/** Let the chunk after this one have its turn. */
GR_API void gr_impl_turn_pass(gr_impl_launch *launch, gr_index chunk, void *state, size_t bytes);

/** Debug mode "race": an element of a scan is begun; nested scans say so too, and are left out. */
GR_API void gr_impl_race_element(const gr_impl_launch *launch, gr_index element);

/** The same of a reduction, whose elements are begun in their order. */
GR_API void gr_impl_race_next(const gr_impl_launch *launch);

/** A body was left by `break`: record it (where the compiler did not see it). */
GR_API void gr_impl_body_was_left(void);

/* Chunks of a reduction. Sizes depend on the range only, so every thread count and every backend
 * joins the same elements in the same order (docs/design/002-canonical-order.md). */
#define GR_IMPL_WIDTH 32        /* lanes of partial results in a chunk */
#define GR_IMPL_CHUNK 2048      /* fewest elements of a chunk */
#define GR_IMPL_NEST_CHUNK 1024 /* the same for nested ranges */
#define GR_IMPL_LEAGUE_CHUNK 32 /* the same for teams: each is much work */
#define GR_IMPL_FEW 8           /* a nested range of so many is combined from the left */
/* How the elements of a chunk come to lanes: all to one; one to each, or none; any number. */
#define GR_IMPL_WAY_LANE 0
#define GR_IMPL_WAY_SET 1
#define GR_IMPL_WAY_SETS 2
#define GR_IMPL_CHUNKS 4096   /* most chunks, while doubling the chunk can keep to it */
#define GR_IMPL_LONG_ROW 8192 /* longer rows are cut into pieces */
#define GR_IMPL_ROW_PIECE 4096
/* Scans: segment of one lane, lanes a tile, tiles a chunk. */
#define GR_IMPL_SEGMENT 8
#define GR_IMPL_SCAN_CHUNK 4096
#define GR_IMPL_SCAN_SEGMENTS (GR_IMPL_SCAN_CHUNK / GR_IMPL_SEGMENT)

GR_IMPL_INLINE gr_index gr_impl_min(gr_index a, gr_index b) {
    return a < b ? a : b;
}

/* The rest is internal to the expansions: how units map to indices. */

/** Begin a 1D launch. */
GR_IMPL_INLINE gr_impl_launch *gr_impl_begin_1d(gr_impl_launch *launch, gr_site *site,
                                                gr_range_1d_policy policy) {
    gr_index units;

    if (GR_IMPL_UNLIKELY(__builtin_sub_overflow(policy.hi[0], policy.lo[0], &units) || units < 0)) {
        return gr_impl_bad_bounds(site, policy.lo, policy.hi, 1);
    }
    launch->pattern = GR_IMPL_PATTERN_FOR;
    return gr_impl_launch_begin(launch, site, policy.lo[0], units, 1.0, &policy.options);
}

/** The elements of chunk `unit` of a 1D reduction or scan. */
GR_IMPL_INLINE gr_span gr_impl_chunk_span(const gr_impl_launch *launch, gr_index unit) {
    gr_span span;

    span.lo = launch->from + unit * launch->chunk;
    span.hi = span.lo + gr_impl_min(launch->chunk, launch->to - span.lo);
    return span;
}

/** Bounds of nested loops. */
typedef struct gr_impl_bounds {
    gr_index lo[6], hi[6];
} gr_impl_bounds;

/** Consecutive units of a launch over rows, as boxes: what nested loops with fixed bounds visit. */
typedef struct gr_impl_box {
    gr_impl_bounds at;   /**< the box under way */
    gr_index next, last; /**< units that follow it */
    bool more;           /**< false: there is no box any more */
} gr_impl_box;

/**
 * @brief Go on to the next box: the largest one that begins with the next unit.
 *
 * A span of rows is few boxes: what is left of a plane, whole planes, the beginning of a plane, and
 * the same one dimension further out.
 */
GR_API void gr_impl_box_next(gr_impl_box *box, const gr_impl_launch *launch, int rank);

/* Rows of a parallel_for that are as short as this many steps have loops of their own. */
#define GR_IMPL_NARROW 4
#define GR_IMPL_NARROW_STEPS 4

/** Whether the rows of a box are few whole steps. */
GR_IMPL_INLINE bool gr_impl_is_narrow(const gr_impl_bounds *x, int rank) {
    const gr_index width = x->hi[rank - 1] - x->lo[rank - 1];

    return width <= GR_IMPL_NARROW * GR_IMPL_NARROW_STEPS && width % GR_IMPL_NARROW == 0;
}

/** The first box of the units [lo, hi). */
GR_IMPL_INLINE gr_impl_box gr_impl_boxes(const gr_impl_launch *launch, int rank, gr_index lo,
                                         gr_index hi) {
    gr_impl_box box;

    box.next = lo;
    box.last = hi;
    gr_impl_box_next(&box, launch, rank);
    return box;
}

/** The first box of chunk `unit` of a 2D-6D reduction. */
GR_IMPL_INLINE gr_impl_box gr_impl_chunk_boxes(const gr_impl_launch *launch, int rank,
                                               gr_index unit) {
    const gr_index lo = unit * launch->chunk;
    const gr_index all = launch->rows * launch->pieces;

    return gr_impl_boxes(launch, rank, lo, lo + gr_impl_min(launch->chunk, all - lo));
}

GR_EXTERN_C_END

#endif
