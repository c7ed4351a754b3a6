/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_machine.c
 * @brief Choice of the copy kernels by what the processor and its caches are.
 */
#include "copy_machine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#ifdef __x86_64__
#include <emmintrin.h>
#endif

/* Waking a team costs about a microsecond, in which one thread copies this much. */
#define SERIAL_BYTES ((size_t)1 << 17)

/* Where the size of the last cache is unknown. */
#define CACHE_BYTES ((size_t)32 << 20)

static pthread_once_t detected = PTHREAD_ONCE_INIT;
static gr_impl_copy_isa best_isa = GR_IMPL_COPY_PORTABLE;
static atomic_int isa = GR_IMPL_COPY_PORTABLE;
static atomic_size_t serial_bytes = SERIAL_BYTES;
static atomic_size_t stream_bytes = CACHE_BYTES;

/* Size of the cache that the cores of a socket share [B]. sysconf would be shorter, but sums up the
 * slices of a socket where a core reaches only one. */
static size_t last_cache_bytes(void) {
    size_t bytes = 0;

    for (int index = 0; index < 8; index++) {
        char path[64];
        unsigned long kibibytes = 0;
        FILE *file;

        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", index);
        file = fopen(path, "r");
        if (file == NULL) {
            break;
        }
        if (fscanf(file, "%luK", &kibibytes) == 1 && kibibytes * 1024 > bytes) {
            bytes = kibibytes * 1024;
        }
        fclose(file);
    }
    return bytes > 0 ? bytes : CACHE_BYTES;
}

static void detect(void) {
#ifdef __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) {
        best_isa = GR_IMPL_COPY_AVX512;
    } else if (__builtin_cpu_supports("avx2")) {
        best_isa = GR_IMPL_COPY_AVX2;
    }
#endif
    atomic_store(&isa, (int)best_isa);
    atomic_store(&stream_bytes, last_cache_bytes());
}

gr_impl_copy_tuning gr_impl_copy_tuning_get(void) {
    gr_impl_copy_tuning tuning;

    pthread_once(&detected, detect);
    tuning.isa = (gr_impl_copy_isa)atomic_load(&isa);
    tuning.serial_bytes = atomic_load(&serial_bytes);
    tuning.stream_bytes = atomic_load(&stream_bytes);
    return tuning;
}

void gr_impl_copy_tuning_set(gr_impl_copy_tuning tuning) {
    pthread_once(&detected, detect);
    atomic_store(&isa, (int)(tuning.isa < best_isa ? tuning.isa : best_isa));
    atomic_store(&serial_bytes, tuning.serial_bytes);
    atomic_store(&stream_bytes, tuning.stream_bytes);
}

copy_context copy_context_get(void) {
    const gr_impl_copy_tuning tuning = gr_impl_copy_tuning_get();
    copy_context context = {&copy_machine_portable, tuning.serial_bytes, tuning.stream_bytes};

#ifdef __x86_64__
    if (tuning.isa == GR_IMPL_COPY_AVX512) {
        context.machine = &copy_machine_avx512;
    } else if (tuning.isa == GR_IMPL_COPY_AVX2) {
        context.machine = &copy_machine_avx2;
    }
#endif
    return context;
}

static const transpose_kernel *find(const transpose_kernel *kernel, size_t item) {
    while (kernel->item != 0 && kernel->item != item) {
        kernel++;
    }
    return kernel->item == 0 ? NULL : kernel;
}

const transpose_kernel *copy_machine_kernel(const copy_machine *machine, size_t item) {
    const transpose_kernel *kernel = find(machine->kernels, item);

    return kernel == NULL ? find(copy_machine_portable.kernels, item) : kernel;
}

void copy_machine_stream(const copy_machine *machine, char *dst, const char *src, size_t bytes) {
    const size_t misaligned = (size_t)((uintptr_t)dst % LINE);
    const size_t head = misaligned == 0 ? 0 : LINE - misaligned;
    size_t lines, done;

    if (bytes < head + LINE) {
        memcpy(dst, src, bytes);
        return;
    }
    if (head > 0) {
        memcpy(dst, src, head);
    }
    lines = (bytes - head) / LINE;
    machine->stream_lines(dst + head, src + head, lines);
    done = head + lines * LINE;
    if (done < bytes) {
        memcpy(dst + done, src + done, bytes - done);
    }
}

void copy_machine_fence(void) {
#ifdef __x86_64__
    _mm_sfence();
#else
    atomic_thread_fence(memory_order_seq_cst);
#endif
}
