/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_twin.c
 * @brief Prefix sums in plain C + OpenMP: two passes, over blocks that stay in cache between them.
 *
 * A block is dealt out to the threads: each sums its part, then, knowing the parts before its own,
 * scans it.
 */
#include "scan.h"

#include <omp.h>

#define VALUE double
#define DATA scan_data_f64
#define SIDE(kernel) scan_##kernel##_f64_twin
#define LOCAL(name) name##_f64
#include "scan_twin_template.h"

#define VALUE int64_t
#define DATA scan_data_i64
#define SIDE(kernel) scan_##kernel##_i64_twin
#define LOCAL(name) name##_i64
#include "scan_twin_template.h"
