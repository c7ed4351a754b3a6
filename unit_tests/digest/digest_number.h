/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file digest_number.h
 * @brief Numbers whose every bit counts; for kernel files.
 */
#ifndef GRANUM_TEST_DIGEST_NUMBER_H
#define GRANUM_TEST_DIGEST_NUMBER_H

#include <granum/granum.h>

/* A number in [-1, 1) from an element's number, with a full significand. */
GR_FUNCTION double number_f64(gr_index i) {
    uint64_t z = (uint64_t)i * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (double)(int64_t)z * 0x1p-63;
}
GR_FUNCTION float number_f32(gr_index i) {
    return (float)number_f64(i);
}

#endif
