/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mdrange_kernel.c
 * @brief Averages of the neighbours in 2 to 6 dimensions as a granum user writes them, in tiles
 * that granum chooses.
 */
#include "mdrange.h"

gr_status mdrange_make(mdrange_data *d) {
    const gr_index *n = d->extent;

    switch (d->rank) {
    case 2:
        GR_TRY(GR_CREATE(&d->a2, "a", n[0], n[1]));
        GR_TRY(GR_CREATE(&d->b2, "b", n[0], n[1]));
        d->a = d->a2.data;
        d->b = d->b2.data;
        return GR_SUCCESS;
    case 3:
        GR_TRY(GR_CREATE(&d->a3, "a", n[0], n[1], n[2]));
        GR_TRY(GR_CREATE(&d->b3, "b", n[0], n[1], n[2]));
        d->a = d->a3.data;
        d->b = d->b3.data;
        return GR_SUCCESS;
    case 4:
        GR_TRY(GR_CREATE(&d->a4, "a", n[0], n[1], n[2], n[3]));
        GR_TRY(GR_CREATE(&d->b4, "b", n[0], n[1], n[2], n[3]));
        d->a = d->a4.data;
        d->b = d->b4.data;
        return GR_SUCCESS;
    case 5:
        GR_TRY(GR_CREATE(&d->a5, "a", n[0], n[1], n[2], n[3], n[4]));
        GR_TRY(GR_CREATE(&d->b5, "b", n[0], n[1], n[2], n[3], n[4]));
        d->a = d->a5.data;
        d->b = d->b5.data;
        return GR_SUCCESS;
    default:
        GR_TRY(GR_CREATE(&d->a6, "a", n[0], n[1], n[2], n[3], n[4], n[5]));
        GR_TRY(GR_CREATE(&d->b6, "b", n[0], n[1], n[2], n[3], n[4], n[5]));
        d->a = d->a6.data;
        d->b = d->b6.data;
        return GR_SUCCESS;
    }
}

void mdrange_release(mdrange_data *d) {
    GR_RELEASE(&d->a2);
    GR_RELEASE(&d->b2);
    GR_RELEASE(&d->a3);
    GR_RELEASE(&d->b3);
    GR_RELEASE(&d->a4);
    GR_RELEASE(&d->b4);
    GR_RELEASE(&d->a5);
    GR_RELEASE(&d->b5);
    GR_RELEASE(&d->a6);
    GR_RELEASE(&d->b6);
}

void mdrange_2d_granum(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_view2_f64 a = d->a2, b = d->b2;

    GR_PARALLEL_FOR_2D("average", i, j, gr_range_2d(1, a.extent[0] - 1, 1, a.extent[1] - 1)) {
        GR_AT(b, i, j) = (1.0 / 4.0) * (GR_AT(a, i - 1, j) + GR_AT(a, i + 1, j) +
                                        GR_AT(a, i, j - 1) + GR_AT(a, i, j + 1));
    };
}

void mdrange_3d_granum(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_view3_f64 a = d->a3, b = d->b3;

    GR_PARALLEL_FOR_3D("average", i, j, k,
                       gr_range_3d(1, a.extent[0] - 1, 1, a.extent[1] - 1, 1, a.extent[2] - 1)) {
        GR_AT(b, i, j, k) =
            (1.0 / 6.0) * (GR_AT(a, i - 1, j, k) + GR_AT(a, i + 1, j, k) + GR_AT(a, i, j - 1, k) +
                           GR_AT(a, i, j + 1, k) + GR_AT(a, i, j, k - 1) + GR_AT(a, i, j, k + 1));
    };
}

void mdrange_4d_granum(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_view4_f64 a = d->a4, b = d->b4;

    GR_PARALLEL_FOR_4D("average", i, j, k, l,
                       gr_range_4d(1, a.extent[0] - 1, 1, a.extent[1] - 1, 1, a.extent[2] - 1, 1,
                                   a.extent[3] - 1)) {
        GR_AT(b, i, j, k, l) = (1.0 / 8.0) * (GR_AT(a, i - 1, j, k, l) + GR_AT(a, i + 1, j, k, l) +
                                              GR_AT(a, i, j - 1, k, l) + GR_AT(a, i, j + 1, k, l) +
                                              GR_AT(a, i, j, k - 1, l) + GR_AT(a, i, j, k + 1, l) +
                                              GR_AT(a, i, j, k, l - 1) + GR_AT(a, i, j, k, l + 1));
    };
}

void mdrange_5d_granum(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_view5_f64 a = d->a5, b = d->b5;

    GR_PARALLEL_FOR_5D("average", i, j, k, l, m,
                       gr_range_5d(1, a.extent[0] - 1, 1, a.extent[1] - 1, 1, a.extent[2] - 1, 1,
                                   a.extent[3] - 1, 1, a.extent[4] - 1)) {
        GR_AT(b, i, j, k, l, m) =
            (1.0 / 10.0) * (GR_AT(a, i - 1, j, k, l, m) + GR_AT(a, i + 1, j, k, l, m) +
                            GR_AT(a, i, j - 1, k, l, m) + GR_AT(a, i, j + 1, k, l, m) +
                            GR_AT(a, i, j, k - 1, l, m) + GR_AT(a, i, j, k + 1, l, m) +
                            GR_AT(a, i, j, k, l - 1, m) + GR_AT(a, i, j, k, l + 1, m) +
                            GR_AT(a, i, j, k, l, m - 1) + GR_AT(a, i, j, k, l, m + 1));
    };
}

void mdrange_6d_granum(void *data) {
    const mdrange_data *d = (const mdrange_data *)data;
    const gr_view6_f64 a = d->a6, b = d->b6;

    GR_PARALLEL_FOR_6D("average", i, j, k, l, m, n,
                       gr_range_6d(1, a.extent[0] - 1, 1, a.extent[1] - 1, 1, a.extent[2] - 1, 1,
                                   a.extent[3] - 1, 1, a.extent[4] - 1, 1, a.extent[5] - 1)) {
        GR_AT(b, i, j, k, l, m, n) =
            (1.0 / 12.0) * (GR_AT(a, i - 1, j, k, l, m, n) + GR_AT(a, i + 1, j, k, l, m, n) +
                            GR_AT(a, i, j - 1, k, l, m, n) + GR_AT(a, i, j + 1, k, l, m, n) +
                            GR_AT(a, i, j, k - 1, l, m, n) + GR_AT(a, i, j, k + 1, l, m, n) +
                            GR_AT(a, i, j, k, l - 1, m, n) + GR_AT(a, i, j, k, l + 1, m, n) +
                            GR_AT(a, i, j, k, l, m - 1, n) + GR_AT(a, i, j, k, l, m + 1, n) +
                            GR_AT(a, i, j, k, l, m, n - 1) + GR_AT(a, i, j, k, l, m, n + 1));
    };
}
