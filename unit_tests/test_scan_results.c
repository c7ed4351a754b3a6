/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_results.c
 * @brief Scans give the running results. Oracle: loops from the first element to the last.
 *
 * The data are exact in every order of joining; which order it is, is the canonical order's test.
 */
#include "test_scan_results.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/status.h>

#include <math.h>
#include <stdlib.h>

static const gr_index sizes[] = {0,   1,   2,    7,    8,    9,    31,    32,    33,     255,   256,
                                 257, 513, 4095, 4096, 4097, 8192, 12289, 40000, 131072, 139265};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 139265 };

static const gr_options choices[] = {
    {GR_AUTO, GR_STATIC, GR_AUTO, {0}}, {GR_AUTO, GR_STATIC, 1, {0}},  {GR_AUTO, GR_STATIC, 2, {0}},
    {GR_AUTO, GR_DYNAMIC, 5, {0}},      {3, GR_DYNAMIC, GR_AUTO, {0}},
};
enum { CHOICES = sizeof choices / sizeof *choices };

#define EXPECT_SUMS(suffix, T)                                                                    \
    Test(scan_results, sums_##suffix, .timeout = 60) {                                            \
        T *x = malloc(3 * LARGEST * sizeof(T)), *before = x + LARGEST, *after = before + LARGEST; \
                                                                                                  \
        for (gr_index i = 0; i < LARGEST; i++) {                                                  \
            x[i] = (T)((i * 5 + 3) % 7);                                                          \
        }                                                                                         \
        for (int s = 0; s < SIZES; s++) {                                                         \
            for (int c = 0; c < CHOICES; c++) {                                                   \
                const gr_index n = sizes[s], lo = c * 1000 - 2000;                                \
                const T first = scan_exclusive_##suffix(x, before, lo, lo + n, choices[c]);       \
                const T second = scan_inclusive_##suffix(x, after, lo, lo + n, choices[c]);       \
                gr_index wrong = 0;                                                               \
                T sum = 0;                                                                        \
                                                                                                  \
                for (gr_index i = 0; i < n; i++) {                                                \
                    wrong += before[i] != sum;                                                    \
                    sum = (T)(sum + x[i]);                                                        \
                    wrong += after[i] != sum;                                                     \
                }                                                                                 \
                cr_expect(eq(long, wrong, 0), "n = %td, choice %d", n, c);                        \
                cr_expect(first == sum && second == sum, "totals, n = %td, choice %d", n, c);     \
            }                                                                                     \
        }                                                                                         \
        cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));                                          \
        free(x);                                                                                  \
    }
SUM_LIST(EXPECT_SUMS)

Test(scan_results, label_and_total_may_be_left_out, .timeout = 60) {
    int64_t *x = malloc(4 * LARGEST * sizeof(int64_t));
    int64_t *labelled = x + LARGEST, *bare = labelled + LARGEST, *exclusive = bare + LARGEST;

    for (gr_index i = 0; i < LARGEST; i++) {
        x[i] = i - 1000;
    }
    for (int s = 0; s < SIZES; s++) {
        const gr_index n = sizes[s];
        int64_t sum = 0;
        gr_index wrong = 0;

        scan_bare(x, labelled, bare, n);
        cr_expect(eq(long, scan_total_bare(x, exclusive, n), n *(n - 1) / 2 - 1000 * n));
        for (gr_index i = 0; i < n; i++) {
            wrong += exclusive[i] != sum;
            sum += x[i];
            wrong += labelled[i] != sum || bare[i] != sum;
        }
        cr_expect(eq(long, wrong, 0), "n = %td", n);
    }
    free(x);
}

Test(scan_results, maxima_and_truth_run, .timeout = 60) {
    float *x = malloc(2 * LARGEST * sizeof(float)), *out = x + LARGEST;
    bool *hit = calloc(2 * LARGEST, sizeof(bool)), *seen = hit + LARGEST;

    for (gr_index i = 0; i < LARGEST; i++) {
        x[i] = (float)((i * 7919) % 100003) - (i % 11 == 3 ? NAN : 0.0f);
    }
    for (int s = 0; s < SIZES; s++) {
        for (int c = 0; c < CHOICES; c++) {
            const gr_index n = sizes[s];
            const float total = scan_running_max(x, out, n, choices[c]);
            float most = -INFINITY;
            bool any = false;
            gr_index wrong = 0;

            hit[n / 2] = true;
            any = scan_seen(hit, seen, n, choices[c]);
            hit[n / 2] = false;
            for (gr_index i = 0; i < n; i++) {
                most = x[i] > most ? x[i] : most;
                wrong += out[i] != most || seen[i] != (i >= n / 2);
            }
            cr_expect(eq(long, wrong, 0), "n = %td, choice %d", n, c);
            cr_expect(total == most && any == (n > 0));
        }
    }
    free(x);
    free(hit);
}

