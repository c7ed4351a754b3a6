/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device.h
 * @brief Rows on a device: granum's side (device_kernel.c), and hand-written CUDA and CUB
 * (device_twin.cu) over the same memory.
 */
#ifndef GRANUM_BENCH_DEVICE_H
#define GRANUM_BENCH_DEVICE_H

#include <granum/graph.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** What all rows work on; Views that the row's kind has no use for are empty. */
typedef struct device_data {
    gr_index n; /**< elements, or of each side of a square or a cube */
    gr_view1_f64_left a, b, c;
    gr_view1_f32_left fa, fb, fc;
    gr_view1_i64_left ia, ic;
    gr_view2_f64_left p, q;
    gr_view2_f64_right t;
    gr_view3_f64_left u, v;
    double result;
    gr_index where;
    gr_graph *graph;
} device_data;

/** Nodes of a graph, one after the other; times of such rows are those of one node. */
enum { DEVICE_NODES = 64 };

/** Kinds of rows: which Views they want. */
typedef enum device_kind {
    DEVICE_F64,
    DEVICE_F32,
    DEVICE_I64,
    DEVICE_SQUARE,
    DEVICE_CUBE,
    DEVICE_GRAPH,
    DEVICE_KINDS
} device_kind;

/**
 * Every row: X(name, kind, bytes that it moves for an element). Both sides have a function
 * device_<name>_granum and device_<name>_twin; results are in data->result where there is one.
 */
#define DEVICE_ROWS(X)               \
    X(empty, DEVICE_F64, 0)          \
    X(copy_f64, DEVICE_F64, 16)      \
    X(mul_f64, DEVICE_F64, 16)       \
    X(add_f64, DEVICE_F64, 24)       \
    X(triad_f64, DEVICE_F64, 24)     \
    X(fill_f64, DEVICE_F64, 8)       \
    X(deep_copy_f64, DEVICE_F64, 16) \
    X(dot_f64, DEVICE_F64, 16)       \
    X(sum_f64, DEVICE_F64, 8)        \
    X(min_f64, DEVICE_F64, 8)        \
    X(minloc_f64, DEVICE_F64, 8)     \
    X(scan_f64, DEVICE_F64, 16)      \
    X(copy_f32, DEVICE_F32, 8)       \
    X(triad_f32, DEVICE_F32, 12)     \
    X(sum_f32, DEVICE_F32, 4)        \
    X(scan_f32, DEVICE_F32, 8)       \
    X(scan_i64, DEVICE_I64, 16)      \
    X(transpose, DEVICE_SQUARE, 16)  \
    X(jacobi_2d, DEVICE_SQUARE, 16)  \
    X(jacobi_3d, DEVICE_CUBE, 16)    \
    X(graph_node, DEVICE_GRAPH, 24)

#define DEVICE_DECLARE(name, kind, bytes)        \
    void device_##name##_granum(device_data *d); \
    void device_##name##_twin(device_data *d);
DEVICE_ROWS(DEVICE_DECLARE)
#undef DEVICE_DECLARE

/** Set the elements of all Views that there are. */
void device_set(device_data *d);

/** The graph of a row that replays one: c = a, then c = c / 2 + b in each node. */
gr_status device_graph_make(device_data *d);

/** Sum of what a row of a kind has written. */
double device_check(device_data *d, device_kind kind);

/** Wait for the twins' stream. */
void device_twin_wait(void);

GR_EXTERN_C_END

#endif
