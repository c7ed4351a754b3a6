/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_memory_kernels.c
 * @brief Kernels of a device over Views that other files have made.
 */
#include "test_sim_memory.h"

#include <granum/granum.h>

gr_status made_by_default(gr_space *space, gr_layout *layout, gr_index *stride) {
    gr_view2_f64 v;

    GR_TRY(GR_CREATE(&v, "v", 3, 5));
    *space = gr_view_space(GR_ANY(v));
    *layout = GR_ANY(v).layout;
    *stride = v.stride[1];
    GR_TRY(GR_RESIZE(&v, 4, 4));
    *space = gr_view_space(GR_ANY(v)) == *space ? *space : GR_HOST;
    return GR_RELEASE(&v);
}

gr_status add_one(gr_view1_f64_right v) {
    GR_PARALLEL_FOR("add one", i, gr_range(0, v.extent[0])) {
        GR_AT(v, i) += 1.0;
    };
    return gr_fence();
}

gr_status add_indices(gr_view2_f64_strided v) {
    GR_PARALLEL_FOR_2D("add indices", i, j, gr_range_2d(0, v.extent[0], 0, v.extent[1])) {
        GR_AT(v, i, j) += (double)(10 * i + j);
    };
    return gr_fence();
}

gr_status on_destroyed_instance(void) {
    gr_instance instance, gone;

    GR_TRY(gr_instance_create(&instance, 1));
    GR_PARALLEL_FOR("lives", i, gr_on(gr_range(0, 10), instance)) {
        (void)i;
    };
    GR_TRY(gr_instance_fence(instance));
    gone = instance;
    GR_TRY(gr_instance_destroy(&instance));
    GR_PARALLEL_FOR("gone", i, gr_on(gr_range(0, 10), gone)) {
        (void)i;
    };
    return gr_fence();
}

gr_status with_bad_options(gr_index chunk, int threads, gr_index tile) {
    GR_PARALLEL_FOR_2D(
        "options", i, j,
        gr_with_tile(gr_with_threads(gr_with_chunk(gr_range_2d(0, 4, 0, 4), chunk), threads), tile,
                     GR_AUTO)) {
        (void)i;
        (void)j;
    };
    return gr_fence();
}

gr_status visit_3d(gr_index n0, gr_index n1, gr_index n2, gr_view1_i32_right count, bool left) {
    if (left) {
        GR_PARALLEL_FOR_3D("left", i, j, k, gr_iterate_left(gr_range_3d(0, n0, 0, n1, 0, n2))) {
            GR_AT(count, (i * n1 + j) * n2 + k) += 1;
        };
    } else {
        GR_PARALLEL_FOR_3D("right", i, j, k, gr_iterate_right(gr_range_3d(0, n0, 0, n1, 0, n2))) {
            GR_AT(count, (i * n1 + j) * n2 + k) += 1;
        };
    }
    return gr_fence();
}

typedef struct large {
    double value[512];
} large;

gr_status capture_much(gr_view1_f64_right v) {
    large numbers = {{1, 2, 3}};

    GR_PARALLEL_FOR("much", i, gr_range(0, v.extent[0])) {
        GR_AT(v, i) = numbers.value[i % 512];
    };
    return gr_fence();
}

typedef struct largest {
    double value[4096];
} largest;

gr_status capture_most(gr_view1_f64_right v) {
    static const largest zero = {{0}};
    largest numbers = zero;

    GR_PARALLEL_FOR("most", i, gr_range(0, v.extent[0])) {
        GR_AT(v, i) = numbers.value[i % 4096];
    };
    return gr_fence();
}

gr_status block_sizes(gr_view1_f64_right v) {
    GR_PARALLEL_FOR("block", i, gr_range(0, v.extent[0])) {
        GR_AT(v, i) = (double)gr_impl_dev_threads();
    };
    return gr_fence();
}

gr_status reach_beyond(gr_view1_f64_right v) {
    GR_PARALLEL_FOR("beyond", i, gr_range(0, v.extent[0])) {
        GR_AT(v, i + 990) = 1.0;
    };
    return gr_fence();
}

gr_status load_and_add(const char *path, gr_space *space, double *corner) {
    gr_view2_f64 v;
    gr_view2_f64_right host;

    GR_TRY(GR_NPY_LOAD(&v, path));
    *space = gr_view_space(GR_ANY(v));
    GR_PARALLEL_FOR_2D("raise", i, j, gr_range_2d(0, v.extent[0], 0, v.extent[1])) {
        GR_AT(v, i, j) += 0.5;
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, v));
    *corner = GR_AT(host, v.extent[0] - 1, v.extent[1] - 1);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&v);
}
