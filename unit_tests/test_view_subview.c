/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_subview.c
 * @brief Parts of Views and assignment between layouts. Oracle: elements numbered by their place.
 */
#include "support/outcome.h"

#include <criterion/theories.h>
#include <granum/subview.h>
#include <string.h>

typedef struct pair {
    float a, b;
} pair;
GR_DEFINE_VIEW(pair, pair)

/* A View (3, 4, 5) whose element i, j, k is 100 i + 10 j + k. */
static gr_view3_i32 numbered(void) {
    gr_view3_i32 v;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4, 5));
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 4; j++) {
            for (int k = 0; k < 5; k++) {
                GR_AT(v, i, j, k) = 100 * i + 10 * j + k;
            }
        }
    }
    return v;
}

TestSuite(subview, .timeout = 60);

/* examples */

Test(subview, an_index_drops_its_dimension) {
    gr_view3_i32 v = numbered();
    gr_view2_i32 plane;
    gr_view1_i32 row;
    gr_view1_i32_strided column;
    gr_view0_i32 point;

    SUCCEEDS(GR_SUBVIEW(&plane, v, gr_pick(1), GR_ALL, GR_ALL));
    cr_assert(eq(i64, plane.extent[0], 4));
    cr_assert(eq(i64, plane.extent[1], 5));
    cr_assert(eq(i32, GR_AT(plane, 2, 3), 123));
    SUCCEEDS(GR_SUBVIEW(&row, v, gr_pick(2), gr_pick(3), GR_ALL));
    cr_assert(eq(i32, GR_AT(row, 4), 234));
    SUCCEEDS(GR_SUBVIEW(&column, v, gr_pick(2), GR_ALL, gr_pick(1)));
    cr_assert(eq(i64, column.extent[0], 4));
    cr_assert(eq(i32, GR_AT(column, 3), 231));
    SUCCEEDS(GR_SUBVIEW(&point, v, gr_pick(2), gr_pick(3), gr_pick(4)));
    cr_assert(eq(i32, GR_AT(point), 234));
    GR_AT(point) = -1; /* the same memory */
    cr_assert(eq(i32, GR_AT(v, 2, 3, 4), -1));
    SUCCEEDS(GR_RELEASE(&plane));
    SUCCEEDS(GR_RELEASE(&row));
    SUCCEEDS(GR_RELEASE(&column));
    SUCCEEDS(GR_RELEASE(&point));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, a_range_keeps_its_dimension) {
    gr_view3_i32 v = numbered();
    gr_view3_i32 inner;
    gr_view2_i32_strided face;

    SUCCEEDS(GR_SUBVIEW(&inner, v, gr_slice(1, 3), gr_slice(1, 3), gr_slice(2, 5)));
    cr_assert(eq(i64, gr_view_size(GR_ANY(inner)), 12));
    cr_assert(eq(i32, GR_AT(inner, 0, 0, 0), 112));
    cr_assert(eq(i32, GR_AT(inner, 1, 1, 2), 224));
    cr_assert(not(gr_view_is_contiguous(GR_ANY(inner))));
    SUCCEEDS(GR_SUBVIEW(&face, inner, GR_ALL, GR_ALL, gr_pick(1))); /* of a part */
    cr_assert(eq(i32, GR_AT(face, 1, 0), 213));
    SUCCEEDS(GR_RELEASE(&face));
    SUCCEEDS(GR_RELEASE(&inner));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, a_subview_is_one_more_owner) {
    gr_view3_i32 v = numbered();
    gr_view1_i32 row;

    SUCCEEDS(GR_SUBVIEW(&row, v, gr_pick(0), gr_pick(0), GR_ALL));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 2));
    SUCCEEDS(GR_RELEASE(&v));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(row)), 1));
    cr_assert(eq(i32, GR_AT(row, 4), 4)); /* the memory lives on */
    cr_assert_str_eq(gr_view_label(GR_ANY(row)), "v");
    SUCCEEDS(GR_RELEASE(&row));
}

