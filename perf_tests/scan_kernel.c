/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_kernel.c
 * @brief Prefix sums as a granum user writes them.
 */
#include "scan.h"

#define T double
#define VIEW gr_view1_f64
#define DATA scan_data_f64
#define SIDE(kernel) scan_##kernel##_f64_granum
#include "scan_kernel_template.h"

#define T int64_t
#define VIEW gr_view1_i64
#define DATA scan_data_i64
#define SIDE(kernel) scan_##kernel##_i64_granum
#include "scan_kernel_template.h"
