/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fp_kernel.h
 * @brief One expression compiled with FP exact and with FP fast.
 */
#ifndef GRANUM_TEST_FP_KERNEL_H
#define GRANUM_TEST_FP_KERNEL_H

#include <granum/types.h>

GR_EXTERN_C_BEGIN

double fp_exact(double a, double b, double c);
double fp_fast(double a, double b, double c);

/** Whether the machine and the build type let the compiler fuse. */
int fp_fast_can_fuse(void);

GR_EXTERN_C_END

#endif
