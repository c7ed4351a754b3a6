/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_openmp_meaning.h
 * @brief OpenMP of a user's own, compiled in a file with granum's headers and in one without.
 */
#ifndef GRANUM_TEST_OPENMP_MEANING_H
#define GRANUM_TEST_OPENMP_MEANING_H

#ifdef __cplusplus
extern "C" {
#endif

/** What OpenMP answers and counts; both files must see the same. */
enum { OBSERVATIONS = 64 };

/** Fill `seen` and answer how many are used. */
int observe_with_granum(int seen[OBSERVATIONS]);
int observe_without(int seen[OBSERVATIONS]);

/** The same, observed after launches that ran alone, on a team, over nothing, and that failed. */
int observe_after_launches(int kind, int seen[OBSERVATIONS]);

/** Called by a body, n times: how many times it was right inside of it. */
int observe_inside_a_body(int n, int threads);

/** A launch in regions of the user's own: wrong results among all threads. */
int launch_inside_regions(int kind);

#ifdef __cplusplus
}
#endif

#endif
