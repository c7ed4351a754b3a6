/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file doctor.c
 * @brief Print what matters of this machine for parallel kernels, and what is odd about it.
 *
 * It needs nothing of granum, so that it tells the truth where granum does not start.
 */
#include <omp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char odd_things[4096];

static void odd(const char *format, ...) {
    size_t used = strlen(odd_things);
    va_list arguments;

    va_start(arguments, format);
    used += (size_t)snprintf(odd_things + used, sizeof odd_things - used, "  - ");
    used += (size_t)vsnprintf(odd_things + used, sizeof odd_things - used, format, arguments);
    snprintf(odd_things + used, sizeof odd_things - used, "\n");
    va_end(arguments);
}

/** First line of a small file without its newline; false where there is none. */
static bool read_line(const char *path, char *text, int size) {
    FILE *file = fopen(path, "r");
    bool found = file && fgets(text, size, file);

    if (file) {
        fclose(file);
    }
    if (found) {
        text[strcspn(text, "\n")] = '\0';
    }
    return found;
}

/** What stands behind the colon of the first line of /proc/cpuinfo or /proc/meminfo that begins
 * with key. */
static bool read_field(const char *path, const char *key, char *text, int size) {
    FILE *file = fopen(path, "r");
    char line[4096];
    bool found = false;

    while (file && !found && fgets(line, sizeof line, file)) {
        char *value = strchr(line, ':');

        if (strncmp(line, key, strlen(key)) == 0 && value) {
            value += 1 + strspn(value + 1, " \t");
            value[strcspn(value, "\n")] = '\0';
            snprintf(text, (size_t)size, "%s", value);
            found = true;
        }
    }
    if (file) {
        fclose(file);
    }
    return found;
}

static void print_compiler(void) {
#ifdef __clang__
    printf("compiler        clang %d.%d.%d", __clang_major__, __clang_minor__,
           __clang_patchlevel__);
#else
    printf("compiler        gcc %d.%d.%d", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
    printf(", OpenMP %d\n", _OPENMP);
}

static void print_instruction_sets(void) {
#if defined(__x86_64__) || defined(__i386__)
    static const char *const none = "x86-64 baseline (SSE2)";
    bool avx = __builtin_cpu_supports("avx"), avx2 = __builtin_cpu_supports("avx2");
    bool fma = __builtin_cpu_supports("fma"), avx512 = __builtin_cpu_supports("avx512f");

    printf("vectors         %s%s%s%s%s\n", avx || avx2 || avx512 ? "" : none, avx ? "AVX " : "",
           avx2 ? "AVX2 " : "", fma ? "FMA " : "", avx512 ? "AVX-512" : "");
    if (!avx) {
        odd("no AVX: kernels run on 128-bit vectors; an emulator or a masked virtual CPU?");
    } else if (!avx2) {
        odd("AVX without AVX2: integer kernels run on 128-bit vectors");
    }
#endif
}

static void print_caches(void) {
    char path[128], size[32], type[32], shared[64], level[8];

    printf("caches          ");
    for (int index = 0; index < 8; index++) {
        const char *const folder = "/sys/devices/system/cpu/cpu0/cache/index";

        snprintf(path, sizeof path, "%s%d/size", folder, index);
        if (!read_line(path, size, sizeof size)) {
            break;
        }
        snprintf(path, sizeof path, "%s%d/type", folder, index);
        read_line(path, type, sizeof type);
        snprintf(path, sizeof path, "%s%d/level", folder, index);
        read_line(path, level, sizeof level);
        snprintf(path, sizeof path, "%s%d/shared_cpu_list", folder, index);
        read_line(path, shared, sizeof shared);
        if (strcmp(type, "Instruction") != 0) {
            printf("L%s %s (cores %s)  ", level, size, shared);
        }
    }
    printf("\n");
}

/** Print which of the cores the process may run on; return how many. */
static int print_affinity(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t allowed;
    int count;
    char list[256] = "all";

    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        printf("cores           %ld\n", cores);
        return (int)cores;
    }
    count = CPU_COUNT(&allowed);
    read_field("/proc/self/status", "Cpus_allowed_list", list, sizeof list);
    printf("cores           %ld online, this process may use %d (%s)\n", cores, count, list);
    if (count == 1 && cores > 1) {
        odd("affinity to one core of %ld: nothing runs in parallel here (taskset? a launcher that "
            "binds?)",
            cores);
    } else if (count < cores) {
        odd("affinity to %d cores of %ld", count, cores);
    }
    return count;
}

