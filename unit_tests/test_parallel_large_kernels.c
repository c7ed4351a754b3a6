/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_parallel_large_kernels.c
 * @brief The kernels of test_parallel_large.c.
 */
#include "test_parallel_large.h"

#include <granum/granum.h>

void large_fill_1d(gr_view1_i8 v) {
    GR_PARALLEL_FOR("fill", i, gr_range(0, v.extent[0])) {
        GR_AT(v, i) = (int8_t)(i & 63);
    };
}

void large_fill_3d(gr_view3_i8 v) {
    const gr_index m = v.extent[1], l = v.extent[2];

    GR_PARALLEL_FOR_3D("fill", i, j, k, gr_range_3d(0, v.extent[0], 0, m, 0, l)) {
        GR_AT(v, i, j, k) = (int8_t)(((i * m + j) * l + k) & 63);
    };
}

large_results large_reduce_1d(gr_view1_i8 v) {
    large_results results;
    int64_t sum, count;
    gr_loc_i8 least, most;

    GR_PARALLEL_REDUCE("reduce", i, gr_range(0, v.extent[0]), GR_SUM(int64_t, sum),
                       GR_SUM(int64_t, count), GR_MINLOC(int8_t, least), GR_MAXLOC(int8_t, most)) {
        const int8_t value = GR_AT(v, i);

        sum += value;
        count++;
        if (value < least.value) {
            least.value = value;
            least.location = i;
        }
        if (value > most.value) {
            most.value = value;
            most.location = i;
        }
    };
    results.sum = sum, results.count = count, results.least = least, results.most = most;
    return results;
}

large_results large_reduce_3d(gr_view3_i8 v) {
    const gr_index m = v.extent[1], l = v.extent[2];
    large_results results;
    int64_t sum, count;
    gr_loc_i8 least, most;

    GR_PARALLEL_REDUCE_3D("reduce", i, j, k, gr_range_3d(0, v.extent[0], 0, m, 0, l),
                          GR_SUM(int64_t, sum), GR_SUM(int64_t, count), GR_MINLOC(int8_t, least),
                          GR_MAXLOC(int8_t, most)) {
        const int8_t value = GR_AT(v, i, j, k);

        sum += value;
        count++;
        if (value < least.value) {
            least.value = value;
            least.location = (i * m + j) * l + k;
        }
        if (value > most.value) {
            most.value = value;
            most.location = (i * m + j) * l + k;
        }
    };
    results.sum = sum, results.count = count, results.least = least, results.most = most;
    return results;
}

int64_t large_scan(gr_view1_i8 v) {
    int64_t total;

    GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(0, v.extent[0]), GR_SUM(int64_t, before), final,
                           total) {
        const int64_t own = GR_AT(v, i) == 63;

        if (final) {
            GR_AT(v, i) = (int8_t)(before % 128);
        }
        before += own;
    };
    return total;
}
