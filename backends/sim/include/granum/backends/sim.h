/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file sim.h
 * @brief The sim backend: a simulated GPU. Chosen with granum_kernels(... BACKEND sim).
 */
#ifndef GRANUM_BACKENDS_SIM_H
#define GRANUM_BACKENDS_SIM_H

#ifndef __cplusplus
#error "granum: the sim backend compiles kernel files as C++17 (granum_kernels(... BACKEND sim))"
#endif

#include <granum/sim/vendor.h>

#include <granum/gpu/backend.h>

#endif
