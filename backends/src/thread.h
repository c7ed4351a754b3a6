/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file thread.h
 * @brief Scratch memory of a launching thread; private to backends.
 */
#ifndef GRANUM_THREAD_H
#define GRANUM_THREAD_H

#include <stdbool.h>
#include <stddef.h>

/** Make gr_impl_self.scratch at least this large [B], losing its content; false: out of memory. */
bool gr_impl_grow_scratch(size_t size);

/** Give the calling thread's scratch back. */
void gr_impl_drop_scratch(void);

#endif
