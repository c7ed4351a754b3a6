/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file axpy.c
 * @brief The first kernel: y = a x + y over ten million numbers, with its answer checked.
 *
 *     axpy [N]
 */
#include <granum/granum.h>
#include <stdio.h>
#include <stdlib.h>

static gr_status run(gr_index n) {
    const double a = 2.0;
    gr_view1_f64 x, y;
    int64_t wrong;

    GR_REQUIRE(n >= 1, GR_INVALID_ARG, "N = %td, expected 1 or more", n);
    GR_TRY(GR_CREATE(&x, "x", n));
    GR_TRY(GR_CREATE(&y, "y", n));
    GR_PARALLEL_FOR("fill", i, gr_range(0, n)) {
        GR_AT(x, i) = (double)i;
        GR_AT(y, i) = 1.0;
    };

    gr_timer timer = gr_timer_start();
    GR_PARALLEL_FOR("axpy", i, gr_range(0, n)) {
        GR_AT(y, i) += a * GR_AT(x, i);
    };
    const double seconds = gr_timer_seconds(timer);

    GR_PARALLEL_REDUCE("check", i, gr_range(0, n), GR_SUM(int64_t, wrong)) {
        wrong += GR_AT(y, i) != 2.0 * (double)i + 1.0;
    };
    GR_TRY(gr_fence());

    printf("y = 2 x + 1 for %td numbers in %.2f ms: %.1f GB/s\n", n, 1e3 * seconds,
           24e-9 * (double)n / seconds);
    printf("y = ");
    GR_TRY(gr_view_print(stdout, GR_ANY(y)));
    printf("\n%s\n", wrong == 0 ? "every one of them is right" : "some of them are WRONG");
    GR_TRY(GR_RELEASE(&x));
    GR_TRY(GR_RELEASE(&y));
    return wrong == 0 ? GR_SUCCESS
                      : GR_RAISE(GR_INTERNAL, "wrong = %td, expected 0", (gr_index)wrong);
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || run(argc > 1 ? atol(argv[1]) : 10000000) ||
        gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "axpy: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
