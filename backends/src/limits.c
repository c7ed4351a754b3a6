/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file limits.c
 * @brief How many CPUs the process may use: its affinity mask, and the CPU quotas of its cgroups.
 *
 * Read, never set. A quota is time in a period; rounded up, it is how many threads get to run.
 * Quotas hold for a group and all below it, so every group from the process's own to the mount
 * point is asked.
 * Source: Linux, Documentation/admin-guide/cgroup-v2.rst (cpu.max), scheduler/sched-bwc.rst
 * (cpu.cfs_quota_us, cpu.cfs_period_us), proc_pid_mountinfo(5), cgroups(7).
 */
#include "../backend.h"

#include <granum/instance.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines of /proc are longer only for mounts that are no cgroups. */
enum { LINE_SIZE = 4096, PATH_SIZE = 2 * LINE_SIZE };

/* Numbers from a file of one line; how many there were. "max" reads as -1. */
static int read_numbers(const char *path, long long value[2]) {
    FILE *file = fopen(path, "re");
    char line[LINE_SIZE];
    int count = 0;

    if (!file) {
        return 0;
    }
    if (fgets(line, sizeof line, file)) {
        const char *text = line;
        char *end;

        if (strncmp(text, "max", 3) == 0) {
            value[count++] = -1;
            text += 3;
        }
        while (count < 2) {
            value[count] = strtoll(text, &end, 10);
            if (end == text) {
                break;
            }
            count++;
            text = end;
        }
    }
    fclose(file);
    return count;
}

/* CPUs that the quota of one group is worth; INT_MAX: it has none. */
static int group_cpus(const char *folder, bool is_v2) {
    char path[PATH_SIZE + 32];
    long long value[2] = {-1, 0}, period[2];

    if (is_v2) {
        snprintf(path, sizeof path, "%s/cpu.max", folder);
        if (read_numbers(path, value) < 2) {
            return INT_MAX;
        }
    } else {
        snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
        if (read_numbers(path, value) < 1) {
            return INT_MAX;
        }
        snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
        if (read_numbers(path, period) < 1) {
            return INT_MAX;
        }
        value[1] = period[0];
    }
    if (value[0] <= 0 || value[1] <= 0 || value[0] / value[1] >= INT_MAX) {
        return INT_MAX;
    }
    return (int)(value[0] / value[1] + (value[0] % value[1] != 0));
}

/* The least quota from a group up to the mount point, whose path has `top` characters. */
static int least_quota(char *folder, size_t top, bool is_v2) {
    int least = INT_MAX;

    for (;;) {
        const int own = group_cpus(folder, is_v2);
        char *slash;

        least = own < least ? own : least;
        slash = strrchr(folder, '/');
        if (!slash || (size_t)(slash - folder) < top) {
            return least;
        }
        *slash = '\0';
    }
}

/* Whether a list "a,b,c" up to the end of its text, or to a colon, has this word. */
static bool has_word(const char *list, const char *word) {
    const size_t length = strlen(word);

    for (;;) {
        const size_t own = strcspn(list, ",: \n");

        if (own == length && strncmp(list, word, length) == 0) {
            return true;
        }
        if (list[own] != ',') {
            return false;
        }
        list += own + 1;
    }
}

/* The process's group in the hierarchy that has the cpu controller (v1), or in the unified one
 * (v2). */
static bool find_group(const char *root, bool is_v2, char group[LINE_SIZE]) {
    char path[PATH_SIZE], line[LINE_SIZE];
    bool found = false;
    FILE *file;

    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    file = fopen(path, "re");
    if (!file) {
        return false;
    }
    while (!found && fgets(line, sizeof line, file)) { /* number:controllers:path */
        const char *controllers = strchr(line, ':');
        const char *own = controllers ? strchr(controllers + 1, ':') : NULL;

        if (own && (is_v2 ? strncmp(line, "0::", 3) == 0 : has_word(controllers + 1, "cpu"))) {
            snprintf(group, LINE_SIZE, "%s", own + 1);
            group[strcspn(group, "\n")] = '\0';
            found = true;
        }
    }
    fclose(file);
    return found;
}

/* Quota by one line of mountinfo: "... root mount-point options ... - type source options". */
static int mount_quota(const char *root, const char *line, bool is_v2, const char *group) {
    char top[LINE_SIZE], point[LINE_SIZE], type[16], options[LINE_SIZE], folder[PATH_SIZE];
    const char *rest = strstr(line, " - ");
    const char *below = group;

    if (!rest || sscanf(line, "%*s %*s %*s %4095s %4095s", top, point) != 2 ||
        sscanf(rest, " - %15s %*s %4095s", type, options) != 2 ||
        strcmp(type, is_v2 ? "cgroup2" : "cgroup") != 0 || (!is_v2 && !has_word(options, "cpu"))) {
        return INT_MAX;
    }
    /* A container sees its own group as the mount's root, or its host's names for it. */
    if (strcmp(top, "/") != 0 && strncmp(group, top, strlen(top)) == 0) {
        below = group + strlen(top);
    }
    if (strstr(below, "/..") || strcmp(below, "/") == 0) {
        below = "";
    }
    if (snprintf(folder, sizeof folder, "%s%s%s", root, point, below) >= (int)sizeof folder) {
        return INT_MAX;
    }
    return least_quota(folder, strlen(root) + strlen(point), is_v2);
}

static int quota(const char *root, bool is_v2) {
    char path[PATH_SIZE], line[LINE_SIZE], group[LINE_SIZE];
    int least = INT_MAX;
    FILE *file;

    if (!find_group(root, is_v2, group)) {
        return INT_MAX;
    }
    snprintf(path, sizeof path, "%s/proc/self/mountinfo", root);
    file = fopen(path, "re");
    if (!file) {
        return INT_MAX;
    }
    while (fgets(line, sizeof line, file)) {
        const int own = mount_quota(root, line, is_v2, group);

        least = own < least ? own : least;
    }
    fclose(file);
    return least;
}

static int least_of_both(const char *root) {
    const int v1 = quota(root, false), v2 = quota(root, true);

    return v1 < v2 ? v1 : v2;
}

/* Of this process: reading it costs more than the rest of an initialise. 0: not read yet. */
static int own_quota;

void gr_impl_cpus_again(void) {
    __atomic_store_n(&own_quota, 0, __ATOMIC_RELAXED);
}

int gr_impl_cpus(const char *root, int cpus) {
    int least = root[0] ? 0 : __atomic_load_n(&own_quota, __ATOMIC_RELAXED);

    if (least == 0) {
        least = least_of_both(root);
        if (!root[0]) {
            __atomic_store_n(&own_quota, least, __ATOMIC_RELAXED);
        }
    }
    cpus = least < cpus ? least : cpus;
    return cpus < 1 ? 1 : cpus;
}
