/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_twin.c
 * @brief Reductions in plain C + OpenMP.
 */
#include "reduce.h"

#include <math.h>

#define REAL double
#define COUNT int64_t
#define DATA reduce_data_f64
#define SIDE(kernel) reduce_##kernel##_f64_twin
#include "reduce_twin_template.h"

#define REAL float
#define COUNT int32_t
#define DATA reduce_data_f32
#define SIDE(kernel) reduce_##kernel##_f32_twin
#include "reduce_twin_template.h"
