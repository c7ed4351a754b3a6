/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scatter.c
 * @brief Ordered scatter-add: a stable counting sort of each block by parts of dst, then every part
 * in its own order.
 *
 * All additions to one element happen in one thread, in the order of their positions; which thread
 * that is does not matter, so the bits are those of a serial loop.
 */
#include <granum/impl/backend.h>
#include <granum/impl/space.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/scatter.h>

#include <string.h>

enum {
    BLOCK = 1 << 20, /* elements sorted at a time: few enough to stay in a large cache */
    PARTS = 256,     /* parts of dst: many more than threads, so that uneven parts share out well */
    SERIAL = 1 << 15, /* fewer elements are added by the caller alone */
    FEW_THREADS = 3,  /* sorting costs about three times what adding does: so many gain nothing */
    MOST_THREADS = 256
};

typedef struct scatter {
    gr_any_view dst, index, value;
    int shift;          /* index >> shift is the part */
    int threads;        /* pieces of a block, and takers of parts */
    gr_index lo, count; /* the block */
    gr_index bad;       /* first position of an index out of range; n: none (atomic) */
    uint32_t *cell;     /* of each element of the block, within its part */
    double *value_sorted;
    uint32_t (*at)[PARTS]; /* per piece: elements of a part, then where its next one goes */
    uint32_t start[PARTS + 1];
} scatter;

/* Always inline: callers whose dtypes are constants get loops of their own. */
GR_IMPL_INLINE gr_index index_at(const scatter *s, gr_index k) {
    const gr_index at = k * s->index.stride[0];

    return s->index.dtype == GR_I64 ? (gr_index)((const int64_t *)s->index.data)[at]
                                    : (gr_index)((const int32_t *)s->index.data)[at];
}

GR_IMPL_INLINE double value_at(const scatter *s, gr_index k) {
    const gr_index at = k * s->value.stride[0];

    return s->value.dtype == GR_F64 ? ((const double *)s->value.data)[at]
                                    : (double)((const float *)s->value.data)[at];
}

/* A float goes through a double and back unchanged, and is added as a float. */
GR_IMPL_INLINE void add(const scatter *s, gr_index to, double value) {
    const gr_index at = to * s->dst.stride[0];

    if (s->dst.dtype == GR_F64) {
        ((double *)s->dst.data)[at] += value;
    } else {
        ((float *)s->dst.data)[at] += (float)value;
    }
}

/* Whether any index is out of range; the common case of adjacent indices is a loop of its own. */
static bool any_bad(const scatter *s, gr_index lo, gr_index hi) {
    const uint64_t m = (uint64_t)s->dst.extent[0];
    unsigned bad = 0;

    if (s->index.stride[0] == 1 && s->index.dtype == GR_I64) {
        const int64_t *index = (const int64_t *)s->index.data;

        for (gr_index k = lo; k < hi; k++) {
            bad |= (uint64_t)index[k] >= m;
        }
    } else {
        for (gr_index k = lo; k < hi; k++) {
            bad |= (uint64_t)index_at(s, k) >= m;
        }
    }
    return bad != 0;
}

static void check_piece(gr_index lo, gr_index hi, void *argument) {
    scatter *s = (scatter *)argument;
    const uint64_t m = (uint64_t)s->dst.extent[0];

    while (lo < hi) {
        const gr_index end = hi - lo > 4096 ? lo + 4096 : hi;
        const bool bad = any_bad(s, lo, end);

        for (gr_index k = lo; bad && k < end; k++) {
            if ((uint64_t)index_at(s, k) >= m) {
                gr_index first = __atomic_load_n(&s->bad, __ATOMIC_RELAXED);

                while (k < first &&
                       !__atomic_compare_exchange_n(&s->bad, &first, k, true, __ATOMIC_RELAXED,
                                                    __ATOMIC_RELAXED)) {}
                return;
            }
        }
        lo = end;
    }
}

