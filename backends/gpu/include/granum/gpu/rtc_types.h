/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/rtc_types.h
 * @brief For types.h: the types of C's headers, where a run-time compiler has no such headers.
 */
#ifndef GRANUM_GPU_RTC_TYPES_H
#define GRANUM_GPU_RTC_TYPES_H

/* hipRTC brings some of them, with 64 bits as long long. */
#ifdef __HIP__
#define GR_IMPL_RTC_WORD long long
#else
#define GR_IMPL_RTC_WORD long
#endif
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef GR_IMPL_RTC_WORD int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned uint32_t;
typedef unsigned GR_IMPL_RTC_WORD uint64_t;
#undef GR_IMPL_RTC_WORD
typedef unsigned long uintptr_t;
typedef unsigned long size_t;
typedef long ptrdiff_t;

/* Declarations that the host alone calls name it. */
typedef struct gr_impl_file FILE;

#ifndef NULL
#define NULL 0
#endif
#define INT8_MIN (-128)
#define INT8_MAX 127
#define UINT8_MAX 255
#define INT16_MIN (-32768)
#define INT16_MAX 32767
#define UINT16_MAX 65535
#define INT32_MIN (-2147483647 - 1)
#define INT32_MAX 2147483647
#define UINT32_MAX 4294967295u
#define INT64_MIN (-9223372036854775807L - 1)
#define INT64_MAX 9223372036854775807L
#define UINT64_MAX 18446744073709551615ul

/* What compilers of C have built in, and NVRTC has under the names of C's libraries. */
#ifdef __CUDACC_RTC__
#define __extension__
#define __ATOMIC_RELAXED 0
#define __ATOMIC_ACQUIRE 2
#define __ATOMIC_RELEASE 3
#define __ATOMIC_ACQ_REL 4
#define __ATOMIC_SEQ_CST 5

#define __builtin_memcpy memcpy
#define __builtin_memset memset
#define __builtin_trap __trap
#define __builtin_fabs fabs
#define __builtin_fabsf fabsf
#define __builtin_fmod fmod
#define __builtin_fmodf fmodf
#define __builtin_floor floor
#define __builtin_floorf floorf
#define __builtin_ceil ceil
#define __builtin_ceilf ceilf
#define __builtin_trunc trunc
#define __builtin_truncf truncf
#define __builtin_rint rint
#define __builtin_sqrt sqrt
#define __builtin_sqrtf sqrtf
#define __builtin_fma fma
#define __builtin_fmaf fmaf
#define __builtin_frexp frexp
#define __builtin_ldexp ldexp
#define __builtin_modf modf
#define __builtin_signbit signbit
#define __builtin_huge_val() __longlong_as_double(0x7ff0000000000000ll)
#define __builtin_inf() __longlong_as_double(0x7ff0000000000000ll)
#define __builtin_inff() __int_as_float(0x7f800000)
#define __builtin_nan(text) __longlong_as_double(0x7ff8000000000000ll)
#define __builtin_nanf(text) __int_as_float(0x7fc00000)
#define __builtin_popcountll(n) __popcll(n)
#define __builtin_clzll(n) __clzll((long long)(n))
#define __builtin_ctzll(n) (__ffsll((long long)(n)) - 1)

static inline __device__ bool __builtin_add_overflow(int64_t a, int64_t b, int64_t *sum) {
    *sum = (int64_t)((uint64_t)a + (uint64_t)b);
    return ((a ^ *sum) & (b ^ *sum)) < 0;
}
static inline __device__ bool __builtin_sub_overflow(int64_t a, int64_t b, int64_t *rest) {
    *rest = (int64_t)((uint64_t)a - (uint64_t)b);
    return ((a ^ b) & (a ^ *rest)) < 0;
}
static inline __device__ bool __builtin_mul_overflow(int64_t a, int64_t b, int64_t *product) {
    *product = (int64_t)((uint64_t)a * (uint64_t)b);
    return __mul64hi(a, b) != *product >> 63;
}
#endif

#endif
