/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file crash.h
 * @brief Debug word "crash"; private to core.
 */
#ifndef GRANUM_CORE_CRASH_H
#define GRANUM_CORE_CRASH_H

#include <stdbool.h>

/** Report fatal signals in kernels, or leave them again to whom they went before. */
void gr_impl_crash_watch(bool watch);

#endif
