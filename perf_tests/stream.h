/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream.h
 * @brief The four STREAM kernels, three ways (McCalpin 1995, https://www.cs.virginia.edu/stream/).
 */
#ifndef PERF_TESTS_STREAM_H
#define PERF_TESTS_STREAM_H

#include <granum/granum.h>

typedef struct stream_data {
    gr_view1_f64 out, x, y; /**< of one extent */
    double scalar;
    double of_x, of_y; /**< what out must be: of_x * x + of_y * y */
} stream_data;

/* out = x; out = scalar * x; out = x + y; out = x + scalar * y. Each takes a stream_data. */
void stream_copy_granum(void *data);
void stream_mul_granum(void *data);
void stream_add_granum(void *data);
void stream_triad_granum(void *data);

void stream_copy_twin(void *data);
void stream_mul_twin(void *data);
void stream_add_twin(void *data);
void stream_triad_twin(void *data);

void stream_copy_best(void *data);
void stream_mul_best(void *data);
void stream_add_best(void *data);
void stream_triad_best(void *data);

#endif
