/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_create.c
 * @brief Creating, wrapping and asking Views. Oracle: strides and messages by hand.
 */
#include "support/capture.h"
#include "support/outcome.h"

#include <criterion/theories.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/view.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct particle {
    double position[3];
    int id;
} particle;
GR_DEFINE_VIEW(particle, particle)

typedef struct odd_size {
    char bytes[24];
} odd_size;
GR_DEFINE_VIEW(odd, odd_size)

TestSuite(view_create, .timeout = 60);

/* examples */

Test(view_create, right_layout_is_row_major) {
    gr_view3_f64 v;

    SUCCEEDS(GR_CREATE(&v, "v", 2, 3, 4));
    cr_assert(eq(i64, v.stride[0], 12));
    cr_assert(eq(i64, v.stride[1], 4));
    cr_assert(eq(i64, v.stride[2], 1));
    cr_assert(eq(i64, v.extent[0], 2));
    cr_assert(eq(i64, v.extent[2], 4));
    cr_assert(eq(sz, (uintptr_t)v.data % 64, 0));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, left_layout_is_column_major) {
    gr_view3_f64_left v;

    SUCCEEDS(GR_CREATE(&v, "v", 2, 3, 4));
    cr_assert(eq(i64, v.stride[0], 1));
    cr_assert(eq(i64, v.stride[1], 2));
    cr_assert(eq(i64, v.stride[2], 6));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, strided_layout_begins_row_major) {
    gr_view2_f64_strided v;

    SUCCEEDS(GR_CREATE(&v, "v", 2, 3));
    cr_assert(eq(i64, v.stride[0], 3));
    cr_assert(eq(i64, v.stride[1], 1));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, the_preferred_layout_on_the_host_is_right) {
    gr_view2_f64 v;
    gr_view2_f64_right *same = &v; /* one type: compiles */

    SUCCEEDS(GR_CREATE(&v, "v", 2, 3));
    cr_assert(eq(int, (int)GR_ANY(*same).layout, (int)GR_RIGHT));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, rank_zero_holds_one_element) {
    gr_view0_i32 v;

    SUCCEEDS(GR_CREATE(&v, "v"));
    GR_AT(v) = 7;
    cr_assert(eq(i32, *v.data, 7));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), 1));
    cr_assert(eq(i64, gr_view_span(GR_ANY(v)), 1));
    cr_assert(gr_view_is_contiguous(GR_ANY(v)));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), 0));
}

