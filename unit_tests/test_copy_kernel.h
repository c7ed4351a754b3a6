/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_copy_kernel.h
 * @brief A kernel that asks for what only the host may ask for.
 */
#ifndef GRANUM_TEST_COPY_KERNEL_H
#define GRANUM_TEST_COPY_KERNEL_H

#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** Copy (which 0), fill (1) or save (2) a View in a kernel; what that answered there. */
gr_status copy_in_kernel(gr_any_view dst, gr_any_view src, int which);

/** dst[i, j, k] = src[i, j, k] by a kernel. */
void copy_by_kernel(gr_view3_f64_left dst, gr_view3_f64_right src);

GR_EXTERN_C_END

#endif
