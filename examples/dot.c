/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file dot.c
 * @brief One dot product on 1, 2, 3 ... threads: the same bits each time, which plain loops have
 * not.
 *
 *     dot [N]
 *
 * The numbers are chosen to hurt: x holds 1 / (i + 1) with both signs, so that most of the sum
 * cancels and rounding shows. Exact arithmetic would give the logarithm of 2 for N without end.
 */
#include <granum/granum.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t bits(double value) {
    uint64_t word;

    memcpy(&word, &value, sizeof word);
    return word;
}

static gr_status run(gr_index n) {
    gr_view1_f64 x, y;
    double first = 0;
    bool same = true;

    GR_REQUIRE(n >= 1, GR_INVALID_ARG, "N = %td, expected 1 or more", n);
    GR_TRY(GR_CREATE(&x, "x", n));
    GR_TRY(GR_CREATE(&y, "y", n));
    GR_PARALLEL_FOR("fill", i, gr_range(0, n)) {
        GR_AT(x, i) = 1.0 / (double)(i + 1);
        GR_AT(y, i) = i % 2 == 0 ? 1.0 : -1.0;
    };

    printf("threads   granum's dot           bits               a plain OpenMP loop's bits\n");
    for (int threads = 1; threads <= 8; ++threads) {
        const double *p = x.data, *q = y.data;
        double dot, plain = 0;

        GR_PARALLEL_REDUCE("dot", i, gr_with_threads(gr_range(0, n), threads),
                           GR_SUM(double, dot)) {
            dot += GR_AT(x, i) * GR_AT(y, i);
        };
#pragma omp parallel for simd num_threads(threads) reduction(+ : plain)
        for (gr_index i = 0; i < n; ++i) {
            plain += p[i] * q[i];
        }
        first = threads == 1 ? dot : first;
        same = same && bits(dot) == bits(first);
        printf("%5d     %.17f  %016llx   %016llx\n", threads, dot, (unsigned long long)bits(dot),
               (unsigned long long)bits(plain));
    }
    GR_TRY(gr_fence());
    printf("the logarithm of 2 is %.17f; what is left out is about %.1e\n", log(2.0),
           0.5 / (double)n);
    GR_TRY(GR_RELEASE(&x));
    GR_TRY(GR_RELEASE(&y));
    GR_REQUIRE(same, GR_INTERNAL,
               "the sums differ, expected the same bits for any number of threads");
    /* What the series leaves out, and the rounding of n additions in lanes and chunks. */
    GR_REQUIRE(fabs(first - log(2.0)) < 0.6 / (double)n + 1e-13, GR_INTERNAL,
               "dot = %.17g, expected %.17g", first, log(2.0));
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || run(argc > 1 ? atol(argv[1]) : 1000000) ||
        gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "dot: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
