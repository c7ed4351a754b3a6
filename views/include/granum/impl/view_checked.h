/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/view_checked.h
 * @brief GR_AT of checked builds: an index outside of its extent is reported and goes to a spare
 * cell.
 *
 * What an access costs decides whether checked builds are used, so:
 * - The in-range path is one comparison and branch. The extents of all indices but the one of unit
 *   stride are folded into a limit (the extent, or 0 where another index is outside), which the
 *   compiler takes out of the innermost loop.
 * - The report is called in a way that changes no register. An ordinary call, though never taken,
 *   makes compilers keep the floating-point values of a loop in memory: stencils take twice as
 * long.
 */
#ifndef GRANUM_IMPL_VIEW_CHECKED_H
#define GRANUM_IMPL_VIEW_CHECKED_H

#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** One access outside of its View; rank indices and then rank extents follow it in memory. */
typedef struct gr_impl_miss {
    const struct gr_buffer *buffer;
    const void *data;
    const char *view; /**< as the source spells it */
    const char *file;
    void *cell; /**< set by the report: where the access goes instead */
    size_t item;
    int line;
    int rank;
} gr_impl_miss;

/** One index with extent and stride. */
typedef struct gr_impl_dimension {
    gr_index index, extent, stride;
} gr_impl_dimension;

/** Report a miss and set its cell. */
GR_API GR_IMPL_COLD void gr_impl_view_miss(gr_impl_miss *miss);

/** The same, for GR_IMPL_MISS: every register keeps its value, the stack pointer is 128 lower. */
GR_API void gr_impl_view_miss_quietly(void);

/* Kernel files of a device; other files of its compiler are the host's. */
#if (defined(__CUDACC__) || defined(__HIPCC__)) && defined(GR_IMPL_FILE_VENDOR)
#if defined(GRANUM_CHECKED) && GRANUM_CHECKED
GR_EXTERN_C_END
static __device__ void gr_impl_dev_miss(gr_impl_miss *miss);
GR_EXTERN_C_BEGIN
#endif
#define GR_IMPL_ACCESS __host__ __device__ GR_IMPL_INLINE
#else
#define GR_IMPL_ACCESS GR_IMPL_INLINE
#endif

/* The 128 bytes below the stack pointer belong to the caller. */
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
#ifdef GR_IMPL_FILE_VENDOR
#define GR_IMPL_MISS(miss) gr_impl_dev_miss(miss)
#else
#define GR_IMPL_MISS(miss) gr_impl_view_miss(miss)
#endif
#elif defined(__x86_64__) && defined(__ELF__) && defined(__LP64__)
#define GR_IMPL_MISS(miss)                                                 \
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"                         \
                     "call *gr_impl_view_miss_quietly@GOTPCREL(%%rip)\n\t" \
                     "leaq 128(%%rsp), %%rsp"                              \
                     :                                                     \
                     : "D"(miss)                                           \
                     : "memory", "cc")
#else
#define GR_IMPL_MISS(miss) gr_impl_view_miss(miss)
#endif

GR_EXTERN_C_END

#if defined(GRANUM_CHECKED) && GRANUM_CHECKED

#define GR_IMPL_WITHIN(d) ((size_t)(d).index < (size_t)(d).extent)

/* `extent` where `condition` holds, else 0; as a mask, which no compiler turns into a branch. */
#define GR_IMPL_LIMIT(condition, extent) ((size_t)(extent) & (0 - (size_t)(condition)))

#define GR_IMPL_CELL(head, rank, ...)             \
    do {                                          \
        struct {                                  \
            gr_impl_miss miss;                    \
            gr_index values[2 * (rank)];          \
        } gr_impl_report = {head, {__VA_ARGS__}}; \
        GR_IMPL_MISS(&gr_impl_report.miss);       \
        return gr_impl_report.miss.cell;          \
    } while (0)

/* Address of an element, or of the spare cell. `left`: the first index is the one of unit stride.
 *  */
