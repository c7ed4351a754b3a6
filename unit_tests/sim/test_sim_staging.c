/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_staging.c
 * @brief Large copies between the host and a device, which go through pinned memory in chunks.
 *
 * Oracle: elements are numbered, and come back under their numbers.
 */
#include "support/outcome.h"

#include <granum/granum.h>

#include <stdlib.h>

typedef struct wide {
    double value[40];
} wide;
GR_DEFINE_VIEW(wide, wide)

/* Elements from 0 in the order of a right View of those extents, there and back. */
static void goes_there_and_back(gr_any_view host, gr_any_view there, gr_any_view back) {
    gr_index at[3];

    for (int round = 0; round < 2; round++) {
        gr_index bad = 0, number = 0;
        int32_t *const data = (int32_t *)(round ? back.data : host.data);
        const gr_any_view *v = round ? &back : &host;

        for (at[0] = 0; at[0] < v->extent[0]; at[0]++) {
            for (at[1] = 0; at[1] < v->extent[1]; at[1]++) {
                for (at[2] = 0; at[2] < v->extent[2]; at[2]++, number++) {
                    int32_t *element =
                        &data[at[0] * v->stride[0] + at[1] * v->stride[1] + at[2] * v->stride[2]];

                    if (round == 0) {
                        *element = (int32_t)(7 * number + 1);
                    } else {
                        bad += *element != (int32_t)(7 * number + 1);
                    }
                }
            }
        }
        if (round == 0) {
            SUCCEEDS(gr_deep_copy(there, host));
            SUCCEEDS(gr_deep_copy(back, there));
        }
        cr_assert(eq(int, (int)bad, 0));
    }
}

/* Extents around the chunk of 1024 bytes: dimensions that fit, fill it, and do not. */
static void chunks_are_put_together(void) {
    static const gr_index extents[][3] = {
        {255, 1, 1}, {256, 1, 1},  {257, 1, 1}, {511, 1, 1}, {512, 1, 1}, {513, 1, 1},
        {1, 1, 777}, {2, 128, 1},  {2, 129, 1}, {300, 2, 1}, {3, 300, 2}, {17, 1, 31},
        {16, 16, 1}, {16, 17, 16}, {5, 256, 3}, {1, 257, 2}, {9, 13, 11}, {4, 8, 32},
    };

    for (size_t k = 0; k < sizeof extents / sizeof extents[0]; k++) {
        const gr_index n = extents[k][0], m = extents[k][1], l = extents[k][2];
        gr_view3_i32_right right, right_there, right_back;
        gr_view3_i32_left left, left_there, left_back;
        gr_view3_i32_right wide;
        gr_view3_i32_strided part, backwards;

        SUCCEEDS(GR_CREATE(&right, "right", n, m, l));
        SUCCEEDS(GR_CREATE(&right_back, "right back", n, m, l));
        SUCCEEDS(GR_CREATE(&left, "left", n, m, l));
        SUCCEEDS(GR_CREATE(&left_back, "left back", n, m, l));
        SUCCEEDS(GR_CREATE(&wide, "wide", n, m, 2 * l));
        SUCCEEDS(GR_CREATE_IN(&right_there, GR_DEVICE, "right there", n, m, l));
        SUCCEEDS(GR_CREATE_IN(&left_there, GR_DEVICE, "left there", n, m, l));
        SUCCEEDS(GR_SUBVIEW(&part, wide, GR_ALL, GR_ALL, gr_slice(l / 2, l / 2 + l)));
        backwards = part;
        backwards.data = part.data + (n - 1) * part.stride[0];
        backwards.stride[0] = -part.stride[0];
        goes_there_and_back(GR_ANY(right), GR_ANY(right_there), GR_ANY(right_back));
        goes_there_and_back(GR_ANY(right), GR_ANY(left_there), GR_ANY(left_back));
        goes_there_and_back(GR_ANY(left), GR_ANY(right_there), GR_ANY(right_back));
        goes_there_and_back(GR_ANY(left), GR_ANY(left_there), GR_ANY(left_back));
        goes_there_and_back(GR_ANY(part), GR_ANY(left_there), GR_ANY(right_back));
        goes_there_and_back(GR_ANY(left), GR_ANY(right_there), GR_ANY(part));
        goes_there_and_back(GR_ANY(backwards), GR_ANY(right_there), GR_ANY(left_back));
        goes_there_and_back(GR_ANY(right), GR_ANY(right_there), GR_ANY(backwards));
        SUCCEEDS(GR_RELEASE(&right));
        SUCCEEDS(GR_RELEASE(&right_back));
        SUCCEEDS(GR_RELEASE(&right_there));
        SUCCEEDS(GR_RELEASE(&left));
        SUCCEEDS(GR_RELEASE(&left_back));
        SUCCEEDS(GR_RELEASE(&left_there));
        SUCCEEDS(GR_RELEASE(&part));
        SUCCEEDS(GR_RELEASE(&wide));
    }
}

Test(sim_staging, large_copies_go_in_chunks, .timeout = 60) {
    setenv("GRANUM_SIM_CHUNK", "1K", 1);
    chunks_are_put_together();
}

Test(sim_staging, large_copies_go_in_chunks_on_late_streams, .timeout = 60) {
    setenv("GRANUM_SIM_CHUNK", "1K", 1);
    setenv("GRANUM_SIM_LATE", "1", 1);
    chunks_are_put_together();
}

Test(sim_staging, elements_larger_than_a_chunk_go_in_one_piece, .timeout = 60) {
    gr_view1_wide w, w_there;

    setenv("GRANUM_SIM_CHUNK", "256", 1);
    SUCCEEDS(GR_CREATE(&w, "wide", 17));
    SUCCEEDS(GR_CREATE_IN(&w_there, GR_DEVICE, "wide there", 17));
    GR_AT(w, 16).value[39] = 40;
    SUCCEEDS(gr_deep_copy(GR_ANY(w_there), GR_ANY(w)));
    GR_AT(w, 16).value[39] = 0;
    SUCCEEDS(gr_deep_copy(GR_ANY(w), GR_ANY(w_there)));
    cr_assert(eq(dbl, GR_AT(w, 16).value[39], 40.0));
    SUCCEEDS(GR_RELEASE(&w));
    SUCCEEDS(GR_RELEASE(&w_there));
}

Test(sim_staging, without_pinned_memory_copies_go_in_one_piece, .timeout = 60) {
    gr_view1_f64_right host, there;

    setenv("GRANUM_SIM_MEMORY", "8K", 1);
    setenv("GRANUM_SIM_CHUNK", "1K", 1);
    SUCCEEDS(GR_CREATE(&host, "host", 900));
    SUCCEEDS(GR_CREATE_IN(&there, GR_DEVICE, "there", 900));
    GR_AT(host, 899) = 5;
    SUCCEEDS(gr_deep_copy(GR_ANY(there), GR_ANY(host)));
    GR_AT(host, 899) = 0;
    SUCCEEDS(gr_deep_copy(GR_ANY(host), GR_ANY(there)));
    cr_assert(eq(dbl, GR_AT(host, 899), 5.0));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&there));
}