Test(view_create, elements_of_a_users_type) {
    gr_view2_particle v;
    gr_any_view any;

    SUCCEEDS(GR_CREATE(&v, "v", 4, 5));
    GR_AT(v, 3, 2).id = 32;
    GR_AT(v, 3, 2).position[1] = 0.5;
    cr_assert(eq(int, v.data[17].id, 32));
    any = GR_ANY(v);
    cr_assert(eq(int, (int)any.dtype, (int)GR_STRUCT));
    cr_assert(eq(sz, any.item, sizeof(particle)));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, every_dtype_knows_its_name_and_size) {
#define DTYPE_CHECK(suffix, type, word)                            \
    {                                                              \
        gr_view1_##suffix v;                                       \
        SUCCEEDS(GR_CREATE(&v, #suffix, 3));                       \
        cr_assert(eq(int, (int)GR_ANY(v).dtype, (int)GR_##word));  \
        cr_assert(eq(sz, GR_ANY(v).item, sizeof(type)));           \
        cr_assert(eq(sz, gr_dtype_size(GR_##word), sizeof(type))); \
        cr_assert_str_eq(gr_dtype_name(GR_##word), #suffix);       \
        SUCCEEDS(GR_RELEASE(&v));                                  \
    }
    GR_DTYPE_LIST(DTYPE_CHECK)
#undef DTYPE_CHECK
    cr_assert_str_eq(gr_dtype_name(GR_STRUCT), "struct");
    cr_assert(eq(sz, gr_dtype_size(GR_STRUCT), 0));
    cr_assert(gr_dtype_name((gr_dtype)99) == NULL);
    cr_assert(eq(sz, gr_dtype_size((gr_dtype)99), 0));
}

Test(view_create, the_label_is_copied) {
    char label[] = "temperature";
    gr_view1_f32 v;

    SUCCEEDS(GR_CREATE(&v, label, 3));
    label[0] = 'X';
    cr_assert_str_eq(gr_view_label(GR_ANY(v)), "temperature");
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_CREATE(&v, NULL, 3));
    cr_assert_str_eq(gr_view_label(GR_ANY(v)), "(no label)");
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert_str_eq(gr_view_label(GR_ANY(v)), "");
}

Test(view_create, memory_is_counted_while_it_is_held) {
    gr_view1_f64 v;
    size_t before;

    SUCCEEDS(gr_initialize(NULL));
    before = gr_memory_used(GR_HOST);
    SUCCEEDS(GR_CREATE(&v, "v", 1000));
    cr_assert(eq(sz, gr_memory_used(GR_HOST) - before, 8000));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(sz, gr_memory_used(GR_HOST), before));
    SUCCEEDS(gr_finalize());
}

Test(view_create, uninitialized_memory_is_not_written) {
    gr_view1_i64 v;

    SUCCEEDS(GR_CREATE_WITH(&v, GR_UNINITIALIZED, "v", 1000));
    for (int i = 0; i < 1000; i++) {
        GR_AT(v, i) = i;
    }
    cr_assert(eq(i64, GR_AT(v, 999), 999));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, padding_rounds_rows_to_cache_lines_and_off_pages) {
    gr_view2_f64 a;
    gr_view2_f64_left b;
    gr_view2_f64 c;
    gr_view2_odd d;
    gr_view1_f64 e;

    SUCCEEDS(GR_CREATE_WITH(&a, GR_PADDED, "a", 3, 5));
    cr_assert(eq(i64, a.stride[0], 8));
    cr_assert(eq(i64, gr_view_span(GR_ANY(a)), 21));
    cr_assert(not(gr_view_is_contiguous(GR_ANY(a))));
    SUCCEEDS(GR_CREATE_WITH(&b, GR_PADDED, "b", 5, 3));
    cr_assert(eq(i64, b.stride[1], 8));
    SUCCEEDS(GR_CREATE_WITH(&c, GR_PADDED, "c", 4, 512)); /* 512 * 8 B is a page */
    cr_assert(eq(i64, c.stride[0], 520));
    SUCCEEDS(GR_CREATE_WITH(&d, GR_PADDED, "d", 4, 5)); /* 24 B: 8 of them are whole lines */
    cr_assert(eq(i64, d.stride[0], 8));
    SUCCEEDS(GR_CREATE_WITH(&e, GR_PADDED, "e", 5)); /* one row needs no padding */
    cr_assert(gr_view_is_contiguous(GR_ANY(e)));
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
    SUCCEEDS(GR_RELEASE(&c));
    SUCCEEDS(GR_RELEASE(&d));
    SUCCEEDS(GR_RELEASE(&e));
}

Test(view_create, foreign_memory_is_wrapped_and_stays) {
    double data[6] = {0, 1, 2, 3, 4, 5};
    gr_view2_f64 v;
    gr_view2_f64_left w;

    SUCCEEDS(GR_WRAP(&v, data, 2, 3));
    cr_assert(eq(dbl, GR_AT(v, 1, 0), 3));
    SUCCEEDS(GR_WRAP(&w, data, 2, 3));
    cr_assert(eq(dbl, GR_AT(w, 1, 0), 1));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 0));
    cr_assert_str_eq(gr_view_label(GR_ANY(v)), "");
    SUCCEEDS(GR_RETAIN(v));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(v.data == NULL);
    cr_assert(eq(dbl, data[5], 5));
    SUCCEEDS(GR_WRAP(&v, NULL, 0, 3));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), 0));
}

Test(view_create, extents_of_any_integer_type) {
    gr_view4_f32 v;

    SUCCEEDS(GR_CREATE(&v, "v", (size_t)2, (unsigned char)3, 4LL, 5u));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), 120));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, three_billion_elements_in_1d_and_3d, .timeout = 240) {
    const gr_index n = 3000000000;
    gr_view1_i8 v;
    gr_view3_i8 w;

    SUCCEEDS(GR_CREATE_WITH(&v, GR_UNINITIALIZED, "v", n));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), n));
    GR_AT(v, n - 1) = 7;
    GR_AT(v, 2147483648) = 8;
    cr_assert(eq(i8, v.data[2999999999], 7));
    cr_assert(eq(i8, v.data[2147483648], 8));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_CREATE_WITH(&w, GR_UNINITIALIZED, "w", 1500, 1000, 2000));
    GR_AT(w, 1499, 999, 1999) = 9;
    cr_assert(eq(i8, w.data[2999999999], 9));
    cr_assert(eq(i64, gr_view_span(GR_ANY(w)), n));
    SUCCEEDS(GR_RELEASE(&w));
}

Test(view_create, a_forgotten_view_is_reported_by_label_and_line) {
    gr_view1_f64 v;
    capture leaks;

    SUCCEEDS(gr_initialize(NULL));
    SUCCEEDS(GR_CREATE(&v, "v", 10));
    capture_begin(&leaks, stderr);
    SUCCEEDS(gr_finalize());
    cr_assert(strstr(capture_end(&leaks), "\"v\": 80 bytes") != NULL);
    cr_assert(strstr(leaks.text, "test_view_create.c:") != NULL);
    GR_AT(v, 9) = 1; /* still there */
    SUCCEEDS(GR_RELEASE(&v));
}

