/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
#include <granum/reduce_array.h>
EXPANSION
MACRO "GR_PARALLEL_REDUCE_ARRAY GR_SUM_ARRAY";
GR_PARALLEL_REDUCE_ARRAY("bins", i, p, GR_SUM_ARRAY(double, bins, n)) { body(i); };
MACRO "GR_PARALLEL_REDUCE_ARRAY_2D GR_REDUCER_ARRAY";
GR_PARALLEL_REDUCE_ARRAY_2D(i, j, p, GR_REDUCER_ARRAY(pair, bins, n, none, join)) { body(i, j); };
