/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_initialize_kernel.h
 * @brief Kernels that call what only the host may call.
 */
#ifndef GRANUM_TEST_INITIALIZE_KERNEL_H
#define GRANUM_TEST_INITIALIZE_KERNEL_H

#include <granum/status.h>

GR_EXTERN_C_BEGIN

/** Call gr_initialize (which 0) or gr_finalize (which 1) in a kernel; what it answered there. */
gr_status life_cycle_in_kernel(int which);

GR_EXTERN_C_END

#endif
