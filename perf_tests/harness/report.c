/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file report.c
 * @brief Records as an aligned table, as JSON lines, and as lines between processes.
 */
#define _GNU_SOURCE
#include "report.h"

#include "bench_config.h"

#include <granum/impl/backend.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef enum verdict {
    REPORTED,
    MET,
    MET_WITHIN_NOISE,
    TOO_NOISY,
    MISSED,
    WRONG,
    VERDICTS
} verdict;

static const char *const verdict_names[VERDICTS] = {"-",         "met",    "met within noise",
                                                    "too noisy", "missed", "WRONG ANSWER"};

/* Noise that would excuse anything decides nothing. */
static const double most_noise = 0.25;

static FILE *rows, *about;
static bool relay, headed;
static int counts[VERDICTS];
static const char *separator = "";

static verdict worse(verdict a, verdict b) {
    return a > b ? a : b;
}

/* Noise loosens a bar by that fraction of the time it bounds. */
static verdict judge(bench_target target, double granum, double other, double ratio, double noise) {
    double value = granum, slack = granum * noise;

    if (target.rule == BENCH_REPORTED || isnan(granum))
        return REPORTED;
    if (target.rule == BENCH_RATIO) {
        if (isnan(ratio))
            return REPORTED;
        value = ratio;
        slack = noise;
    } else if (target.rule == BENCH_EXCESS) {
        value = granum - other;
    }
    if (value <= target.bar)
        return MET;
    if (value > target.bar + slack)
        return MISSED;
    return noise <= most_noise ? MET_WITHIN_NOISE : TOO_NOISY;
}

static verdict judge_record(const bench_record *r) {
    if (r->wrong)
        return WRONG;
    return worse(
        judge(r->target, r->t[BENCH_GRANUM], r->t[BENCH_TWIN], r->ratio, r->noise),
        judge(r->target_best, r->t[BENCH_GRANUM], r->t[BENCH_BEST], r->ratio_best, r->noise));
}

static const char *time_text(double t, char text[16]) {
    static const struct {
        double scale;
        const char *unit;
    } units[] = {{1, "s"}, {1e3, "ms"}, {1e6, "us"}, {1e9, "ns"}};
    int u = 0;

    if (isnan(t)) {
        snprintf(text, 16, "-");
        return text;
    }
    while (u < 3 && t * units[u].scale < 1)
        u++;
    snprintf(text, 16, "%.*f %s",
             t * units[u].scale < 10    ? 2
             : t * units[u].scale < 100 ? 1
                                        : 0,
             t * units[u].scale, units[u].unit);
    return text;
}

static const char *target_text(bench_target target, char text[24]) {
    char bar[16];

    switch (target.rule) {
    case BENCH_RATIO:
        snprintf(text, 24, "<= %.2f", target.bar);
        break;
    case BENCH_EXCESS:
        snprintf(text, 24, "<= +%s", time_text(target.bar, bar));
        break;
    case BENCH_ABSOLUTE:
        snprintf(text, 24, "<= %s", time_text(target.bar, bar));
        break;
    default:
        snprintf(text, 24, "-");
    }
    return text;
}

static const char *number_text(const char *format, double x, char text[16]) {
    if (isnan(x))
        snprintf(text, 16, "-");
    else
        snprintf(text, 16, format, x);
    return text;
}

static void print_row(const bench_record *r, verdict v) {
    char t[BENCH_SIDES][16], target[2][24], x[5][16];

    if (!headed)
        printf("%-26s %15s %9s %9s %6s %6s %-11s %9s %6s %-8s %7s %8s  %s\n", "row", "size",
               "granum", "twin", "ratio", "noise", "target", "best", "ratio", "target", "GB/s",
               "error", "verdict");
    headed = true;
    for (int s = 0; s < BENCH_SIDES; s++)
        time_text(r->t[s], t[s]);
    printf("%-26s %15s %9s %9s %6s %6s %-11s %9s %6s %-8s %7s %8s  %s\n", r->name, r->size,
           t[BENCH_GRANUM], t[BENCH_TWIN], number_text("%.3f", r->ratio, x[0]),
           number_text("%.3f", r->noise, x[1]), target_text(r->target, target[0]), t[BENCH_BEST],
           number_text("%.3f", r->ratio_best, x[2]), target_text(r->target_best, target[1]),
           number_text("%.4g", r->gbytes_s, x[3]), number_text("%.1e", r->error, x[4]),
           verdict_names[v]);
    fflush(stdout);
}

static const char *json_number(double x, char text[32]) {
    if (isfinite(x))
        snprintf(text, 32, "%.6g", x);
    else
        snprintf(text, 32, "null");
    return text;
}

