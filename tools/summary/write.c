/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file write.c
 * @brief The summary as text and as JSON.
 */
#include "../kokkosp.h"

#include "summary.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {"region", "for", "reduce", "scan", "copy"};

/* Labels of a space that are shown, largest first. */
enum { MOST_LABELS = 12 };

/* Bytes a second that a copy of 64 MiB moves on all threads, read and written: the measure for
 * copies of the program. 0: no memory for it. */
static double bandwidth(void) {
    enum { WORDS = 8 << 20, ROUNDS = 3 };
    double *from = (double *)malloc(WORDS * sizeof *from);
    double *to = (double *)malloc(WORDS * sizeof *to);
    double best = 0;

    for (int round = 0; from && to && round < ROUNDS; round++) {
        const int64_t since = nanoseconds();
        double rate;

#pragma omp parallel for simd
        for (int i = 0; i < WORDS; i++) {
            if (round == 0) {
                from[i] = i; /* pages appear in the first round, which is no measure */
            }
            to[i] = from[i];
        }
        rate = 2.0 * WORDS * sizeof *to / (1e-9 * (double)(nanoseconds() - since));
        best = round > 0 && rate > best ? rate : best;
    }
    free(from);
    free(to);
    return best;
}

static bool has_copies(const summary_node *node) {
    for (; node; node = node->next) {
        if (node->bytes > 0 || has_copies(node->branches)) {
            return true;
        }
    }
    return false;
}

/* Longest first. */
static int by_time(const void *a, const void *b) {
    const int64_t x = (*(const summary_node *const *)a)->nanoseconds;
    const int64_t y = (*(const summary_node *const *)b)->nanoseconds;

    return x < y ? 1 : -(x > y);
}

static int by_most(const void *a, const void *b) {
    const int64_t x = (*(const summary_memory *const *)a)->most;
    const int64_t y = (*(const summary_memory *const *)b)->most;

    return x < y ? 1 : -(x > y);
}

/* 3 digits and a unit. */
static const char *seconds_text(char text[16], double seconds) {
    static const char *const units[] = {"s", "ms", "us", "ns"};
    int unit = 0;

    while (unit < 3 && seconds < 0.9995) {
        seconds *= 1000;
        unit++;
    }
    snprintf(text, 16, "%.3g %s", seconds, units[unit]);
    return text;
}

static const char *bytes_text(char text[16], double bytes) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;

    while (unit < 4 && bytes > 999.5) {
        bytes /= 1000;
        unit++;
    }
    snprintf(text, 16, "%.3g %s", bytes, units[unit]);
    return text;
}

static void write_branches(FILE *out, const summary_node *parent, int64_t all, double machine,
                           int level) {
    const summary_node **sorted;
    size_t count = 0;

    for (const summary_node *node = parent->branches; node; node = node->next) {
        count++;
    }
    sorted = (const summary_node **)malloc((count > 0 ? count : 1) * sizeof *sorted);
    if (!sorted) {
        return;
    }
    count = 0;
    for (const summary_node *node = parent->branches; node; node = node->next) {
        sorted[count++] = node;
    }
    qsort(sorted, count, sizeof *sorted, by_time);
    for (size_t k = 0; k < count; k++) {
        const summary_node *node = sorted[k];
        const double total = 1e-9 * (double)node->nanoseconds;
        const double mean = node->calls ? total / (double)node->calls : 0;
        const double rate = total > 0 ? 2.0 * (double)node->bytes / total : 0;
        char a[16], b[16], c[16], speed[40] = "";

        if (node->bytes > 0 && machine > 0) {
            snprintf(speed, sizeof speed, "%.1f GB/s %3.0f %%", 1e-9 * rate, 100 * rate / machine);
        }
        fprintf(out, "%10llu %10s %10s %10s %6.1f %% %17s  %*s%s %s\n",
                (unsigned long long)node->calls, seconds_text(a, total), seconds_text(b, mean),
                seconds_text(c, 1e-9 * (double)node->longest),
                all > 0 ? 100.0 * (double)node->nanoseconds / (double)all : 0, speed, 2 * level, "",
                kinds[node->kind], node->label);
        write_branches(out, node, all, machine, level + 1);
    }
    free(sorted);
}

