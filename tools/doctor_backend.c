/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file doctor_backend.c
 * @brief Run one kernel on the backend that this file is compiled for, and say whether the result
 * is right.
 */
#include <granum/granum.h>

#include <stdio.h>
#include <string.h>

/** Which OpenMP runtimes the process has loaded; two of them each start their own threads. */
static const char *loaded_runtimes(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[1024];
    bool gomp = false, omp = false;

    while (maps && fgets(line, sizeof line, maps)) {
        gomp = gomp || strstr(line, "/libgomp") != NULL;
        omp = omp || strstr(line, "/libomp") != NULL;
    }
    if (maps) {
        fclose(maps);
    }
    return gomp && omp ? "libgomp and libomp: two sets of threads"
           : gomp      ? "libgomp"
           : omp       ? "libomp"
                       : "no OpenMP runtime";
}

int main(int argc, char **argv) {
    const gr_index n = 1000000;
    const double expected = 0.5 * (double)n * (double)(n - 1);
    const char *name = argc > 1 ? argv[1] : "default";
    double sum = 0.0;

    if (gr_initialize(NULL)) {
        printf("backend %-8s not usable: %s\n", name, gr_last_error()->message);
        return 1;
    }
    GR_PARALLEL_REDUCE("doctor", i, gr_range(0, n), GR_SUM(double, sum)) {
        sum += (double)i;
    };
    if (gr_fence()) {
        printf("backend %-8s not usable: %s\n", name, gr_last_error()->message);
    } else if (sum != expected) {
        printf("backend %-8s not usable: sum of 0..%td = %.17g, expected %.17g\n", name, n - 1, sum,
               expected);
    } else {
        printf("backend %-8s usable, %s\n", name, loaded_runtimes());
    }
#ifdef GR_IMPL_FILE_VENDOR
    gr_impl_devices_print(stdout, "device          ");
#endif
    return gr_finalize() || sum != expected;
}
