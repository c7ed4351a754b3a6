/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_best.c
 * @brief Reductions by hand: eight 64-byte accumulators a thread, serial where short.
 */
#include "reduce.h"
#include "simd.h"

#include <math.h>
#include <omp.h>

#define REAL double
#define VECTOR v8d
#define MASK v8l
#define WIDTH 8
#define DATA reduce_data_f64
#define SIDE(kernel) reduce_##kernel##_f64_best
#define LOCAL(kernel) kernel##_f64
#define VECTOR_(op) v8d_##op
#include "reduce_best_template.h"

#define REAL float
#define VECTOR v16f
#define MASK v16i
#define WIDTH 16
#define DATA reduce_data_f32
#define SIDE(kernel) reduce_##kernel##_f32_best
#define LOCAL(kernel) kernel##_f32
#define VECTOR_(op) v16f_##op
#include "reduce_best_template.h"
