/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "GR_PARALLEL_REDUCE GR_SUM";
GR_PARALLEL_REDUCE("dot", i, gr_range(0, n), GR_SUM(double, dot)) { dot += x[i] * y[i]; };
MACRO "GR_PARALLEL_REDUCE without label GR_MIN GR_MAX";
GR_PARALLEL_REDUCE(i, gr_range(0, n), GR_MIN(float, low), GR_MAX(float, high)) { body(i); };
MACRO "GR_PARALLEL_REDUCE GR_MINLOC";
GR_PARALLEL_REDUCE("least", i, gr_range(0, n), GR_MINLOC(double, least)) { body(i); };
MACRO "GR_PARALLEL_REDUCE_2D GR_MINMAX";
GR_PARALLEL_REDUCE_2D("two", i, j, p, GR_MINMAX(double, both)) { body(i, j); };
MACRO "GR_PARALLEL_REDUCE_3D GR_PROD";
GR_PARALLEL_REDUCE_3D("three", i, j, k, p, GR_PROD(double, product)) { body(i, j, k); };
MACRO "GR_PARALLEL_REDUCE_4D GR_LAND";
GR_PARALLEL_REDUCE_4D("four", i, j, k, l, p, GR_LAND(int, all)) { body(i, j, k, l); };
MACRO "GR_PARALLEL_REDUCE_5D GR_BOR";
GR_PARALLEL_REDUCE_5D("five", i, j, k, l, m, p, GR_BOR(int, bits)) { body(i, j, k, l, m); };
MACRO "GR_PARALLEL_REDUCE_6D GR_REDUCER";
GR_PARALLEL_REDUCE_6D("six", i, j, k, l, m, n, p, GR_REDUCER(pair, best, none, join)) { body(i, j, k, l, m, n); };
MACRO "GR_MINLOC_LAST GR_FIRST";
GR_PARALLEL_REDUCE(i, p, GR_MINLOC_LAST(float, low), GR_FIRST(first)) { body(i); };
MACRO "GR_MINMAXLOC";
GR_PARALLEL_REDUCE(i, p, GR_MINMAXLOC(float, both)) { body(i); };
MACRO "GR_REDUCER_FINAL";
GR_PARALLEL_REDUCE(i, p, GR_REDUCER_FINAL(pair, best, none, join, finish)) { body(i); };
