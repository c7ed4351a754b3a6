/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file cuda.h
 * @brief The cuda backend: NVIDIA GPUs. Chosen with granum_kernels(... BACKEND cuda).
 */
#ifndef GRANUM_BACKENDS_CUDA_H
#define GRANUM_BACKENDS_CUDA_H

#include <granum/cuda/vendor.h>

#include <granum/gpu/backend.h>

#endif
