/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_scan.c
 * @brief Scans on a device have the host's bits. Oracle: the same kernels on the host.
 */
#include "test_sim_scan.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

/* Around a row, a segment, a tile, a chunk and a group of 32 chunks. */
static const gr_index sizes[] = {0,    1,    7,    8,     9,      31,     32,
                                 33,   255,  256,  257,   511,    513,    4095,
                                 4096, 4097, 8192, 12289, 131071, 131072, 131073};

Test(sim_scan, has_the_bits_of_the_host, .timeout = 120) {
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const gr_index n = sizes[s], lo = s % 2 ? 0 : -77;
        scan_hashes sim = {1, 2, 3, 4, 5}, host = sim;

        cr_assert(eq(int, (int)scan_on_sim(lo, n, &sim), GR_SUCCESS), "n = %td: %s", n,
                  gr_last_error()->message);
        cr_assert(eq(int, (int)scan_on_host(lo, n, &host), GR_SUCCESS));
        cr_expect(eq(u64, sim.f64, host.f64), "double, n = %td", n);
        cr_expect(eq(u64, sim.f32, host.f32), "float, n = %td", n);
        cr_expect(eq(u64, sim.wide, host.wide), "48 bytes, n = %td", n);
        cr_expect(eq(u64, sim.segmented, host.segmented), "segmented, n = %td", n);
        cr_expect(eq(u64, sim.by_key, host.by_key), "by key, n = %td", n);
    }
}

/* 1024 chunks, and one more: what comes before a super-group is handed on. */
Test(sim_scan, passes_on_what_comes_before_a_super_group, .timeout = 120) {
    const gr_index n = 1024 * 4096 + 1;
    uint64_t sim = 1, host = 1;

    cr_assert(eq(int, (int)scan_floats_on_sim(0, n, &sim), GR_SUCCESS));
    cr_assert(eq(int, (int)scan_floats_on_host(0, n, &host), GR_SUCCESS));
    cr_expect(eq(u64, sim, host));
}
