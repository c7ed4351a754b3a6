/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file block.h
 * @brief Memory of small Views, taken from what the same thread gave back last.
 *
 * malloc's own cache ends at 1 kB; above it, malloc and free cost as much as zeroing 2 kB. Programs
 * make temporaries of one size again and again, so a few blocks a thread are enough.
 */
#ifndef GRANUM_VIEWS_BLOCK_H
#define GRANUM_VIEWS_BLOCK_H

#include <stddef.h>

/** 64-byte aligned memory, not set, or NULL. */
void *block_take(size_t bytes);

/** Give back what block_take gave for the same number of bytes; NULL is nothing to do. */
void block_give(void *block, size_t bytes);

#endif
