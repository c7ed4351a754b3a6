/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file runtime.h
 * @brief What C offers for what the library's own calls do.
 */
#ifndef PERF_TESTS_RUNTIME_H
#define PERF_TESTS_RUNTIME_H

/** malloc, memset to zero and free of 1000 doubles. */
void view_create_twin(void *data);

#endif
