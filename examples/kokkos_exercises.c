/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file kokkos_exercises.c
 * @brief Two exercises of Kokkos's tutorials as one writes them with granum: the inner product
 * y^T A x with teams, and counting with many additions into few places.
 *
 * docs/kokkos-to-granum.md shows this code; a test keeps the two alike.
 */
#include <granum/granum.h>
#include <stdio.h>
#include <stdlib.h>

/* A team a row; the team's threads and vector lanes share the row. */
static double inner_product(gr_view1_f64 y, gr_view2_f64 a, gr_view1_f64 x) {
    double result;

    GR_PARALLEL_TEAM_REDUCE("yAx", t, gr_teams(y.extent[0], GR_AUTO), GR_SUM(double, result)) {
        const gr_index j = t.league_rank;
        double row;

        GR_TEAM_REDUCE(t, i, 0, x.extent[0], GR_SUM(double, row)) {
            row += GR_AT(a, j, i) * GR_AT(x, i);
        };
        result += GR_AT(y, j) * row;
    };
    return result;
}

/* Three levels, one product for each e: a team an e, its threads the rows, lanes the columns. */
static double inner_products(gr_view2_f64 y, gr_view3_f64 a, gr_view2_f64 x) {
    double result;

    GR_PARALLEL_TEAM_REDUCE("yAx", t, gr_teams(y.extent[0], GR_AUTO), GR_SUM(double, result)) {
        const gr_index e = t.league_rank;
        double product;

        GR_TEAM_THREAD_REDUCE(t, j, 0, y.extent[1], GR_SUM(double, product)) {
            double row;

            GR_THREAD_VECTOR_REDUCE(t, i, 0, x.extent[1], GR_SUM(double, row)) {
                row += GR_AT(a, e, j, i) * GR_AT(x, e, i);
            };
            product += GR_AT(y, e, j) * row;
        };
        result += product;
    };
    return result;
}

/* Integers: atomics give the same counts in any order. */
static void count(gr_view2_i32 values, gr_view1_i64 results) {
    GR_PARALLEL_FOR("count", i, gr_range(0, values.extent[0])) {
        for (gr_index j = 0; j < values.extent[1]; ++j) {
            GR_ATOMIC_ADD(&GR_AT(results, GR_AT(values, i, j)), 1);
        }
    };
}

/* Floating point: the sums of a serial loop, whatever the number of threads. */
static gr_status add_up(gr_view1_i32 place, gr_view1_f64 weight, gr_view1_f64 results) {
    return gr_scatter_add(GR_ANY(results), GR_ANY(place), GR_ANY(weight));
}

static gr_status exercise_inner_product(gr_index n, gr_index m, gr_index elements) {
    gr_view1_f64 y1, x1;
    gr_view2_f64 a1, y, x;
    gr_view3_f64 a;

    GR_TRY(GR_CREATE(&y, "y", elements, n));
    GR_TRY(GR_CREATE(&x, "x", elements, m));
    GR_TRY(GR_CREATE(&a, "A", elements, n, m));
    GR_TRY(GR_FILL(y, 1.0));
    GR_TRY(GR_FILL(x, 1.0));
    GR_TRY(GR_FILL(a, 1.0));
    GR_TRY(GR_SUBVIEW(&y1, y, gr_pick(0), GR_ALL));
    GR_TRY(GR_SUBVIEW(&x1, x, gr_pick(0), GR_ALL));
    GR_TRY(GR_SUBVIEW(&a1, a, gr_pick(0), GR_ALL, GR_ALL));
    const double one = inner_product(y1, a1, x1), all = inner_products(y, a, x);
    GR_TRY(gr_fence());
    printf("y^T A x of ones, %td x %td: %g, and %td of them: %g\n", n, m, one, elements, all);
    GR_TRY(GR_RELEASE(&y1));
    GR_TRY(GR_RELEASE(&x1));
    GR_TRY(GR_RELEASE(&a1));
    GR_TRY(GR_RELEASE(&y));
    GR_TRY(GR_RELEASE(&x));
    GR_TRY(GR_RELEASE(&a));
    const double expected = (double)n * (double)m;
    GR_REQUIRE(one == expected && all == expected * (double)elements, GR_INTERNAL,
               "products = %g, %g, expected %g, %g", one, all, expected,
               expected * (double)elements);
    return GR_SUCCESS;
}

static gr_status exercise_scatter(gr_index n, gr_index m) {
    gr_view2_i32 values;
    gr_view1_i64 counts;
    gr_view1_i32 place;
    gr_view1_f64 weight, sums;
    gr_index wrong = 0;

    GR_TRY(GR_CREATE(&values, "values", n, m));
    GR_TRY(GR_CREATE(&counts, "counts", n));
    GR_TRY(GR_CREATE(&weight, "weight", n * m));
    GR_TRY(GR_CREATE(&sums, "sums", n));
    GR_PARALLEL_FOR_2D("values", i, j, gr_range_2d(0, n, 0, m)) {
        const uint32_t hash = (uint32_t)(i * m + j) * 2654435761u;

        GR_AT(values, i, j) = (int32_t)((hash >> 8) % (uint32_t)n);
        GR_AT(weight, i * m + j) = 1.0 / (double)(i + j + 1);
    };
    count(values, counts);
    GR_TRY(gr_fence());
    GR_TRY(GR_WRAP(&place, values.data, n * m)); /* the same numbers as one row */
    GR_TRY(add_up(place, weight, sums));
    for (gr_index k = 0; k < n * m; ++k) {
        GR_AT(counts, GR_AT(place, k)) -= 1;
        GR_AT(sums, GR_AT(place, k)) -= GR_AT(weight, k);
    }
    for (gr_index i = 0; i < n; ++i) {
        wrong += GR_AT(counts, i) != 0 || GR_AT(sums, i) > 1e-12 || GR_AT(sums, i) < -1e-12;
    }
    printf("%td values in %td places, counted and added up: %td places are wrong\n", n * m, n,
           wrong);
    GR_TRY(GR_RELEASE(&place));
    GR_TRY(GR_RELEASE(&values));
    GR_TRY(GR_RELEASE(&counts));
    GR_TRY(GR_RELEASE(&weight));
    GR_TRY(GR_RELEASE(&sums));
    GR_REQUIRE(wrong == 0, GR_INTERNAL, "wrong = %td places, expected 0", wrong);
    return GR_SUCCESS;
}

int main(int argc, char **argv) {
    const gr_index n = argc > 1 ? atol(argv[1]) : 256;

    if (gr_initialize_args(&argc, argv, NULL) || exercise_inner_product(n, 4 * n, 16) ||
        exercise_scatter(40 * n, 100) || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "kokkos_exercises: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