Test(subview, left_views_keep_the_first_stride) {
    gr_view2_f64_left v;
    gr_view1_f64_left column;
    gr_view1_f64 same_column; /* rank 1: right and left are alike */

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    GR_AT(v, 2, 3) = 7;
    SUCCEEDS(GR_SUBVIEW(&column, v, GR_ALL, gr_pick(3)));
    SUCCEEDS(GR_SUBVIEW(&same_column, v, GR_ALL, gr_pick(3)));
    cr_assert(eq(dbl, GR_AT(column, 2), 7));
    cr_assert(eq(dbl, GR_AT(same_column, 2), 7));
    FAILS(GR_SUBVIEW(&same_column, v, gr_pick(1), GR_ALL), GR_INVALID_ARG,
          "stride[0] of \"v\" = 3, expected 1 for layout right; a _strided View takes any");
    SUCCEEDS(GR_RELEASE(&column));
    SUCCEEDS(GR_RELEASE(&same_column));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, of_rank_zero_and_of_eight) {
    gr_view0_f32 zero;
    gr_view0_f32 same;
    gr_view8_u8 v;
    gr_view8_u8 w;

    SUCCEEDS(GR_CREATE(&zero, "zero"));
    SUCCEEDS(GR_SUBVIEW(&same, zero));
    cr_assert(eq(ptr, same.data, zero.data));
    SUCCEEDS(GR_CREATE(&v, "v", 2, 2, 2, 2, 2, 2, 2, 2));
    SUCCEEDS(
        GR_SUBVIEW(&w, v, gr_slice(1, 2), GR_ALL, GR_ALL, GR_ALL, GR_ALL, GR_ALL, GR_ALL, GR_ALL));
    cr_assert(eq(ptr, w.data, v.data + 128));
    SUCCEEDS(GR_RELEASE(&same));
    SUCCEEDS(GR_RELEASE(&zero));
    SUCCEEDS(GR_RELEASE(&w));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, empty_ranges_and_empty_parents) {
    gr_view3_i32 v = numbered();
    gr_view3_i32 none;
    gr_view2_f64 empty;
    gr_view2_f64 part;

    SUCCEEDS(GR_SUBVIEW(&none, v, gr_slice(3, 3), GR_ALL, GR_ALL));
    cr_assert(eq(i64, gr_view_size(GR_ANY(none)), 0));
    SUCCEEDS(GR_RELEASE(&none));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_CREATE(&empty, "empty", 0, 4));
    SUCCEEDS(GR_SUBVIEW(&part, empty, gr_slice(0, 0), gr_slice(2, 4)));
    cr_assert(eq(i64, part.extent[1], 2));
    SUCCEEDS(GR_RELEASE(&part));
    SUCCEEDS(GR_RELEASE(&empty));
}

Test(subview, foreign_memory_has_no_owner_to_count) {
    double data[6] = {0, 1, 2, 3, 4, 5};
    gr_view2_f64 v;
    gr_view1_f64 row;

    SUCCEEDS(GR_WRAP(&v, data, 2, 3));
    SUCCEEDS(GR_SUBVIEW(&row, v, gr_pick(1), GR_ALL));
    cr_assert(eq(dbl, GR_AT(row, 2), 5));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(row)), 0));
    SUCCEEDS(GR_RELEASE(&row));
}

Test(subview, of_values_keeps_the_layout_while_it_holds) {
    gr_view3_i32 v = numbered();
    const gr_selector rows[] = {gr_pick(1), gr_slice(1, 3), GR_ALL};
    const gr_selector columns[] = {GR_ALL, GR_ALL, gr_pick(2)};
    gr_any_view part;

    SUCCEEDS(gr_view_subview(&part, GR_ANY(v), rows));
    cr_assert(eq(int, part.rank, 2));
    cr_assert(eq(int, (int)part.layout, (int)GR_RIGHT));
    cr_assert(eq(i32, *(int32_t *)part.data, 110));
    SUCCEEDS(gr_view_release(&part));
    SUCCEEDS(gr_view_subview(&part, GR_ANY(v), columns));
    cr_assert(eq(int, (int)part.layout, (int)GR_STRIDED));
    cr_assert(eq(i64, part.stride[1], 5));
    SUCCEEDS(gr_view_release(&part));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 1));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, assignment_goes_to_strided_always_and_back_where_it_fits) {
    gr_view3_i32 v = numbered();
    gr_view3_i32_strided any;
    gr_view3_i32 back;
    gr_view3_i32_left left;

    SUCCEEDS(GR_ASSIGN(&any, v));
    cr_assert(eq(i32, GR_AT(any, 1, 2, 3), 123));
    SUCCEEDS(GR_ASSIGN(&back, any));
    cr_assert(eq(i32, GR_AT(back, 1, 2, 3), 123));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 3));
    FAILS(GR_ASSIGN(&left, any), GR_INVALID_ARG,
          "stride[0] of \"v\" = 20, expected 1 for layout left; a _strided View takes any");
    cr_assert(left.data == NULL);
    SUCCEEDS(GR_RELEASE(&any));
    SUCCEEDS(GR_RELEASE(&back));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, rank_one_is_right_and_left_at_once) {
    gr_view1_f64 right;
    gr_view1_f64_left left;

    SUCCEEDS(GR_CREATE(&right, "right", 3));
    SUCCEEDS(GR_ASSIGN(&left, right));
    cr_assert(eq(ptr, left.data, right.data));
    SUCCEEDS(GR_RELEASE(&left));
    SUCCEEDS(GR_RELEASE(&right));
}

