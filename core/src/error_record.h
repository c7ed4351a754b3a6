/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file error_record.h
 * @brief How status.c, fence.c and initialize.c fill and show error records; private to core.
 */
#ifndef GRANUM_ERROR_RECORD_H
#define GRANUM_ERROR_RECORD_H

#include <granum/initialize.h>
#include <granum/status.h>

#include <stdarg.h>

/** Fill a record; prefix (may be NULL) goes in front of the formatted message. */
void gr_impl_error_format(gr_error *error, gr_status status, gr_place place, const char *prefix,
                          const char *format, va_list arguments)
    __attribute__((format(printf, 5, 0)));

/** Make this the calling thread's last failure. */
void gr_impl_error_set(const gr_error *error);

/** The calling thread's record of a launch error that its next fence answers. */
gr_error *gr_impl_error_pending(void);

/** That record of the calling thread is about to go. */
void gr_impl_error_pending_gone(void);

/** Print a record to stderr if this word of GRANUM_DEBUG is on. */
void gr_impl_error_print(gr_debug word, const gr_error *error);

#endif
