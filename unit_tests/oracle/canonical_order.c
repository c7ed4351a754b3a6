/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file canonical_order.c
 * @brief Print the bits of reductions and scans over many ranges, one range a line.
 *
 * usage: canonical_order [THREADS static|dynamic]      left out: adaptive launches
 * Oracle: canonical_order.py reads the lines and computes them again.
 */
#include "canonical_order.h"
#include "order_data.h"

#include <granum/status.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gr_options options = {GR_AUTO, GR_STATIC, GR_AUTO, {0}};

static void print_bits(uint64_t bits, size_t size) {
    printf(" %0*llx", (int)(2 * size), (unsigned long long)bits);
}

static void print_f64(double x) {
    uint64_t bits;

    if (isnan(x)) {
        printf(" nan");
        return;
    }
    memcpy(&bits, &x, sizeof bits);
    print_bits(bits, sizeof bits);
}

static void print_f32(float x) {
    uint32_t bits;

    if (isnan(x)) {
        printf(" nan");
        return;
    }
    memcpy(&bits, &x, sizeof bits);
    print_bits(bits, sizeof bits);
}

static void print_case(const char *group, const order_range *range) {
    printf("%s ", group);
    for (int d = 0; d < range->rank; d++) {
        printf("%s%td", d ? "x" : "", range->n[d]);
    }
    printf(" from %td:", range->lo[range->rank - 1]);
}

static void print_results(order_f64 a) {
    print_f64(a.sum), print_f64(a.prod), print_f64(a.min), print_f64(a.max);
    print_f64(a.both.min), print_f64(a.both.max);
    print_f64(a.least.value), printf(" %td", a.least.location);
    print_f64(a.most.value), printf(" %td", a.most.location);
}

static void print_floats(const order_range *range) {
    const order_f32 b = order_reduce_f32(range);

    print_case("f64", range), print_results(order_reduce_f64(range)), printf("\n");
    print_case("f32", range);
    print_f32(b.sum), print_f32(b.prod), print_f32(b.min), print_f32(b.max);
    print_f32(b.both.min), print_f32(b.both.max);
    print_f32(b.least.value), printf(" %td", b.least.location);
    print_f32(b.most.value), printf(" %td\n", b.most.location);
}

static void print_integers(const order_range *range) {
    const order_integer a = order_reduce_integer(range);

    print_case("integer", range);
    print_bits((uint64_t)a.sum, 8), print_bits(a.prod, 4), print_bits((uint8_t)a.min, 1);
    print_bits(a.max, 2), print_bits(a.band, 8), print_bits(a.bor, 1);
    print_bits((uint32_t)a.land, 4), print_bits(a.lor, 1);
    printf("\n");
}

static void print_sums(const order_range *range) {
    print_case("sum64", range), print_f64(order_sum_f64(range)), printf("\n");
    print_case("sum32", range), print_f32(order_sum_f32(range)), printf("\n");
}

/* Of `count` elements of `size` bytes that are `step` bytes apart; column k of an array of results.
 *  */
static uint64_t digest(uint64_t sum, const void *array, gr_index count, size_t size, size_t step,
                       uint64_t k) {
    for (gr_index i = 0; i < count; i++) {
        uint64_t bits = 0;

        memcpy(&bits, (const char *)array + (size_t)i * step, size);
        sum += order_mix(bits ^ order_mix((uint64_t)i * 8 + k));
    }
    return sum;
}

static void print_digest(const void *array, gr_index n, size_t size) {
    print_bits(digest(0, array, n, size, size, 0), 8);
}

static void print_lines(const order_line *lines, gr_index n) {
    const uint64_t sum = digest(0, &lines->m, n, sizeof(double), sizeof *lines, 0);

    print_bits(digest(sum, &lines->c, n, sizeof(double), sizeof *lines, 1), 8);
}