Test(scan_results, products_wrap, .timeout = 60) {
    uint32_t *x = malloc(2 * LARGEST * sizeof(uint32_t)), *out = x + LARGEST;

    for (gr_index i = 0; i < LARGEST; i++) {
        x[i] = (uint32_t)(2 * i + 1);
    }
    for (int s = 0; s < SIZES; s++) {
        for (int c = 0; c < CHOICES; c++) {
            const uint32_t total = scan_product(x, out, sizes[s], choices[c]);
            uint32_t product = 1;
            gr_index wrong = 0;

            for (gr_index i = 0; i < sizes[s]; i++) {
                product *= x[i];
                wrong += out[i] != product;
            }
            cr_expect(eq(long, wrong, 0), "n = %td, choice %d", sizes[s], c);
            cr_expect(eq(u32, total, product));
        }
    }
    free(x);
}

/* A user's struct whose join does not commute: what comes before stays before. */
Test(scan_results, structs_join_from_left_to_right, .timeout = 60) {
    map *x = malloc(2 * LARGEST * sizeof(map)), *out = x + LARGEST;

    for (gr_index i = 0; i < LARGEST; i++) {
        x[i].m = (uint32_t)(2 * i + 1) * 2654435761u;
        x[i].c = (uint32_t)i;
    }
    for (int s = 0; s < SIZES; s++) {
        for (int c = 0; c < CHOICES; c++) {
            const map total = scan_maps(x, out, sizes[s], choices[c]);
            map all = {1, 0};
            gr_index wrong = 0;

            for (gr_index i = 0; i < sizes[s]; i++) {
                all.c = x[i].m * all.c + x[i].c;
                all.m = all.m * x[i].m;
                wrong += out[i].m != all.m || out[i].c != all.c;
            }
            cr_expect(eq(long, wrong, 0), "n = %td, choice %d", sizes[s], c);
            cr_expect(total.m == all.m && total.c == all.c);
        }
    }
    free(x);
}

Test(scan_results, complex_numbers, .timeout = 60) {
    gr_c128 *out = malloc(LARGEST * sizeof(gr_c128));

    for (int c = 0; c < CHOICES; c++) {
        const gr_c128 total = scan_complex(out, LARGEST, choices[c]);
        gr_index wrong = 0;

        for (gr_index i = 0; i < LARGEST; i++) {
            wrong += out[i].re != (double)(i * (i - 1) / 2) || out[i].im != (double)-i;
        }
        cr_expect(eq(long, wrong, 0));
        cr_expect(eq(dbl, total.im, -LARGEST));
    }
    free(out);
}

Test(scan_results, continue_ends_one_iteration, .timeout = 60) {
    gr_index *out = malloc(LARGEST * sizeof(gr_index));

    for (int s = 0; s < SIZES; s++) {
        for (int c = 0; c < CHOICES; c++) {
            const gr_index count = (sizes[s] + 2) / 3;

            cr_expect(eq(long, scan_compact(sizes[s], out, choices[c]), count));
            for (gr_index k = 0; k < count; k++) {
                cr_assert(eq(long, out[k], 3 * k), "n = %td, choice %d", sizes[s], c);
            }
        }
    }
    free(out);
}

Test(scan_results, inner_loops_break, .timeout = 60) {
    int64_t out[500], sum = 0;

    cr_expect(scan_inner_loops(500, out) > 0);
    for (int i = 0; i < 500; i++) {
        for (int power = 1; power <= i % 100; power *= 2) {
            sum++;
        }
        cr_expect(eq(long, out[i], sum));
    }
}

/* While a statement learns what its iterations cost, rounds of a launch hand over what came before.
 *  */
Test(scan_results, rounds_of_a_launch_follow_each_other, .timeout = 60) {
    int64_t *x = malloc(2 * LARGEST * sizeof(int64_t)), *out = x + LARGEST;

    for (gr_index i = 0; i < LARGEST; i++) {
        x[i] = i;
    }
    for (int round = 0; round < 60; round++) {
        const gr_index n = sizes[(round * 8 + 3) % SIZES];
        gr_index wrong = 0;

        scan_total_bare(x, out, n);
        for (gr_index i = 0; i < n; i++) {
            wrong += out[i] != i * (i - 1) / 2;
        }
        cr_expect(eq(long, wrong, 0), "round %d, n = %td", round, n);
    }
    free(x);
}
