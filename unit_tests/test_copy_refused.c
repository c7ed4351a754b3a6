/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_copy_refused.c
 * @brief Copies that cannot be: shapes, dtypes, overlaps. Oracle: the text of the message, and for
 *        overlaps a comparison of every pair of elements.
 */
#include "support/outcome.h"

#include <granum/copy.h>
#include <granum/subview.h>
#include <string.h>

/* The call fails, and its message has this in it. */
#define REFUSED(call, part)                                                                        \
    do {                                                                                           \
        const int refused_status = (int)(call);                                                    \
        cr_assert(eq(int, refused_status, GR_INVALID_ARG));                                        \
        cr_assert(strstr(gr_last_error()->message, part) != NULL, "%s", gr_last_error()->message); \
    } while (0)

TestSuite(copy_refused, .timeout = 120);

/* examples */

Test(copy_refused, what_differs_is_named) {
    gr_view1_f64 line;
    gr_view2_f64 a, b;
    gr_view2_f32 c;
    gr_any_view s, t;

    SUCCEEDS(GR_CREATE(&line, "line", 6));
    SUCCEEDS(GR_CREATE(&a, "a", 2, 3));
    SUCCEEDS(GR_CREATE(&b, "b", 3, 2));
    SUCCEEDS(GR_CREATE(&c, "c", 2, 3));
    FAILS(gr_deep_copy(GR_ANY(a), GR_ANY(line)), GR_INVALID_ARG,
          "rank of dst = 2, of src = 1, expected the same");
    FAILS(gr_deep_copy(GR_ANY(a), GR_ANY(b)), GR_INVALID_ARG,
          "shape of dst = (2, 3), of src = (3, 2), expected the same");
    FAILS(gr_deep_copy(GR_ANY(a), GR_ANY(c)), GR_INVALID_ARG,
          "dtype of dst = f64, of src = f32, expected the same");
    s = GR_ANY(a);
    s.dtype = GR_STRUCT;
    t = s;
    t.item = 24;
    FAILS(gr_deep_copy(s, t), GR_INVALID_ARG,
          "item of dst = 8 bytes, of src = 24 bytes, expected the same");
    cr_assert_str_eq(gr_last_error()->file, __FILE__); /* where the user called */
    cr_assert(eq(int, gr_last_error()->line, __LINE__ - 3));
    s = GR_ANY(a);
    s.stride[0] = 0;
    FAILS(gr_deep_copy(s, GR_ANY(a)), GR_INVALID_ARG,
          "stride[0] of dst = 0 with extent 2, expected elements that do not share memory");
    s = GR_ANY(a);
    s.data = NULL;
    FAILS(gr_deep_copy(GR_ANY(a), s), GR_INVALID_ARG,
          "data of src = NULL, expected memory for 6 elements");
    s = GR_ANY(a);
    s.rank = -1;
    FAILS(gr_deep_copy(s, s), GR_INVALID_ARG, "rank of dst = -1, expected 0..8");
    SUCCEEDS(GR_RELEASE(&line));
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
    SUCCEEDS(GR_RELEASE(&c));
}

Test(copy_refused, parts_of_one_array) {
    gr_view2_f64 a;
    gr_view2_f64 left, right, low;
    gr_view1_f64_strided even, odd;

    SUCCEEDS(GR_CREATE(&a, "a", 6, 10));
    SUCCEEDS(GR_SUBVIEW(&left, a, GR_ALL, gr_slice(0, 5)));
    SUCCEEDS(GR_SUBVIEW(&right, a, GR_ALL, gr_slice(5, 10)));
    SUCCEEDS(gr_deep_copy(GR_ANY(left), GR_ANY(right))); /* side by side */
    SUCCEEDS(GR_RELEASE(&right));
    SUCCEEDS(GR_SUBVIEW(&right, a, GR_ALL, gr_slice(4, 9)));
    REFUSED(gr_deep_copy(GR_ANY(left), GR_ANY(right)), "share elements");
    REFUSED(gr_deep_copy(GR_ANY(left), GR_ANY(right)), "dst \"a\"");
    SUCCEEDS(GR_SUBVIEW(&even, a, gr_pick(0), gr_slice(0, 5)));
    SUCCEEDS(GR_SUBVIEW(&odd, a, gr_pick(0), gr_slice(1, 6)));
    REFUSED(gr_deep_copy(GR_ANY(even), GR_ANY(odd)), "share elements");
    even.stride[0] = odd.stride[0] = 2;
    SUCCEEDS(gr_deep_copy(GR_ANY(even), GR_ANY(odd))); /* interleaved */
    SUCCEEDS(GR_SUBVIEW(&low, a, gr_slice(3, 6), gr_slice(0, 5)));
    SUCCEEDS(GR_RELEASE(&left));
    SUCCEEDS(GR_SUBVIEW(&left, a, gr_slice(0, 3), gr_slice(0, 5)));
    SUCCEEDS(gr_deep_copy(GR_ANY(low), GR_ANY(left)));
    SUCCEEDS(GR_RELEASE(&low));
    SUCCEEDS(GR_RELEASE(&left));
    SUCCEEDS(GR_RELEASE(&right));
    SUCCEEDS(GR_RELEASE(&even));
    SUCCEEDS(GR_RELEASE(&odd));
    SUCCEEDS(GR_RELEASE(&a));
}

