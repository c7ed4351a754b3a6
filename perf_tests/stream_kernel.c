/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream_kernel.c
 * @brief STREAM as a granum user writes it.
 */
#include "stream.h"

#define REAL double
#define VIEW gr_view1_f64
#define DATA stream_data
#define SIDE(kernel) stream_##kernel##_granum
#include "stream_kernel_template.h"
