/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file runtime_twin.c
 * @brief An array made and given back by hand.
 */
#include "runtime.h"

#include <stdlib.h>
#include <string.h>

void view_create_twin(void *data) {
    double *array = (double *)malloc(1000 * sizeof *array);

    (void)data;
    if (array != NULL)
        memset(array, 0, 1000 * sizeof *array);
    /* The compiler would drop an array that nobody looks at. */
    __asm__ volatile("" : : "r"(array) : "memory");
    free(array);
}