Test(copy_refused, a_transpose_onto_itself) {
    gr_view2_f64 a;
    gr_any_view turned;

    SUCCEEDS(GR_CREATE(&a, "a", 4, 4));
    turned = GR_ANY(a);
    turned.stride[0] = 1;
    turned.stride[1] = 4;
    REFUSED(gr_deep_copy(turned, GR_ANY(a)), "share elements");
    SUCCEEDS(GR_RELEASE(&a));
}

/* laws */

static uint64_t state = 362436069u;

static int pick(int n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int)((state >> 33) % (uint64_t)n);
}

enum { BLOCK = 4096 };
static unsigned char block[2 * BLOCK];

static gr_any_view random_view(int rank, const gr_index *extent, size_t item) {
    gr_any_view v = {.dtype = GR_STRUCT, .rank = rank, .item = item, .layout = GR_STRIDED};

    v.data = block + BLOCK + pick(40);
    for (int d = 0; d < rank; d++) {
        v.extent[d] = extent[d];
        v.stride[d] = (pick(12) + 1) * (pick(4) == 0 ? -1 : 1);
    }
    return v;
}

/* Bytes of v, marked in a map. */
static void mark(const gr_any_view *v, unsigned char *map) {
    gr_index at[GR_MAX_RANK] = {0};

    for (gr_index k = gr_view_size(*v); k > 0; k--) {
        gr_index offset = (unsigned char *)v->data - block;

        for (int d = 0; d < v->rank; d++) {
            offset += at[d] * v->stride[d] * (gr_index)v->item;
        }
        for (size_t b = 0; b < v->item; b++) {
            map[offset + (gr_index)b] = 1;
        }
        for (int d = v->rank - 1; d >= 0 && ++at[d] == v->extent[d]; d--) {
            at[d] = 0;
        }
    }
}

Test(copy_refused, overlap_is_what_comparing_all_elements_says) {
    int refused = 0, done = 0;

    for (int number = 0; number < 4000; number++) {
        const int rank = 1 + pick(3);
        const size_t item = (size_t[]){1, 2, 4, 8, 3}[pick(5)];
        gr_index extent[3];
        unsigned char of_a[2 * BLOCK] = {0}, of_b[2 * BLOCK] = {0};
        bool shared = false, same;
        gr_any_view a, b;
        gr_status status;

        for (int d = 0; d < rank; d++) {
            extent[d] = 1 + pick(5);
        }
        a = random_view(rank, extent, item);
        b = random_view(rank, extent, item);
        same = a.data == b.data;
        mark(&a, of_a);
        mark(&b, of_b);
        for (int k = 0; k < 2 * BLOCK; k++) {
            shared = shared || (of_a[k] && of_b[k]);
        }
        for (int d = 0; d < rank; d++) {
            same = same && (extent[d] == 1 || a.stride[d] == b.stride[d]);
        }
        if (same) {
            continue; /* a View onto itself is fine */
        }
        status = gr_deep_copy(a, b);
        cr_assert(eq(int, status != GR_SUCCESS, shared), "case %d: %s", number,
                  gr_last_error()->message);
        refused += shared;
        done += !shared;
    }
    cr_assert(gt(int, refused, 500));
    cr_assert(gt(int, done, 500));
}
