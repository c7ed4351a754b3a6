/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_instance_partition.c
 * @brief Threads given out by weight, the life of instances, and the machine's limits.
 *
 * Run with GRANUM_NUM_THREADS=8. Oracle: shares by hand; folders that look like /proc and cgroups.
 */
#include "support/capture.h"
#include "support/outcome.h"

#include <granum/initialize.h>
#include <granum/instance.h>

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const double even[2] = {1, 1};

/* ---- shares ---- */

typedef struct shares_case {
    int count;
    double weights[8];
    int threads[8];
} shares_case;

static const shares_case shares[] = {
    {1, {5}, {8}},
    {2, {1, 1}, {4, 4}},
    {2, {1, 3}, {2, 6}},
    {2, {1, 1e9}, {1, 7}},
    {2, {1e-300, 1e-300}, {4, 4}},
    {3, {1, 1, 1}, {3, 3, 2}},
    {3, {2, 1, 1}, {4, 2, 2}},
    {4, {0.1, 0.2, 0.3, 0.4}, {1, 2, 2, 3}},
    {8, {1, 2, 3, 4, 5, 6, 7, 8}, {1, 1, 1, 1, 1, 1, 1, 1}},
};

Test(instance_partition, gives_threads_by_weight, .timeout = 20) {
    for (size_t c = 0; c < sizeof shares / sizeof shares[0]; c++) {
        gr_instance parts[8];
        int sum = 0;

        SUCCEEDS(
            gr_instance_partition(parts, GR_DEFAULT_INSTANCE, shares[c].weights, shares[c].count));
        for (int k = 0; k < shares[c].count; k++) {
            const int threads = gr_instance_num_threads(parts[k]);

            cr_expect(eq(int, threads, shares[c].threads[k]), "case %zu part %d", c, k);
            sum += threads;
            SUCCEEDS(gr_instance_destroy(&parts[k]));
        }
        cr_expect(eq(int, sum, 8), "case %zu", c);
    }
}

Test(instance_partition, splits_parts_again, .timeout = 20) {
    static const double weights[2] = {1, 3};
    gr_instance half[2], part[2];

    SUCCEEDS(gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2));
    SUCCEEDS(gr_instance_partition(part, half[1], weights, 2));
    cr_expect(eq(int, gr_instance_num_threads(part[0]), 1));
    cr_expect(eq(int, gr_instance_num_threads(part[1]), 3));
    cr_expect(eq(int, gr_instance_num_threads(half[1]), 4));
    cr_expect(eq(int, gr_instance_num_threads(GR_DEFAULT_INSTANCE), 8));
    for (int k = 0; k < 2; k++) {
        SUCCEEDS(gr_instance_destroy(&part[k]));
        SUCCEEDS(gr_instance_destroy(&half[k]));
    }
}

/* ---- what is wrong ---- */

Test(instance_partition, refuses_bad_shares, .timeout = 20) {
    static const double zero[3] = {1, 0, 1}, negative[2] = {-1, 1},
                        many[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, nan[1] = {NAN},
                        infinite[2] = {1, INFINITY}, huge[2] = {1e308, 1e308};
    gr_instance parts[9];

    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, zero, 3), GR_INVALID_ARG,
          "weights[1] = 0, expected a share of more than 0");
    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, negative, 2), GR_INVALID_ARG,
          "weights[0] = -1, expected a share of more than 0");
    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, nan, 1), GR_INVALID_ARG,
          "weights[0] = nan, expected a share of more than 0");
    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, infinite, 2), GR_INVALID_ARG,
          "weights[1] = inf, expected a share of more than 0");
    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, huge, 2), GR_INVALID_ARG,
          "sum of the weights = inf, expected a finite number");
    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, many, 9), GR_INVALID_ARG,
          "parts = 9, expected 1..8: each has one thread or more");
    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, many, 0), GR_INVALID_ARG,
          "parts = 0, expected 1..8: each has one thread or more");
    FAILS(gr_instance_partition(NULL, GR_DEFAULT_INSTANCE, many, 2), GR_INVALID_ARG,
          "parts = NULL, expected 2 of them");
    FAILS(gr_instance_partition(parts, GR_DEFAULT_INSTANCE, NULL, 2), GR_INVALID_ARG,
          "weights = NULL, expected 2 of them");
}

