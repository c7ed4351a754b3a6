/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/chunks.h
 * @brief Chunks of a reduction's range on a device, and the way of a group of threads through one.
 *
 * Rows lie along the last index, as docs/design/002-canonical-order.md has them. Where the order of
 * joining cannot show, or a file says that it need not (ORDER any), they lie along the first one:
 * there left Views, which GPU files prefer, are contiguous.
 */
#ifndef GRANUM_GPU_CHUNKS_H
#define GRANUM_GPU_CHUNKS_H

#include <granum/gpu/launch.h>
#include <granum/gpu/words.h>

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* The chunks of a range: rows, or pieces of them, counted row by row. */
template <int R> struct gr_impl_gpu_chunks {
    gr_index first[R], last[R];
    gr_index count[R]; /* extents of all but the innermost index, then pieces of a row */
    gr_index width;    /* of a piece */
    gr_index all;      /* pieces */
    gr_index chunk;    /* pieces of a chunk; elements where R is 1 */
    gr_index chunks;
};

/* Chunks of a range, of `least` elements or more and `most` in number; false: it is refused.
 * Turned: rows lie along the first index. */
template <int R, bool Turned = false, class Policy>
bool gr_impl_gpu_cut(gr_impl_gpu_chunks<R> *cut, gr_site *site, const Policy &policy,
                     gr_index least, gr_index most) {
    gr_impl_launch geometry;

    cut->chunks =
        gr_impl_cut_chunks(&geometry, site, policy.lo, policy.hi, policy.tile, R, least, most);
    if (cut->chunks < 0) {
        return false;
    }
    for (int d = 0; d < R; ++d) {
        cut->first[d] = policy.lo[Turned ? R - 1 - d : d];
        cut->last[d] = policy.hi[Turned ? R - 1 - d : d];
    }
    if (Turned) { /* good bounds and tiles are so in any order */
        cut->chunks =
            gr_impl_cut_chunks(&geometry, site, cut->first, cut->last, policy.tile, R, least, most);
    }
    for (int d = 0; d < R; ++d) {
        cut->count[d] = geometry.count[d];
    }
    cut->width = geometry.width;
    cut->all = geometry.rows * geometry.pieces;
    cut->chunk = geometry.chunk;
    return true;
}

/* A body whose indices come in the other order. */
template <int R, class Body> struct gr_impl_gpu_turned { Body body; };
#define GR_IMPL_GPU_TURNED(R, parameters, ...)                                                \
    template <class Body> struct gr_impl_gpu_turned<R, Body> {                                \
        Body body;                                                                            \
        template <class... V> GR_IMPL_DEVICE void operator()(parameters, V &...value) const { \
            body(__VA_ARGS__, value...);                                                      \
        }                                                                                     \
    };
#define GR_IMPL_GPU_INDICES_2 gr_index j, gr_index i
#define GR_IMPL_GPU_INDICES_3 gr_index k, GR_IMPL_GPU_INDICES_2
#define GR_IMPL_GPU_INDICES_4 gr_index l, GR_IMPL_GPU_INDICES_3
#define GR_IMPL_GPU_INDICES_5 gr_index m, GR_IMPL_GPU_INDICES_4
#define GR_IMPL_GPU_INDICES_6 gr_index n, GR_IMPL_GPU_INDICES_5
GR_IMPL_GPU_TURNED(2, GR_IMPL_GPU_INDICES_2, i, j)
GR_IMPL_GPU_TURNED(3, GR_IMPL_GPU_INDICES_3, i, j, k)
GR_IMPL_GPU_TURNED(4, GR_IMPL_GPU_INDICES_4, i, j, k, l)
GR_IMPL_GPU_TURNED(5, GR_IMPL_GPU_INDICES_5, i, j, k, l, m)
GR_IMPL_GPU_TURNED(6, GR_IMPL_GPU_INDICES_6, i, j, k, l, m, n)
#undef GR_IMPL_GPU_TURNED
#undef GR_IMPL_GPU_INDICES_2
#undef GR_IMPL_GPU_INDICES_3
#undef GR_IMPL_GPU_INDICES_4
#undef GR_IMPL_GPU_INDICES_5
#undef GR_IMPL_GPU_INDICES_6

/* The body as a kernel gets it. */
template <bool Turned, int R, class Body> struct gr_impl_gpu_body { using type = Body; };
template <int R, class Body> struct gr_impl_gpu_body<true, R, Body> {
    using type = gr_impl_gpu_turned<R, Body>;
};

/* Visit elements lane, lane + lanes, ... of a chunk's rows: visit(i, j, ..., k). */
template <int R, class Visit, int... D>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_walk(const gr_impl_gpu_chunks<R> &cut, gr_index chunk,
                                            int lane, int lanes, const Visit &visit,
                                            gr_impl_numbers<D...>) {
    if constexpr (R == 1) {
        const gr_index lo = cut.first[0] + chunk * cut.chunk;
        const gr_index left = cut.last[0] - lo, n = left < cut.chunk ? left : cut.chunk;
        const gr_index steps = n / lanes;
        gr_index i = lo + lane;

        GR_IMPL_UNROLL(8)
        for (gr_index step = 0; step < steps; ++step, i += lanes) {
            visit(i);
        }
        if (i < lo + n) {
            visit(i);
        }
    } else {
        gr_index unit = chunk * cut.chunk, at[R], place = unit;
        const gr_index end = unit + cut.chunk < cut.all ? unit + cut.chunk : cut.all;

        GR_IMPL_UNROLL(6)
        for (int d = R - 1; d > 0; --d) {
            const gr_index next = gr_impl_quotient(place, cut.count[d]);

            at[d] = place - next * cut.count[d];
            place = next;
        }
        at[0] = place;
        for (; unit < end; ++unit) {
            const gr_index lo = cut.first[R - 1] + at[R - 1] * cut.width;
            const gr_index left = cut.last[R - 1] - lo, n = left < cut.width ? left : cut.width;

            GR_IMPL_UNROLL(4)
            for (gr_index k = lo + lane; k < lo + n; k += lanes) {
                visit((D < R - 1 ? cut.first[D] + at[D] : k)...);
            }
            bool carry = true;
            GR_IMPL_UNROLL(6)
            for (int d = R - 1; d > 0; --d) {
                at[d] += carry;
                carry = carry && at[d] == cut.count[d];
                at[d] = carry ? 0 : at[d];
            }
            at[0] += carry;
        }
    }
}

} /* extern "C++" */

#endif
