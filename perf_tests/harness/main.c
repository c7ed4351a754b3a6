/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file main.c
 * @brief granum_bench [ROW...] [--quick] [--json FILE]: which rows, in which process, reported
 * where.
 */
#define _GNU_SOURCE
#include "bench.h"
#include "groups.h"
#include "report.h"

#include <granum/granum.h>

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a listing does with the rows it hears of. */
typedef enum listing { NOT_LISTING, COUNTING, PRINTING } listing;

static struct {
    bool quick, check, relay;
    const char *json;
    listing list;
    char **patterns;
    int *matches;
    int num_patterns;
} options;

static const char help[] =
    "usage: granum_bench [ROW...] [--quick] [--json FILE] [--check] [--list]\n"
    "Measure granum beside hand-written twins; no ROW: all rows.\n"
    "  ROW          a row's name, the beginning of one, or a glob: "
    "stream.triad.f64, reduce., '*.f32'\n"
    "  --quick      fewer repetitions: under 3 minutes instead of under 15\n"
    "  --json FILE  one JSON line a row into FILE; machine, flags, targets "
    "and verdicts into FILE.about\n"
    "  --check      compare the answers of every side with the references, time nothing\n"
    "  --list       print the rows and their sizes, measure nothing\n";

static bool matches(const char *pattern, const char *name) {
    if (strpbrk(pattern, "*?[") != NULL)
        return fnmatch(pattern, name, 0) == 0;
    return strncmp(pattern, name, strlen(pattern)) == 0;
}

bool bench_wants(const char *name, gr_index n) {
    bool wanted = options.num_patterns == 0;

    for (int p = 0; p < options.num_patterns; p++)
        if (matches(options.patterns[p], name)) {
            wanted = true;
            options.matches[p]++;
        }
    if (options.list == PRINTING && wanted)
        printf("%-28s %td\n", name, n);
    return wanted && options.list == NOT_LISTING;
}

/* Free memory and what the page cache would give back [B]; infinite where the system does not
 * say. */
static double available_bytes(void) {
    FILE *info = fopen("/proc/meminfo", "r");
    char line[128];
    double kib = INFINITY;

    while (info != NULL && fgets(line, sizeof line, info) != NULL)
        if (sscanf(line, "MemAvailable: %lf", &kib) == 1)
            break;
    if (info != NULL)
        fclose(info);
    return 1024 * kib;
}

bool bench_fits(const char *name, gr_index n, double bytes) {
    const double available = available_bytes();

    if (bytes < 0.8 * available)
        return true;
    fprintf(stderr, "%s n = %td: needs %.1f GiB, has %.1f GiB; left out\n", name, n,
            bytes * 0x1p-30, available * 0x1p-30);
    return false;
}

bool bench_made(gr_status status) {
    if (status != GR_SUCCESS)
        fprintf(stderr, "granum: %s\n", gr_last_error()->message);
    return status == GR_SUCCESS;
}

bool bench_quick(void) {
    return options.quick;
}

bool bench_only_check(void) {
    return options.check;
}

bool bench_is_elsewhere(void) {
    return options.relay;
}

/* The parent's thread may be bound to one core; what it starts must not inherit that. */
static void unbind(void) {
    cpu_set_t all;

    CPU_ZERO(&all);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        CPU_SET((size_t)cpu, &all);
    sched_setaffinity(0, sizeof all, &all);
}

void bench_elsewhere(const char *pattern, const char *variable, const char *value) {
    int ends[2];
    pid_t child;
    char line[1024];
    FILE *lines;

    if (pipe(ends) != 0 || (child = fork()) < 0) {
        perror("a measuring process");
        return;
    }
    if (child == 0) {
        char *argv[] = {"granum_bench", "--relay", (char *)pattern, NULL, NULL, NULL};
        int count = 3;

        if (options.quick)
            argv[count++] = "--quick";
        if (options.check)
            argv[count++] = "--check";
        unbind();
        setenv(variable, value, 1);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execv("/proc/self/exe", argv);
        _exit(127);
    }
    close(ends[1]);
    lines = fdopen(ends[0], "r");
    while (fgets(line, sizeof line, lines) != NULL)
        bench_report_relayed(line);
    fclose(lines);
    waitpid(child, NULL, 0);
}

static void run_groups(void) {
#define RUN_GROUP(name) bench_group_##name();
    BENCH_GROUPS(RUN_GROUP)
#undef RUN_GROUP
}

/* Every pattern must name something before anything is measured. */
static bool patterns_match(void) {
    bool all = true;

    options.list = COUNTING;
    run_groups();
    for (int p = 0; p < options.num_patterns; p++)
        if (options.matches[p] == 0) {
            fprintf(
                stderr,
                "ROW = %s, expected a row's name, the beginning of one, or a glob (see --list)\n",
                options.patterns[p]);
            all = false;
        }
    options.list = NOT_LISTING;
    return all;
}

static int parse(int argc, char **argv) {
    static const struct option known[] = {{"quick", no_argument, NULL, 'q'},
                                          {"json", required_argument, NULL, 'j'},
                                          {"check", no_argument, NULL, 'c'},
                                          {"list", no_argument, NULL, 'l'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"relay", no_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        switch (option) {
        case 'q':
            options.quick = true;
            break;
        case 'j':
            options.json = optarg;
            break;
        case 'c':
            options.check = true;
            break;
        case 'l':
            options.list = PRINTING;
            break;
        case 'r':
            options.relay = true;
            break;
        case 'h':
            fputs(help, stdout);
            exit(0);
        default:
            fputs(help, stderr);
            return 2;
        }
    }
    options.num_patterns = argc - optind;
    options.patterns = argv + optind;
    options.matches = (int *)calloc((size_t)options.num_patterns + 1, sizeof *options.matches);
    return options.matches != NULL ? 0 : 1;
}

int main(int argc, char **argv) {
    char **words = (char **)calloc((size_t)argc + 1, sizeof *words); /* getopt_long reorders argv */
    int wrong, status;

    /* Threads that wander between cores measure the scheduler; libgomp reads this once, when it is
     * loaded. */
    if (getenv("OMP_PROC_BIND") == NULL && setenv("OMP_PROC_BIND", "true", 1) == 0)
        execv("/proc/self/exe", argv);
    if (words == NULL)
        return 1;
    memcpy(words, argv, (size_t)argc * sizeof *words);
    status = parse(argc, argv);
    if (status != 0)
        return status;
    if (options.list != NOT_LISTING) {
        run_groups();
        return 0;
    }
    if (!patterns_match())
        return 2;
    if (!bench_made(gr_initialize(NULL)))
        return 1;
    if (options.relay)
        bench_report_relay();
    else if (!bench_report_open(options.json, argc, words))
        return 1;
    run_groups();
    wrong = bench_report_close();
    free(words);
    free(options.matches);
    return bench_made(gr_finalize()) && wrong == 0 ? 0 : 1;
}
