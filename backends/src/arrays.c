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

gr_impl_launch *gr_impl_begin_reduce_arrays(gr_impl_launch *launch, gr_site *site,
                                            const gr_index *lo, const gr_index *hi,
                                            const gr_index *tile, int rank,
                                            const gr_options *options, int reducers,
                                            const gr_impl_array *arrays, bool exact) {
    size_t bytes[GR_MAX_REDUCERS], all = 0;
    gr_index least = GR_IMPL_CHUNK, most = FEW;

    for (int r = 0; r < reducers; ++r) {
        const gr_impl_array *a = &arrays[r];

        if (a->length < 0 || a->length > a->extent) {
            const gr_place place = {site->file, site->line, NULL};

            gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                                "length of the array result %s = %td, expected 0..%td, the extent "
                                "of its View",
                                a->name, a->length, a->extent);
            return NULL;
        }
        bytes[r] = (size_t)a->length * a->item;
        all += bytes[r];
    }
    while (least < (gr_index)(all / 8)) {
        least *= 2; /* a copy serves as many elements as it has words: joining costs no more */
    }
    if (all * FEW < SMALL) {
        most = all * GR_IMPL_CHUNKS < SMALL ? GR_IMPL_CHUNKS : (gr_index)(SMALL / all);
    }
    if (exact) {
        most = gr_impl_min(most, 4 * (gr_index)gr_impl_num_threads());
    }
    return gr_impl_reduce_chunks(launch, site, lo, hi, tile, rank, least, most, options, reducers,
                                 bytes);
}

void gr_impl_result_is_lost(const char *file, int line, const char *label, const char *view) {
    const gr_place place = {file, line, NULL};

    gr_impl_launch_fail(GR_INVALID_ARG, place, label,
                        "result View %s = empty, expected one element", view);
}
