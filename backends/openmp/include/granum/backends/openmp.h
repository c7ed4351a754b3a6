/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file openmp.h
 * @brief The openmp backend: threads of the host. Chosen with granum_kernels(... BACKEND openmp).
 */
#ifndef GRANUM_BACKENDS_OPENMP_H
#define GRANUM_BACKENDS_OPENMP_H

#define GR_IMPL_HOST_THREADS 0
#include <granum/impl/host.h>

#endif