static void count_pieces(gr_index lo, gr_index hi, void *argument) {
    const scatter *s = (const scatter *)argument;

    for (gr_index t = lo; t < hi; t++) {
        uint32_t *count = s->at[t];

        memset(count, 0, sizeof s->at[t]);
        for (gr_index k = s->count * t / s->threads; k < s->count * (t + 1) / s->threads; k++) {
            count[index_at(s, s->lo + k) >> s->shift]++;
        }
    }
}

static void sort_pieces(gr_index lo, gr_index hi, void *argument) {
    const scatter *s = (const scatter *)argument;

    for (gr_index t = lo; t < hi; t++) {
        uint32_t *at = s->at[t];

        for (gr_index k = s->count * t / s->threads; k < s->count * (t + 1) / s->threads; k++) {
            const gr_index to = index_at(s, s->lo + k), part = to >> s->shift;
            const uint32_t place = at[part]++;

            s->cell[place] = (uint32_t)(to - (part << s->shift));
            s->value_sorted[place] = value_at(s, s->lo + k);
        }
    }
}

/* A thread takes the parts that begin in its share of the sorted elements. */
static void add_parts(gr_index lo, gr_index hi, void *argument) {
    const scatter *s = (const scatter *)argument;
    const gr_index first = s->count * lo / s->threads, last = s->count * hi / s->threads;

    for (gr_index part = 0; part < PARTS; part++) {
        if (s->start[part] >= first && s->start[part] < last) {
            for (uint32_t q = s->start[part]; q < s->start[part + 1]; q++) {
                add(s, (part << s->shift) + s->cell[q], s->value_sorted[q]);
            }
        }
    }
}

static void add_block(scatter *s) {
    uint32_t place = 0;

    gr_impl_run_ranges(s->threads, 1, count_pieces, s);
    for (int part = 0; part < PARTS; part++) {
        s->start[part] = place;
        for (int t = 0; t < s->threads; t++) {
            const uint32_t count = s->at[t][part];

            s->at[t][part] = place;
            place += count;
        }
    }
    s->start[PARTS] = place;
    gr_impl_run_ranges(s->threads, 1, sort_pieces, s);
    gr_impl_run_ranges(s->threads, 1, add_parts, s);
}

GR_IMPL_INLINE void add_in_order_of(scatter s, gr_dtype number, gr_dtype key, gr_index n) {
    s.dst.dtype = s.value.dtype = number;
    s.index.dtype = key;
    for (gr_index k = 0; k < n; k++) {
        add(&s, index_at(&s, k), value_at(&s, k));
    }
}

static void add_in_order(const scatter *s, gr_index n) {
    if (s->dst.dtype == GR_F64 && s->index.dtype == GR_I64) {
        add_in_order_of(*s, GR_F64, GR_I64, n);
    } else if (s->dst.dtype == GR_F64) {
        add_in_order_of(*s, GR_F64, GR_I32, n);
    } else if (s->index.dtype == GR_I64) {
        add_in_order_of(*s, GR_F32, GR_I64, n);
    } else {
        add_in_order_of(*s, GR_F32, GR_I32, n);
    }
}

static gr_status add_all(scatter *s) {
    const gr_index n = s->index.extent[0], m = s->dst.extent[0];
    const size_t bytes = (sizeof *s->value_sorted + sizeof *s->cell) * BLOCK;
    const size_t counts = (size_t)s->threads * sizeof *s->at;
    char *memory;

    while (((m - 1) >> s->shift) >= PARTS) {
        s->shift++;
    }
    if (s->threads <= FEW_THREADS || n <= SERIAL || s->shift > 32) {
        add_in_order(s, n);
        return GR_SUCCESS;
    }
    memory = (char *)gr_impl_host_alloc(bytes + counts, GR_ALIGNMENT);
    GR_REQUIRE(memory, GR_OUT_OF_MEMORY, "bytes to sort a scatter-add by = %zu, expected less",
               bytes + counts);
    s->value_sorted = (double *)(void *)memory;
    s->cell = (uint32_t *)(void *)(memory + sizeof *s->value_sorted * BLOCK);
    s->at = (uint32_t(*)[PARTS])(void *)(memory + bytes);
    for (s->lo = 0; s->lo < n; s->lo += s->count) {
        s->count = n - s->lo < BLOCK ? n - s->lo : BLOCK;
        add_block(s);
    }
    gr_impl_host_free(memory);
    return GR_SUCCESS;
}

