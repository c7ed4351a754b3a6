/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file digest.h
 * @brief One number for the bits of many results, to compare backends with each other.
 */
#ifndef GRANUM_TEST_DIGEST_H
#define GRANUM_TEST_DIGEST_H

#include <granum/granum.h>

GR_EXTERN_C_BEGIN

/** Mix bytes into a digest (FNV-1a). */
uint64_t digest_add(uint64_t digest, const void *bytes, size_t size);

/** Digests of reductions of every kind over n elements, of scans, of a stencil of n * m points. */
gr_status digest_reductions(gr_index n, uint64_t *digest);
gr_status digest_rows(gr_index n, gr_index m, uint64_t *digest);
gr_status digest_scans(gr_index n, uint64_t *digest);
gr_status digest_teams(gr_index league, gr_index n, uint64_t *digest);
gr_status digest_stencil(gr_index n, gr_index m, int steps, uint64_t *digest);

/** The other reducers and types, a stencil in a box, the terrain example. */
gr_status digest_others(gr_index n, uint64_t *digest);
gr_status digest_stencil_3d(gr_index n, int steps, uint64_t *digest);
gr_status digest_terrain(uint64_t *digest);

GR_EXTERN_C_END

#endif
