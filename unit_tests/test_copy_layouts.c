/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_copy_layouts.c
 * @brief Deep copies between any two layouts. Oracle: the same copy element by element.
 */
#include "support/outcome.h"

#include <granum/copy.h>
#include <granum/subview.h>
#include <stdlib.h>
#include <string.h>

TestSuite(copy_layouts, .timeout = 300);

/* examples */

Test(copy_layouts, right_to_left_keeps_elements_at_their_indices) {
    gr_view2_f64 a;
    gr_view2_f64_left b;

    SUCCEEDS(GR_CREATE(&a, "a", 2, 3));
    SUCCEEDS(GR_CREATE(&b, "b", 2, 3));
    for (int k = 0; k < 6; k++) {
        a.data[k] = k + 1;
    }
    SUCCEEDS(gr_deep_copy(GR_ANY(b), GR_ANY(a)));
    /* 1 2 3
     * 4 5 6 by columns */
    const double by_columns[] = {1, 4, 2, 5, 3, 6};
    cr_assert_arr_eq(b.data, by_columns, sizeof by_columns);
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
}

Test(copy_layouts, an_array_of_pixels_becomes_planes) {
    /* (row, column, colour) to (colour, row, column): colours are 3 bytes apart */
    uint8_t pixel[2 * 5 * 3], plane[3 * 2 * 5];
    gr_any_view from = {.data = pixel,
                        .dtype = GR_U8,
                        .rank = 3,
                        .item = 1,
                        .layout = GR_RIGHT,
                        .extent = {2, 5, 3},
                        .stride = {15, 3, 1}};
    gr_any_view to = {.data = plane,
                      .dtype = GR_U8,
                      .rank = 3,
                      .item = 1,
                      .layout = GR_STRIDED,
                      .extent = {2, 5, 3},
                      .stride = {5, 1, 10}};

    for (int k = 0; k < 30; k++) {
        pixel[k] = (uint8_t)k;
    }
    SUCCEEDS(gr_deep_copy(to, from));
    for (int k = 0; k < 30; k++) {
        cr_assert(eq(int, plane[k % 3 * 10 + k / 3], k));
    }
}

Test(copy_layouts, a_stride_of_zero_repeats_and_a_negative_one_reverses) {
    const int32_t one = 7, row[] = {1, 2, 3};
    int32_t out[6];
    gr_any_view to = {.data = out,
                      .dtype = GR_I32,
                      .rank = 2,
                      .item = 4,
                      .layout = GR_RIGHT,
                      .extent = {2, 3},
                      .stride = {3, 1}};
    gr_any_view from = to;

    from.layout = GR_STRIDED;
    from.data = (void *)(uintptr_t)&one;
    from.stride[0] = from.stride[1] = 0;
    SUCCEEDS(gr_deep_copy(to, from));
    cr_assert_arr_eq(out, ((int32_t[]){7, 7, 7, 7, 7, 7}), sizeof out);
    from.data = (void *)(uintptr_t)&row[2];
    from.stride[1] = -1;
    SUCCEEDS(gr_deep_copy(to, from));
    cr_assert_arr_eq(out, ((int32_t[]){3, 2, 1, 3, 2, 1}), sizeof out);
}

Test(copy_layouts, padded_rows_keep_their_padding) {
    gr_view2_f32 a, b;

    SUCCEEDS(GR_CREATE_WITH(&a, GR_PADDED, "a", 3, 17));
    SUCCEEDS(GR_CREATE(&b, "b", 3, 17));
    for (int k = 0; k < 3 * 17; k++) {
        b.data[k] = (float)k;
    }
    SUCCEEDS(gr_deep_copy(GR_ANY(a), GR_ANY(b)));
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 17; j++) {
            cr_assert(eq(flt, GR_AT(a, i, j), (float)(17 * i + j)));
        }
        for (gr_index j = 17; j < a.stride[0]; j++) {
            cr_assert(eq(flt, a.data[i * a.stride[0] + j], 0));
        }
    }
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
}

Test(copy_layouts, empty_views_and_a_view_onto_itself_are_done_at_once) {
    gr_view2_f64 a = {0}, b = {0};
    gr_view1_f64 v;

    SUCCEEDS(gr_deep_copy(GR_ANY(a), GR_ANY(b)));
    SUCCEEDS(GR_CREATE(&v, "v", 4));
    GR_AT(v, 2) = 3;
    SUCCEEDS(gr_deep_copy(GR_ANY(v), GR_ANY(v)));
    cr_assert(eq(dbl, GR_AT(v, 2), 3));
    SUCCEEDS(GR_RELEASE(&v));
}

/* laws */

static uint64_t state = 88172645463325252u;

static unsigned pick(unsigned n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % n;
}

static void scramble(unsigned char *bytes, size_t n) {
    for (size_t k = 0; k < n; k++) {
        if (k % 8 == 0) {
            (void)pick(1);
        }
        bytes[k] = (unsigned char)(state >> k % 8 * 8);
    }
}

