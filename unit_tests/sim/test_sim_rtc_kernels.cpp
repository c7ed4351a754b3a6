/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_rtc_kernels.cpp
 * @brief Kernels as generators write them for run-time compilers, here compiled ahead.
 */
#include "test_sim_rtc.h"

#include <granum/gpu/rtc.h>

struct gr_py_fault : rtc_note {
    uint32_t *taken;
};

GR_IMPL_RTC_KERNEL(rtc_square, , gr_impl_rtc_for, 4) {
    GR_IMPL_RTC_BEGIN
    const double *const x = reinterpret_cast<const double *>(gr_w[2]);
    double *const y = reinterpret_cast<double *>(gr_w[3]);

    gr_impl_rtc_for_each<1, true>(gr_launch) % [&](GR_IMPL_INDEX i) { y[i] = x[i] * x[i]; };
}

GR_IMPL_RTC_KERNEL(rtc_table, , gr_impl_rtc_for, 6) {
    GR_IMPL_RTC_BEGIN
    const gr_index width = gr_w[4];
    double *const y = reinterpret_cast<double *>(gr_w[5]);

    gr_impl_rtc_for_each<2, true>(gr_launch) %
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j) { y[i * width + j] = static_cast<double>(i - j); };
}

GR_IMPL_RTC_KERNEL(rtc_sums, GR_IMPL_LAUNCH_BOUNDS(128, 1), gr_impl_rtc_reduce, 3) {
    GR_IMPL_RTC_BEGIN
    const double *const x = reinterpret_cast<const double *>(gr_w[2]);
    double sum, most;

    gr_impl_rtc_reduce_of<1>(
        gr_launch GR_IMPL_RTC_REDUCERS(GR_SUM(double, sum), GR_MAX(double, most))) %
        [&](GR_IMPL_INDEX i GR_IMPL_RTC_PARAMETERS(GR_SUM(double, sum), GR_MAX(double, most))) {
            sum += x[i];
            most = x[i] > most ? x[i] : most;
        };
}

GR_IMPL_RTC_KERNEL(rtc_running, GR_IMPL_LAUNCH_BOUNDS(512, 1), gr_impl_rtc_scan, 4) {
    GR_IMPL_RTC_BEGIN
    const double *const x = reinterpret_cast<const double *>(gr_w[2]);
    double *const y = reinterpret_cast<double *>(gr_w[3]);

    GR_IMPL_RTC_SCAN(gr_launch, i, final, GR_SUM(double, sum)) {
        sum += x[i];
        if (final) {
            y[i] = sum;
        }
    };
}

GR_IMPL_RTC_KERNEL(rtc_ranks, GR_IMPL_LAUNCH_BOUNDS(1024, 1), gr_impl_rtc_league, 3) {
    GR_IMPL_RTC_BEGIN
    double *const y = reinterpret_cast<double *>(gr_w[2]);

    gr_impl_rtc_team(gr_launch) % [&](const gr_team &t) {
        GR_TEAM_SINGLE(t) {
            y[t.league_rank] = static_cast<double>(t.league_rank * t.team_size);
        };
    };
}

GR_IMPL_RTC_KERNEL(rtc_league, GR_IMPL_LAUNCH_BOUNDS(1024, 1), gr_impl_rtc_league, 3) {
    GR_IMPL_RTC_BEGIN
    const double *const x = reinterpret_cast<const double *>(gr_w[2]);
    double sum;

    gr_impl_rtc_league_of(gr_launch GR_IMPL_RTC_REDUCERS(GR_SUM(double, sum))) %
        [&](const gr_team &t GR_IMPL_RTC_PARAMETERS(GR_SUM(double, sum))) {
            sum += x[t.league_rank];
        };
}

GR_IMPL_RTC_KERNEL(rtc_join, GR_IMPL_LAUNCH_BOUNDS(512, 1), gr_impl_rtc_league, 3) {
    GR_IMPL_RTC_BEGIN
    double sum;

    gr_impl_rtc_join(gr_impl_rtc_league_of(gr_launch GR_IMPL_RTC_REDUCERS(GR_SUM(double, sum))));
}

GR_IMPL_RTC_KERNEL(rtc_negative, , gr_impl_rtc_for, 3) {
    GR_IMPL_RTC_BEGIN
    const double *const x = reinterpret_cast<const double *>(gr_w[2]);

    gr_impl_rtc_for_each<1, true>(gr_launch) % [&](GR_IMPL_INDEX i) {
        if (x[i] < 0 && gr_impl_dev_compare_exchange(gr_fault->taken, 0u, 1u) == 0) {
            gr_fault->code = 7;
            gr_fault->index = i;
        }
    };
}

GR_IMPL_RTC_KERNEL(rtc_threads, , gr_impl_rtc_for, 3) {
    GR_IMPL_RTC_BEGIN
    double *const y = reinterpret_cast<double *>(gr_w[2]);

    gr_impl_rtc_for_each<1, true>(gr_launch) %
        [&](GR_IMPL_INDEX i) { y[i] = static_cast<double>(gr_impl_dev_threads()); };
}

double sum_as_statement(gr_view1_f64 x) {
    double sum;

    GR_PARALLEL_REDUCE("sum", i, gr_range(0, x.extent[0]), GR_SUM(double, sum)) {
        sum += GR_AT(x, i);
    };
    return sum;
}

double scan_as_statement(gr_view1_f64 x, gr_view1_f64 y) {
    double total;

    GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(0, x.extent[0]), GR_SUM(double, sum), final, total) {
        sum += GR_AT(x, i);
        if (final) {
            GR_AT(y, i) = sum;
        }
    };
    return total;
}

double league_as_statement(gr_view1_f64 x) {
    double sum;

    GR_PARALLEL_TEAM_REDUCE("league", t, gr_teams(x.extent[0], 4), GR_SUM(double, sum)) {
        sum += GR_AT(x, t.league_rank);
    };
    return sum;
}
