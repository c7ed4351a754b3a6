/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device.h
 * @brief Rows on a device: granum's side (*_kernel.c), hand-written CUDA and CUB (*_twin.cu), and
 * what the host expects (expect.c), over the same memory.
 */
#ifndef GRANUM_BENCH_DEVICE_H
#define GRANUM_BENCH_DEVICE_H

#include <granum/graph.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** Results of minloc. */
typedef struct device_low_f64 {
    double value;
    gr_index location;
} device_low_f64;
typedef struct device_low_f32 {
    float value;
    gr_index location;
} device_low_f32;
GR_DEFINE_VIEW(low_f64, device_low_f64)
GR_DEFINE_VIEW(low_f32, device_low_f32)

/** What all rows work on; Views that the row's kind has no use for are empty. */
typedef struct device_data {
    gr_index n; /**< elements, or of each side of a square or a cube */
    gr_view1_f64_left a, b, c;
    gr_view1_f32_left fa, fb, fc;
    gr_view1_i64_left ia, ic;
    gr_view1_i32_left ja, jc;
    gr_view2_f64_left p, q;
    gr_view2_f64_right t;
    gr_view3_f64_left u, v;
    gr_view2_f64_right ma, mb, mc; /**< matrices: mc += ma mb */
    /** Results of reductions that stay on the device. */
    gr_view0_f64_left s64;
    gr_view0_f32_left s32;
    gr_view0_low_f64_left low64;
    gr_view0_low_f32_left low32;
    double result; /**< of a reduction, on the host */
    gr_index where;
    gr_graph *graph;
    void *more; /**< what the kind's own kernel file keeps */
    /* Where that is in the device's memory, for twins. */
    const int64_t *row, *keys, *first, *order;
    const int32_t *col;
    const double *val, *x, *sorted;
    double *y, *force;
    int64_t *bins;
    gr_index rows, atoms, cells, room;
    double box;
    const double *positions; /**< of atoms, on the host; while answers are compared */
} device_data;

/** What answers are spoilt with before a side is asked for its own. */
#define DEVICE_SPOILT (-9.0)

enum {
    DEVICE_NODES = 64,   /**< of a graph, one after the other; times are those of one node */
    DEVICE_LAUNCHES = 64 /**< sent before anybody waits; times are those of one */
};
enum { DEVICE_BINS = 1000 };

/** Kinds of rows: which Views they want, and which of them is the answer. */
typedef enum device_kind {
    DEVICE_F64,
    DEVICE_F32,
    DEVICE_I64,
    DEVICE_I32,
    DEVICE_SQUARE,
    DEVICE_CUBE,
    DEVICE_SPARSE,
    DEVICE_MATRIX,
    DEVICE_KEYS,
    DEVICE_ATOMS,
    DEVICE_GRAPH,
    DEVICE_LAUNCH,
    DEVICE_KINDS
} device_kind;

/** Targets, as README.md's table has them. */
typedef enum device_goal {
    GOAL_STREAM,  /**< the twin's time, and the device's own copy's from 3e7 elements on */
    GOAL_RESULT,  /**< a reduction whose result stays on the device: CUB from 1e7 on */
    GOAL_HOST,    /**< one whose result the host wants: ahead of CUB and its copy to the host */
    GOAL_SCAN,    /**< of integers */
    GOAL_ANY,     /**< a scan of floating point in no particular order */
    GOAL_FIXED,   /**< a scan of floating point in the documented order */
    GOAL_KERNEL,  /**< a hand-written kernel, at the largest size */
    GOAL_LAUNCH,  /**< launches */
    GOAL_NODE,    /**< nodes of a graph */
    GOAL_REPORTED /**< none */
} device_goal;

/**
 * Every row: X(function, name, kind, bytes that it moves for an element, goal, answer). Both sides
 * have a function device_<function>_granum and _twin. The answer is a View of the kind or, with
 * RESULT, what data->result or d->c (0) say.
 */