/* A block of memory with a View somewhere in it. */
typedef struct place {
    unsigned char *block;
    size_t bytes;
    gr_any_view view;
} place;

/* Strides of a random order of the dimensions, with gaps, reversed ones and (sources) repeated
 * ones. */
static place make_place(int rank, const gr_index *extent, size_t item, bool source) {
    place p;
    int order[GR_MAX_RANK];
    gr_index stride = pick(5) == 0 ? 1 + pick(3) : 1, first = 0;
    const unsigned kind = pick(4);
    size_t off = pick(4) == 0 ? pick(64) : 0;

    for (int d = 0; d < rank; d++) {
        order[d] = kind == 1 ? rank - 1 - d : d;
    }
    for (int d = rank - 1; d > 0 && kind > 1; d--) {
        const int e = (int)pick((unsigned)d + 1), swap = order[d];
        order[d] = order[e];
        order[e] = swap;
    }
    p.view = (gr_any_view){.dtype = GR_STRUCT, .rank = rank, .item = item, .layout = GR_STRIDED};
    for (int k = rank - 1; k >= 0; k--) {
        const int d = order[k];

        p.view.extent[d] = extent[d];
        p.view.stride[d] = stride;
        stride = stride * extent[d] + (pick(4) == 0 ? pick(9) : 0);
        if (pick(8) == 0) {
            first += p.view.stride[d] * (extent[d] - 1);
            p.view.stride[d] = -p.view.stride[d];
        } else if (source && pick(12) == 0) {
            p.view.stride[d] = 0;
        }
    }
    p.bytes = ((size_t)stride * item + 2 * 64 + 63) / 64 * 64;
    p.block = (unsigned char *)aligned_alloc(64, p.bytes);
    scramble(p.block, p.bytes);
    p.view.data = p.block + off + (size_t)first * item;
    return p;
}

/* dst as it should be after the copy (from == NULL: after a fill by value). */
static unsigned char *expected_block(const place *to, const place *from,
                                     const unsigned char *value) {
    unsigned char *block = (unsigned char *)malloc(to->bytes);
    const gr_any_view *v = &to->view;
    gr_index at[GR_MAX_RANK] = {0};

    memcpy(block, to->block, to->bytes);
    for (gr_index k = gr_view_size(*v); k > 0; k--) {
        const unsigned char *source = value;
        gr_index offset = 0;

        for (int d = 0; d < v->rank; d++) {
            offset += at[d] * v->stride[d];
        }
        if (from != NULL) {
            source = (const unsigned char *)from->view.data;
            for (int d = 0; d < v->rank; d++) {
                source += at[d] * from->view.stride[d] * (gr_index)v->item;
            }
        }
        memcpy(block + ((unsigned char *)v->data - to->block) + offset * (gr_index)v->item, source,
               v->item);
        for (int d = v->rank - 1; d >= 0 && ++at[d] == v->extent[d]; d--) {
            at[d] = 0;
        }
    }
    return block;
}

static const size_t items[] = {1, 2, 4, 8, 16, 3, 12, 24, 32, 40, 64, 100, 300};

/* One random copy or fill, on an instruction set, serial or shared, streamed or not. */
static void try_one(gr_impl_copy_isa isa, int number) {
    const int rank = (int)pick(9);
    const size_t item = items[pick(sizeof items / sizeof *items)];
    const unsigned most = rank > 4 ? 4 : rank > 2 ? 20 : pick(3) == 0 ? 300 : 40;
    gr_index extent[GR_MAX_RANK];
    const gr_impl_copy_tuning tuning = {isa, pick(2) == 0 ? 1000 : 0, pick(2) == 0 ? 100000 : 0};
    const bool fills = pick(5) == 0;
    const bool zero = pick(3) == 0;
    unsigned char value[300];
    unsigned char *wanted;
    place to, from;

    for (int d = 0; d < rank; d++) {
        extent[d] = 1 + pick(most);
    }
    for (size_t k = 0; k < sizeof value; k++) {
        value[k] = zero ? 0 : (unsigned char)pick(256);
    }
    to = make_place(rank, extent, item, false);
    from = make_place(rank, extent, item, true);
    wanted = expected_block(&to, fills ? NULL : &from, value);
    gr_impl_copy_tuning_set(tuning);
    if (fills) {
        SUCCEEDS(gr_view_fill(to.view, value));
    } else {
        SUCCEEDS(gr_deep_copy(to.view, from.view));
    }
    cr_assert(memcmp(to.block, wanted, to.bytes) == 0,
              "case %d: rank %d, %zu bytes each, %s, serial up to %zu, streamed from %zu", number,
              rank, item, fills ? "fill" : "copy", tuning.serial_bytes, tuning.stream_bytes);
    free(wanted);
    free(to.block);
    free(from.block);
}

static void try_many(gr_impl_copy_isa isa) {
    for (int number = 0; number < 1000; number++) {
        try_one(isa, number);
    }
}