static void print_threads(int cores) {
    static const char *const names[] = {"GRANUM_NUM_THREADS", "GRANUM_DEBUG",   "OMP_NUM_THREADS",
                                        "OMP_PROC_BIND",      "OMP_PLACES",     "OMP_WAIT_POLICY",
                                        "OMP_DYNAMIC",        "GOMP_SPINCOUNT", "OMP_THREAD_LIMIT"};
    const char *asked = getenv("GRANUM_NUM_THREADS");
    int threads = asked ? atoi(asked) : omp_get_max_threads();

    printf("threads         %d", threads);
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        if (getenv(names[k])) {
            printf("  %s=%s", names[k], getenv(names[k]));
        }
    }
    printf("\n");
    if (threads > cores) {
        odd("oversubscription: %d threads on %d cores; spinning threads keep working ones waiting",
            threads, cores);
    }
    if (threads > 0 && threads < cores) {
        odd("%d threads on %d cores: part of the machine stays idle", threads, cores);
    }
}

/** The load before whoever calls us compiled this program, where he says so. */
static void check_load(int cores, const char *before) {
    double load;

    if (before || getloadavg(&load, 1) == 1) {
        load = before ? atof(before) : load;
        printf("load            %.2f over the last minute\n", load);
        if (load > 0.5 * cores) {
            odd("load %.2f on %d cores: somebody else computes here, times will not repeat", load,
                cores);
        }
    }
}

/** The first limit found in cgroup v2, then v1; "max" and "-1" mean none. */
static void print_limits(int cores) {
    char text[128], own[256] = "", path[512];
    long long quota, period, bytes;

    if (read_field("/proc/self/cgroup", "0:", own, sizeof own)) {
        memmove(own, own + strspn(own, ":"), strlen(own + strspn(own, ":")) + 1);
    }
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", own);
    if ((read_line(path, text, sizeof text) ||
         read_line("/sys/fs/cgroup/cpu.max", text, sizeof text)) &&
        sscanf(text, "%lld %lld", &quota, &period) == 2) {
        printf("cpu limit       %.2f cores (cgroup)\n", (double)quota / (double)period);
        if ((double)quota < (double)cores * (double)period) {
            odd("cgroup limit of %.2f cores below the %d visible ones: threads are stopped for "
                "part of each "
                "%lld us",
                (double)quota / (double)period, cores, period);
        }
    } else if (read_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", text, sizeof text) &&
               (quota = atoll(text)) > 0) {
        odd("cgroup limit of %lld us of CPU time a period, %d cores visible", quota, cores);
    }
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", own);
    if ((read_line(path, text, sizeof text) ||
         read_line("/sys/fs/cgroup/memory.max", text, sizeof text)) &&
        sscanf(text, "%lld", &bytes) == 1) {
        printf("memory limit    %.1f GiB (cgroup)\n", (double)bytes / (1 << 30));
    }
}

static void print_memory(void) {
    char total[64], available[64], pages[128] = "unknown";

    if (read_field("/proc/meminfo", "MemTotal", total, sizeof total) &&
        read_field("/proc/meminfo", "MemAvailable", available, sizeof available)) {
        printf("memory          %.1f GiB, %.1f GiB free\n", atof(total) / (1 << 20),
               atof(available) / (1 << 20));
        if (atof(available) < 1 << 20) {
            odd("less than 1 GiB of free memory: the largest tests and benchmarks will not run");
        }
    }
    read_line("/sys/kernel/mm/transparent_hugepage/enabled", pages, sizeof pages);
    printf("huge pages      %s\n", pages);
    if (strstr(pages, "[never]")) {
        odd("transparent huge pages are off: large arrays pay for more address translation");
    }
}

static void print_processor(void) {
    char text[4096];

    printf("processor       %s\n",
           read_field("/proc/cpuinfo", "model name", text, sizeof text) ? text : "unknown");
    if (read_field("/proc/cpuinfo", "flags", text, sizeof text) && strstr(text, " hypervisor")) {
        odd("a virtual machine: its cores may be shared with others, and a woken thread may come "
            "late");
    }
    if (read_line("/sys/devices/system/cpu/smt/active", text, sizeof text) && text[0] == '1') {
        odd("two hardware threads a core: OMP_PLACES=cores uses each core once");
    }
    if (read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text, sizeof text) &&
        strcmp(text, "powersave") == 0) {
        odd("frequency governor \"powersave\": the first launches after a pause run slowly");
    }
}

int main(int argc, char **argv) {
    int cores;

    print_processor();
    print_instruction_sets();
    print_caches();
    print_memory();
    cores = print_affinity();
    print_limits(cores);
    print_compiler();
    print_threads(cores);
    check_load(cores, argc > 1 ? argv[1] : NULL);
    printf("odd here        %s%s", odd_things[0] ? "\n" : "nothing\n", odd_things);
    return 0;
}