GR_IMPL_ACCESS void *gr_impl_at_0(gr_impl_miss miss) {
    if (GR_IMPL_LIKELY(miss.data != NULL)) {
        return (void *)(uintptr_t)miss.data;
    }
    GR_IMPL_MISS(&miss);
    return miss.cell;
}

GR_IMPL_ACCESS void *gr_impl_at_1(gr_impl_miss miss, bool left, gr_impl_dimension a) {
    const size_t limit = (size_t)a.extent;

    (void)left;
    if (GR_IMPL_LIKELY((size_t)a.index < limit)) {
        return (char *)(uintptr_t)miss.data + (a.index * a.stride) * (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 1, a.index, a.extent);
}

GR_IMPL_ACCESS void *gr_impl_at_2(gr_impl_miss miss, bool left, gr_impl_dimension a,
                                  gr_impl_dimension b) {
    const gr_impl_dimension inner = left ? a : b;
    const gr_impl_dimension outer = left ? b : a;
    const size_t limit = GR_IMPL_LIMIT(GR_IMPL_WITHIN(outer), inner.extent);

    if (GR_IMPL_LIKELY((size_t)inner.index < limit)) {
        return (char *)(uintptr_t)miss.data +
               (a.index * a.stride + b.index * b.stride) * (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 2, a.index, b.index, a.extent, b.extent);
}

GR_IMPL_ACCESS void *gr_impl_at_3(gr_impl_miss miss, bool left, gr_impl_dimension a,
                                  gr_impl_dimension b, gr_impl_dimension c) {
    const gr_impl_dimension inner = left ? a : c;
    const gr_impl_dimension outer = left ? c : a;
    const size_t limit = GR_IMPL_LIMIT(GR_IMPL_WITHIN(outer) & GR_IMPL_WITHIN(b), inner.extent);

    if (GR_IMPL_LIKELY((size_t)inner.index < limit)) {
        return (char *)(uintptr_t)miss.data +
               (a.index * a.stride + b.index * b.stride + c.index * c.stride) * (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 3, a.index, b.index, c.index, a.extent, b.extent, c.extent);
}

GR_IMPL_ACCESS void *gr_impl_at_4(gr_impl_miss miss, bool left, gr_impl_dimension a,
                                  gr_impl_dimension b, gr_impl_dimension c, gr_impl_dimension d) {
    const gr_impl_dimension inner = left ? a : d;
    const gr_impl_dimension outer = left ? d : a;
    const size_t limit =
        GR_IMPL_LIMIT(GR_IMPL_WITHIN(outer) & GR_IMPL_WITHIN(b) & GR_IMPL_WITHIN(c), inner.extent);

    if (GR_IMPL_LIKELY((size_t)inner.index < limit)) {
        return (char *)(uintptr_t)miss.data +
               (a.index * a.stride + b.index * b.stride + c.index * c.stride + d.index * d.stride) *
                   (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 4, a.index, b.index, c.index, d.index, a.extent, b.extent, c.extent,
                 d.extent);
}

GR_IMPL_ACCESS void *gr_impl_at_5(gr_impl_miss miss, bool left, gr_impl_dimension a,
                                  gr_impl_dimension b, gr_impl_dimension c, gr_impl_dimension d,
                                  gr_impl_dimension e) {
    const gr_impl_dimension inner = left ? a : e;
    const gr_impl_dimension outer = left ? e : a;
    const size_t limit = GR_IMPL_LIMIT(GR_IMPL_WITHIN(outer) & GR_IMPL_WITHIN(b) &
                                           GR_IMPL_WITHIN(c) & GR_IMPL_WITHIN(d),
                                       inner.extent);

    if (GR_IMPL_LIKELY((size_t)inner.index < limit)) {
        return (char *)(uintptr_t)miss.data +
               (a.index * a.stride + b.index * b.stride + c.index * c.stride + d.index * d.stride +
                e.index * e.stride) *
                   (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 5, a.index, b.index, c.index, d.index, e.index, a.extent, b.extent, c.extent,
                 d.extent, e.extent);
}

GR_IMPL_ACCESS void *gr_impl_at_6(gr_impl_miss miss, bool left, gr_impl_dimension a,
                                  gr_impl_dimension b, gr_impl_dimension c, gr_impl_dimension d,
                                  gr_impl_dimension e, gr_impl_dimension f) {
    const gr_impl_dimension inner = left ? a : f;
    const gr_impl_dimension outer = left ? f : a;
    const size_t limit =
        GR_IMPL_LIMIT(GR_IMPL_WITHIN(outer) & GR_IMPL_WITHIN(b) & GR_IMPL_WITHIN(c) &
                          GR_IMPL_WITHIN(d) & GR_IMPL_WITHIN(e),
                      inner.extent);

    if (GR_IMPL_LIKELY((size_t)inner.index < limit)) {
        return (char *)(uintptr_t)miss.data +
               (a.index * a.stride + b.index * b.stride + c.index * c.stride + d.index * d.stride +
                e.index * e.stride + f.index * f.stride) *
                   (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 6, a.index, b.index, c.index, d.index, e.index, f.index, a.extent, b.extent,
                 c.extent, d.extent, e.extent, f.extent);
}

GR_IMPL_ACCESS void *gr_impl_at_7(gr_impl_miss miss, bool left, gr_impl_dimension a,
                                  gr_impl_dimension b, gr_impl_dimension c, gr_impl_dimension d,
                                  gr_impl_dimension e, gr_impl_dimension f, gr_impl_dimension g) {
    const gr_impl_dimension inner = left ? a : g;
    const gr_impl_dimension outer = left ? g : a;
    const size_t limit =
        GR_IMPL_LIMIT(GR_IMPL_WITHIN(outer) & GR_IMPL_WITHIN(b) & GR_IMPL_WITHIN(c) &
                          GR_IMPL_WITHIN(d) & GR_IMPL_WITHIN(e) & GR_IMPL_WITHIN(f),
                      inner.extent);

    if (GR_IMPL_LIKELY((size_t)inner.index < limit)) {
        return (char *)(uintptr_t)miss.data +
               (a.index * a.stride + b.index * b.stride + c.index * c.stride + d.index * d.stride +
                e.index * e.stride + f.index * f.stride + g.index * g.stride) *
                   (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 7, a.index, b.index, c.index, d.index, e.index, f.index, g.index, a.extent,
                 b.extent, c.extent, d.extent, e.extent, f.extent, g.extent);
}

GR_IMPL_ACCESS void *gr_impl_at_8(gr_impl_miss miss, bool left, gr_impl_dimension a,
                                  gr_impl_dimension b, gr_impl_dimension c, gr_impl_dimension d,
                                  gr_impl_dimension e, gr_impl_dimension f, gr_impl_dimension g,
                                  gr_impl_dimension h) {
    const gr_impl_dimension inner = left ? a : h;
    const gr_impl_dimension outer = left ? h : a;
    const size_t limit = GR_IMPL_LIMIT(
        GR_IMPL_WITHIN(outer) & GR_IMPL_WITHIN(b) & GR_IMPL_WITHIN(c) & GR_IMPL_WITHIN(d) &
            GR_IMPL_WITHIN(e) & GR_IMPL_WITHIN(f) & GR_IMPL_WITHIN(g),
        inner.extent);

    if (GR_IMPL_LIKELY((size_t)inner.index < limit)) {
        return (char *)(uintptr_t)miss.data +
               (a.index * a.stride + b.index * b.stride + c.index * c.stride + d.index * d.stride +
                e.index * e.stride + f.index * f.stride + g.index * g.stride + h.index * h.stride) *
                   (gr_index)miss.item;
    }
    GR_IMPL_CELL(miss, 8, a.index, b.index, c.index, d.index, e.index, f.index, g.index, h.index,
                 a.extent, b.extent, c.extent, d.extent, e.extent, f.extent, g.extent, h.extent);
}

#define GR_IMPL_DIMENSION(v, d, i) \
    (GR_IMPL_LITERAL(gr_impl_dimension){(gr_index)(i), (v).extent[d], GR_IMPL_STRIDE(v, d)})
#define GR_IMPL_MISS_OF(v)                                                                      \
    (GR_IMPL_LITERAL(gr_impl_miss){(v).buffer, (v).data, #v, __FILE__, NULL, sizeof(*(v).data), \
                                   __LINE__, GR_IMPL_VIEW_RANK(v)})
#define GR_IMPL_AT(v, n, ...)                                                         \
    (*(__typeof__((v).data + 0))(GR_IMPL_CHECK_RANK(v, n),                            \
                                 gr_impl_at_##n(GR_IMPL_MISS_OF(v),                   \
                                                sizeof((v).facts->layout) == GR_LEFT, \
                                                __VA_ARGS__)))

#define GR_IMPL_AT_0(v) \
    (*(__typeof__((v).data + 0))(GR_IMPL_CHECK_RANK(v, 0), gr_impl_at_0(GR_IMPL_MISS_OF(v))))
#define GR_IMPL_AT_1(v, a) GR_IMPL_AT(v, 1, GR_IMPL_DIMENSION(v, 0, a))
#define GR_IMPL_AT_2(v, a, b) \
    GR_IMPL_AT(v, 2, GR_IMPL_DIMENSION(v, 0, a), GR_IMPL_DIMENSION(v, 1, b))
#define GR_IMPL_AT_3(v, a, b, c)                                             \
    GR_IMPL_AT(v, 3, GR_IMPL_DIMENSION(v, 0, a), GR_IMPL_DIMENSION(v, 1, b), \
               GR_IMPL_DIMENSION(v, 2, c))
#define GR_IMPL_AT_4(v, a, b, c, d)                                          \
    GR_IMPL_AT(v, 4, GR_IMPL_DIMENSION(v, 0, a), GR_IMPL_DIMENSION(v, 1, b), \
               GR_IMPL_DIMENSION(v, 2, c), GR_IMPL_DIMENSION(v, 3, d))
#define GR_IMPL_AT_5(v, a, b, c, d, e)                                       \
    GR_IMPL_AT(v, 5, GR_IMPL_DIMENSION(v, 0, a), GR_IMPL_DIMENSION(v, 1, b), \
               GR_IMPL_DIMENSION(v, 2, c), GR_IMPL_DIMENSION(v, 3, d), GR_IMPL_DIMENSION(v, 4, e))
#define GR_IMPL_AT_6(v, a, b, c, d, e, f)                                                          \
    GR_IMPL_AT(v, 6, GR_IMPL_DIMENSION(v, 0, a), GR_IMPL_DIMENSION(v, 1, b),                       \
               GR_IMPL_DIMENSION(v, 2, c), GR_IMPL_DIMENSION(v, 3, d), GR_IMPL_DIMENSION(v, 4, e), \
               GR_IMPL_DIMENSION(v, 5, f))
#define GR_IMPL_AT_7(v, a, b, c, d, e, f, g)                                                       \
    GR_IMPL_AT(v, 7, GR_IMPL_DIMENSION(v, 0, a), GR_IMPL_DIMENSION(v, 1, b),                       \
               GR_IMPL_DIMENSION(v, 2, c), GR_IMPL_DIMENSION(v, 3, d), GR_IMPL_DIMENSION(v, 4, e), \
               GR_IMPL_DIMENSION(v, 5, f), GR_IMPL_DIMENSION(v, 6, g))
#define GR_IMPL_AT_8(v, a, b, c, d, e, f, g, h)                                                    \
    GR_IMPL_AT(v, 8, GR_IMPL_DIMENSION(v, 0, a), GR_IMPL_DIMENSION(v, 1, b),                       \
               GR_IMPL_DIMENSION(v, 2, c), GR_IMPL_DIMENSION(v, 3, d), GR_IMPL_DIMENSION(v, 4, e), \
               GR_IMPL_DIMENSION(v, 5, f), GR_IMPL_DIMENSION(v, 6, g), GR_IMPL_DIMENSION(v, 7, h))

#endif

#endif
