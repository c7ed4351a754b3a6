/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file types.h
 * @brief The words that every other header uses: index, element types, shapes, places.
 */
#ifndef GRANUM_TYPES_H
#define GRANUM_TYPES_H

/* Run-time compilers for devices (NVRTC, hipRTC) have no headers of C. */
#ifdef GR_IMPL_RTC
#include <granum/gpu/rtc_types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __cplusplus
#define GR_EXTERN_C_BEGIN extern "C" {
#define GR_EXTERN_C_END }
#define GR_RESTRICT __restrict__
/** A struct literal by value, in C and in C++: GR_IMPL_LITERAL(gr_shape){{n, m}}. */
#define GR_IMPL_LITERAL(T) T
#define GR_IMPL_THREAD_LOCAL thread_local
#else
#define GR_EXTERN_C_BEGIN
#define GR_EXTERN_C_END
#define GR_RESTRICT restrict
#define GR_IMPL_LITERAL(T) (T)
#define GR_IMPL_THREAD_LOCAL _Thread_local
#endif

/** Marks what the library exports; everything else is hidden. */
#ifdef GR_IMPL_RTC
#define GR_API
#else
#define GR_API __attribute__((visibility("default")))
#endif
#define GR_IMPL_COLD __attribute__((cold, noinline))
/* A product that is rounded before it is added to: gcc 12 makes one fused instruction of a * b - c
 * beside d * e + f, whatever -ffp-contract says. */
#if defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__) && !defined(__CUDACC__)
#define GR_IMPL_ROUNDED(product) __builtin_assoc_barrier(product)
#else
#define GR_IMPL_ROUNDED(product) (product)
#endif
#define GR_IMPL_INLINE static inline __attribute__((always_inline, unused))
#define GR_IMPL_LIKELY(e) __builtin_expect(!!(e), 1)
#define GR_IMPL_UNLIKELY(e) __builtin_expect(!!(e), 0)

#define GR_IMPL_PRAGMA(...) _Pragma(#__VA_ARGS__)
#define GR_IMPL_PASTE(a, b) GR_IMPL_PASTE_EXPANDED(a, b)
#define GR_IMPL_PASTE_EXPANDED(a, b) a##b
#define GR_IMPL_STRING(a) GR_IMPL_STRING_EXPANDED(a)
#define GR_IMPL_STRING_EXPANDED(a) #a

/** Highest rank of a View. */
#define GR_MAX_RANK 8

/** Signed 64-bit (pointer-wide) index and size, in elements unless a name says otherwise. */
typedef ptrdiff_t gr_index;

/** Complex numbers: two adjacent parts, layout-compatible with C99, C++ and NumPy. */
typedef struct gr_c64 {
    float re, im;
} gr_c64;

typedef struct gr_c128 {
    double re, im;
} gr_c128;

/** Every element type with a name of its own: X(suffix, C type, enum word). The order is ABI. */
#define GR_DTYPE_LIST(X)   \
    X(i8, int8_t, I8)      \
    X(i16, int16_t, I16)   \
    X(i32, int32_t, I32)   \
    X(i64, int64_t, I64)   \
    X(u8, uint8_t, U8)     \
    X(u16, uint16_t, U16)  \
    X(u32, uint32_t, U32)  \
    X(u64, uint64_t, U64)  \
    X(f32, float, F32)     \
    X(f64, double, F64)    \
    X(c64, gr_c64, C64)    \
    X(c128, gr_c128, C128) \
    X(bool, bool, BOOL)

/** Element type of a View; GR_STRUCT is a user's type, whose size travels beside it. */
typedef enum gr_dtype {
    GR_STRUCT = 1,
#define GR_IMPL_DTYPE(suffix, type, word) GR_##word,
    GR_DTYPE_LIST(GR_IMPL_DTYPE)
#undef GR_IMPL_DTYPE
} gr_dtype;

/** Extents (or strides, or indices) of up to GR_MAX_RANK dimensions, slowest first in right layout.
 *  */
typedef struct gr_shape {
    gr_index n[GR_MAX_RANK];
} gr_shape;

/** Where something was asked for; the strings live as long as the program. */
typedef struct gr_place {
    const char *file; /**< as the compiler spells it */
    int line;         /**< 1-based */
    const char *func; /**< enclosing function, NULL where unknown */
} gr_place;

#define GR_HERE (GR_IMPL_LITERAL(gr_place){__FILE__, __LINE__, __func__})

#endif
