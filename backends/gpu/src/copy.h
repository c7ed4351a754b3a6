/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy.h
 * @brief Copies and fills of items on a device, the same kernels for every vendor; after its
 * vendor.h.
 *
 * Items are cut into words as wide as their addresses allow, up to 16 bytes. A thread writes a
 * word, neighbours neighbouring ones. Where reads would then be far apart, tiles go through shared
 * memory: each side is walked along its memory.
 */
#ifndef GRANUM_GPU_COPY_H
#define GRANUM_GPU_COPY_H

#include <granum/gpu/words.h>
#include <granum/impl/device.h>

#include <string.h>

enum {
    GR_IMPL_COPY_LOOPS = GR_MAX_RANK + 1,
    GR_IMPL_COPY_VALUE = 256, /* most bytes of a fill's item */
    GR_IMPL_COPY_TILE = 32,
    GR_IMPL_COPY_ROWS = 8
};

struct alignas(16) gr_impl_word_16 {
    uint64_t half[2];
};

/** A plan in words, the innermost loop last. */
struct gr_impl_copy_words {
    char *to;
    const char *from;
    gr_index words, first; /* in all; of this launch */
    int rank;
    gr_impl_device_loop loop[GR_IMPL_COPY_LOOPS];
};

struct gr_impl_fill_words {
    gr_impl_copy_words copy;
    alignas(16) char value[GR_IMPL_COPY_VALUE];
};

/* Offsets of word number `at` from the first one. */
GR_IMPL_DEVICE_INLINE void gr_impl_copy_at(const gr_impl_copy_words &x, gr_index at, gr_index *to,
                                           gr_index *from) {
    *to = 0;
    *from = 0;
    for (int d = x.rank - 1; d > 0; --d) {
        const gr_index next = at / x.loop[d].extent, here = at - next * x.loop[d].extent;

        *to += here * x.loop[d].to_step;
        *from += here * x.loop[d].from_step;
        at = next;
    }
    *to += at * x.loop[0].to_step;
    *from += at * x.loop[0].from_step;
}

GR_IMPL_DEVICE_INLINE gr_index gr_impl_copy_word() {
    return static_cast<gr_index>(gr_impl_dev_block()) *
               static_cast<gr_index>(gr_impl_dev_threads()) +
           static_cast<gr_index>(gr_impl_dev_thread());
}

template <class W>
GR_IMPL_GLOBAL void gr_impl_copy_kernel(GR_IMPL_PARAMETER_CONST gr_impl_copy_words x) {
    const gr_index at = x.first + gr_impl_copy_word();
    gr_index to, from;

    if (at < x.words) {
        gr_impl_copy_at(x, at, &to, &from);
        *reinterpret_cast<W *>(x.to + to) = *reinterpret_cast<const W *>(x.from + from);
    }
}

template <class W>
GR_IMPL_GLOBAL void gr_impl_fill_kernel(GR_IMPL_PARAMETER_CONST gr_impl_fill_words x) {
    const gr_index at = x.copy.first + gr_impl_copy_word();
    gr_index to, from;

    if (at < x.copy.words) {
        gr_impl_copy_at(x.copy, at, &to, &from);
        *reinterpret_cast<W *>(x.copy.to + to) = *reinterpret_cast<const W *>(x.value + from);
    }
}

/* Tiles of the innermost loop, which is dense in `to`, and the one before it, dense in `from`. */
struct gr_impl_turn {
    gr_impl_copy_words copy; /* of the loops around */
    gr_impl_device_loop a, b;
    gr_index tiles_a, tiles_b;
};

