/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file csr.h
 * @brief Sparse matrices in compressed rows: made up, or from the files that matrices.py writes.
 *
 * The nonzeros of row i are val[k] in column col[k], for k from row[i] to row[i + 1].
 * Shared by the examples and the benchmarks; included by kernel files.
 */
#ifndef EXAMPLES_CSR_H
#define EXAMPLES_CSR_H

#include <granum/granum.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct csr {
    gr_view1_i64 row;
    gr_view1_i32 col;
    gr_view1_f64 val;
} csr;

GR_FUNCTION gr_index csr_rows(csr a) {
    return a.row.extent[0] - 1;
}

static inline gr_status csr_release(csr *a) {
    GR_TRY(GR_RELEASE(&a->row));
    GR_TRY(GR_RELEASE(&a->col));
    return GR_RELEASE(&a->val);
}

/* Bits without a pattern (splitmix64's finaliser: Steele, Lea & Flood 2014,
 * doi:10.1145/2660193.2660195). */
GR_FUNCTION uint64_t csr_hash(int64_t k) {
    uint64_t z = ((uint64_t)k + 1) * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A number in [0, 1). */
GR_FUNCTION double csr_random(int64_t k) {
    return (double)(int64_t)(csr_hash(k) >> 11) * 0x1p-53;
}

/* A vector of numbers in [0.5, 1.5). */
static inline gr_status csr_vector(gr_view1_f64 *out, gr_index n) {
    gr_view1_f64 x;

    GR_TRY(GR_CREATE(&x, "x", n));
    GR_PARALLEL_FOR("x", i, gr_range(0, n)) {
        GR_AT(x, i) = 0.5 + csr_random(i);
    };
    *out = x;
    return gr_fence();
}

/* Memory for rows whose lengths stand in a->row, and the place of each row. */
static inline gr_status csr_offsets(csr *a) {
    const gr_view1_i64 row = a->row;
    int64_t all;

    GR_PARALLEL_SCAN_TOTAL("offsets", i, gr_range(0, row.extent[0]), GR_SUM(int64_t, before), final,
                           all) {
        const int64_t length = GR_AT(row, i);

        if (final) {
            GR_AT(row, i) = before;
        }
        before += length;
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_CREATE(&a->col, "col", all));
    return GR_CREATE(&a->val, "val", all);
}

/* Neighbours of point i of n on a line, itself among them: from, and one past the last. */
GR_FUNCTION gr_index csr_from(gr_index i) {
    return i > 0 ? i - 1 : 0;
}
GR_FUNCTION gr_index csr_to(gr_index i, gr_index n) {
    return i + 2 < n ? i + 2 : n;
}

/* The 27-point Laplacian on a cube of n^3 points: 26 on the diagonal, -1 for each neighbour. Zero
 * outside the cube makes it positive definite. */
static inline gr_status csr_laplace27(csr *out, gr_index n) {
    csr a;

    GR_TRY(GR_CREATE(&a.row, "row", n * n * n + 1));
    {
        const gr_view1_i64 row = a.row;

        GR_PARALLEL_FOR_3D("lengths", i, j, k, gr_range_3d(0, n, 0, n, 0, n)) {
            GR_AT(row, (i * n + j) * n + k) = (csr_to(i, n) - csr_from(i)) *
                                              (csr_to(j, n) - csr_from(j)) *
                                              (csr_to(k, n) - csr_from(k));
        };
    }
    GR_TRY(csr_offsets(&a));
    {
        const csr to = a;

        GR_PARALLEL_FOR_3D("laplacian", i, j, k, gr_range_3d(0, n, 0, n, 0, n)) {
            const gr_index here = (i * n + j) * n + k;
            int64_t at = GR_AT(to.row, here);

            for (gr_index p = csr_from(i); p < csr_to(i, n); ++p) {
                for (gr_index q = csr_from(j); q < csr_to(j, n); ++q) {
                    for (gr_index r = csr_from(k); r < csr_to(k, n); ++r, ++at) {
                        const gr_index there = (p * n + q) * n + r;

                        GR_AT(to.col, at) = (int32_t)there;
                        GR_AT(to.val, at) = there == here ? 26.0 : -1.0;
                    }
                }
            }
        };
    }
    *out = a;
    return gr_fence();
}

/* n rows of which few are long: 4 u^-0.7 nonzeros for u uniform in (0, 1), in random columns. */
static inline gr_status csr_power_law(csr *out, gr_index n) {
    csr a;

    GR_TRY(GR_CREATE(&a.row, "row", n + 1));
    {
        const gr_view1_i64 row = a.row;

        GR_PARALLEL_FOR("lengths", i, gr_range(0, n)) {
            GR_AT(row, i) = (int64_t)(4 * pow(1 - csr_random(i), -0.7));
        };
    }
    GR_TRY(csr_offsets(&a));
    {
        const csr to = a;

        GR_PARALLEL_FOR("power law", k, gr_range(0, to.val.extent[0])) {
            GR_AT(to.col, k) = (int32_t)(csr_hash(k) % (uint64_t)n);
            GR_AT(to.val, k) = csr_random(k + n) - 0.5;
        };
    }
    *out = a;
    return gr_fence();
}

static inline const char *csr_path(char *path, size_t size, const char *folder, const char *name,
                                   const char *part) {
    snprintf(path, size, "%s/%s.%s.npy", folder, name, part);
    return path;
}

static inline gr_status csr_load(csr *a, const char *folder, const char *name) {
    char path[4096];

    GR_TRY(GR_NPY_LOAD(&a->row, csr_path(path, sizeof path, folder, name, "row")));
    GR_TRY(GR_NPY_LOAD(&a->col, csr_path(path, sizeof path, folder, name, "col")));
    return GR_NPY_LOAD(&a->val, csr_path(path, sizeof path, folder, name, "val"));
}

static inline gr_status csr_load_vector(gr_view1_f64 *x, const char *folder, const char *name,
                                        const char *part) {
    char path[4096];

    return GR_NPY_LOAD(x, csr_path(path, sizeof path, folder, name, part));
}

#endif