static void print_scan(gr_index lo, gr_index n) {
    const order_range range = {1, {n}, {lo}, options};
    const size_t size = (size_t)n * (3 * sizeof(double) + sizeof(float) + 2 * sizeof(order_line));
    char *memory = malloc(size + 1);
    order_scan s;

    if (!memory) {
        exit(1);
    }
    s.before_line = (order_line *)memory, s.after_line = s.before_line + n;
    s.before_sum = (double *)(s.after_line + n), s.after_sum = s.before_sum + n;
    s.before_whole = (int64_t *)(s.after_sum + n);
    s.after_product = (float *)(s.before_whole + n);
    order_scan_all(&range, &s);
    print_case("scan", &range);
    print_digest(s.before_sum, n, 8), print_digest(s.after_sum, n, 8), print_f64(s.sum);
    print_digest(s.after_product, n, 4), print_f32(s.product);
    print_digest(s.before_whole, n, 8), print_bits((uint64_t)s.whole, 8);
    print_lines(s.before_line, n), print_lines(s.after_line, n);
    print_f64(s.line.m), print_f64(s.line.c);
    printf("\n");
    order_scan_segmented(&range, s.before_sum, s.after_sum);
    print_case("segmented", &range);
    print_digest(s.before_sum, n, 8), print_digest(s.after_sum, n, 8), printf("\n");
    free(memory);
}

static void print_reductions(const order_range *range) {
    print_floats(range);
    print_integers(range);
    print_sums(range);
}

static void print_1d(void) {
    static const gr_index sizes[] = {0,    1,    2,    31,   32,    33,    1023,   1024,
                                     1025, 2047, 2048, 2049, 10003, 32769, 1000007};
    static const order_range far[] = {{1, {33}, {-17}, {0}},
                                      {1, {10003}, {5}, {0}},
                                      {1, {2049}, {(gr_index)1 << 40}, {0}},
                                      {1, {1025}, {PTRDIFF_MIN}, {0}}};
    order_range range = {1, {0}, {0}, options};

    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        range.n[0] = sizes[k];
        print_reductions(&range);
    }
    for (size_t k = 0; k < sizeof far / sizeof *far; k++) {
        range = far[k];
        range.options = options;
        print_reductions(&range);
    }
    /* Longer chunks: 4096 of 2048 elements are not enough. */
    range.lo[0] = 3;
    for (gr_index more = -1; more < 2; more++) {
        range.n[0] = 4096 * 2048 + more;
        print_sums(&range);
    }
}

static void print_rows(void) {
    static const gr_index widths[] = {0, 1, 4, 18, 31, 32, 33, 1000, 8191, 8192, 8193, 20000};
    static const order_range ranges[] = {
        {2, {4097, 1}, {0, 0}, {0}},
        {2, {5000, 33}, {-2, 3}, {0}},
        {2, {40, 12289}, {0, -1}, {0}},
        {2, {0, 9000}, {0, 0}, {0}},
        {2, {1, 200003}, {0, 7}, {0}},
        {3, {7, 64, 18}, {1, -1, 2}, {0}},
        {3, {3, 0, 5}, {0, 0, 0}, {0}},
        {3, {20, 20, 100}, {0, 0, 0}, {0}},
        {4, {3, 5, 7, 31}, {1, 2, 3, 4}, {0}},
        {4, {1, 2, 1, 8193}, {0, 0, 0, 9}, {0}},
        {5, {2, 3, 4, 5, 32}, {-1, -2, -3, -4, -5}, {0}},
        {5, {3, 3, 3, 3, 4}, {0, 0, 0, 0, 0}, {0}},
        {6, {2, 3, 2, 3, 2, 33}, {1, 0, -1, 0, 1, 0}, {0}},
        {6, {4, 4, 4, 4, 4, 4}, {0, 0, 0, 0, 0, 0}, {0}},
        {6, {1, 1, 1, 1, 2, 8193}, {0, 0, 0, 0, 0, 0}, {0}},
    };
    /* Where pieces of 4096 columns are too many: longer ones, and rows that stay whole after all.
     *  */
    static const order_range large[] = {{2, {1366, 8200}, {0, 0}, {0}},
                                        {3, {683, 3, 8193}, {0}, {0}}};
    order_range range = {2, {3, 0}, {0, 0}, options};

    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
        range.n[1] = widths[k];
        range.lo[1] = (gr_index)k - 3;
        print_reductions(&range);
    }
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        range = ranges[k];
        range.options = options;
        print_reductions(&range);
    }
    for (size_t k = 0; k < sizeof large / sizeof *large; k++) {
        range = large[k];
        range.options = options;
        print_case("sum32", &range), print_f32(order_sum_f32(&range)), printf("\n");
    }
}