static gr_status check(const scatter *s) {
    GR_REQUIRE(!gr_impl_in_kernel(), GR_IN_KERNEL,
               "gr_scatter_add = called inside a kernel, expected outside");
    GR_TRY(gr_impl_view_check(&s->dst, "dst", GR_HERE));
    GR_TRY(gr_impl_view_check(&s->index, "index", GR_HERE));
    GR_TRY(gr_impl_view_check(&s->value, "value", GR_HERE));
    GR_REQUIRE(s->dst.rank == 1 && s->index.rank == 1 && s->value.rank == 1, GR_INVALID_ARG,
               "ranks of dst, index, value = %d, %d, %d, expected 1", s->dst.rank, s->index.rank,
               s->value.rank);
    GR_REQUIRE(s->dst.dtype == GR_F32 || s->dst.dtype == GR_F64, GR_INVALID_ARG,
               "dtype of dst = %s, expected f32 or f64", gr_dtype_name(s->dst.dtype));
    GR_REQUIRE(s->value.dtype == s->dst.dtype, GR_INVALID_ARG,
               "dtype of value = %s, expected dst's, %s", gr_dtype_name(s->value.dtype),
               gr_dtype_name(s->dst.dtype));
    GR_REQUIRE(s->index.dtype == GR_I32 || s->index.dtype == GR_I64, GR_INVALID_ARG,
               "dtype of index = %s, expected i32 or i64", gr_dtype_name(s->index.dtype));
    GR_REQUIRE(s->index.extent[0] == s->value.extent[0], GR_INVALID_ARG,
               "extent of value = %td, expected index's, %td", s->value.extent[0],
               s->index.extent[0]);
    GR_REQUIRE(
        gr_impl_host_reaches(gr_view_space(s->dst)) &&
            gr_impl_host_reaches(gr_view_space(s->index)) &&
            gr_impl_host_reaches(gr_view_space(s->value)),
        GR_UNSUPPORTED,
        "spaces of dst, index, value = %s, %s, %s, expected ones that the host reaches: in a "
        "kernel of the device GR_ATOMIC_ADD does it",
        gr_space_name(gr_view_space(s->dst)), gr_space_name(gr_view_space(s->index)),
        gr_space_name(gr_view_space(s->value)));
    GR_REQUIRE(s->dst.extent[0] < 2 || s->dst.stride[0] != 0, GR_INVALID_ARG,
               "stride of dst = 0 with extent %td, expected elements that do not share memory",
               s->dst.extent[0]);
    return gr_impl_ensure_initialized();
}

gr_status gr_scatter_add(gr_any_view dst, gr_any_view index, gr_any_view value) {
    scatter s = {.dst = dst, .index = index, .value = value, .bad = index.extent[0]};

    GR_TRY(check(&s));
    s.threads = gr_impl_num_threads() < MOST_THREADS ? gr_impl_num_threads() : MOST_THREADS;
    gr_impl_run_ranges(index.extent[0], SERIAL, check_piece, &s);
    GR_REQUIRE(s.bad == index.extent[0], GR_OUT_OF_BOUNDS,
               "index[%td] = %td, expected 0..%td, as dst \"%s\" has %td elements", s.bad,
               index_at(&s, s.bad), dst.extent[0] - 1, gr_view_label(dst), dst.extent[0]);
    return index.extent[0] > 0 ? add_all(&s) : GR_SUCCESS;
}
