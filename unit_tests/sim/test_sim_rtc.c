/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_rtc.c
 * @brief Launches of kernels that a run-time compiler makes: the host's half of them.
 *
 * Oracles: formulas over whole numbers, and the same kernels as statements of a kernel file, bit
 * for bit.
 */
#include "test_sim_rtc.h"

#include "support/outcome.h"

#include <granum/device.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIM = 3 /* of GR_IMPL_VENDOR_LIST */ };

static const gr_impl_rtc_function image[] = {{"square", rtc_square},   {"table", rtc_table},
                                             {"sums", rtc_sums},       {"running", rtc_running},
                                             {"ranks", rtc_ranks},     {"league", rtc_league},
                                             {"join", rtc_join},       {"negative", rtc_negative},
                                             {"threads", rtc_threads}, {NULL, NULL}};
static gr_impl_rtc_module module = {SIM, image, {NULL}};
static gr_site site = {"generated", "generated.py", 12, 1, 0, 0, 0};

#define KERNEL(name) ((gr_impl_rtc_kernel){&module, name, {NULL}, {0}})
#define LAUNCH(kernel, count, ...)                                            \
    ((gr_impl_rtc_launch){&site,                                              \
                          kernel,                                             \
                          {GR_AUTO, GR_STATIC, GR_AUTO, GR_DEFAULT_INSTANCE}, \
                          (const int64_t[]){__VA_ARGS__},                     \
                          count,                                              \
                          NULL,                                               \
                          0,                                                  \
                          NULL})
#define ADDRESS(v) ((int64_t)(intptr_t)(v).data)

static const gr_index sizes[] = {0, 1, 2, 31, 32, 33, 255, 256, 257, 4099};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* x[i] = first + step * i on the device. */
static gr_view1_f64 counting(gr_index n, double first, double step) {
    gr_view1_f64 v, host;

    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "x", n));
    SUCCEEDS(GR_MIRROR(&host, v));
    for (gr_index i = 0; i < n; i++) {
        GR_AT(host, i) = first + step * (double)i;
    }
    SUCCEEDS(gr_deep_copy(GR_ANY(v), GR_ANY(host)));
    SUCCEEDS(GR_RELEASE(&host));
    return v;
}

static gr_view1_f64 on_host(gr_view1_f64 v) {
    gr_view1_f64 host;

    SUCCEEDS(GR_MIRROR_COPY(&host, v));
    return host;
}

Test(sim_rtc, every_index_is_visited_once, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("square");

    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        gr_view1_f64 x = counting(n, -3, 1), y = counting(n, 0, 0), host;
        const gr_impl_rtc_launch launch = LAUNCH(&kernel, 4, 0, n, ADDRESS(x), ADDRESS(y));

        gr_impl_rtc_run_for(&launch, 1, true);
        SUCCEEDS(gr_fence());
        host = on_host(y);
        for (gr_index i = 0; i < n; i++) {
            cr_assert(eq(dbl, GR_AT(host, i), (double)((i - 3) * (i - 3))));
        }
        SUCCEEDS(GR_RELEASE(&host));
        SUCCEEDS(GR_RELEASE(&x));
        SUCCEEDS(GR_RELEASE(&y));
    }
}

Test(sim_rtc, two_indices_have_their_bounds, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("table");
    gr_view1_f64 y = counting(40 * 50, 99, 0), host;
    const gr_impl_rtc_launch launch = LAUNCH(&kernel, 6, 3, 40, 1, 50, 50, ADDRESS(y));

    gr_impl_rtc_run_for(&launch, 2, true);
    SUCCEEDS(gr_fence());
    host = on_host(y);
    for (gr_index i = 0; i < 40; i++) {
        for (gr_index j = 0; j < 50; j++) {
            cr_assert(eq(dbl, GR_AT(host, i * 50 + j), i >= 3 && j >= 1 ? (double)(i - j) : 99));
        }
    }
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&y));
}

