/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: a kernel body is left by break: use GR_CONTINUE */
/* form: host */
#include <granum/granum.h>
#include <granum/reduce_array.h>

void count(gr_view1_i64 bins);
void count(gr_view1_i64 bins) {
    GR_PARALLEL_REDUCE_ARRAY("bins", i, gr_range(0, 10), GR_SUM_ARRAY(int64_t, bins, 5)) {
        GR_AT(bins, i % 5) += 1;
#ifdef FIXED
        GR_CONTINUE;
#else
        break;
#endif
    };
}
