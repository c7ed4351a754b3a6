/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_best.c
 * @brief Prefix sums by hand: the twin's blocks, vectors in both passes, serial where short.
 */
#include "scan.h"
#include "simd.h"

#include <omp.h>

#define VALUE double
#define VECTOR v8d
#define VECTOR_(op) v8d_##op
#define DATA scan_data_f64
#define SIDE(kernel) scan_##kernel##_f64_best
#define LOCAL(name) name##_f64
#include "scan_best_template.h"

#define VALUE int64_t
#define VECTOR v8l
#define VECTOR_(op) v8l_##op
#define DATA scan_data_i64
#define SIDE(kernel) scan_##kernel##_i64_best
#define LOCAL(name) name##_i64
#include "scan_best_template.h"
