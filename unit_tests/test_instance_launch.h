/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_instance_launch.h
 * @brief Kernels of test_instance_launch.c.
 */
#ifndef GRANUM_TEST_INSTANCE_LAUNCH_H
#define GRANUM_TEST_INSTANCE_LAUNCH_H

#include <granum/instance.h>
#include <granum/range.h>

GR_EXTERN_C_BEGIN

/** Sum of 0..n-1 by every pattern, on an instance; how many of the results are wrong. */
long on_instance_compute(gr_index n, gr_instance instance);

/** Threads that ran a launch of `n` heavy iterations; out[i] is the thread of iteration i. */
int on_instance_threads(gr_index n, gr_options options, int *out);

/** Runs of neighbouring iterations on one thread, in a dynamic launch on two threads. */
long on_instance_pieces(gr_index n, gr_instance instance);

/** Launch with these options; what the fence answers stays to be asked for. */
void on_instance_plain(gr_options options);

/** Threads that a team of `asked` on the instance is given; teams that went wrong. */
int on_instance_team(int asked, gr_instance instance, long *wrong);

/** What gr_instance_... calls answer inside of a kernel. */
void on_instance_in_kernel(gr_instance instance, int status[6]);

/** Each member of an `omp parallel` launches; wrong results, and the most threads that granum's own
 * teams held. */
long on_instance_in_parallel(int members, gr_index n, int *held);

GR_EXTERN_C_END

#endif