static void write_labels(FILE *out, const summary_memory *space) {
    const summary_memory **sorted;
    size_t count = 0;
    char a[16];

    for (const summary_memory *label = space->labels; label; label = label->next) {
        count++;
    }
    sorted = (const summary_memory **)malloc((count > 0 ? count : 1) * sizeof *sorted);
    if (!sorted) {
        return;
    }
    count = 0;
    for (const summary_memory *label = space->labels; label; label = label->next) {
        sorted[count++] = label;
    }
    qsort(sorted, count, sizeof *sorted, by_most);
    for (size_t k = 0; k < count && k < MOST_LABELS; k++) {
        fprintf(out, "%10llu %10s    %s\n", (unsigned long long)sorted[k]->allocations,
                bytes_text(a, (double)sorted[k]->most), sorted[k]->name);
    }
    if (count > MOST_LABELS) {
        fprintf(out, "%24s%zu more labels\n", "", count - MOST_LABELS);
    }
    free(sorted);
}

void summary_write_text(FILE *out, const summary *all) {
    const double machine = has_copies(all->root.branches) ? bandwidth() : 0;
    char a[16];

    fprintf(out, "granum summary: %s\n", seconds_text(a, 1e-9 * (double)all->root.nanoseconds));
    fprintf(out, "%10s %10s %10s %10s %8s %17s  %s\n", "calls", "total", "mean", "longest", "share",
            machine > 0 ? "speed, of machine" : "", "what");
    write_branches(out, &all->root, all->root.nanoseconds, machine, 0);
    for (const summary_memory *space = all->spaces; space; space = space->next) {
        fprintf(out, "memory in %s: %s at most\n", space->name, bytes_text(a, (double)space->most));
        fprintf(out, "%10s %10s    %s\n", "times", "at most", "label");
        write_labels(out, space);
    }
}

static void write_string(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20) {
            fprintf(out, "\\u%04x", c);
        } else {
            fputc(c, out);
        }
    }
    fputc('"', out);
}

static void write_json_branches(FILE *out, const summary_node *node) {
    fprintf(out, "[");
    for (; node; node = node->next) {
        fprintf(out, "{\"kind\": \"%s\", \"label\": ", kinds[node->kind]);
        write_string(out, node->label);
        fprintf(out,
                ", \"calls\": %llu, \"total_s\": %.9f, \"longest_s\": %.9f, \"bytes\": %llu, "
                "\"branches\": ",
                (unsigned long long)node->calls, 1e-9 * (double)node->nanoseconds,
                1e-9 * (double)node->longest, (unsigned long long)node->bytes);
        write_json_branches(out, node->branches);
        fprintf(out, "}%s", node->next ? ",\n" : "");
    }
    fprintf(out, "]");
}

static void write_json_memory(FILE *out, const summary_memory *memory) {
    fprintf(out, "[");
    for (; memory; memory = memory->next) {
        fprintf(out, "{\"name\": ");
        write_string(out, memory->name);
        fprintf(out, ", \"most_bytes\": %lld, \"allocations\": %llu, \"labels\": ",
                (long long)memory->most, (unsigned long long)memory->allocations);
        write_json_memory(out, memory->labels);
        fprintf(out, "}%s", memory->next ? ",\n" : "");
    }
    fprintf(out, "]");
}

void summary_write_json(FILE *out, const summary *all) {
    const double machine = has_copies(all->root.branches) ? bandwidth() : 0;

    fprintf(out, "{\"total_s\": %.9f, \"machine_gbytes_s\": %.3f,\n\"tree\": ",
            1e-9 * (double)all->root.nanoseconds, 1e-9 * machine);
    write_json_branches(out, all->root.branches);
    fprintf(out, ",\n\"memory\": ");
    write_json_memory(out, all->spaces);
    fprintf(out, "}\n");
}
