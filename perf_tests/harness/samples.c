/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file samples.c
 * @brief How a row is measured: answers first, then the sides in turns, then medians of per-round
 * ratios.
 */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <granum/impl/backend.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_ROUNDS = 301 };

/* Long samples hide the clock (25 ns) and a timer tick; many rounds hide what neighbours on the
 * machine do. */
static const struct {
    double sample_s, budget_s;
    int min_rounds, max_rounds;
} effort[2] = {{3e-3, 2.4, 9, MAX_ROUNDS}, {1e-3, 0.3, 5, 61}};

double bench_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_quantile(double *values, int count, double q) {
    const double at = q * (count - 1);
    const int below = (int)at;

    qsort(values, (size_t)count, sizeof *values, ascending);
    if (below + 1 >= count)
        return values[count - 1];
    return values[below] + (at - below) * (values[below + 1] - values[below]);
}

/* Quantile q of column a, or of column a over column b where b >= 0. */
static double quantile_of(const double *samples, int rounds, int a, int b, double q) {
    double values[MAX_ROUNDS];

    for (int r = 0; r < rounds; r++) {
        const double *row = samples + r * BENCH_COLUMNS;

        values[r] = b < 0 ? row[a] : row[a] / row[b];
    }
    return bench_quantile(values, rounds, q);
}

static int repeated_side(const bool *have) {
    return have[BENCH_TWIN] ? BENCH_TWIN : have[BENCH_BEST] ? BENCH_BEST : BENCH_GRANUM;
}

void bench_summarise(bench_record *record, const double *samples, int rounds, const bool *have) {
    const int twice = repeated_side(have);
    double off, spread;

    for (int s = 0; s < BENCH_SIDES; s++)
        record->t[s] = have[s] ? quantile_of(samples, rounds, s, -1, 0.5) : NAN;
    record->ratio =
        have[BENCH_TWIN] ? quantile_of(samples, rounds, BENCH_GRANUM, BENCH_TWIN, 0.5) : NAN;
    record->ratio_best =
        have[BENCH_BEST] ? quantile_of(samples, rounds, BENCH_GRANUM, BENCH_BEST, 0.5) : NAN;

    /* The same code against itself: how far from 1 its median is, and may be by chance (the 95 %
     * notch of McGill, Tukey & Larsen 1978, doi:10.1080/00031305.1978.10479236). */
    off = fabs(quantile_of(samples, rounds, BENCH_AGAIN, twice, 0.5) - 1);
    spread = quantile_of(samples, rounds, BENCH_AGAIN, twice, 0.75) -
             quantile_of(samples, rounds, BENCH_AGAIN, twice, 0.25);
    record->noise = off + 1.57 * spread / sqrt(rounds);
}

static double time_of(const bench_row *row, int side, gr_index calls) {
    double start;

    if (row->before != NULL)
        row->before(row->data);
    start = bench_now();
    for (gr_index c = 0; c < calls; c++)
        row->run[side](row->data);
    if (row->wait != NULL && row->before == NULL)
        row->wait(row->data, (bench_side)side);
    return (bench_now() - start) / (double)calls / (row->parts > 0 ? row->parts : 1);
}

/* How many calls make a sample; the calls made here also warm caches, threads and the launch's own
 * learning. */
static gr_index calls_of(const bench_row *row, int side, double sample_s) {
    gr_index calls = 1;

    if (row->before != NULL)
        return 1;
    for (;;) {
        const double t =
            time_of(row, side, calls) * (double)calls * (row->parts > 0 ? row->parts : 1);

        if (t >= sample_s)
            return calls;
        calls = t * 10 < sample_s ? calls * 10 : (gr_index)ceil(1.1 * (double)calls * sample_s / t);
    }
}

/* Run every side once on a spoilt result; the record takes granum's error. */
static void check_answers(const bench_row *row, bench_record *record) {
    static const char *const who[BENCH_SIDES] = {"granum", "twin", "best"};

    record->error = NAN;
    if (row->error == NULL)
        return;
    for (int s = 0; s < BENCH_SIDES; s++) {
        double error;

        if (row->run[s] == NULL || (s == BENCH_BEST && row->best_is_measure))
            continue;
        if (row->reset != NULL)
            row->reset(row->data);
        row->run[s](row->data);
        if (row->wait != NULL)
            row->wait(row->data, (bench_side)s);
        error = row->error(row->data);
        if (s == BENCH_GRANUM)
            record->error = error;
        if (!(error <= row->tolerance)) {
            fprintf(stderr, "%s n = %td: error of %s = %g, expected at most %g\n", row->name,
                    row->n, who[s], error, row->tolerance);
            record->wrong = true;
        }
    }
}

static void describe(const bench_row *row, bench_record *record) {
    *record = (bench_record){.n = row->n, .target = row->target, .target_best = row->target_best};
    snprintf(record->name, sizeof record->name, "%s", row->name);
    if (row->size != NULL)
        snprintf(record->size, sizeof record->size, "%s", row->size);
    else
        snprintf(record->size, sizeof record->size, row->n < 1000000 ? "%.6g" : "%.3g",
                 (double)row->n);
    snprintf(record->backend, sizeof record->backend, "%s",
             row->backend ? row->backend : gr_impl_backend_names()[0]);
    record->threads = gr_impl_num_threads();
    record->gbytes_s = record->error = record->ratio = record->ratio_best = record->noise = NAN;
    for (int s = 0; s < BENCH_SIDES; s++)
        record->t[s] = NAN;
}

void bench_measure(const bench_row *row) {
    static double samples[MAX_ROUNDS * BENCH_COLUMNS];
    const int quick = bench_quick();
    bool have[BENCH_COLUMNS];
    gr_index calls[BENCH_COLUMNS];
    int rounds = 0, side[BENCH_COLUMNS];
    bench_record record;
    double start;

    describe(row, &record);
    check_answers(row, &record);
    if (record.wrong || bench_only_check()) {
        bench_report(&record);
        return;
    }
    for (int c = 0; c < BENCH_SIDES; c++) {
        side[c] = c;
        have[c] = row->run[c] != NULL;
        calls[c] = have[c] ? calls_of(row, c, effort[quick].sample_s) : 0;
    }
    have[BENCH_AGAIN] = true;
    side[BENCH_AGAIN] = repeated_side(have);
    calls[BENCH_AGAIN] = calls[side[BENCH_AGAIN]];

    start = bench_now();
    while (rounds < (row->rounds ? row->rounds : effort[quick].max_rounds)) {
        if (!row->rounds && rounds >= effort[quick].min_rounds &&
            bench_now() - start > effort[quick].budget_s)
            break;
        /* Each round starts with another side: no one is always the first after a pause. */
        for (int k = 0; k < BENCH_COLUMNS; k++) {
            const int c = (k + rounds) % BENCH_COLUMNS;

            if (have[c])
                samples[rounds * BENCH_COLUMNS + c] = time_of(row, side[c], calls[c]);
        }
        rounds++;
    }
    bench_summarise(&record, samples, rounds, have);
    if (row->bytes > 0)
        record.gbytes_s = 1e-9 * row->bytes / record.t[BENCH_GRANUM];
    bench_report(&record);
}
