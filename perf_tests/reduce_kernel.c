/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_kernel.c
 * @brief Reductions as a granum user writes them.
 */
#include "reduce.h"

#include <math.h>

#define REAL double
#define COUNT int64_t
#define VIEW gr_view1_f64
#define DATA reduce_data_f64
#define SIDE(kernel) reduce_##kernel##_f64_granum
#include "reduce_kernel_template.h"

#define REAL float
#define COUNT int32_t
#define VIEW gr_view1_f32
#define DATA reduce_data_f32
#define SIDE(kernel) reduce_##kernel##_f32_granum
#include "reduce_kernel_template.h"
