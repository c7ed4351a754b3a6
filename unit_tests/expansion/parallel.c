/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "GR_PARALLEL_FOR";
GR_PARALLEL_FOR("axpy", i, gr_range(0, n)) { y[i] += a * x[i]; };
MACRO "GR_PARALLEL_FOR without label";
GR_PARALLEL_FOR(i, gr_range(0, n)) { y[i] += a * x[i]; };
MACRO "GR_PARALLEL_FOR_2D";
GR_PARALLEL_FOR_2D("two", i, j, p) { body(i, j); };
MACRO "GR_PARALLEL_FOR_3D";
GR_PARALLEL_FOR_3D("three", i, j, k, p) { body(i, j, k); };
MACRO "GR_PARALLEL_FOR_4D";
GR_PARALLEL_FOR_4D("four", i, j, k, l, p) { body(i, j, k, l); };
MACRO "GR_PARALLEL_FOR_5D";
GR_PARALLEL_FOR_5D("five", i, j, k, l, m, p) { body(i, j, k, l, m); };
MACRO "GR_PARALLEL_FOR_6D";
GR_PARALLEL_FOR_6D("six", i, j, k, l, m, n, p) { body(i, j, k, l, m, n); };
MACRO "GR_CONTINUE";
GR_CONTINUE;
MACRO "GR_CONSTANT_TABLE";
GR_CONSTANT_TABLE(double, weight, 0.25, 0.5, 0.25)
