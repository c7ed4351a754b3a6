/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file d2q9_best.c
 * @brief The twin again, compiled so that a * b + c is fused (see CMakeLists.txt).
 */
#define SIDE(name) name##_best
#include "d2q9_twin.c"