/* bad input */

Test(view_create, a_negative_extent_is_refused) {
    gr_view2_f64 v;
    double data[4];

    FAILS(GR_CREATE(&v, "v", 3, -1), GR_INVALID_ARG, "extent[1] = -1, expected 0 or more");
    cr_assert(v.data == NULL);
    cr_assert(eq(i64, v.extent[0], 0));
    SUCCEEDS(GR_RELEASE(&v)); /* an empty View, as after every failure */
    FAILS(GR_WRAP(&v, data, -2, 2), GR_INVALID_ARG, "extent[0] = -2, expected 0 or more");
}

Test(view_create, a_product_that_overflows_is_refused) {
    gr_view2_f64 v;
    gr_view3_i8 w;

    FAILS(GR_CREATE(&v, "v", 4294967296, 4294967296), GR_INVALID_ARG,
          "shape = (4294967296, 4294967296) of 8 bytes each, expected at most "
          "9223372036854775807 bytes together");
    FAILS(GR_CREATE(&v, "v", 1152921504606846976, 1), GR_INVALID_ARG,
          "shape = (1152921504606846976, 1) of 8 bytes each, expected at most "
          "9223372036854775807 bytes together");
    /* also where an extent of 0 would hide it: the strides would overflow */
    FAILS(GR_CREATE(&w, "w", 0, 4294967296, 4294967296), GR_INVALID_ARG,
          "shape = (0, 4294967296, 4294967296) of 1 bytes each, expected at most "
          "9223372036854775807 bytes together");
    FAILS(GR_CREATE_WITH(&v, GR_PADDED, "v", 2, INT64_MAX), GR_INVALID_ARG,
          "shape = (2, 9223372036854775807) of 8 bytes each, expected at most "
          "9223372036854775807 bytes together");
}

Test(view_create, a_petabyte_is_an_error_and_the_next_view_works) {
    gr_view1_f64 v;

    cr_assert(eq(int, (int)GR_CREATE(&v, "huge", 125000000000000), (int)GR_OUT_OF_MEMORY));
    cr_assert(strstr(gr_last_error()->message, "\"huge\": bytes = 1000000000000000") != NULL);
    cr_assert(strstr(gr_last_error()->file, "test_view_create.c") != NULL);
    SUCCEEDS(GR_CREATE(&v, "small", 10));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_create, bad_flags_are_refused) {
    gr_view1_f64 v;

    FAILS(GR_CREATE_WITH(&v, 12, "v", 3), GR_INVALID_ARG,
          "flags = 0xc, expected GR_UNINITIALIZED and GR_PADDED at most");
}

Test(view_create, a_bad_pointer_is_not_wrapped) {
    double data[4];
    gr_view1_f64 v;
    char text[100];

    FAILS(GR_WRAP(&v, NULL, 4), GR_INVALID_ARG, "pointer = NULL, expected 32 bytes");
    snprintf(text, sizeof text, "pointer = %p, expected a multiple of 8",
             (void *)((char *)data + 1));
    FAILS(GR_WRAP(&v, (double *)(void *)((char *)data + 1), 2), GR_INVALID_ARG, text);
    cr_assert(v.data == NULL);
}

Test(view_create, an_any_view_is_created_from_values) {
    gr_any_view v = {.dtype = GR_F32, .rank = 2, .layout = GR_LEFT, .extent = {3, 4}};

    SUCCEEDS(gr_view_create(&v, "v", 0));
    cr_assert(eq(sz, v.item, 4));
    cr_assert(eq(i64, v.stride[1], 3));
    cr_assert(eq(i64, v.extent[2], 1));
    SUCCEEDS(gr_view_retain(v));
    cr_assert(eq(int, gr_view_use_count(v), 2));
    SUCCEEDS(gr_impl_buffer_check(v.buffer, GR_HERE));
    {
        gr_any_view other = v;

        SUCCEEDS(gr_view_release(&other));
        cr_assert(other.data == NULL);
        cr_assert(eq(i64, gr_view_size(other), 0));
    }
    SUCCEEDS(gr_view_release(&v));
    SUCCEEDS(gr_view_release(&v));
}

