/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file instance.h
 * @brief Two kernels that only wait for their own arithmetic, on two halves of the threads.
 */
#ifndef PERF_TESTS_INSTANCE_H
#define PERF_TESTS_INSTANCE_H

#include "launch.h"

GR_EXTERN_C_BEGIN

/** One iteration of d a thread of the instance, about a millisecond each. */
void instance_chain(const heavy_data *d, gr_instance instance);

GR_EXTERN_C_END

#endif
