/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file openmp.c
 * @brief The openmp backend's table, and the doors through which kernel files call OpenMP.
 *
 * The doors: a kernel file's calls of GOMP_parallel (gcc) or __kmpc_serialized_parallel (clang) end
 * up here. A launch that its caller runs alone is run at once; building a team of one would cost
 * some 300 ns. Every other call, the user's own OpenMP above all, is forwarded unchanged.
 */
#include "../../backend.h"

#include <granum/instance.h>

#include <dlfcn.h>
#include <omp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* CPUs in the affinity mask of the calling thread, whose new threads inherit it. */
static int mask_cpus(void) {
    int cpus = 0;

    for (int most = CPU_SETSIZE; cpus == 0 && most <= 64 * CPU_SETSIZE; most *= 2) {
        cpu_set_t *set = CPU_ALLOC((size_t)most);
        const size_t size = CPU_ALLOC_SIZE((size_t)most);

        if (set && sched_getaffinity(0, size, set) == 0) {
            cpus = CPU_COUNT_S(size, set);
        }
        CPU_FREE(set);
    }
    return cpus > 0 ? cpus : 1;
}

/* What OpenMP takes as its default, unless it binds threads to places. */
static int cpus_at_load;

__attribute__((constructor)) static void note_mask(void) {
    cpus_at_load = mask_cpus();
}

/* Where OpenMP binds threads, the calling one is bound too, and its mask says nothing of the
 * others. A number of threads that somebody asked OpenMP for is not ours to change. */
static int threads(void) {
    const bool are_bound = omp_get_num_places() > 0;
    const int by_default = are_bound ? omp_get_num_procs() : cpus_at_load;
    const char *asked = getenv("OMP_NUM_THREADS");
    int count = omp_get_max_threads();

    if (!(asked && *asked) && count == by_default) {
        count = gr_impl_cpus("", are_bound ? omp_get_num_procs() : mask_cpus());
    }
    return count < omp_get_thread_limit() ? count : omp_get_thread_limit();
}

static bool in_team(void) {
    return omp_in_parallel() != 0;
}

static void run(int count, void (*work)(int thread, int threads, void *argument), void *argument) {
    int arrived = 0;

#pragma omp parallel num_threads(count)
    {
        int thread = omp_get_thread_num(), threads = omp_get_num_threads();

        if (threads == 1 && count > 1) {
            /* A team of one, or the answer of another runtime than the one that has made this team:
             * in a program of gcc's with a library of clang's they are libgomp's. So we count. */
            thread = __atomic_fetch_add(&arrived, 1, __ATOMIC_RELAXED);
#pragma omp barrier
            threads = __atomic_load_n(&arrived, __ATOMIC_RELAXED);
        }
        work(thread, threads, argument);
    }
}

/* libgomp's threads die in the child of a fork and its pool waits for them for ever; paused, parent
 * and child build new ones. Where the runtime refuses (inside a parallel region) nothing is lost
 * that OpenMP would have promised. */
static void before_fork(void) {
    if (!omp_in_parallel()) {
        omp_pause_resource_all(omp_pause_soft);
    }
}

const gr_impl_host_backend gr_impl_host_openmp = {"openmp", threads, in_team, run, before_fork};

void GOMP_parallel(void (*fn)(void *), void *data, unsigned count, unsigned flags)
    __attribute__((weak));

typedef void gomp_parallel(void (*fn)(void *), void *data, unsigned count, unsigned flags);

/* Where a kernel file of gcc's has to get to. A library of clang's brings clang's runtime along,
 * which has a GOMP_parallel of its own; teams of that one do not know the omp_get_thread_num of
 * gcc's, which the kernel asks. So the file that the kernel is in decides, by what it was linked
 * with. */
#ifdef __clang__
static gomp_parallel *real_gomp_parallel(void (*fn)(void *)) {
    static gomp_parallel *found;
    gomp_parallel *real = __atomic_load_n(&found, __ATOMIC_RELAXED);
    void *code, *handle = NULL, *symbol = NULL;
    Dl_info info;

    if (real) {
        return real;
    }
    memcpy(&code, &fn, sizeof code); /* ISO C: no cast */
    if (dladdr(code, &info) && info.dli_fname) {
        handle = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    }
    if (!handle) {
        handle = dlopen(NULL, RTLD_LAZY); /* the program itself */
    }
    if (handle) {
        symbol = dlsym(handle, "GOMP_parallel");
        dlclose(handle);
    }
    memcpy(&real, &symbol, sizeof real);
    real = real ? real : GOMP_parallel;
    __atomic_store_n(&found, real, __ATOMIC_RELAXED);
    return real;
}
#else
#define real_gomp_parallel(fn) GOMP_parallel
#endif

GR_API void gr_impl_gomp_parallel(void (*fn)(void *), void *data, unsigned count, unsigned flags);

void gr_impl_gomp_parallel(void (*fn)(void *), void *data, unsigned count, unsigned flags) {
    if (gr_impl_self.alone) {
        gr_impl_self.alone = false;
        fn(data);
    } else {
        real_gomp_parallel(fn)(fn, data, count, flags);
    }
}

void __kmpc_serialized_parallel(void *where, int thread) __attribute__((weak));
void __kmpc_end_serialized_parallel(void *where, int thread) __attribute__((weak));

GR_API void gr_impl_kmpc_serialized_parallel(void *where, int thread);
GR_API void gr_impl_kmpc_end_serialized_parallel(void *where, int thread);

void gr_impl_kmpc_serialized_parallel(void *where, int thread) {
    if (gr_impl_self.alone) {
        gr_impl_self.alone = false;
        gr_impl_self.skipped = true;
        gr_impl_self.inside = 0;
    } else {
        gr_impl_self.inside++;
        __kmpc_serialized_parallel(where, thread);
    }
}

void gr_impl_kmpc_end_serialized_parallel(void *where, int thread) {
    if (gr_impl_self.skipped && gr_impl_self.inside == 0) {
        gr_impl_self.skipped = false;
    } else {
        gr_impl_self.inside--;
        __kmpc_end_serialized_parallel(where, thread);
    }
}