#define DEVICE_ROWS(X)                                                         \
    X(empty, "launch.empty", DEVICE_LAUNCH, 0, GOAL_LAUNCH, VIEW)              \
    X(graph, "graph.node.f64", DEVICE_GRAPH, 24, GOAL_NODE, VIEW)              \
    X(copy_f64, "stream.copy.f64", DEVICE_F64, 16, GOAL_STREAM, VIEW)          \
    X(mul_f64, "stream.mul.f64", DEVICE_F64, 16, GOAL_STREAM, VIEW)            \
    X(add_f64, "stream.add.f64", DEVICE_F64, 24, GOAL_STREAM, VIEW)            \
    X(triad_f64, "stream.triad.f64", DEVICE_F64, 24, GOAL_STREAM, VIEW)        \
    X(fill_f64, "copy.fill.f64", DEVICE_F64, 8, GOAL_STREAM, VIEW)             \
    X(same_f64, "copy.same.f64", DEVICE_F64, 16, GOAL_STREAM, VIEW)            \
    X(copy_f32, "stream.copy.f32", DEVICE_F32, 8, GOAL_STREAM, VIEW)           \
    X(mul_f32, "stream.mul.f32", DEVICE_F32, 8, GOAL_STREAM, VIEW)             \
    X(add_f32, "stream.add.f32", DEVICE_F32, 12, GOAL_STREAM, VIEW)            \
    X(triad_f32, "stream.triad.f32", DEVICE_F32, 12, GOAL_STREAM, VIEW)        \
    X(fill_f32, "copy.fill.f32", DEVICE_F32, 4, GOAL_STREAM, VIEW)             \
    X(same_f32, "copy.same.f32", DEVICE_F32, 8, GOAL_STREAM, VIEW)             \
    X(dot_f64, "reduce.dot.f64", DEVICE_F64, 16, GOAL_RESULT, RESULT)          \
    X(sum_f64, "reduce.sum.f64", DEVICE_F64, 8, GOAL_RESULT, RESULT)           \
    X(min_f64, "reduce.min.f64", DEVICE_F64, 8, GOAL_RESULT, RESULT)           \
    X(minloc_f64, "reduce.minloc.f64", DEVICE_F64, 8, GOAL_RESULT, RESULT)     \
    X(dot_f32, "reduce.dot.f32", DEVICE_F32, 8, GOAL_RESULT, RESULT)           \
    X(sum_f32, "reduce.sum.f32", DEVICE_F32, 4, GOAL_RESULT, RESULT)           \
    X(min_f32, "reduce.min.f32", DEVICE_F32, 4, GOAL_RESULT, RESULT)           \
    X(minloc_f32, "reduce.minloc.f32", DEVICE_F32, 4, GOAL_RESULT, RESULT)     \
    X(host_dot_f64, "to.host.dot.f64", DEVICE_F64, 16, GOAL_HOST, RESULT)      \
    X(host_sum_f64, "to.host.sum.f64", DEVICE_F64, 8, GOAL_HOST, RESULT)       \
    X(host_min_f64, "to.host.min.f64", DEVICE_F64, 8, GOAL_HOST, RESULT)       \
    X(host_minloc_f64, "to.host.minloc.f64", DEVICE_F64, 8, GOAL_HOST, RESULT) \
    X(host_dot_f32, "to.host.dot.f32", DEVICE_F32, 8, GOAL_HOST, RESULT)       \
    X(host_sum_f32, "to.host.sum.f32", DEVICE_F32, 4, GOAL_HOST, RESULT)       \
    X(host_min_f32, "to.host.min.f32", DEVICE_F32, 4, GOAL_HOST, RESULT)       \
    X(host_minloc_f32, "to.host.minloc.f32", DEVICE_F32, 4, GOAL_HOST, RESULT) \
    X(scan_i32, "scan.inclusive.i32", DEVICE_I32, 8, GOAL_SCAN, VIEW)          \
    X(scan_i64, "scan.inclusive.i64", DEVICE_I64, 16, GOAL_SCAN, VIEW)         \
    X(scan_f32, "scan.inclusive.f32", DEVICE_F32, 8, GOAL_FIXED, VIEW)         \
    X(scan_f64, "scan.inclusive.f64", DEVICE_F64, 16, GOAL_FIXED, VIEW)        \
    X(any_f32, "scan.any.f32", DEVICE_F32, 8, GOAL_ANY, VIEW)                  \
    X(any_f64, "scan.any.f64", DEVICE_F64, 16, GOAL_ANY, VIEW)                 \
    X(transpose, "copy.transpose.f64", DEVICE_SQUARE, 16, GOAL_KERNEL, VIEW)   \
    X(jacobi_2d, "stencil.jacobi2d.f64", DEVICE_SQUARE, 16, GOAL_KERNEL, VIEW) \
    X(jacobi_3d, "stencil.jacobi3d.f64", DEVICE_CUBE, 16, GOAL_KERNEL, VIEW)   \
    X(spmv, "spmv.laplace27", DEVICE_SPARSE, 27 * 12 + 24, GOAL_KERNEL, VIEW)  \
    X(dgemm, "dgemm", DEVICE_MATRIX, 32, GOAL_KERNEL, VIEW)                    \
    X(histogram, "histogram.i64", DEVICE_KEYS, 8, GOAL_KERNEL, VIEW)           \
    X(lennard_jones, "lennard_jones", DEVICE_ATOMS, 48, GOAL_KERNEL, VIEW)

/** What the documented order of a scan costs: the twin is granum's own scan in any order. */
#define DEVICE_ORDER_ROWS(X)                                           \
    X(order_f32, "order.scan.f32", DEVICE_F32, 8, GOAL_REPORTED, VIEW) \
    X(order_f64, "order.scan.f64", DEVICE_F64, 16, GOAL_REPORTED, VIEW)

#define DEVICE_DECLARE(function, name, kind, bytes, goal, answer) \
    void device_##function##_granum(void *data);                  \
    void device_##function##_twin(void *data);                    \
    double device_##function##_expect(const device_data *d, gr_index i, gr_index j, gr_index k);
DEVICE_ROWS(DEVICE_DECLARE)
DEVICE_ORDER_ROWS(DEVICE_DECLARE)
#undef DEVICE_DECLARE

/** Set the elements of all Views that there are. */
void device_set(device_data *d);
void device_set_grids(device_data *d);

/** What kinds of rows have beside the Views above; sizes are taken from d->n. */
gr_status device_graph_make(device_data *d);
gr_status device_sparse_make(device_data *d);
gr_status device_keys_make(device_data *d);
gr_status device_atoms_make(device_data *d);
gr_status device_sparse_drop(device_data *d);
gr_status device_keys_drop(device_data *d);
gr_status device_atoms_drop(device_data *d);

/** Copy count of what more holds to the host, from element lo on. */
gr_status device_sparse_fetch(double *to, const device_data *d, gr_index lo, gr_index count);
gr_status device_keys_fetch(double *to, const device_data *d);
gr_status device_atoms_fetch(double *to, const device_data *d, bool positions);

/** Wait for the twins' stream. */
void device_twin_wait(void);

/** The vendor's own copy of bytes in device memory. */
void device_twin_copy(void *to, const void *from, size_t bytes);

/** "CUDA 13.0, driver's 13.1, 1980 MHz". */
void device_twin_describe(char *text, size_t size);

/** Elements of the Views on the host: what device_set and device_set_grids set. */
double device_a(gr_index i);
double device_b(const device_data *d, gr_index i);

GR_EXTERN_C_END

#endif
