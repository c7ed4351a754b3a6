/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
#include <granum/reduce_array.h>
EXPANSION
MACRO "GR_PARALLEL_REDUCE_ARRAY GR_SUM_ARRAY";
GR_PARALLEL_REDUCE_ARRAY("bins", i, p, GR_SUM_ARRAY(double, bins, n)) { body(i); };
MACRO "GR_PARALLEL_REDUCE_ARRAY_2D GR_REDUCER_ARRAY";
GR_PARALLEL_REDUCE_ARRAY_2D(i, j, p, GR_REDUCER_ARRAY(pair, bins, n, none, join)) { body(i, j); };
MACRO "GR_PARALLEL_TEAM_REDUCE_ARRAY";
GR_PARALLEL_TEAM_REDUCE_ARRAY("bins", t, p, GR_SUM_ARRAY(double, bins, n)) { body(t); };
MACRO "GR_TEAM_REDUCE_ARRAY";
GR_TEAM_REDUCE_ARRAY(t, k, 0, m, GR_SUM_ARRAY(double, bins, n)) { body(k); };
MACRO "GR_THREAD_VECTOR_REDUCE_ARRAY";
GR_THREAD_VECTOR_REDUCE_ARRAY(t, k, 0, m, GR_REDUCER_ARRAY(pair, bins, n, none, join)) { body(k); };
