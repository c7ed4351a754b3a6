/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file mdrange.h
 * @brief The average of an element's neighbours in 2 to 6 dimensions, three ways.
 */
#ifndef PERF_TESTS_MDRANGE_H
#define PERF_TESTS_MDRANGE_H

#include <granum/granum.h>

typedef struct mdrange_data {
    int rank;
    gr_index extent[6]; /* with a border of one */
    double *a, *b;      /* the data of the Views of that rank */
    gr_view2_f64 a2, b2;
    gr_view3_f64 a3, b3;
    gr_view4_f64 a4, b4;
    gr_view5_f64 a5, b5;
    gr_view6_f64 a6, b6;
    gr_view1_f64 expected;
    gr_index tile; /* of best, along the last index but one */
} mdrange_data;

/* The Views of d->rank. */
gr_status mdrange_make(mdrange_data *d);
void mdrange_release(mdrange_data *d);

/* Each takes an mdrange_data. */
void mdrange_2d_granum(void *data);
void mdrange_2d_twin(void *data);
void mdrange_2d_best(void *data);
void mdrange_3d_granum(void *data);
void mdrange_3d_twin(void *data);
void mdrange_3d_best(void *data);
void mdrange_4d_granum(void *data);
void mdrange_4d_twin(void *data);
void mdrange_4d_best(void *data);
void mdrange_5d_granum(void *data);
void mdrange_5d_twin(void *data);
void mdrange_5d_best(void *data);
void mdrange_6d_granum(void *data);
void mdrange_6d_twin(void *data);
void mdrange_6d_best(void *data);

#endif