Test(instance_partition, refuses_bad_thread_counts_and_handles, .timeout = 20) {
    gr_instance one = {0}, copy;
    const gr_instance never = {12345678};

    FAILS(gr_instance_create(&one, 0), GR_INVALID_ARG, "threads = 0, expected 1..8");
    FAILS(gr_instance_create(&one, 9), GR_INVALID_ARG, "threads = 9, expected 1..8");
    FAILS(gr_instance_create(NULL, 1), GR_INVALID_ARG, "instance = NULL, expected a place for it");
    FAILS(gr_instance_destroy(NULL), GR_INVALID_ARG, "instance = NULL, expected one");
    FAILS(gr_instance_destroy(&one), GR_INVALID_ARG,
          "instance = the default one, expected one that was made");
    SUCCEEDS(gr_instance_create(&one, 3));
    copy = one;
    SUCCEEDS(gr_instance_destroy(&one));
    cr_expect(eq(ulong, one.id, 0));
    FAILS(gr_instance_destroy(&copy), GR_INVALID_ARG,
          "instance = 65536, expected one that lives: it was destroyed or never made");
    gr_error_clear();
    cr_expect(eq(int, gr_instance_num_threads(copy), 0));
    cr_expect_str_eq(gr_last_error()->message,
                     "instance = 65536, expected one that lives: it was destroyed or never made");
    FAILS(gr_instance_partition(&one, copy, even, 1), GR_INVALID_ARG,
          "instance = 65536, expected one that lives: it was destroyed or never made");
    FAILS(gr_instance_fence(never), GR_INVALID_ARG,
          "instance = 12345678, expected one that lives: it was destroyed or never made");
}

Test(instance_partition, has_room_for_1024, .timeout = 20) {
    static gr_instance all[GR_MAX_INSTANCES];
    gr_instance more;

    for (int k = 0; k < GR_MAX_INSTANCES; k++) {
        SUCCEEDS(gr_instance_create(&all[k], 1));
    }
    FAILS(gr_instance_create(&more, 1), GR_OUT_OF_MEMORY,
          "instances = 1 beside 1024 that live, expected 1024 at most in all");
    for (int k = 0; k < GR_MAX_INSTANCES; k++) {
        SUCCEEDS(gr_instance_destroy(&all[k]));
    }
    SUCCEEDS(gr_instance_create(&more, 1));
    SUCCEEDS(gr_instance_destroy(&more));
}

Test(instance_partition, the_last_finalize_reports_instances_that_live, .timeout = 20) {
    static capture output;
    gr_instance two, one;

    SUCCEEDS(gr_initialize(NULL));
    SUCCEEDS(gr_instance_create(&two, 2));
    SUCCEEDS(gr_instance_create(&one, 1));
    cr_assert(capture_begin(&output, stderr));
    SUCCEEDS(gr_finalize());
    capture_end(&output);
    cr_expect(ne(ptr,
                 strstr(output.text, "granum: 2 instances held at gr_finalize, expected none:\n"
                                     "granum:   an instance of 2 threads, created at "
                                     "unit_tests/test_instance_partition.c:"),
                 NULL),
              "%s", output.text);
    cr_expect(ne(ptr, strstr(output.text, "granum:   an instance of 1 thread, created at "), NULL));
    SUCCEEDS(gr_initialize(NULL));
    cr_expect(eq(int, (int)gr_instance_destroy(&two), (int)GR_INVALID_ARG),
              "it ended with the library");
    SUCCEEDS(gr_finalize());
}

/* ---- limits of the machine ---- */

static char root[128];

static void write_file(const char *path, const char *text) {
    char full[512];
    FILE *file;

    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    file = fopen(full, "w");
    cr_assert(ne(ptr, file, NULL), "%s", full);
    fputs(text, file);
    fclose(file);
}

static void begin_root(const char *cgroup, const char *mountinfo) {
    snprintf(root, sizeof root, "/tmp/granum_limits_XXXXXX");
    cr_assert(ne(ptr, mkdtemp(root), NULL));
    write_file("/proc/self/cgroup", cgroup);
    write_file("/proc/self/mountinfo", mountinfo);
}

static void end_root(void) {
    char command[160];

    snprintf(command, sizeof command, "rm -rf --one-file-system '%s'", root);
    cr_expect(eq(int, system(command), 0));
}

#define V2_MOUNT "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MOUNT                                                        \
    "31 23 0:27 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n" \
    "32 23 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"

