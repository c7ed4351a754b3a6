/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file checked_kernel.c
 * @brief The kernels of other rows once more, with every index checked (this file is compiled with
 * GRANUM_CHECKED).
 */
#define stream_copy_granum checked_copy_granum
#define stream_mul_granum checked_mul_granum
#define stream_add_granum checked_add_granum
#define stream_triad_granum checked_triad_granum
#include "stream_kernel.c"

#define stencil_jacobi2d_granum checked_jacobi2d_granum
#define stencil_jacobi3d_granum checked_jacobi3d_granum
#define stencil_copy4d_granum checked_copy4d_granum
#define stencil_copy5d_granum checked_copy5d_granum
#define stencil_copy6d_granum checked_copy6d_granum
#include "stencil_kernel.c"
