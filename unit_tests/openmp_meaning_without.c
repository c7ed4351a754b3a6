/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file openmp_meaning_without.c
 * @brief OpenMP in a file that knows nothing of granum: the oracle of test_openmp_meaning.c.
 */
#include "test_openmp_meaning.h"

#define OBSERVE observe_without
#include "openmp_meaning.h"