Test(copy_layouts, any_strides_on_16_byte_vectors) {
    try_many(GR_IMPL_COPY_PORTABLE);
}

Test(copy_layouts, any_strides_on_avx2) {
    try_many(GR_IMPL_COPY_AVX2);
}

Test(copy_layouts, any_strides_on_avx512) {
    try_many(GR_IMPL_COPY_AVX512);
}

/* Every dtype with a kernel, transposed at sizes around its blocks, rows at every offset. */
static void transpose(size_t item, gr_index n, gr_index m, size_t off, gr_impl_copy_tuning tuning) {
    const size_t bytes = (size_t)(n * m) * item;
    unsigned char *src = (unsigned char *)malloc(bytes);
    unsigned char *block = (unsigned char *)aligned_alloc(64, (bytes + 3 * 64) / 64 * 64);
    unsigned char *dst = block + 64 + off;
    gr_any_view from = {.data = src,
                        .dtype = GR_STRUCT,
                        .rank = 2,
                        .item = item,
                        .layout = GR_RIGHT,
                        .extent = {n, m},
                        .stride = {m, 1}};
    gr_any_view to = from;

    scramble(src, bytes);
    memset(block, 0x5a, 64 + off);
    to.data = dst;
    to.stride[0] = 1;
    to.stride[1] = n;
    gr_impl_copy_tuning_set(tuning);
    SUCCEEDS(gr_deep_copy(to, from));
    for (gr_index i = 0; i < n; i++) {
        for (gr_index j = 0; j < m; j++) {
            cr_assert(memcmp(dst + (size_t)(j * n + i) * item, src + (size_t)(i * m + j) * item,
                             item) == 0,
                      "element %td, %td of %td x %td, %zu bytes each, dst %zu off a line", i, j, n,
                      m, item, off);
        }
    }
    for (size_t k = 0; k < 64 + off; k++) {
        cr_assert(block[k] == 0x5a, "byte %zu in front of dst was written", k);
    }
    free(src);
    free(block);
}

Test(copy_layouts, transposes_of_every_block_and_offset) {
    static const gr_index sizes[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 130, 257};
    enum { SIZES = sizeof sizes / sizeof *sizes };

    for (int isa = GR_IMPL_COPY_PORTABLE; isa <= GR_IMPL_COPY_AVX512; isa++) {
        for (int k = 0; k < 5; k++) {
            for (int s = 0; s < SIZES * SIZES; s++) {
                const gr_impl_copy_tuning tuning = {(gr_impl_copy_isa)isa, (size_t)1 << 20,
                                                    pick(2) == 0 ? 0 : (size_t)1 << 20};

                transpose(items[k], sizes[s / SIZES], sizes[s % SIZES],
                          pick(2) == 0 ? 0 : pick(64 / (unsigned)items[k]) * items[k], tuning);
            }
        }
    }
}

Test(copy_layouts, tall_and_wide_tiles_meet_without_gaps) {
    const gr_impl_copy_tuning shared = {GR_IMPL_COPY_AVX512, 0, 0};

    transpose(4, 1100, 1100, 4, shared); /* several carried tiles either way */
    transpose(8, 600, 1500, 0, shared);
    transpose(8, 1033, 1039, 8, shared);
    transpose(1, 2100, 1100, 0, shared);
}

Test(copy_layouts, large_copies_by_the_machine_s_own_choice) {
    const gr_impl_copy_tuning own = gr_impl_copy_tuning_get();
    gr_view3_f32 a;
    gr_view3_f32_left b;
    gr_view3_f32 c;

    cr_assert(own.stream_bytes >= (size_t)1 << 20);
    SUCCEEDS(GR_CREATE(&a, "a", 200, 300, 210)); /* 50 MB */
    SUCCEEDS(GR_CREATE_WITH(&b, GR_UNINITIALIZED, "b", 200, 300, 210));
    SUCCEEDS(GR_CREATE_WITH(&c, GR_UNINITIALIZED, "c", 200, 300, 210));
    for (int k = 0; k < 200 * 300 * 210; k++) {
        a.data[k] = (float)k; /* below 2^24: all different */
    }
    SUCCEEDS(gr_deep_copy(GR_ANY(b), GR_ANY(a)));
    SUCCEEDS(gr_deep_copy(GR_ANY(c), GR_ANY(b)));
    cr_assert(memcmp(a.data, c.data, sizeof(float) * 200 * 300 * 210) == 0);
    cr_assert(eq(flt, GR_AT(b, 199, 2, 7), GR_AT(a, 199, 2, 7)));
    SUCCEEDS(GR_FILL(c, 2));
    SUCCEEDS(gr_deep_copy(GR_ANY(a), GR_ANY(c)));
    cr_assert(eq(flt, GR_AT(a, 199, 299, 209), 2));
    cr_assert(eq(flt, GR_AT(a, 0, 0, 0), 2));
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
    SUCCEEDS(GR_RELEASE(&c));
}
