/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file serial.c
 * @brief The serial backend's table: everything on the calling thread.
 */
#include "../../backend.h"

static int threads(void) {
    return 1;
}

static bool in_team(void) {
    return false;
}

static void run(int count, void (*work)(int thread, int threads, void *argument), void *argument) {
    (void)count;
    work(0, 1, argument);
}

const gr_impl_host_backend gr_impl_host_serial = {"serial", threads, in_team, run, NULL};