Test(sim_rtc, reductions_have_the_bits_of_statements, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("sums");

    for (int s = 1; s < SIZES; s++) {
        gr_view1_f64 x = counting(sizes[s], 0.1, 0.3);
        double sum = 0, most = 0;
        const gr_impl_rtc_launch launch = LAUNCH(&kernel, 3, 0, sizes[s], ADDRESS(x));
        const gr_impl_rtc_results results = {2, {sizeof sum, sizeof most}, {&sum, &most}};

        gr_impl_rtc_run_reduce(&launch, 1, &results);
        SUCCEEDS(gr_fence());
        cr_assert(eq(dbl, sum, sum_as_statement(x)));
        cr_assert(eq(dbl, most, 0.1 + 0.3 * (double)(sizes[s] - 1)));
        SUCCEEDS(GR_RELEASE(&x));
    }
}

Test(sim_rtc, scans_have_the_bits_of_statements, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("running");

    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        gr_view1_f64 x = counting(n, 0.1, 0.3), y = counting(n, 0, 0), z = counting(n, 0, 0), a, b;
        double total = -1;
        const gr_impl_rtc_launch launch = LAUNCH(&kernel, 4, 0, n, ADDRESS(x), ADDRESS(y));

        gr_impl_rtc_run_scan(&launch, sizeof total, &total);
        SUCCEEDS(gr_fence());
        cr_assert(eq(dbl, total, scan_as_statement(x, z)));
        a = on_host(y);
        b = on_host(z);
        cr_assert(n == 0 || memcmp(a.data, b.data, (size_t)n * sizeof *a.data) == 0);
        SUCCEEDS(GR_RELEASE(&a));
        SUCCEEDS(GR_RELEASE(&b));
        SUCCEEDS(GR_RELEASE(&x));
        SUCCEEDS(GR_RELEASE(&y));
        SUCCEEDS(GR_RELEASE(&z));
    }
}

Test(sim_rtc, leagues_run_every_team, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("ranks");
    const gr_team_policy policy = gr_teams(21, 4);
    gr_view1_f64 y = counting(21, -1, 0), host;
    const gr_impl_rtc_launch launch = LAUNCH(&kernel, 3, 0, 21, ADDRESS(y));

    gr_impl_rtc_run_team(&launch, &policy, NULL, NULL);
    SUCCEEDS(gr_fence());
    host = on_host(y);
    for (gr_index i = 0; i < 21; i++) {
        cr_assert(eq(dbl, GR_AT(host, i), 4.0 * (double)i));
    }
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&y));
}

Test(sim_rtc, reductions_over_leagues_have_the_bits_of_statements, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("league"), join = KERNEL("join");

    for (int s = 0; s < SIZES; s++) {
        const gr_team_policy policy = gr_teams(sizes[s], 4);
        gr_view1_f64 x = counting(sizes[s], 0.1, 0.3);
        double sum = -1;
        const gr_impl_rtc_launch launch = LAUNCH(&kernel, 3, 0, sizes[s], ADDRESS(x));
        const gr_impl_rtc_results results = {1, {sizeof sum}, {&sum}};

        gr_impl_rtc_run_team(&launch, &policy, &join, &results);
        SUCCEEDS(gr_fence());
        cr_assert(eq(dbl, sum, league_as_statement(x)));
        SUCCEEDS(GR_RELEASE(&x));
    }
}

Test(sim_rtc, what_a_kernel_notes_comes_to_the_host, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("negative");
    gr_view1_f64 x = counting(300, 200, -1);
    rtc_note note = {0, 0, -1};
    gr_impl_rtc_launch launch = LAUNCH(&kernel, 3, 0, 201, ADDRESS(x));

    launch.fault = &note;
    launch.fault_bytes = sizeof note;
    gr_impl_rtc_run_for(&launch, 1, true);
    cr_assert(eq(int, note.code, 0));
    cr_assert(eq(i64, note.index, -1));
    launch.words = (const int64_t[]){0, 202, ADDRESS(x)};
    gr_impl_rtc_run_for(&launch, 1, true);
    cr_assert(eq(int, note.code, 7));
    cr_assert(eq(i64, note.index, 201));
    /* Of several iterations one has the note, and the next launch has one of its own. */
    launch.words = (const int64_t[]){250, 300, ADDRESS(x)};
    for (int again = 0; again < 3; again++) {
        note.index = -1;
        gr_impl_rtc_run_for(&launch, 1, true);
        cr_assert(all(ge(i64, note.index, 250), lt(i64, note.index, 300)));
    }
    SUCCEEDS(gr_fence());
    SUCCEEDS(GR_RELEASE(&x));
}

