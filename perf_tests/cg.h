/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cg.h
 * @brief Conjugate gradients on a sparse matrix, two ways.
 */
#ifndef PERF_TESTS_CG_H
#define PERF_TESTS_CG_H

#include "../examples/csr.h"

typedef struct cg_data {
    csr a;
    gr_view1_f64 b, x, r, p, q;
    int steps;
    double rr; /* the residual's norm, squared, as the solver has it */
} cg_data;

/* The 27-point Laplacian on n^3 points and vectors; b is made by a kernel. */
gr_status cg_make(cg_data *d, gr_index n);

/* Each takes a cg_data. */
void cg_granum(void *data);
void cg_twin(void *data);

#endif
