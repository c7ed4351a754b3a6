/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_parallel_for_kernels.c
 * @brief The kernels of test_parallel_for.c.
 */
#include "test_parallel_for.h"

#include <granum/granum.h>

#define LO(d) range->lo[d]
#define HI(d) range->hi[d]

/* Where a cell is: the box begins one below each lower bound. */
typedef struct box {
    gr_index lo[6], stride[6];
} box;

static box box_of(const visit_range *range) {
    box b;
    gr_index stride = 1;

    for (int d = 5; d >= 0; d--) {
        const bool used = d < range->rank;

        b.lo[d] = used ? range->lo[d] - 1 : 0;
        b.stride[d] = used ? stride : 0;
        stride *= used ? range->hi[d] - range->lo[d] + 2 : 1;
    }
    return b;
}

gr_index visit_cells(const visit_range *range) {
    gr_index cells = 1;

    for (int d = 0; d < range->rank; d++) {
        cells *= range->hi[d] - range->lo[d] + 2;
    }
    return cells;
}

GR_FUNCTION gr_index cell(box b, gr_index i, gr_index j, gr_index k, gr_index l, gr_index m,
                          gr_index n) {
    return (i - b.lo[0]) * b.stride[0] + (j - b.lo[1]) * b.stride[1] + (k - b.lo[2]) * b.stride[2] +
           (l - b.lo[3]) * b.stride[3] + (m - b.lo[4]) * b.stride[4] + (n - b.lo[5]) * b.stride[5];
}

void visit_labelled(const visit_range *range, unsigned char *cells) {
    const box b = box_of(range);
    gr_range_1d_policy p1 = gr_range(LO(0), HI(0));
    gr_range_2d_policy p2 = gr_range_2d(LO(0), HI(0), LO(1), HI(1));
    gr_range_3d_policy p3 = gr_range_3d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2));
    gr_range_4d_policy p4 = gr_range_4d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3));
    gr_range_5d_policy p5 =
        gr_range_5d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3), LO(4), HI(4));
    gr_range_6d_policy p6 = gr_range_6d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3),
                                        LO(4), HI(4), LO(5), HI(5));

    p1.options = p2.options = p3.options = p4.options = p5.options = p6.options = range->options;
    switch (range->rank) {
    case 1:
        GR_PARALLEL_FOR("one", i, p1) {
            cells[cell(b, i, 0, 0, 0, 0, 0)]++;
        };
        break;
    case 2:
        GR_PARALLEL_FOR_2D("two", i, j, p2) {
            cells[cell(b, i, j, 0, 0, 0, 0)]++;
        };
        break;
    case 3:
        GR_PARALLEL_FOR_3D("three", i, j, k, p3) {
            cells[cell(b, i, j, k, 0, 0, 0)]++;
        };
        break;
    case 4:
        GR_PARALLEL_FOR_4D("four", i, j, k, l, p4) {
            cells[cell(b, i, j, k, l, 0, 0)]++;
        };
        break;
    case 5:
        GR_PARALLEL_FOR_5D("five", i, j, k, l, m, p5) {
            cells[cell(b, i, j, k, l, m, 0)]++;
        };
        break;
    default:
        GR_PARALLEL_FOR_6D("six", i, j, k, l, m, n, p6) {
            cells[cell(b, i, j, k, l, m, n)]++;
        };
        break;
    }
}

/* Policies given in place, and no label. */
void visit_bare(const visit_range *range, unsigned char *cells) {
    const box b = box_of(range);

    switch (range->rank) {
    case 1:
        GR_PARALLEL_FOR(i, gr_range(LO(0), HI(0))) {
            cells[cell(b, i, 0, 0, 0, 0, 0)]++;
        };
        break;
    case 2:
        GR_PARALLEL_FOR_2D(i, j, gr_range_2d(LO(0), HI(0), LO(1), HI(1))) {
            cells[cell(b, i, j, 0, 0, 0, 0)]++;
        };
        break;
    case 3:
        GR_PARALLEL_FOR_3D(i, j, k, gr_range_3d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2))) {
            cells[cell(b, i, j, k, 0, 0, 0)]++;
        };
        break;
    case 4:
        GR_PARALLEL_FOR_4D(i, j, k, l,
                           gr_range_4d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3))) {
            cells[cell(b, i, j, k, l, 0, 0)]++;
        };
        break;
    case 5:
        GR_PARALLEL_FOR_5D(
            i, j, k, l, m,
            gr_range_5d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3), LO(4), HI(4))) {
            cells[cell(b, i, j, k, l, m, 0)]++;
        };
        break;
    default:
        GR_PARALLEL_FOR_6D(i, j, k, l, m, n,
                           gr_range_6d(LO(0), HI(0), LO(1), HI(1), LO(2), HI(2), LO(3), HI(3),
                                       LO(4), HI(4), LO(5), HI(5))) {
            cells[cell(b, i, j, k, l, m, n)]++;
        };
        break;
    }
}

