/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_results_kernels.c
 * @brief The kernels of test_scan_results.c.
 */
#include "test_scan_results.h"

#include <granum/granum.h>

#define SCAN_SUMS(suffix, T)                                                                      \
    T scan_exclusive_##suffix(const T *x, T *out, gr_index lo, gr_index hi, gr_options options) { \
        gr_range_1d_policy range = gr_range(lo, hi);                                              \
        T total;                                                                                  \
                                                                                                  \
        range.options = options;                                                                  \
        GR_PARALLEL_SCAN_TOTAL("exclusive", i, range, GR_SUM(T, sum), final, total) {             \
            if (final) {                                                                          \
                out[i - lo] = sum;                                                                \
            }                                                                                     \
            sum = (T)(sum + x[i - lo]);                                                           \
        };                                                                                        \
        return total;                                                                             \
    }                                                                                             \
    T scan_inclusive_##suffix(const T *x, T *out, gr_index lo, gr_index hi, gr_options options) { \
        gr_range_1d_policy range = gr_range(lo, hi);                                              \
        T total;                                                                                  \
                                                                                                  \
        range.options = options;                                                                  \
        GR_PARALLEL_SCAN_TOTAL("inclusive", i, range, GR_SUM(T, sum), final, total) {             \
            sum = (T)(sum + x[i - lo]);                                                           \
            if (final) {                                                                          \
                out[i - lo] = sum;                                                                \
            }                                                                                     \
        };                                                                                        \
        return total;                                                                             \
    }
SUM_LIST(SCAN_SUMS)

void scan_bare(const int64_t *x, int64_t *labelled, int64_t *bare, gr_index n) {
    GR_PARALLEL_SCAN("labelled", i, gr_range(0, n), GR_SUM(int64_t, sum), final) {
        sum += x[i];
        if (final) {
            labelled[i] = sum;
        }
    };
    GR_PARALLEL_SCAN(i, gr_range(0, n), GR_SUM(int64_t, sum), final) {
        sum += x[i];
        if (final) {
            bare[i] = sum;
        }
    };
}

int64_t scan_total_bare(const int64_t *x, int64_t *out, gr_index n) {
    int64_t total;

    GR_PARALLEL_SCAN_TOTAL(i, gr_range(0, n), GR_SUM(int64_t, sum), last, total) {
        if (last) {
            out[i] = sum;
        }
        sum += x[i];
    };
    return total;
}

float scan_running_max(const float *x, float *out, gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    float total;

    range.options = options;
    GR_PARALLEL_SCAN_TOTAL("running max", i, range, GR_MAX(float, most), final, total) {
        most = x[i] > most ? x[i] : most;
        if (final) {
            out[i] = most;
        }
    };
    return total;
}

bool scan_seen(const bool *x, bool *out, gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    bool total;

    range.options = options;
    GR_PARALLEL_SCAN_TOTAL("seen", i, range, GR_LOR(bool, seen), final, total) {
        seen = seen || x[i];
        if (final) {
            out[i] = seen;
        }
    };
    return total;
}

uint32_t scan_product(const uint32_t *x, uint32_t *out, gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    uint32_t total;

    range.options = options;
    GR_PARALLEL_SCAN_TOTAL("product", i, range, GR_PROD(uint32_t, product), final, total) {
        product *= x[i];
        if (final) {
            out[i] = product;
        }
    };
    return total;
}

GR_FUNCTION map compose(map a, map b) {
    const map both = {a.m * b.m, b.m * a.c + b.c};

    return both;
}

map scan_maps(const map *x, map *out, gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    map total;

    range.options = options;
    GR_PARALLEL_SCAN_TOTAL("maps", i, range,
                           GR_REDUCER(map, all, (GR_IMPL_LITERAL(map){1, 0}), compose), final,
                           total) {
        all = compose(all, x[i]);
        if (final) {
            out[i] = all;
        }
    };
    return total;
}

gr_c128 scan_complex(gr_c128 *out, gr_index n, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    gr_c128 total;

    range.options = options;
    GR_PARALLEL_SCAN_TOTAL("complex", i, range, GR_SUM_C128(sum), final, total) {
        if (final) {
            out[i] = sum;
        }
        sum = gr_c128_add(sum, gr_c128_make((double)i, -1.0));
    };
    return total;
}

int64_t scan_compact(gr_index n, gr_index *out, gr_options options) {
    gr_range_1d_policy range = gr_range(0, n);
    int64_t total;

    range.options = options;
    GR_PARALLEL_SCAN_TOTAL("compact", i, range, GR_SUM(int64_t, place), final, total) {
        if (i % 3 != 0) {
            GR_CONTINUE;
        }
        if (final) {
            out[place] = i;
        }
        place++;
    };
    return total;
}

int64_t scan_inner_loops(gr_index n, int64_t *out) {
    int64_t total;

    GR_PARALLEL_SCAN_TOTAL("inner", i, gr_range(0, n), GR_SUM(int64_t, sum), final, total) {
        for (int64_t power = 1;; power *= 2) {
            if (power > i % 100) {
                break;
            }
            sum++;
        }
        if (final) {
            out[i] = sum;
        }
    };
    return total;
}