static void print_scans(void) {
    static const gr_index sizes[] = {0,     1,      2,      7,      8,       9,      31,   32,
                                     33,    255,    256,    257,    4095,    4096,   4097, 8192,
                                     10003, 131072, 131073, 135169, 1000007, 4198405};

    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        print_scan((gr_index)k * 5 - 20, sizes[k]);
    }
}

static void print_line(order_line line) {
    print_f64(line.m), print_f64(line.c), printf("\n");
}

static void print_teams(void) {
    static const gr_index nested[] = {0,     1,     2,     7,     8,     9,      31,
                                      32,    33,    1023,  1024,  1025,  2049,   4097,
                                      32767, 32768, 32769, 65536, 65537, 100000, 131073};
    static const gr_index leagues[] = {0,  1,    2,    7,     8,      9,      31,     32,
                                       33, 1023, 1025, 10003, 131071, 131072, 131073, 262145};
    order_range range = {1, {0}, {0}, options};

    for (size_t k = 0; k < sizeof nested / sizeof *nested; k++) {
        range.n[0] = nested[k];
        for (int size = 1; size <= 4; size++) {
            range.lo[0] = 10 * size - 25;
            print_case("nested", &range);
            print_results(order_nested_f64(&range, size));
            print_line(order_nested_line(&range, size));
        }
    }
    range.lo[0] = 0;
    for (size_t k = 0; k < sizeof leagues / sizeof *leagues; k++) {
        range.n[0] = leagues[k];
        print_case("league", &range);
        print_results(order_league_f64(&range));
        print_line(order_league_line(&range));
    }
}

/* Into arrays of a few lengths: with and without a limit on the number of copies. */
static void print_arrays(void) {
    static const gr_index lengths[] = {1, 3, 1000, 20000};
    static const order_range ranges[] = {
        {1, {0}, {0}, {0}},
        {1, {1}, {7}, {0}},
        {1, {2049}, {-5}, {0}},
        {1, {70003}, {1}, {0}},
        {1, {1000007}, {0}, {0}},
        {2, {5000, 33}, {-2, 3}, {0}},
        {2, {40, 12289}, {0, -1}, {0}},
        {2, {0, 9000}, {0, 0}, {0}},
    };

    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            order_range range = ranges[r];
            char group[32];
            gr_view1_f64 bins;

            range.options = options;
            if (GR_CREATE(&bins, "bins", lengths[k]) != GR_SUCCESS) {
                exit(1);
            }
            order_array_f64(&range, bins);
            snprintf(group, sizeof group, "array%td", lengths[k]);
            print_case(group, &range), print_digest(bins.data, lengths[k], 8), printf("\n");
            GR_RELEASE(&bins);
        }
    }
}

int main(int argc, char **argv) {
    if (argc > 2) {
        options.threads = atoi(argv[1]);
        options.schedule = strcmp(argv[2], "dynamic") == 0 ? GR_DYNAMIC : GR_STATIC;
    }
    print_1d();
    print_rows();
    print_scans();
    print_teams();
    print_arrays();
    if (gr_fence() != GR_SUCCESS) {
        printf("%s\n", gr_last_error()->message);
        return 1;
    }
    return 0;
}
