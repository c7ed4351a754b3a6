/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bug.h
 * @brief How each of these programs ends: with what the fence answers.
 */
#ifndef DEBUGGING_BUG_H
#define DEBUGGING_BUG_H

#include <granum/granum.h>
#include <stdio.h>

/** Print a failure as a compiler would; the program's exit status. */
static inline int report(gr_status status) {
    const gr_error *e = gr_last_error();

    if (status != GR_SUCCESS) {
        printf("%s:%d: %s\n", e->file, e->line, e->message);
    }
    return status != GR_SUCCESS;
}

#endif
