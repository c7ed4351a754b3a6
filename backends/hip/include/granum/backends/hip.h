/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file hip.h
 * @brief The hip backend: AMD GPUs. Chosen with granum_kernels(... BACKEND hip).
 */
#ifndef GRANUM_BACKENDS_HIP_H
#define GRANUM_BACKENDS_HIP_H

#include <granum/hip/vendor.h>

#include <granum/hip/late.h>

#include <granum/gpu/backend.h>

#endif
