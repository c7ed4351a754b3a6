/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/range.h
 * @brief parallel_for on a GPU: a thread an index; the fast side of a tile lies along memory.
 *
 * The first index is the fast one, for Views in left layout, which GPU files prefer, and the last
 * one under gr_iterate_right. Blocks are
 * numbered in one dimension and taken apart by multiplications: a division costs as much as a small
 * body. A range that no grid holds is launched in pieces.
 */
#ifndef GRANUM_GPU_RANGE_H
#define GRANUM_GPU_RANGE_H

#include <granum/gpu/launch.h>
#include <granum/gpu/words.h>

#define GR_IMPL_SAME_RANK(Policy, R)                            \
    static_assert(sizeof(Policy::lo) == (R) * sizeof(gr_index), \
                  "the policy has another number of dimensions than the statement has indices")

/* A grid over R indices, as the kernel gets it; the fast index first. */
template <int R> struct gr_impl_gpu_tiles {
    gr_index lo[R], extent[R];
    unsigned count[R], magic[R]; /* tiles along the index; gr_impl_gpu_grid says how to divide */
    unsigned char shift[R], bits[R];
};

template <int R> gr_impl_gpu_tiles<R> gr_impl_gpu_tiles_of(const gr_impl_gpu_grid &grid) {
    gr_impl_gpu_tiles<R> tiles;

    for (int k = 0; k < R; ++k) {
        tiles.lo[k] = grid.lo[k];
        tiles.extent[k] = grid.extent[k];
        tiles.count[k] = grid.count[k];
        tiles.magic[k] = grid.magic[k];
        tiles.shift[k] = grid.shift[k];
        tiles.bits[k] = grid.bits[k];
    }
    return tiles;
}

/* Indices of the calling thread, the fast one first; false: outside of the range. */
template <int R>
GR_IMPL_DEVICE_INLINE bool gr_impl_gpu_at(const gr_impl_gpu_tiles<R> &tiles, gr_index *at) {
    unsigned block = gr_impl_dev_block(), thread = gr_impl_dev_thread();
    bool inside = true;

    GR_IMPL_UNROLL(6)
    for (int k = 0; k < R; ++k) {
        unsigned tile = block;
        gr_index offset;

        if (k < R - 1) {
            const unsigned next = static_cast<unsigned>(
                (static_cast<uint64_t>(block) * tiles.magic[k]) >> tiles.shift[k]);

            tile = block - next * tiles.count[k];
            block = next;
        }
        offset = (static_cast<gr_index>(tile) << tiles.bits[k]) +
                 static_cast<gr_index>(thread & ((1u << tiles.bits[k]) - 1));
        thread >>= tiles.bits[k];
        inside = inside && offset < tiles.extent[k];
        at[k] = tiles.lo[k] + offset;
    }
    return inside;
}

template <bool Right, class F, int... D>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_call(const F &body, const gr_index *at,
                                            gr_impl_numbers<D...>) {
    body(at[Right ? (int)sizeof...(D) - 1 - D : D]...);
}

template <class F>
GR_IMPL_GLOBAL void gr_impl_gpu_for_1d(GR_IMPL_PARAMETER_CONST F body,
                                       GR_IMPL_PARAMETER_CONST gr_index lo,
                                       GR_IMPL_PARAMETER_CONST gr_index n) {
    const gr_index i = static_cast<gr_index>(gr_impl_dev_block()) * gr_impl_dev_threads() +
                       static_cast<gr_index>(gr_impl_dev_thread());

    if (i < n) {
        body(lo + i);
    }
}

template <int R, bool Right, class F>
GR_IMPL_GLOBAL void gr_impl_gpu_for(GR_IMPL_PARAMETER_CONST F body,
                                    GR_IMPL_PARAMETER_CONST gr_impl_gpu_tiles<R> tiles) {
    gr_index at[R];

    if (gr_impl_gpu_at<R>(tiles, at)) {
        gr_impl_gpu_call<Right>(body, at, gr_impl_up_to<R>());
    }
}

/* What a statement is about, before its body is known. */
template <int R, class Policy> struct gr_impl_for_statement {
    gr_site *site;
    Policy policy;
};

template <int R, class Policy>
gr_impl_for_statement<R, Policy> gr_impl_for(gr_site *site, Policy policy) {
    GR_IMPL_SAME_RANK(Policy, R);
    return {site, policy};
}

template <int R, class Policy, class F>
void operator%(const gr_impl_for_statement<R, Policy> &statement, const F &body) {
    constexpr bool right = R > 1 && gr_impl_same<decltype(statement.policy.right), Policy *>::value;
    const Policy &policy = statement.policy;
    static unsigned short known[GR_IMPL_GPU_REMEMBERED];
    gr_impl_gpu_launch launch;
    gr_impl_gpu_grid grid;
    unsigned threads;

    if (!gr_impl_gpu_grid_begin(&grid, statement.site, policy.lo, policy.hi, policy.tile, R, right,
                                &policy.options, GR_IMPL_GPU_THREADS) ||
        !gr_impl_gpu_begin(&launch, statement.site, &policy.options, 0, 0,
                           R == 1 ? GR_IMPL_PATTERN_FOR : GR_IMPL_PATTERN_ROWS) ||
        !gr_impl_gpu_captures(&launch, &body, sizeof body)) {
        return;
    }
    if constexpr (R == 1) {
        threads = gr_impl_gpu_threads(&launch, gr_impl_gpu_for_1d<F>, known);
    } else {
        threads = gr_impl_gpu_threads(&launch, gr_impl_gpu_for<R, right, F>, known);
    }
    if (GR_IMPL_UNLIKELY(threads != GR_IMPL_GPU_THREADS)) {
        (void)gr_impl_gpu_grid_begin(&grid, statement.site, policy.lo, policy.hi, policy.tile, R,
                                     right, &policy.options, threads);
    }
    for (; grid.blocks > 0; gr_impl_gpu_grid_next(&grid)) {
        if constexpr (R == 1) {
            gr_impl_gpu_run(&launch, gr_impl_gpu_for_1d<F>, grid.blocks, grid.threads, 0, body,
                            grid.lo[0], grid.extent[0]);
        } else {
            gr_impl_gpu_run(&launch, gr_impl_gpu_for<R, right, F>, grid.blocks, grid.threads, 0,
                            body, gr_impl_gpu_tiles_of<R>(grid));
        }
    }
    gr_impl_gpu_end(&launch);
}

#define GR_IMPL_FOR(R, label, policy) \
    gr_impl_for<R>(GR_IMPL_SITE(label), policy) % [=] GR_IMPL_DEVICE

#endif
