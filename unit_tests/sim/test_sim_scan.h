/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_scan.h
 * @brief The same scans compiled for the simulated device and for the host.
 */
#ifndef GRANUM_TEST_SIM_SCAN_H
#define GRANUM_TEST_SIM_SCAN_H

#include <granum/status.h>
#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** Hashes of all results of scans over [lo, lo + n). */
typedef struct scan_hashes {
    uint64_t f64, f32, wide, segmented, by_key;
} scan_hashes;

gr_status scan_on_sim(gr_index lo, gr_index n, scan_hashes *hashes);
gr_status scan_on_host(gr_index lo, gr_index n, scan_hashes *hashes);

/** Of the scan of floats alone. */
gr_status scan_floats_on_sim(gr_index lo, gr_index n, uint64_t *hash);
gr_status scan_floats_on_host(gr_index lo, gr_index n, uint64_t *hash);

GR_EXTERN_C_END

#endif
