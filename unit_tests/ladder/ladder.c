/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file ladder.c
 * @brief The program around a rung: 0 where everything holds, else what did not, and where.
 */
#include "ladder.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || ladder_climb() || gr_finalize()) {
        const gr_error *e = gr_last_error();

        printf("%s:%d: %s\n", e->file, e->line, e->message);
        return EXIT_FAILURE;
    }
    if (gr_memory_used(GR_HOST) != 0) {
        printf("%zu bytes were not given back, expected 0\n", gr_memory_used(GR_HOST));
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
