/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lennard_jones_best.c
 * @brief The twin again, compiled so that a * b + c is fused (see CMakeLists.txt).
 */
#define SIDE(name) name##_best
#include "lennard_jones_twin.c"
