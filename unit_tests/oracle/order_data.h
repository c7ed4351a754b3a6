/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file order_data.h
 * @brief The data of canonical_order.py: hashes of an element's number, in kernel bodies.
 */
#ifndef GRANUM_TEST_ORDER_DATA_H
#define GRANUM_TEST_ORDER_DATA_H

#include <granum/parallel.h>

/* Source: splitmix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195). */
GR_FUNCTION uint64_t order_mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* -128 <= value < 128 with all bits of the mantissa in use. */
GR_FUNCTION double order_value_f64(uint64_t h) {
    const int64_t whole = (int64_t)(h >> 11) - ((int64_t)1 << 52);

    return (double)whole * 0x1p-52 * (double)((int64_t)1 << (h & 7));
}

GR_FUNCTION float order_value_f32(uint64_t h) {
    const int64_t whole = (int64_t)(h >> 40) - ((int64_t)1 << 23);

    return (float)whole * 0x1p-23f * (float)((int64_t)1 << (h & 7));
}

GR_FUNCTION double order_near_one_f64(uint64_t h) {
    return 1.0 + order_value_f64(h) * 0x1p-14;
}

GR_FUNCTION float order_near_one_f32(uint64_t h) {
    return 1.0f + order_value_f32(h) * 0x1p-14f;
}

/* Ties, zeros of both signs and NaN. */
GR_FUNCTION double order_coarse_f64(uint64_t h) {
    const double quarter = (double)((h >> 20) & 3);

    return h % 61 == 0 ? __builtin_nan("") : (h & 1) != 0 ? -quarter : quarter;
}

GR_FUNCTION float order_coarse_f32(uint64_t h) {
    return (float)order_coarse_f64(h);
}

#endif
