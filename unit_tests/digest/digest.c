/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file digest.c
 * @brief Prints one line: digests of reductions, rows, scans, teams, stencils and the terrain
 * example, equal on every backend.
 */
#include "digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t digest_add(uint64_t digest, const void *bytes, size_t size) {
    const unsigned char *at = (const unsigned char *)bytes;

    for (size_t k = 0; k < size; k++) {
        digest = (digest ^ at[k]) * 0x100000001b3u;
    }
    return digest;
}

/* Around lanes, segments, tiles, and chunks of reductions and scans, and beyond them. */
static const gr_index sizes[] = {0,      1,      7,       8,       9,       31,   32,   33,
                                 255,    256,    257,     1023,    1024,    1025, 2047, 2048,
                                 2049,   4095,   4096,    4097,    8191,    8192, 8193, 65537,
                                 131071, 131073, 1000000, 4194305, 10000000};

enum { DIGESTS = 7 };

static gr_status all(uint64_t digest[DIGESTS]) {
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        if (sizes[s] != 4194305) { /* of 10000000 there is one piece more */
            GR_TRY(digest_reductions(sizes[s], &digest[0]));
            if (sizes[s] < 100000 || sizes[s] == 10000000) {
                GR_TRY(digest_others(sizes[s], &digest[5]));
            }
        }
        if (sizes[s] < 5000000) {
            GR_TRY(digest_scans(sizes[s], &digest[2]));
        }
    }
    GR_TRY(digest_rows(3, 100, &digest[1]));
    GR_TRY(digest_rows(1000, 33, &digest[1]));
    GR_TRY(digest_rows(2, 20000, &digest[1]));
    GR_TRY(digest_rows(5000, 7, &digest[1]));
    for (gr_index n = 1; n < 40000; n = 3 * n + 1) {
        GR_TRY(digest_teams(3, n, &digest[3]));
    }
    GR_TRY(digest_teams(5000, 9, &digest[3]));
    GR_TRY(digest_stencil(301, 257, 20, &digest[4]));
    GR_TRY(digest_stencil_3d(37, 6, &digest[4]));
    return digest_terrain(&digest[6]);
}

int main(int argc, char **argv) {
    uint64_t digest[DIGESTS];

    for (int k = 0; k < DIGESTS; k++) {
        digest[k] = 14695981039346656037u;
    }
    if (gr_initialize_args(&argc, argv, NULL) || all(digest) || gr_finalize()) {
        const gr_error *e = gr_last_error();

        printf("%s:%d: %s\n", e->file, e->line, e->message);
        return EXIT_FAILURE;
    }
    printf("reductions %016" PRIx64 " rows %016" PRIx64 " scans %016" PRIx64 " teams %016" PRIx64
           " stencils %016" PRIx64 " others %016" PRIx64 " terrain %016" PRIx64 "\n",
           digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6]);
    return EXIT_SUCCESS;
}