Test(subview, a_stride_that_is_never_used_does_not_matter) {
    gr_view2_f64 v;
    gr_view2_f64_strided narrow;
    gr_view2_f64 right;
    gr_view2_f64_left left;

    SUCCEEDS(GR_CREATE(&v, "v", 1, 5));
    SUCCEEDS(GR_SUBVIEW(&narrow, v, GR_ALL, gr_slice(2, 3)));
    narrow.stride[1] = 77;
    SUCCEEDS(GR_ASSIGN(&right, narrow));
    cr_assert(eq(i64, right.stride[1], 1));
    SUCCEEDS(GR_ASSIGN(&left, narrow)); /* extent 1 in the first dimension too */
    cr_assert(eq(i64, left.stride[0], 1));
    SUCCEEDS(GR_RELEASE(&left));
    SUCCEEDS(GR_RELEASE(&right));
    SUCCEEDS(GR_RELEASE(&narrow));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, a_typed_view_is_made_from_values) {
    gr_any_view any = {.dtype = GR_F64, .rank = 2, .layout = GR_RIGHT, .extent = {3, 4}};
    gr_view2_f64 v;
    gr_view2_f32 other_dtype;
    gr_view1_f64 other_rank;
    gr_view2_pair other_item;

    SUCCEEDS(gr_view_create(&any, "a", 0));
    SUCCEEDS(GR_FROM_ANY(&v, any));
    GR_AT(v, 2, 3) = 1;
    SUCCEEDS(GR_RELEASE(&v));
    FAILS(GR_FROM_ANY(&other_dtype, any), GR_INVALID_ARG, "dtype of \"a\" = f64, expected f32");
    FAILS(GR_FROM_ANY(&other_rank, any), GR_INVALID_ARG, "rank of \"a\" = 2, expected 1");
    cr_assert(eq(int, gr_view_use_count(any), 1));
    SUCCEEDS(gr_view_release(&any));
    any = (gr_any_view){
        .dtype = GR_STRUCT, .item = 12, .rank = 2, .layout = GR_RIGHT, .extent = {3, 4}};
    SUCCEEDS(gr_view_create(&any, "a", 0));
    FAILS(GR_FROM_ANY(&other_item, any), GR_INVALID_ARG, "item of \"a\" = 12 bytes, expected 8");
    SUCCEEDS(gr_view_release(&any));
}

/* bad input */