Test(instance_limits, cgroup_v2_quota_rounds_up, .timeout = 20) {
    begin_root("0::/user/job\n", V2_MOUNT);
    cr_expect(eq(int, gr_impl_cpus(root, 16), 16), "no quota");
    write_file("/sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 16), "max");
    write_file("/sys/fs/cgroup/user/job/cpu.max", "250000 100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 3), "2.5");
    cr_expect(eq(int, gr_impl_cpus(root, 2), 2), "the mask is narrower");
    write_file("/sys/fs/cgroup/user/job/cpu.max", "1000 100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 1), "0.01");
    write_file("/sys/fs/cgroup/user/job/cpu.max", "nonsense\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 16));
    end_root();
}

Test(instance_limits, cgroup_v2_quota_of_a_group_above_counts, .timeout = 20) {
    begin_root("0::/user/job\n", V2_MOUNT);
    write_file("/sys/fs/cgroup/user/job/cpu.max", "800000 100000\n");
    write_file("/sys/fs/cgroup/user/cpu.max", "400000 100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 4));
    write_file("/sys/fs/cgroup/cpu.max", "200000 100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 2));
    end_root();
}

Test(instance_limits, cgroup_v1_quota, .timeout = 20) {
    begin_root("5:cpuset:/x\n4:cpu,cpuacct:/job\n0::/elsewhere\n", V1_MOUNT);
    write_file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
    write_file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 16), "-1: none");
    write_file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "150000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 2), "1.5");
    write_file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n");
    write_file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 1), "0.5 above");
    end_root();
}

Test(instance_limits, a_containers_mount_is_its_own_group, .timeout = 20) {
    begin_root("0::/docker/abc\n",
               "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n");
    write_file("/sys/fs/cgroup/cpu.max", "300000 100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 3));
    end_root();
    begin_root("0::/../..\n", "30 23 0:26 /../.. /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n");
    write_file("/sys/fs/cgroup/cpu.max", "300000 100000\n");
    cr_expect(eq(int, gr_impl_cpus(root, 16), 3));
    end_root();
}

Test(instance_limits, a_machine_without_proc_has_the_mask, .timeout = 20) {
    cr_expect(eq(int, gr_impl_cpus("/tmp/no/such/folder", 5), 5));
    cr_expect(eq(int, gr_impl_cpus("/tmp/no/such/folder", 0), 1));
}

/* Threads of the default instance in a child whose mask has one CPU, before and after the mask is
 * put back; 100: it cannot be tried here. */
static int threads_by_mask(bool narrow_first) {
    const pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        cpu_set_t all, one;
        int before, after;

        alarm(20);
        unsetenv("GRANUM_NUM_THREADS");
        unsetenv("OMP_NUM_THREADS");
        if (sched_getaffinity(0, sizeof all, &all) != 0 || CPU_COUNT(&all) < 2) {
            _exit(100);
        }
        CPU_ZERO(&one);
        for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++) {
            if (CPU_ISSET(cpu, &all)) {
                CPU_SET(cpu, &one);
            }
        }
        sched_setaffinity(0, sizeof one, narrow_first ? &one : &all);
        before = gr_instance_num_threads(GR_DEFAULT_INSTANCE);
        sched_setaffinity(0, sizeof one, narrow_first ? &all : &one);
        if (gr_instance_num_threads(GR_DEFAULT_INSTANCE) != before ||
            gr_instance_refresh() != GR_SUCCESS) {
            _exit(101);
        }
        after = gr_instance_num_threads(GR_DEFAULT_INSTANCE);
        _exit(10 * before + after);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
        return 102;
    }
    return WEXITSTATUS(status);
}

Test(instance_limits, the_affinity_mask_counts_and_is_read_again, .timeout = 60) {
    const int narrow_first = threads_by_mask(true), wide_first = threads_by_mask(false);

    if (narrow_first == 100 || narrow_first == 11) {
        cr_skip_test("one CPU, or a backend of one thread");
    }
    cr_expect(eq(int, narrow_first / 10, 1));
    cr_expect(ge(int, narrow_first % 10, 2));
    cr_expect(eq(int, wide_first % 10, 1));
    cr_expect(ge(int, wide_first / 10, 2));
}

Test(instance_limits, a_number_that_was_asked_for_stays, .timeout = 20) {
    gr_instance one;

    SUCCEEDS(gr_instance_create(&one, 5));
    SUCCEEDS(gr_instance_refresh());
    cr_expect(eq(int, gr_instance_num_threads(GR_DEFAULT_INSTANCE), 8));
    cr_expect(eq(int, gr_instance_num_threads(one), 5));
    SUCCEEDS(gr_instance_destroy(&one));
}
