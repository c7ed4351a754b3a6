/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
#include <granum/results.h>
EXPANSION
MACRO "GR_PARALLEL_REDUCE_TO GR_TO";
GR_PARALLEL_REDUCE_TO("dot", i, p, GR_TO(total, GR_SUM(double, dot))) { body(i); };
MACRO "GR_PARALLEL_SCAN_TOTAL_TO";
GR_PARALLEL_SCAN_TOTAL_TO("sum", i, p, GR_SUM(double, sum), final, total) { body(i); };