template <class W> GR_IMPL_GLOBAL void gr_impl_turn_kernel(GR_IMPL_PARAMETER_CONST gr_impl_turn x) {
    W *tile = static_cast<W *>(gr_impl_dev_shared());
    const gr_index thread = static_cast<gr_index>(gr_impl_dev_thread());
    const gr_index column = thread % GR_IMPL_COPY_TILE, row = thread / GR_IMPL_COPY_TILE;
    gr_index at = x.copy.first + static_cast<gr_index>(gr_impl_dev_block()), to, from;
    const gr_index a0 = at % x.tiles_a * GR_IMPL_COPY_TILE;
    gr_index b0;

    at /= x.tiles_a;
    b0 = at % x.tiles_b * GR_IMPL_COPY_TILE;
    gr_impl_copy_at(x.copy, at / x.tiles_b, &to, &from);
    for (gr_index k = row; k < GR_IMPL_COPY_TILE; k += GR_IMPL_COPY_ROWS) {
        if (a0 + k < x.a.extent && b0 + column < x.b.extent) {
            tile[k * (GR_IMPL_COPY_TILE + 1) + column] = *reinterpret_cast<const W *>(
                x.copy.from + from + (a0 + k) * x.a.from_step + (b0 + column) * x.b.from_step);
        }
    }
    gr_impl_dev_barrier();
    for (gr_index k = row; k < GR_IMPL_COPY_TILE; k += GR_IMPL_COPY_ROWS) {
        if (a0 + column < x.a.extent && b0 + k < x.b.extent) {
            *reinterpret_cast<W *>(x.copy.to + to + (a0 + column) * x.a.to_step +
                                   (b0 + k) * x.b.to_step) =
                tile[column * (GR_IMPL_COPY_TILE + 1) + k];
        }
    }
}

/* ---- the host's side ---- */

/* The widest word that all addresses are multiples of. */
static inline size_t gr_impl_copy_width(const gr_impl_copy_words &x, size_t item) {
    uintptr_t bits = item | reinterpret_cast<uintptr_t>(x.to) | reinterpret_cast<uintptr_t>(x.from);

    for (int d = 0; d < x.rank; ++d) {
        bits |=
            static_cast<uintptr_t>(x.loop[d].to_step) | static_cast<uintptr_t>(x.loop[d].from_step);
    }
    return bits & 1 ? 1 : bits & 2 ? 2 : bits & 4 ? 4 : bits & 8 ? 8 : 16;
}

static inline void gr_impl_copy_push(gr_impl_copy_words *x, gr_index extent, gr_index to_step,
                                     gr_index from_step) {
    x->loop[x->rank++] = gr_impl_device_loop{extent, to_step, from_step};
}

static inline void gr_impl_copy_count(gr_impl_copy_words *x) {
    if (x->rank == 0) {
        gr_impl_copy_push(x, 1, 0, 0);
    }
    x->words = 1;
    for (int d = 0; d < x->rank; ++d) {
        x->words *= x->loop[d].extent;
    }
    x->first = 0;
}

/* Launch over so many words (or tiles), in as many grids as it takes. */
template <class X, class K>
void gr_impl_copy_launch(gr_impl_gpu_launch *launch, K kernel, X x, gr_impl_copy_words *copy,
                         gr_index count, gr_index threads, gr_index each, size_t shared) {
    const gr_index most = static_cast<gr_index>(1) << 30;

    for (gr_index block = 0; block * each < count && !launch->failure; block += most) {
        const gr_index left = (count - block * each + each - 1) / each;

        copy->first = block * each;
        gr_impl_gpu_run(launch, kernel, static_cast<unsigned>(left < most ? left : most),
                        static_cast<unsigned>(threads), shared, *x);
    }
}

template <class W>
void gr_impl_copy_words_of(gr_impl_gpu_launch *launch, gr_impl_copy_words x, size_t item) {
    const gr_index w = static_cast<gr_index>(sizeof(W)), words = static_cast<gr_index>(item) / w;

    if (words > 1) {
        gr_impl_copy_push(&x, words, w, w);
    }
    if (x.rank >= 2 && x.loop[x.rank - 1].to_step == w && x.loop[x.rank - 1].from_step != w) {
        for (int d = x.rank - 2; d >= 0; --d) {
            if (x.loop[d].from_step == w) {
                gr_impl_turn turn;

                turn.a = x.loop[x.rank - 1];
                turn.b = x.loop[d];
                turn.tiles_a = (turn.a.extent + GR_IMPL_COPY_TILE - 1) / GR_IMPL_COPY_TILE;
                turn.tiles_b = (turn.b.extent + GR_IMPL_COPY_TILE - 1) / GR_IMPL_COPY_TILE;
                turn.copy = x;
                turn.copy.rank = 0;
                for (int e = 0; e < x.rank - 1; ++e) {
                    if (e != d) {
                        turn.copy.loop[turn.copy.rank++] = x.loop[e];
                    }
                }
                gr_impl_copy_count(&turn.copy);
                gr_impl_copy_launch(launch, gr_impl_turn_kernel<W>, &turn, &turn.copy,
                                    turn.copy.words * turn.tiles_a * turn.tiles_b,
                                    GR_IMPL_COPY_TILE * GR_IMPL_COPY_ROWS, 1,
                                    GR_IMPL_COPY_TILE * (GR_IMPL_COPY_TILE + 1) * sizeof(W));
                return;
            }
        }
    }
    gr_impl_copy_count(&x);
    gr_impl_copy_launch(launch, gr_impl_copy_kernel<W>, &x, &x, x.words, 256, 256, 0);
}

