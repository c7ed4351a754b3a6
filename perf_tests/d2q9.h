/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file d2q9.h
 * @brief What one step of lattice Boltzmann needs, and who does it.
 */
#ifndef PERF_TESTS_D2Q9_H
#define PERF_TESTS_D2Q9_H

#include <granum/granum.h>

/** f(q, x, y) of nx x ny cells with a rim of one around them, as in examples/d2q9.c: in the right
 * layout directions are apart, in the left one cells. One pair is used. */
typedef struct d2q9_data {
    gr_view3_f64_right f, g, expected; /**< (9, nx + 2, ny + 2) */
    gr_view3_f64_left f_cells, g_cells;
    gr_index nx, ny;
    double rate, push;
} d2q9_data;

GR_EXTERN_C_BEGIN

void d2q9_planes_granum(void *data);
void d2q9_planes_twin(void *data);
void d2q9_planes_best(void *data);
void d2q9_cells_granum(void *data);
void d2q9_cells_twin(void *data);
void d2q9_cells_best(void *data);

GR_EXTERN_C_END

#endif
