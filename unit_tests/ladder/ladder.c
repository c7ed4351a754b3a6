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
        gr_print_configuration(stdout); /* what it takes to see it again */
        return EXIT_FAILURE;
    }
    for (int space = 0; space < GR_IMPL_SPACES; space++) {
        if (gr_memory_used((gr_space)space) != 0) {
            printf("%zu bytes of space %s were not given back, expected 0\n",
                   gr_memory_used((gr_space)space), gr_space_name((gr_space)space));
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
