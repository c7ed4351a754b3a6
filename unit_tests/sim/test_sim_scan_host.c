/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_scan_host.c
 * @brief The kernels of test_sim_scan.c on the host.
 */
#define SCAN_ON(name) name##_on_host
#include "test_sim_scan_kernels.c"
