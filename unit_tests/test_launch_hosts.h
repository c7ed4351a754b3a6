/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_launch_hosts.h
 * @brief Launches for several host threads at once.
 */
#ifndef GRANUM_TEST_LAUNCH_HOSTS_H
#define GRANUM_TEST_LAUNCH_HOSTS_H

#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** All kinds of launches over n elements, which every host thread calls: wrong results. */
long hosts_compute(gr_index n, int threads);

/** A launch with hi below lo by `below`. */
void hosts_fail(gr_index below);

GR_EXTERN_C_END

#endif
