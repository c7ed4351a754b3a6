/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "GR_PARALLEL_SCAN";
GR_PARALLEL_SCAN("offsets", i, gr_range(0, n), GR_SUM(int64_t, acc), final) { body(i, acc, final); };
MACRO "GR_PARALLEL_SCAN without label";
GR_PARALLEL_SCAN(i, gr_range(0, n), GR_SUM(int64_t, acc), final) { body(i, acc, final); };
MACRO "GR_PARALLEL_SCAN_TOTAL";
GR_PARALLEL_SCAN_TOTAL("total", i, gr_range(0, n), GR_SUM(int64_t, acc), final, total) { body(i, acc, final); };
