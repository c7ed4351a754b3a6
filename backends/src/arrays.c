/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file arrays.c
 * @brief Results that are Views: how many copies of arrays there are, bad lengths, empty Views.
 */
#include "geometry.h"
#include "thread.h"

#include <granum/impl/arrays.h>
#include <granum/impl/host_results.h>

/* Copies of small arrays take up to so much memory together [B]; of large ones there are few. */
#define SMALL ((size_t)4 << 20)
#define FEW 32

/* What is wrong with the length of a result, if anything. */
static bool is_short(const gr_impl_array *a, gr_place place, const char *label) {
    if (a->length >= 0 && a->length <= a->extent) {
        return false;
    }
    gr_impl_launch_fail(GR_INVALID_ARG, place, label,
                        "length of the array result %s = %td, expected 0..%td, the extent of its "
                        "View",
                        a->name, a->length, a->extent);
    return true;
}

bool gr_impl_limit_arrays(const gr_site *site, int reducers, const gr_impl_array *arrays,
                          size_t *bytes, gr_index *least, gr_index *most) {
    const gr_place place = {site->file, site->line, NULL};
    size_t all = 0;

    for (int r = 0; r < reducers; ++r) {
        if (is_short(&arrays[r], place, site->label)) {
            return false;
        }
        bytes[r] = (size_t)arrays[r].length * arrays[r].item;
        all += bytes[r];
    }
    *least = GR_IMPL_CHUNK;
    *most = FEW;
    while (*least < (gr_index)(all / 8)) {
        *least *= 2; /* a copy serves as many elements as it has words: joining costs no more */
    }
    if (all * FEW < SMALL) {
        *most = all * GR_IMPL_CHUNKS < SMALL ? GR_IMPL_CHUNKS : (gr_index)(SMALL / all);
    }
    return true;
}

bool gr_impl_array_chunks(const gr_site *site, int reducers, const gr_impl_array *arrays,
                          bool exact, size_t *bytes, gr_index *least, gr_index *most) {
    if (!gr_impl_limit_arrays(site, reducers, arrays, bytes, least, most)) {
        return false;
    }
    if (exact) {
        *most = gr_impl_min(*most, 4 * (gr_index)gr_impl_num_threads());
    }
    return true;
}

gr_impl_launch *gr_impl_begin_reduce_arrays(gr_impl_launch *launch, gr_site *site,
                                            const gr_index *lo, const gr_index *hi,
                                            const gr_index *tile, int rank,
                                            const gr_options *options, int reducers,
                                            const gr_impl_array *arrays, bool exact) {
    size_t bytes[GR_MAX_REDUCERS];
    gr_index least, most;

    return gr_impl_array_chunks(site, reducers, arrays, exact, bytes, &least, &most)
               ? gr_impl_reduce_chunks(launch, site, lo, hi, tile, rank, least, most, options,
                                       reducers, bytes)
               : NULL;
}

gr_impl_nest_arrays *gr_impl_nest_arrays_of(gr_impl_nest_arrays *nest, const char *file, int line,
                                            bool runs, gr_index lo, gr_index hi, int reducers,
                                            const gr_impl_array *arrays) {
    const gr_impl_launch *launch = gr_impl_self.launch;
    const gr_place place = {file, line, NULL};
    gr_index most = GR_IMPL_WIDTH;
    size_t all = 0;

    for (int r = 0; r < reducers; ++r) {
        if (is_short(&arrays[r], place, launch ? launch->site->label : "")) {
            return NULL;
        }
        all += (size_t)arrays[r].length * arrays[r].item;
    }
    while (most > 1 && (size_t)most * all > GR_IMPL_NEST_ROOM) {
        most /= 2;
    }
    nest->first = lo;
    nest->last = hi;
    nest->chunk = GR_IMPL_NEST_CHUNK;
    while (hi - lo > nest->chunk * most) {
        nest->chunk *= 2;
    }
    nest->end = hi > lo ? (hi - lo + nest->chunk - 1) / nest->chunk : 1;
    nest->hi = runs ? nest->end : 0;
    all = 0;
    for (int r = 0; r < reducers; ++r) {
        nest->partial[r] = nest->room + all;
        all += (size_t)nest->end * (size_t)arrays[r].length * arrays[r].item;
        all = (all + 63) & ~(size_t)63;
    }
    return nest;
}

void gr_impl_result_is_lost(const char *file, int line, const char *label, const char *view) {
    const gr_place place = {file, line, NULL};

    gr_impl_launch_fail(GR_INVALID_ARG, place, label,
                        "result View %s = empty, expected one element", view);
}