Test(view_create, an_any_view_of_impossible_values_is_refused) {
    const gr_any_view good = {.dtype = GR_F32, .rank = 1, .layout = GR_RIGHT, .extent = {3}};
    gr_any_view v = good;

    v.rank = 9;
    FAILS(gr_view_create(&v, "v", 0), GR_INVALID_ARG, "rank of the view = 9, expected 0..8");
    v.rank = -1;
    FAILS(gr_view_create(&v, "v", 0), GR_INVALID_ARG, "rank of the view = -1, expected 0..8");
    v = good;
    v.dtype = (gr_dtype)77;
    FAILS(gr_view_create(&v, "v", 0), GR_INVALID_ARG,
          "dtype of the view = 77, expected a gr_dtype");
    v = good;
    v.item = 5;
    FAILS(gr_view_create(&v, "v", 0), GR_INVALID_ARG, "item of the view = 5 bytes, expected 4");
    v = good;
    v.dtype = GR_STRUCT;
    FAILS(gr_view_create(&v, "v", 0), GR_INVALID_ARG,
          "item of the view = 0 bytes, expected more than 0");
    v = good;
    v.layout = (gr_layout)0;
    FAILS(gr_view_create(&v, "v", 0), GR_INVALID_ARG,
          "layout of the view = 0, expected a gr_layout");
    v = good;
    v.extent[0] = -4;
    FAILS(gr_view_create(&v, "v", 0), GR_INVALID_ARG,
          "extent[0] of the view = -4, expected 0 or more");
    cr_assert(v.data == NULL);
    cr_assert(eq(i64, v.extent[0], 0));
    v = good;
    FAILS(gr_view_create(&v, "v", 64), GR_INVALID_ARG,
          "flags = 0x40, expected GR_UNINITIALIZED and GR_PADDED at most");
}

Test(view_create, each_allocation_may_fail) {
    gr_view2_f64 v;

    SUCCEEDS(gr_initialize(NULL));
    for (int n = 0; n < 10; n++) {
        gr_status status;
        bool failed;

        gr_impl_fail_allocation_after(n);
        status = GR_CREATE(&v, "v", 100, 100);
        failed = gr_impl_fail_allocation_after(-1) < 0;
        if (failed) {
            cr_assert(eq(int, (int)status, (int)GR_OUT_OF_MEMORY));
            cr_assert(strstr(gr_last_error()->message, "\"v\": bytes = 80000") != NULL);
        } else {
            cr_assert(eq(int, (int)status, (int)GR_SUCCESS));
        }
        SUCCEEDS(GR_RELEASE(&v));
    }
    cr_assert(eq(sz, gr_memory_used(GR_HOST), 0));
    SUCCEEDS(gr_finalize());
}

/* laws */

TheoryDataPoints(view_create, elements_are_zero) = {
    DataPoints(int, 0, 1, 2, 3, 7, 255, 256, 257, 131071, 131072, 131073, 1000000),
};

Theory((int n), view_create, elements_are_zero, .timeout = 60) {
    gr_view1_f64 v;
    gr_index set = 0;

    /* memory that was used before */
    double *old = (double *)malloc(((size_t)n + 16) * sizeof *old);

    cr_assert(old != NULL);
    memset(old, 0xff, ((size_t)n + 16) * sizeof *old);
    __asm__ volatile("" : : "r"(old) : "memory");
    free(old);
    SUCCEEDS(GR_CREATE(&v, "v", n));
    cr_assert(eq(i64, gr_view_size(GR_ANY(v)), n));
    cr_assert(v.data != NULL);
    for (gr_index i = 0; i < n; i++) {
        set += GR_AT(v, i) != 0;
    }
    cr_assert(eq(i64, set, 0));
    SUCCEEDS(GR_RELEASE(&v));
}

TheoryDataPoints(view_create, strides_are_products_of_extents) = {
    DataPoints(int, 0, 1, 2, 3, 4, 5, 6, 7, 8),
    DataPoints(int, GR_RIGHT, GR_LEFT, GR_STRIDED),
    DataPoints(int, 0, 1, 2, 3),
};

Theory((int rank, int layout, int seed), view_create, strides_are_products_of_extents,
       .timeout = 60) {
    gr_any_view v = {.dtype = GR_U8, .rank = rank, .layout = (gr_layout)layout};
    gr_index size = 1;

    for (int d = 0; d < rank; d++) {
        v.extent[d] = seed == 0 ? d % 3 : 1 + (d * 7 + seed * 5) % 4;
    }
    SUCCEEDS(gr_view_create(&v, "v", 0));
    for (int k = 0; k < rank; k++) {
        const int d = layout == GR_LEFT ? k : rank - 1 - k;

        cr_assert(eq(i64, v.stride[d], size == 0 ? v.stride[d] : size));
        size *= v.extent[d];
    }
    cr_assert(eq(i64, gr_view_size(v), size));
    cr_assert(eq(i64, gr_view_span(v), size));
    cr_assert(gr_view_is_contiguous(v));
    cr_assert(eq(int, gr_view_use_count(v), 1));
    SUCCEEDS(gr_view_release(&v));
    cr_assert(eq(int, gr_view_use_count(v), 0));
}
