/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_kernel.c
 * @brief Prefix sums as a granum user writes them.
 */
#include "scan.h"

void scan_exclusive_f64_granum(void *data) {
    const scan_data_f64 *d = (const scan_data_f64 *)data;
    const gr_view1_f64 out = d->out, in = d->in;

    GR_PARALLEL_SCAN("exclusive", i, gr_range(0, in.extent[0]), GR_SUM(double, sum), final) {
        if (final) {
            GR_AT(out, i) = sum;
        }
        sum += GR_AT(in, i);
    };
}

void scan_inclusive_f64_granum(void *data) {
    const scan_data_f64 *d = (const scan_data_f64 *)data;
    const gr_view1_f64 out = d->out, in = d->in;

    GR_PARALLEL_SCAN("inclusive", i, gr_range(0, in.extent[0]), GR_SUM(double, sum), final) {
        sum += GR_AT(in, i);
        if (final) {
            GR_AT(out, i) = sum;
        }
    };
}

void scan_exclusive_i64_granum(void *data) {
    const scan_data_i64 *d = (const scan_data_i64 *)data;
    const gr_view1_i64 out = d->out, in = d->in;

    GR_PARALLEL_SCAN("exclusive", i, gr_range(0, in.extent[0]), GR_SUM(int64_t, sum), final) {
        if (final) {
            GR_AT(out, i) = sum;
        }
        sum += GR_AT(in, i);
    };
}

void scan_inclusive_i64_granum(void *data) {
    const scan_data_i64 *d = (const scan_data_i64 *)data;
    const gr_view1_i64 out = d->out, in = d->in;

    GR_PARALLEL_SCAN("inclusive", i, gr_range(0, in.extent[0]), GR_SUM(int64_t, sum), final) {
        sum += GR_AT(in, i);
        if (final) {
            GR_AT(out, i) = sum;
        }
    };
}
