/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/arrays.h
 * @brief What reductions into arrays ask of the library, on every host backend.
 */
#ifndef GRANUM_IMPL_ARRAYS_H
#define GRANUM_IMPL_ARRAYS_H

#include <granum/impl/launch.h>
#include <granum/team_policy.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** The result of one reducer. */
typedef struct gr_impl_array {
    const char *name; /**< as the source spells it */
    size_t item;      /**< size of an element [B] */
    gr_index length;  /**< [elements]; 1: not an array */
    gr_index extent;  /**< of the View that takes the result, at least the length */
} gr_impl_array;

/** Begin a reduction into arrays; `exact`: the order of joining cannot show. */
GR_API gr_impl_launch *gr_impl_begin_reduce_arrays(gr_impl_launch *launch, gr_site *site,
                                                   const gr_index *lo, const gr_index *hi,
                                                   const gr_index *tile, int rank,
                                                   const gr_options *options, int reducers,
                                                   const gr_impl_array *arrays, bool exact);

/** Begin a reduction into arrays over a league; as that. */
GR_API gr_impl_launch *gr_impl_begin_team_reduce_arrays(gr_impl_launch *launch, gr_site *site,
                                                        gr_team_policy policy, int reducers,
                                                        const gr_impl_array *arrays, bool exact);

/* What copies of arrays may take in a nested reduction [B]. */
#define GR_IMPL_NEST_ROOM 4096

/** A nested reduction into arrays; named members as in gr_impl_launch. */
typedef struct gr_impl_nest_arrays {
    gr_index first, last;
    gr_index chunk; /**< elements of a chunk */
    gr_index end;   /**< number of chunks and copies; 1: the results themselves are the copy */
    gr_index hi;    /**< chunks of the calling thread: all or none */
    char *partial[GR_MAX_REDUCERS];
    /* a line more for each reducer, whose copies begin with one */
    char room[GR_IMPL_NEST_ROOM + 64 * GR_MAX_REDUCERS] __attribute__((aligned(64)));
} gr_impl_nest_arrays;

/** Begin a nested reduction into arrays; NULL where a length is bad, which is recorded. */
GR_API gr_impl_nest_arrays *gr_impl_nest_arrays_of(gr_impl_nest_arrays *nest, const char *file,
                                                   int line, bool runs, gr_index lo, gr_index hi,
                                                   int reducers, const gr_impl_array *arrays);

/** The elements of a chunk. */
GR_IMPL_INLINE gr_span gr_impl_nest_arrays_chunk(const gr_impl_nest_arrays *nest, gr_index unit) {
    gr_span span;

    span.lo = nest->first + unit * nest->chunk;
    span.hi = gr_impl_min(span.lo + nest->chunk, nest->last);
    return span;
}

/** How large chunks are at least, and how many at most, for these results; their sizes go to
 * `bytes`. False where a length is wrong, which is recorded. */
GR_API bool gr_impl_limit_arrays(const gr_site *site, int reducers, const gr_impl_array *arrays,
                                 size_t *bytes, gr_index *least, gr_index *most);

/** Join the copies of an array of numbers: element q goes to result[q * stride]. */
GR_API void gr_impl_join_arrays(gr_impl_op op, gr_dtype dtype, const void *part, gr_index copies,
                                gr_index length, void *result, gr_index stride);

GR_EXTERN_C_END

/* What is checked of a reducer's View v. */
#define GR_IMPL_ARRAY_IS_VIEW(v)                    \
    GR_IMPL_STATIC_CHECK(GR_IMPL_VIEW_RANK(v) == 1, \
                         "the result of an array reducer is a View of rank 1")
/* The distance of elements in a View of rank 1. */
#define GR_IMPL_ARRAY_STRIDE(v) GR_IMPL_STRIDE(v, 0)

#endif
