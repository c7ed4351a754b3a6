/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file machine.c
 * @brief What a report says of the machine, where the host is what is measured.
 */
#define _GNU_SOURCE
#include "report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *bench_rival(void) {
    return "";
}

/* As the kernel says it ("32768K"); the C library's own answer is wrong for some processors. */
static void cache_text(int level, char *text, size_t size) {
    char path[80];
    FILE *file;

    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size",
             level == 1 ? 0 : level);
    file = fopen(path, "r");
    snprintf(text, size, "?");
    if (file != NULL && fgets(text, (int)size, file) != NULL)
        text[strcspn(text, "\n")] = '\0';
    if (file != NULL)
        fclose(file);
}

const char *bench_machine(void) {
    static char text[256];
    char model[128] = "", line[256], cache[3][16];
    FILE *info = fopen("/proc/cpuinfo", "r");

    while (info != NULL && model[0] == '\0' && fgets(line, sizeof line, info) != NULL)
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':') != NULL)
            snprintf(model, sizeof model, "%.*s", (int)strcspn(strchr(line, ':') + 2, "\n"),
                     strchr(line, ':') + 2);
    if (info != NULL)
        fclose(info);
    for (int level = 1; level <= 3; level++)
        cache_text(level, cache[level - 1], sizeof cache[0]);
    snprintf(text, sizeof text, "%s, %ld CPUs, caches %s %s %s, %.0f GiB",
             model[0] ? model : "unknown CPU", sysconf(_SC_NPROCESSORS_ONLN), cache[0], cache[1],
             cache[2], (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGE_SIZE) * 0x1p-30);
    return text;
}
