/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file race.c
 * @brief A kernel whose iterations write one place: the thread sanitizer must see it.
 *
 * It shows that silence about the other programs means something.
 */
#include "many_hosts.h"

#include <stdio.h>

int main(void) {
    long hits = 0;

    printf("status %d, ", many_hosts_race(&hits));
    printf("%ld hits\n", hits);
    return 0;
}