gr_options visit_options(int which) {
    const gr_range_1d_policy line = gr_range(0, 10);
    const gr_range_6d_policy six = gr_range_6d(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1);

    switch (which) {
    case 0:
        return line.options;
    case 1:
        return gr_with_chunk(line, 7).options;
    case 2:
        return gr_with_dynamic(line).options;
    case 3:
        return gr_with_threads(line, 3).options;
    default:
        return gr_with_threads(gr_with_dynamic(gr_with_chunk(six, 7)), 3).options;
    }
}

void odd_only(gr_index n, int *out) {
    GR_PARALLEL_FOR("odd", i, gr_range(0, n)) {
        if (i % 2 == 0) {
            GR_CONTINUE;
        }
        out[i]++;
    };
}

void odd_pairs(gr_index n, int *out) {
    GR_PARALLEL_FOR_2D("odd", i, j, gr_range_2d(0, n, 0, n)) {
        if ((i + j) % 2 == 0) {
            GR_CONTINUE;
        }
        out[i * n + j]++;
    };
}

GR_CONSTANT_TABLE(double, weight, 0.25, 0.5, 0.25)

void by_table(gr_index n, double *out) {
    GR_PARALLEL_FOR("table", i, gr_range(0, n)) {
        out[i] = weight(i % 3);
    };
}

void first_multiple(gr_index n, int *out) {
    GR_PARALLEL_FOR("multiple", i, gr_range(0, n)) {
        int multiple = 0, rest = 0;

        for (int k = 1; k < 1000; k++) {
            if (k * 7 > (int)i) {
                multiple = k * 7;
                break;
            }
        }
        while (rest < 100) {
            rest++;
            if (rest % 2 != 0) {
                continue;
            }
            switch (rest) {
            case 20:
                multiple++;
                break;
            default:
                break;
            }
        }
        out[i] = multiple;
    };
}

void print_lines(gr_index n) {
    GR_PARALLEL_FOR("print", i, gr_with_threads(gr_range(0, n), 4)) {
        gr_printf("line %d of %s\n", (int)i, "many");
    };
}

typedef struct coefficients {
    double a[3];
    int count;
} coefficients;

void locals_of_the_caller(gr_index n, double *out) {
    const coefficients c = {{1.0, 2.0, 4.0}, 3};
    double shift = 0.5;
    float scale = 2.0f;

    GR_PARALLEL_FOR("locals", i, gr_with_threads(gr_range(0, n), 2)) {
        double sum = shift;

        for (int k = 0; k < c.count; k++) {
            sum += c.a[k] * (double)i;
        }
        out[i] = sum * (double)scale;
    };
}

void complex_square(gr_index n, gr_c128 *out) {
    GR_PARALLEL_FOR("square", i, gr_range(0, n)) {
        const gr_c128 z = gr_c128_make((double)i, 2.0);

        out[i] = gr_c128_mul(z, z);
    };
}

void in_conditions(int which, int *out) {
    if (which == 0) {
        GR_PARALLEL_FOR("in if", i, gr_range(0, 3)) {
            out[i] = 1;
        };
    } else {
        for (int round = 0; round < 4; round++) {
            if (round == 1) {
                continue;
            }
            if (round == 3) {
                break;
            }
            GR_PARALLEL_FOR("in for", i, gr_range(0, 3)) {
                out[i] += 10;
            };
        }
    }
}
