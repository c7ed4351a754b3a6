/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_stream_kernels.cpp
 * @brief Launches of a device, without a fence.
 */
#include "test_sim_stream.h"

#include <granum/results.h>

void send_add(gr_view1_f64 v, double add, gr_instance instance) {
    GR_PARALLEL_FOR("add", i, gr_on(gr_range(0, v.extent[0]), instance)) {
        GR_AT(v, i) += add;
    };
}

void send_add_2d(gr_view2_f64_strided v, double add) {
    GR_PARALLEL_FOR_2D("add 2d", i, j, gr_range_2d(0, v.extent[0], 0, v.extent[1])) {
        GR_AT(v, i, j) += add + static_cast<double>(10 * i + j);
    };
}

void send_twice(gr_view1_f64 to, gr_view1_f64 from, gr_instance instance) {
    GR_PARALLEL_FOR("twice", i, gr_on(gr_range(0, to.extent[0]), instance)) {
        GR_AT(to, i) = 2 * GR_AT(from, i);
    };
}

double sum_of(gr_view1_f64 v, gr_instance instance) {
    double sum;

    GR_PARALLEL_REDUCE("sum", i, gr_on(gr_range(0, v.extent[0]), instance), GR_SUM(double, sum)) {
        sum += GR_AT(v, i);
    };
    return sum;
}

void send_divergent(void) {
    GR_PARALLEL_FOR("divergent", i, gr_range(0, 64)) {
        if (i < 7) {
            gr_impl_dev_barrier();
        }
    };
}

void step_range(gr_index lo, gr_index hi, void *arguments) {
    const step s = *static_cast<const step *>(arguments);

    ++*s.calls;
    GR_PARALLEL_FOR("step", i, gr_range(lo, hi)) {
        GR_AT(s.to, i) = GR_AT(s.from, i) + s.add;
    };
}

void step_device(void *arguments) {
    const step s = *static_cast<const step *>(arguments);

    step_range(0, s.to.extent[0], arguments);
}

void step_scan(gr_index lo, gr_index hi, void *arguments) {
    const step s = *static_cast<const step *>(arguments);

    ++*s.calls;
    GR_PARALLEL_SCAN("scan", i, gr_range(lo, hi), GR_SUM(double, sum), final) {
        if (final) {
            GR_AT(s.to, i) = sum;
        }
        sum += GR_AT(s.from, i);
    };
}

void step_sum(gr_index lo, gr_index hi, void *arguments, void *result) {
    const step s = *static_cast<const step *>(arguments);
    double sum;

    ++*s.calls;
    GR_PARALLEL_REDUCE("sum", i, gr_range(lo, hi), GR_SUM(double, sum)) {
        sum += GR_AT(s.from, i);
    };
    *static_cast<double *>(result) = sum;
}

void step_waits(void *arguments) {
    const step s = *static_cast<const step *>(arguments);
    const double sum = sum_of(s.from, GR_DEFAULT_INSTANCE);

    ++*s.calls;
    GR_PARALLEL_FOR("put", i, gr_range(0, 1)) {
        GR_AT(s.to, i) = sum;
    };
}
