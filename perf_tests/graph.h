/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.h
 * @brief Ten steps of a Runge-Kutta scheme for n oscillators, ten kernels a step.
 *
 * Of an oscillator u' = v, v' = -u: four slopes, three points between, the sum of the slopes, the
 * energy, and the largest |u| so far.
 * Source: Kutta 1901, Zeitschrift fuer Mathematik und Physik 46, 435-453: the classical scheme.
 */
#ifndef PERF_TESTS_GRAPH_H
#define PERF_TESTS_GRAPH_H

#include <granum/granum.h>

GR_EXTERN_C_BEGIN

/** Steps of one run, and kernels of a step. */
enum { RK_STEPS = 10, RK_KERNELS = 10 };

typedef struct rk_data {
    gr_view1_f64 u, v, tu, tv, energy, most, ku[4], kv[4];
    double h;        /**< length of a step */
    gr_graph *graph; /**< of all steps */
} rk_data;

/** Record the steps; by_index: dependencies are by index, otherwise each kernel waits for all of
 * the one before. */
gr_status rk_record(rk_data *d, bool by_index);

void rk_graph(void *data);    /**< the graph */
void rk_launches(void *data); /**< its launches one by one */
void rk_twin(void *data);     /**< a hundred `omp parallel for` */

GR_EXTERN_C_END

#endif