template <class W>
void gr_impl_fill_words_of(gr_impl_gpu_launch *launch, gr_impl_fill_words x, size_t item) {
    const gr_index w = static_cast<gr_index>(sizeof(W)), words = static_cast<gr_index>(item) / w;

    if (words > 1) {
        gr_impl_copy_push(&x.copy, words, w, w);
    }
    gr_impl_copy_count(&x.copy);
    gr_impl_copy_launch(launch, gr_impl_fill_kernel<W>, &x, &x.copy, x.copy.words, 256, 256, 0);
}

/** Copy the items of a plan, all of it in memory that the device reaches; the first failure is in
 * the launch. */
static inline void gr_impl_gpu_copy_items(gr_impl_gpu_launch *launch,
                                          const gr_impl_device_plan *plan) {
    gr_impl_copy_words x;

    x.to = plan->to;
    x.from = plan->from;
    x.rank = 0;
    for (int d = 0; d < plan->rank; ++d) {
        gr_impl_copy_push(&x, plan->loop[d].extent, plan->loop[d].to_step, plan->loop[d].from_step);
    }
    switch (gr_impl_copy_width(x, plan->item)) {
    case 1:
        gr_impl_copy_words_of<uint8_t>(launch, x, plan->item);
        break;
    case 2:
        gr_impl_copy_words_of<uint16_t>(launch, x, plan->item);
        break;
    case 4:
        gr_impl_copy_words_of<uint32_t>(launch, x, plan->item);
        break;
    case 8:
        gr_impl_copy_words_of<uint64_t>(launch, x, plan->item);
        break;
    default:
        gr_impl_copy_words_of<gr_impl_word_16>(launch, x, plan->item);
        break;
    }
}

/** Fill the items of a plan with one of at most GR_IMPL_COPY_VALUE bytes, which is on the host. */
static inline void gr_impl_gpu_fill_items(gr_impl_gpu_launch *launch,
                                          const gr_impl_device_plan *plan) {
    gr_impl_fill_words x;
    size_t item = plan->item;

    memset(x.value, 0, sizeof x.value);
    memcpy(x.value, plan->from, item);
    x.copy.to = plan->to;
    x.copy.from = nullptr;
    x.copy.rank = 0;
    for (int d = 0; d < plan->rank; ++d) {
        gr_impl_copy_push(&x.copy, plan->loop[d].extent, plan->loop[d].to_step, 0);
    }
    /* Small items side by side: as many at a time as a word of 16 bytes holds. */
    if (x.copy.rank > 0 && item < 16 && 16 % item == 0) {
        gr_impl_device_loop *last = &x.copy.loop[x.copy.rank - 1];
        const gr_index many = static_cast<gr_index>(16 / item);

        if (last->to_step == static_cast<gr_index>(item) && last->extent % many == 0) {
            for (size_t k = item; k < 16; k += item) {
                memcpy(x.value + k, x.value, item);
            }
            last->extent /= many;
            last->to_step = 16;
            item = 16;
        }
    }
    switch (gr_impl_copy_width(x.copy, item)) {
    case 1:
        gr_impl_fill_words_of<uint8_t>(launch, x, item);
        break;
    case 2:
        gr_impl_fill_words_of<uint16_t>(launch, x, item);
        break;
    case 4:
        gr_impl_fill_words_of<uint32_t>(launch, x, item);
        break;
    case 8:
        gr_impl_fill_words_of<uint64_t>(launch, x, item);
        break;
    default:
        gr_impl_fill_words_of<gr_impl_word_16>(launch, x, item);
        break;
    }
}

#endif
