/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lennard_jones.h
 * @brief What the forces between atoms need, and who computes them.
 */
#ifndef PERF_TESTS_LENNARD_JONES_H
#define PERF_TESTS_LENNARD_JONES_H

#include "../examples/cells.h"

#define LENNARD_JONES_CUTOFF 2.5

typedef struct lennard_jones_data {
    cells s;
    gr_view2_f64 x;        /**< (3, n): positions, unsorted */
    gr_view2_f64 force;    /**< (3, n): by the atoms' own numbers */
    gr_view2_f64 expected; /**< (3, n) */
} lennard_jones_data;

GR_EXTERN_C_BEGIN

/** 4 crystal^3 atoms, sorted. */
gr_status lennard_jones_make(lennard_jones_data *d, gr_index crystal);

void lennard_jones_granum(void *data);
void lennard_jones_twin(void *data);
void lennard_jones_best(void *data);

GR_EXTERN_C_END

#endif
