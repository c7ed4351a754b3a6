/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.h
 * @brief A Chebyshev series of a hundred terms at n points: a kernel a term, each on the two
 * before.
 *
 * From the last term to the first, b = c_k + 2 x b' - b'', in the place of b''.
 * Source: Clenshaw 1955, doi:10.1090/S0025-5718-1955-0071856-0
 */
#ifndef PERF_TESTS_GRAPH_H
#define PERF_TESTS_GRAPH_H

#include <granum/granum.h>

GR_EXTERN_C_BEGIN

/** Terms of the series, and kernels of a run. */
#define SERIES_TERMS 100
/** Its coefficients. */
#define SERIES_COEFFICIENT(k) (1.0 / (double)(((k) + 1) * ((k) + 1)))

typedef struct series_data {
    gr_view1_f64 x, b[2]; /* kernel k writes b[k % 2] */
    gr_graph *graph;
} series_data;

/** Record the kernels; by_index: dependencies are by index, otherwise each kernel waits for all of
 * the one before. */
gr_status series_record(series_data *d, bool by_index);

void series_graph(void *data);    /**< the graph */
void series_launches(void *data); /**< its launches one by one */
void series_twin(void *data);     /**< a hundred `omp parallel for` */

GR_EXTERN_C_END

#endif
