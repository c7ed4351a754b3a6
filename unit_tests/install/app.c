/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file app.c
 * @brief A program of a user's own: every way of building it must print the same bits.
 */
#include <granum/granum.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static gr_status compute(gr_index n, double *result) {
    gr_view1_f64 x, y;
    double dot;

    GR_TRY(GR_CREATE(&x, "x", n));
    GR_TRY(GR_CREATE(&y, "y", n));
    GR_PARALLEL_FOR("fill", i, gr_range(0, n)) {
        GR_AT(x, i) = sqrt((double)i);
        GR_AT(y, i) = 1.0 / (1.0 + (double)i);
    };
    GR_PARALLEL_REDUCE("dot", i, gr_range(0, n), GR_SUM(double, dot)) {
        dot += GR_AT(x, i) * GR_AT(y, i);
    };
    GR_TRY(gr_fence());
    GR_RELEASE(&x);
    GR_RELEASE(&y);
    *result = dot;
    return GR_SUCCESS;
}

int main(void) {
    double dot = 0.0;
    unsigned long long bits;

    if (gr_initialize(NULL) || compute(100003, &dot) || gr_finalize()) {
        fprintf(stderr, "app: %s\n", gr_last_error()->message);
        return 1;
    }
    memcpy(&bits, &dot, sizeof bits);
    printf("dot = %.17g, bits %016llx\n", dot, bits);
    return 0;
}
