/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
#include <granum/scan_segmented.h>
EXPANSION
MACRO "GR_PARALLEL_SCAN_SEGMENTED";
GR_PARALLEL_SCAN_SEGMENTED("sum", i, p, GR_SUM(double, sum), final, starts(i)) { body(i); };
MACRO "GR_PARALLEL_SCAN_BY_KEY";
GR_PARALLEL_SCAN_BY_KEY(i, p, GR_SUM(double, sum), final, keys) { body(i); };
MACRO "GR_PARALLEL_TEAM_SCAN_SEGMENTED";
GR_PARALLEL_TEAM_SCAN_SEGMENTED("sum", t, p, GR_SUM(double, sum), final, starts(t)) { body(t, sum, final); };
MACRO "GR_TEAM_SCAN_SEGMENTED";
GR_TEAM_SCAN_SEGMENTED(t, k, 0, m, GR_SUM(double, sum), final, starts(k)) { body(k, sum, final); };
MACRO "GR_THREAD_VECTOR_SCAN_SEGMENTED";
GR_THREAD_VECTOR_SCAN_SEGMENTED(t, k, 0, m, GR_SUM(double, sum), final, starts(k)) { body(k, sum, final); };