static void write_json(const bench_record *r, verdict v) {
    char x[8][32], target[2][24];

    for (int s = 0; s < BENCH_SIDES; s++)
        json_number(r->t[s], x[s]);
    fprintf(
        rows,
        "{\"name\": \"%s\", \"n\": %td, \"backend\": \"%s\", \"threads\": %d, \"t_granum_s\": %s, "
        "\"t_twin_s\": %s, \"ratio\": %s, \"t_best_s\": %s, \"ratio_best\": %s, \"gbytes_s\": %s, "
        "\"error\": %s, \"noise\": %s}\n",
        r->name, r->n, r->backend, r->threads, x[BENCH_GRANUM], x[BENCH_TWIN],
        json_number(r->ratio, x[3]), x[BENCH_BEST], json_number(r->ratio_best, x[4]),
        json_number(r->gbytes_s, x[5]), json_number(r->error, x[6]), json_number(r->noise, x[7]));
    fflush(rows);
    if (about == NULL)
        return;
    fprintf(about,
            "%s\n  {\"name\": \"%s\", \"n\": %td, \"size\": \"%s\", \"target\": \"%s\", "
            "\"target_best\": \"%s\", \"verdict\": \"%s\"}",
            separator, r->name, r->n, r->size, target_text(r->target, target[0]),
            target_text(r->target_best, target[1]), verdict_names[v]);
    separator = ",";
}

void bench_report_relay(void) {
    relay = true;
}

/* Spaces stand in sizes only, so that field is last. */
static void write_relayed(const bench_record *r) {
    printf("%s %s %td %d %d", r->name, r->backend, r->n, r->threads, r->wrong);
    for (int s = 0; s < BENCH_SIDES; s++)
        printf(" %.9g", r->t[s]);
    printf(" %.9g %.9g %.9g %.9g %.9g %d %.9g %d %.9g %s\n", r->ratio, r->ratio_best, r->noise,
           r->gbytes_s, r->error, (int)r->target.rule, r->target.bar, (int)r->target_best.rule,
           r->target_best.bar, r->size);
    fflush(stdout);
}

void bench_report_relayed(const char *line) {
    bench_record r = {0};
    int wrong, rule, rule_best;
    const int fields =
        sscanf(line, "%63s %15s %td %d %d %lf %lf %lf %lf %lf %lf %lf %lf %d %lf %d %lf %31[^\n]",
               r.name, r.backend, &r.n, &r.threads, &wrong, &r.t[0], &r.t[1], &r.t[2], &r.ratio,
               &r.ratio_best, &r.noise, &r.gbytes_s, &r.error, &rule, &r.target.bar, &rule_best,
               &r.target_best.bar, r.size);

    if (fields != 18) {
        fprintf(stderr, "line of a measuring process = %s", line);
        return;
    }
    r.wrong = wrong != 0;
    r.target.rule = (bench_rule)rule;
    r.target_best.rule = (bench_rule)rule_best;
    bench_report(&r);
}

void bench_report(const bench_record *record) {
    const verdict v = judge_record(record);

    if (relay) {
        write_relayed(record);
        return;
    }
    counts[v]++;
    print_row(record, v);
    if (rows != NULL)
        write_json(record, v);
}

static void first_line_of(const char *command, char *text, size_t size) {
    FILE *pipe = popen(command, "r");

    text[0] = '\0';
    if (pipe == NULL)
        return;
    if (fgets(text, (int)size, pipe) != NULL)
        text[strcspn(text, "\n")] = '\0';
    pclose(pipe);
}

bool bench_report_open(const char *json, int argc, char **argv) {
    char path[4096], commit[64], date[32];
    const char *program = strrchr(argv[0], '/');
    const time_t now = time(NULL);
    const char *bind = getenv("OMP_PROC_BIND"), *wait = getenv("OMP_WAIT_POLICY");

    printf("%s; %s; %d threads, OMP_PROC_BIND=%s; %s; times are medians, ratios medians of "
           "per-round ratios\n",
           bench_machine(), BENCH_COMPILER, gr_impl_num_threads(), bind ? bind : "unset",
           BENCH_FLAGS);
    if (json == NULL)
        return true;
    snprintf(path, sizeof path, "%s.about", json);
    rows = fopen(json, "w");
    about = rows != NULL ? fopen(path, "w") : NULL;
    if (about == NULL) {
        perror(rows == NULL ? json : path);
        return false;
    }
    first_line_of("git -C '" BENCH_SOURCE_DIR "' describe --always --dirty 2>/dev/null", commit,
                  sizeof commit);
    strftime(date, sizeof date, "%Y-%m-%d %H:%M", gmtime(&now));
    fprintf(about,
            "{\"machine\": \"%s\", \"compiler\": \"%s\", \"flags\": \"%s\", \"commit\": \"%s\", "
            "\"date\": \"%s\", \"threads\": %d, \"OMP_PROC_BIND\": \"%s\", \"OMP_WAIT_POLICY\": "
            "\"%s\", \"rival\": \"%s\", "
            "\"command\": \"%s",
            bench_machine(), BENCH_COMPILER, BENCH_FLAGS, commit, date, gr_impl_num_threads(),
            bind ? bind : "unset", wait ? wait : "unset", bench_rival(),
            program ? program + 1 : argv[0]);
    for (int a = 1; a < argc; a++)
        fprintf(about, " %s", argv[a]);
    fprintf(about, "\", \"rows\": [");
    return true;
}

int bench_report_close(void) {
    if (!relay && headed)
        printf("%d met, %d met within noise, %d too noisy to tell, %d missed, %d without a target, "
               "%d wrong\n",
               counts[MET], counts[MET_WITHIN_NOISE], counts[TOO_NOISY], counts[MISSED],
               counts[REPORTED], counts[WRONG]);
    if (about != NULL) {
        fprintf(about, "\n]}\n");
        fclose(about);
    }
    if (rows != NULL)
        fclose(rows);
    rows = about = NULL;
    return counts[WRONG];
}
