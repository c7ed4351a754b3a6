/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file allocate.c
 * @brief The one place where the library takes host memory, so that tests can let any of it fail.
 */
#include <granum/memory.h>

#include <stdatomic.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

/* No 64-bit user address space is larger; and far below SIZE_MAX, so that the sums here cannot
   overflow. The sanitizer's allocator aborts above 2^40 instead of answering NULL. */
#ifdef ADDRESS_SANITIZER
#define LARGEST_REQUEST ((size_t)1 << 39)
#else
#define LARGEST_REQUEST ((size_t)1 << 48)
#endif

/* malloc's own alignment, and room for the pointer that host_free needs. */
#define SMALLEST_ALIGNMENT ((size_t)16)

static atomic_long allocations_left = -1;

long gr_impl_fail_allocation_after(long n) {
    return atomic_exchange(&allocations_left, n < 0 ? -1 : n);
}

static bool fails_on_request(void) {
    if (GR_IMPL_LIKELY(atomic_load_explicit(&allocations_left, memory_order_relaxed) < 0)) {
        return false;
    }
    return atomic_fetch_sub(&allocations_left, 1) == 0;
}

#ifdef ADDRESS_SANITIZER

/* Exact bounds, so that the sanitizer sees the first byte outside. */
void *gr_impl_host_alloc(size_t bytes, size_t align) {
    void *pointer = NULL;

    if (fails_on_request() || bytes > LARGEST_REQUEST) {
        return NULL;
    }
    if (align < SMALLEST_ALIGNMENT) {
        align = SMALLEST_ALIGNMENT;
    }
    return posix_memalign(&pointer, align, bytes) == 0 ? pointer : NULL;
}

void gr_impl_host_free(void *pointer) {
    free(pointer);
}

#else

/* posix_memalign of glibc before 2.38 bypasses the thread's cache: 90 ns more than malloc for 8 kB,
   a third of what creating and zeroing such a View costs. So malloc, aligned by hand; what malloc
   gave lies in front of what we give. */
void *gr_impl_host_alloc(size_t bytes, size_t align) {
    void *raw;
    void *pointer;

    if (fails_on_request() || bytes > LARGEST_REQUEST) {
        return NULL;
    }
    if (align < SMALLEST_ALIGNMENT) {
        align = SMALLEST_ALIGNMENT;
    }
    raw = malloc(bytes + align);
    if (!raw) {
        return NULL;
    }
    pointer = (char *)raw + (align - (uintptr_t)raw % align);
    ((void **)pointer)[-1] = raw;
    return pointer;
}

void gr_impl_host_free(void *pointer) {
    if (pointer) {
        free(((void **)pointer)[-1]);
    }
}

#endif