Test(subview, what_lies_outside_of_the_parent_is_refused) {
    gr_view3_i32 v = numbered();
    gr_view2_i32 plane;
    gr_view3_i32 part;

    FAILS(GR_SUBVIEW(&plane, v, gr_pick(3), GR_ALL, GR_ALL), GR_OUT_OF_BOUNDS,
          "index = 3 in dimension 0 of \"v\", expected 0 <= index < 3");
    FAILS(GR_SUBVIEW(&plane, v, gr_pick(-1), GR_ALL, GR_ALL), GR_OUT_OF_BOUNDS,
          "index = -1 in dimension 0 of \"v\", expected 0 <= index < 3");
    FAILS(GR_SUBVIEW(&part, v, GR_ALL, gr_slice(1, 5), GR_ALL), GR_OUT_OF_BOUNDS,
          "range = [1, 5) in dimension 1 of \"v\", expected within [0, 4)");
    FAILS(GR_SUBVIEW(&part, v, GR_ALL, GR_ALL, gr_slice(-2, 2)), GR_OUT_OF_BOUNDS,
          "range = [-2, 2) in dimension 2 of \"v\", expected within [0, 5)");
    cr_assert(part.data == NULL);
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 1));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, a_range_that_runs_backwards_is_refused) {
    gr_view3_i32 v = numbered();
    gr_view3_i32 part;

    FAILS(GR_SUBVIEW(&part, v, GR_ALL, gr_slice(3, 1), GR_ALL), GR_INVALID_ARG,
          "range = [3, 1) in dimension 1 of \"v\", expected lo <= hi");
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, another_rank_than_the_destinations_is_refused) {
    gr_view3_i32 v = numbered();
    gr_view2_i32 plane;

    FAILS(GR_SUBVIEW(&plane, v, gr_pick(1), gr_pick(1), GR_ALL), GR_INVALID_ARG,
          "rank of \"v\" = 1, expected 2");
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, a_selector_of_no_kind_is_refused) {
    gr_view3_i32 v = numbered();
    gr_selector selectors[] = {GR_ALL, GR_ALL, {(gr_selection)9, 0, 0}};
    gr_any_view part;

    FAILS(gr_view_subview(&part, GR_ANY(v), selectors), GR_INVALID_ARG,
          "selector of dimension 2 = kind 9, expected gr_pick, gr_slice or GR_ALL");
    cr_assert(part.data == NULL);
    SUCCEEDS(GR_RELEASE(&v));
}

Test(subview, a_source_of_impossible_values_is_refused) {
    gr_any_view v = {.rank = 9, .dtype = GR_F32, .item = 4, .layout = GR_RIGHT};
    gr_selector selectors[GR_MAX_RANK + 1] = {GR_ALL};
    gr_view1_f32 typed;
    gr_any_view part;

    FAILS(gr_view_subview(&part, v, selectors), GR_INVALID_ARG,
          "rank of the source = 9, expected 0..8");
    FAILS(GR_FROM_ANY(&typed, v), GR_INVALID_ARG, "rank of the source = 9, expected 0..8");
}

/* laws */

TheoryDataPoints(subview, parts_of_parts_are_parts) = {
    DataPoints(int, 0, 1, 2, 3),
    DataPoints(int, 0, 1, 2, 4),
    DataPoints(int, 0, 1, 3),
};

/* v[a:][b:] is v[a + b:], in each dimension. */
Theory((int a, int b, int d), subview, parts_of_parts_are_parts, .timeout = 60) {
    gr_view4_f32 v;
    gr_selector first[4] = {GR_ALL, GR_ALL, GR_ALL, GR_ALL};
    gr_selector second[4] = {GR_ALL, GR_ALL, GR_ALL, GR_ALL};
    gr_selector both[4] = {GR_ALL, GR_ALL, GR_ALL, GR_ALL};
    gr_any_view once;
    gr_any_view twice;
    gr_any_view direct;

    SUCCEEDS(GR_CREATE(&v, "v", 8, 8, 8, 8));
    first[d] = gr_slice(a, 8);
    second[d] = gr_slice(b, 8 - a);
    both[d] = gr_slice(a + b, 8);
    SUCCEEDS(gr_view_subview(&once, GR_ANY(v), first));
    SUCCEEDS(gr_view_subview(&twice, once, second));
    SUCCEEDS(gr_view_subview(&direct, GR_ANY(v), both));
    cr_assert(eq(ptr, twice.data, direct.data));
    cr_assert(eq(int, memcmp(twice.extent, direct.extent, sizeof direct.extent), 0));
    cr_assert(eq(int, memcmp(twice.stride, direct.stride, sizeof direct.stride), 0));
    cr_assert(eq(int, gr_view_use_count(GR_ANY(v)), 4));
    SUCCEEDS(gr_view_release(&once));
    SUCCEEDS(gr_view_release(&twice));
    SUCCEEDS(gr_view_release(&direct));
    SUCCEEDS(GR_RELEASE(&v));
}