/* ---- threads of a block ---- */

static double block_size(const char *registers) {
    gr_impl_rtc_kernel kernel = KERNEL("threads");
    gr_view1_f64 y, host;
    gr_impl_rtc_launch launch;
    double size;

    setenv("GRANUM_SIM_REGISTERS", registers, 1);
    y = counting(5000, 0, 0);
    launch = LAUNCH(&kernel, 3, 0, 5000, ADDRESS(y));
    gr_impl_rtc_run_for(&launch, 1, true);
    gr_impl_rtc_run_for(&launch, 1, true); /* as remembered */
    SUCCEEDS(gr_fence());
    host = on_host(y);
    size = GR_AT(host, 4999);
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&y));
    return size;
}

Test(sim_rtc, blocks_are_of_256_threads, .timeout = 60) {
    cr_assert(eq(dbl, block_size("32"), 256));
}

/* Of 96 registers 65536 are enough for 2 blocks of 256 threads, 512 in all, or for 5 of 128. */
Test(sim_rtc, blocks_are_smaller_where_more_threads_run_so, .timeout = 60) {
    cr_assert(eq(dbl, block_size("96"), 128));
}

/* ---- what is refused ---- */

Test(sim_rtc, a_kernel_that_is_not_there, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("cube");
    double sum = -1;
    const gr_impl_rtc_launch launch = LAUNCH(&kernel, 2, 0, 10);
    const gr_impl_rtc_results results = {1, {sizeof sum}, {&sum}};

    gr_impl_rtc_run_reduce(&launch, 1, &results);
    FAILS(gr_fence(), GR_BACKEND,
          "kernel \"generated\": sim: the module has no kernel of that name");
    cr_assert(eq(dbl, sum, -1));
}

Test(sim_rtc, more_arguments_than_a_kernel_takes, .timeout = 60) {
    static int64_t words[600] = {0, 10};
    gr_impl_rtc_kernel kernel = KERNEL("square");
    gr_impl_rtc_launch launch = LAUNCH(&kernel, 600, 0);

    launch.words = words;
    gr_impl_rtc_run_for(&launch, 1, true);
    FAILS(gr_fence(), GR_BACKEND,
          "kernel \"generated\": sim: the arguments of the kernel have more than 4096 "
          "bytes");
}

Test(sim_rtc, bad_ranges_and_policies, .timeout = 60) {
    gr_impl_rtc_kernel kernel = KERNEL("running");
    const gr_team_policy policy = gr_teams(-1, 4);
    double total = 0;
    const gr_impl_rtc_launch launch = LAUNCH(&kernel, 2, 5, 3);
    const gr_impl_rtc_results results = {1, {sizeof total}, {&total}};

    gr_impl_rtc_run_scan(&launch, sizeof total, &total);
    FAILS(gr_fence(), GR_INVALID_ARG,
          "kernel \"generated\": range lo = 5, hi = 3, expected lo <= hi");
    gr_impl_rtc_run_for(&launch, 1, true);
    FAILS(gr_fence(), GR_INVALID_ARG,
          "kernel \"generated\": range lo = 5, hi = 3, expected lo <= hi");
    gr_impl_rtc_run_reduce(&launch, 1, &results);
    FAILS(gr_fence(), GR_INVALID_ARG,
          "kernel \"generated\": range lo = 5, hi = 3, expected lo <= hi");
    gr_impl_rtc_run_team(&launch, &policy, NULL, NULL);
    FAILS(gr_fence(), GR_INVALID_ARG, "kernel \"generated\": league_size = -1, expected 0 or more");
}
