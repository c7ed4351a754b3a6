/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_tools_events_kernels.c
 * @brief One launch of each pattern.
 */
#include "test_tools_events.h"

#include <granum/parallel.h>
#include <granum/reduce.h>
#include <granum/scan.h>
#include <granum/team.h>
#include <granum/tools.h>

void launch_each_pattern(gr_view1_f64 x) {
    const gr_index n = x.extent[0];
    double sum;

    GR_PARALLEL_FOR("one for", i, gr_range(0, n)) {
        GR_AT(x, i) = 1.0;
    };
    GR_PARALLEL_FOR_2D(i, j, gr_range_2d(0, n / 10, 0, 10)) {
        GR_AT(x, 10 * i + j) += 1.0;
    };
    GR_PARALLEL_REDUCE("one reduce", i, gr_range(0, n), GR_SUM(double, sum)) {
        sum += GR_AT(x, i);
    };
    GR_PARALLEL_SCAN("one scan", i, gr_range(0, n), GR_SUM(double, before), final) {
        const double here = GR_AT(x, i);

        if (final) {
            GR_AT(x, i) = before;
        }
        before += here;
    };
    GR_PARALLEL_TEAM("one team", t, gr_teams(n / 100, 1)) {
        GR_AT(x, t.league_rank) = sum;
    };
}

void register_in_kernel(const gr_tool *tool, gr_status answers[2]) {
    GR_PARALLEL_FOR("kernel", i, gr_range(0, 1)) {
        answers[0] = gr_tool_register(tool, NULL);
        answers[1] = gr_tool_unregister((int)i);
    };
}

void launch_on(gr_instance instance, gr_view1_f64 x) {
    GR_PARALLEL_FOR("on an instance", i, gr_on(gr_range(0, x.extent[0]), instance)) {
        GR_AT(x, i) = 3;
    };
}
