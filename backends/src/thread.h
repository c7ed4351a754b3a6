/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file thread.h
 * @brief Memory of a launching thread; private to backends.
 */
#ifndef GRANUM_THREAD_H
#define GRANUM_THREAD_H

#include "../backend.h"

/** Make a room of the calling thread at least this large [B], losing its content; false: out of
 * memory. */
bool gr_impl_grow_room(gr_impl_room *room, size_t size);

/** Free what the calling thread keeps. */
void gr_impl_drop_rooms(void);

/** Free the spare memory of scratch Views. */
void gr_impl_drop_spares(void);

#endif
