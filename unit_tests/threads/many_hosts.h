/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file many_hosts.h
 * @brief What many_hosts.c asks of its kernels.
 */
#ifndef GRANUM_TEST_MANY_HOSTS_H
#define GRANUM_TEST_MANY_HOSTS_H

#include <granum/status.h>

GR_EXTERN_C_BEGIN

/** Create, launch, check, release; counts in *wrong what is not as it should be. */
gr_status many_hosts_round(gr_index n, long *wrong);

/** A launch that must fail. */
gr_status many_hosts_wrong_range(void);

/** Iterations that write one place without asking anybody. */
gr_status many_hosts_race(long *hits);

GR_EXTERN_C_END

#endif
