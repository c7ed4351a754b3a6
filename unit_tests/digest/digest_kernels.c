/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file digest_kernels.c
 * @brief Results whose bits depend on the order of every addition in them.
 */
#include "digest.h"
#include "digest_number.h"

#include <granum/reduce_array.h>
#include <granum/scan_segmented.h>

#define ADD(value) *digest = digest_add(*digest, &(value), sizeof(value))

typedef struct spread {
    double sum, squares;
    int64_t count;
} spread;

GR_FUNCTION spread spread_join(spread a, spread b) {
    const spread joined = {a.sum + b.sum, a.squares + b.squares, a.count + b.count};

    return joined;
}
GR_FUNCTION spread spread_finish(spread a) {
    const spread finished = {a.sum * 0.5, a.squares - a.sum, a.count};

    return finished;
}

/* Elements of structs one by one: padding has no bits of its own. */
static gr_status sums(gr_index n, uint64_t *digest) {
    double sum, product;
    float small, least, most;
    gr_c128 complex_sum;
    spread own;

    GR_PARALLEL_REDUCE("sums", i, gr_range(0, n), GR_SUM(double, sum), GR_PROD(double, product),
                       GR_SUM(float, small), GR_MIN(float, least), GR_MAX(float, most),
                       GR_SUM_C128(complex_sum),
                       GR_REDUCER_FINAL(spread, own, (GR_IMPL_LITERAL(spread){0, 0, 0}),
                                        spread_join, spread_finish)) {
        const double x = number_f64(i);
        const float y = number_f32(i + 1);

        sum += x;
        product *= 1.0 + x * 0x1p-20;
        small += y;
        least = y < least ? y : least;
        most = y > most ? y : most;
        complex_sum = gr_c128_add(complex_sum, gr_c128_make(x, x * x));
        own.sum += x;
        own.squares += x * x;
        own.count++;
    };
    ADD(sum);
    ADD(product);
    ADD(small);
    ADD(least);
    ADD(most);
    ADD(complex_sum);
    ADD(own);
    return gr_fence();
}

static gr_status extremes(gr_index n, uint64_t *digest) {
    gr_loc_f64 low;
    gr_loc_f32 high;
    gr_minmax_f64 both;
    gr_minmaxloc_f32 where;
    gr_index first, last;
    int32_t every, some;
    uint64_t bits;

    GR_PARALLEL_REDUCE("extremes", i, gr_range(-5, n - 5), GR_MINLOC(double, low),
                       GR_MAXLOC(float, high), GR_MINMAX(double, both), GR_MINMAXLOC(float, where),
                       GR_FIRST(first), GR_LAST(last), GR_LAND(int32_t, every),
                       GR_BOR(uint64_t, bits)) {
        const double x = number_f64(i % 1000);
        const float y = (float)x;

        if (x < low.value) {
            low.value = x;
            low.location = i + 5;
        }
        if (y > high.value) {
            high.value = y;
            high.location = i + 5;
        }
        both.min = x < both.min ? x : both.min;
        both.max = x > both.max ? x : both.max;
        if (y < where.min) {
            where.min = y;
            where.min_location = i + 5;
        }
        if (y > where.max) {
            where.max = y;
            where.max_location = i + 5;
        }
        if (x > 0.75) {
            first = first == GR_NO_LOCATION ? i + 5 : first;
            last = i + 5;
        }
        every = every && x < 0.999;
        bits |= (uint64_t)1 << (i & 63);
    };
    GR_PARALLEL_REDUCE("some", i, gr_range(0, n), GR_LOR(int32_t, some)) {
        some = some || number_f64(i) > 0.9999;
    };
    ADD(low.value);
    ADD(low.location);
    ADD(high.value);
    ADD(high.location);
    ADD(both);
    ADD(where.min);
    ADD(where.max);
    ADD(where.min_location);
    ADD(where.max_location);
    ADD(first);
    ADD(last);
    ADD(every);
    ADD(some);
    ADD(bits);
    return gr_fence();
}

/* A View's elements in the order of their indices. */
static gr_status add_view(gr_view1_f64 v, uint64_t *digest) {
    gr_view1_f64_right host;

    GR_TRY(GR_MIRROR_COPY(&host, v));
    *digest = digest_add(*digest, host.data, (size_t)host.extent[0] * sizeof(double));
    return GR_RELEASE(&host);
}

static gr_status arrays(gr_index n, uint64_t *digest) {
    gr_view1_f64 bins;

    GR_TRY(GR_CREATE(&bins, "bins", 37));
    GR_PARALLEL_REDUCE_ARRAY("bins", i, gr_range(0, n), GR_SUM_ARRAY(double, bins, 37)) {
        GR_AT(bins, i % 37) += number_f64(i);
    };
    GR_TRY(gr_fence());
    GR_TRY(add_view(bins, digest));
    return GR_RELEASE(&bins);
}

gr_status digest_reductions(gr_index n, uint64_t *digest) {
    GR_TRY(sums(n, digest));
    GR_TRY(extremes(n, digest));
    return arrays(n, digest);
}

gr_status digest_rows(gr_index n, gr_index m, uint64_t *digest) {
    double plane, box;

    GR_PARALLEL_REDUCE_2D("plane", i, j, gr_range_2d(0, n, 0, m), GR_SUM(double, plane)) {
        plane += number_f64(i * m + j);
    };
    GR_PARALLEL_REDUCE_3D("box", i, j, k, gr_range_3d(0, n, -1, 2, 0, m), GR_SUM(double, box)) {
        box += number_f64((i * 3 + j) * m + k);
    };
    ADD(plane);
    ADD(box);
    return gr_fence();
}

gr_status digest_scans(gr_index n, uint64_t *digest) {
    gr_view1_f64 out, after;
    gr_view1_f64 part;
    double total;
    int64_t count;

    GR_TRY(GR_CREATE(&out, "out", n));
    GR_TRY(GR_CREATE(&after, "after", n));
    GR_TRY(GR_CREATE(&part, "part", n));
    GR_PARALLEL_SCAN_TOTAL("scan", i, gr_range(0, n), GR_SUM(double, sum), final, total) {
        if (final) {
            GR_AT(out, i) = sum;
        }
        sum += number_f64(i);
    };
    GR_PARALLEL_SCAN_TOTAL("count", i, gr_range(0, n), GR_SUM(int64_t, sum), final, count) {
        sum += (int64_t)(number_f64(i) * 1000.0);
        if (final) {
            GR_AT(after, i) = (double)sum;
        }
    };
    GR_PARALLEL_SCAN_SEGMENTED("parts", i, gr_range(0, n), GR_SUM(double, sum), final,
                               number_f64(i) > 0.99) {
        if (final) {
            GR_AT(part, i) = sum;
        }
        sum += number_f64(i + 7);
    };
    GR_TRY(gr_fence());
    ADD(total);
    ADD(count);
    GR_TRY(add_view(out, digest));
    GR_TRY(add_view(after, digest));
    GR_TRY(add_view(part, digest));
    GR_TRY(GR_RELEASE(&out));
    GR_TRY(GR_RELEASE(&part));
    return GR_RELEASE(&after);
}

/* Arrays and segments of leagues and in teams. */
static gr_status parts_of_teams(gr_index league, gr_index n, int team_size, uint64_t *digest) {
    gr_view1_f64 bins, rows, parts;

    GR_TRY(GR_CREATE(&bins, "bins", 5));
    GR_TRY(GR_CREATE(&rows, "rows", 3 * league));
    GR_TRY(GR_CREATE(&parts, "parts", league * n + league));
    GR_PARALLEL_TEAM_REDUCE_ARRAY("bins", t, gr_teams(league, team_size),
                                  GR_SUM_ARRAY(double, bins, 5)) {
        GR_TEAM_SINGLE(t) {
            GR_AT(bins, t.league_rank % 5) += number_f64(t.league_rank);
        };
    };
    GR_PARALLEL_TEAM("rows", t, gr_with_scratch(gr_teams(league, team_size), 0, 64, 0)) {
        gr_view1_f64 row;

        GR_SCRATCH_VIEW(&row, t, 0, 3);
        GR_TEAM_REDUCE_ARRAY(t, k, 0, n, GR_SUM_ARRAY(double, row, 3)) {
            GR_AT(row, k % 3) += number_f64(t.league_rank * n + k);
        };
        GR_TEAM_FOR(t, k, 0, 3) {
            GR_AT(rows, 3 * t.league_rank + k) = GR_AT(row, k);
        };
        GR_TEAM_SCAN_SEGMENTED(t, k, 0, n, GR_SUM(double, sum), final, number_f64(k) > 0.98) {
            if (final) {
                GR_AT(parts, league + t.league_rank * n + k) = sum;
            }
            sum += number_f64(t.league_rank + k);
        };
    };
    GR_PARALLEL_TEAM_SCAN_SEGMENTED("parts", t, gr_teams(league, team_size), GR_SUM(double, sum),
                                    final, number_f64(t.league_rank) > 0.9) {
        if (final) {
            GR_TEAM_SINGLE(t) {
                GR_AT(parts, t.league_rank) = sum;
            };
        }
        sum += number_f64(t.league_rank + 11);
    };
    GR_TRY(gr_fence());
    GR_TRY(add_view(bins, digest));
    GR_TRY(add_view(rows, digest));
    GR_TRY(add_view(parts, digest));
    GR_TRY(GR_RELEASE(&bins));
    GR_TRY(GR_RELEASE(&rows));
    return GR_RELEASE(&parts);
}

gr_status digest_teams(gr_index league, gr_index n, uint64_t *digest) {
    static const int team_sizes[] = {GR_AUTO, 1, 4, 64};
    gr_view1_f64 sums_of, scans_of;
    double all, before;

    GR_TRY(GR_CREATE(&sums_of, "sums", league));
    GR_TRY(GR_CREATE(&scans_of, "scans", league * n));
    for (size_t s = 0; s < sizeof team_sizes / sizeof *team_sizes; s++) {
        GR_PARALLEL_TEAM("teams", t, gr_teams(league, team_sizes[s])) {
            const gr_index from = t.league_rank * n;
            double sum, rows = 0.0;

            GR_TEAM_REDUCE(t, k, 0, n, GR_SUM(double, sum)) {
                sum += number_f64(from + k);
            };
            GR_TEAM_THREAD_REDUCE(t, k, 0, 50, GR_SUM(double, rows)) {
                double row;

                GR_THREAD_VECTOR_REDUCE(t, q, 0, 40, GR_SUM(double, row)) {
                    row += number_f64(from + 40 * k + q);
                };
                rows += row;
            };
            GR_TEAM_SINGLE(t) {
                GR_AT(sums_of, t.league_rank) = sum + rows;
            };
            GR_TEAM_SCAN(t, k, 0, n, GR_SUM(double, running), final) {
                if (final) {
                    GR_AT(scans_of, from + k) = running;
                }
                running += number_f64(from + k);
            };
        };
        GR_PARALLEL_TEAM_REDUCE("league", t, gr_teams(league, team_sizes[s]), GR_SUM(double, all)) {
            all += number_f64(t.league_rank);
        };
        GR_PARALLEL_TEAM_SCAN_TOTAL("places", t, gr_teams(league, team_sizes[s]),
                                    GR_SUM(double, running), final, before) {
            if (final) {
                GR_TEAM_SINGLE(t) {
                    GR_AT(sums_of, t.league_rank) += running;
                };
            }
            running += number_f64(t.league_rank + 3);
        };
        GR_TRY(gr_fence());
        ADD(all);
        ADD(before);
        GR_TRY(add_view(sums_of, digest));
        GR_TRY(add_view(scans_of, digest));
        GR_TRY(parts_of_teams(league, n, team_sizes[s], digest));
    }
    GR_TRY(GR_RELEASE(&scans_of));
    return GR_RELEASE(&sums_of);
}

gr_status digest_stencil(gr_index n, gr_index m, int steps, uint64_t *digest) {
    gr_view2_f64 a, b, swap;
    gr_view2_f64_right host;

    GR_TRY(GR_CREATE(&a, "a", n, m));
    GR_TRY(GR_CREATE(&b, "b", n, m));
    GR_PARALLEL_FOR_2D("begin", i, j, gr_range_2d(0, n, 0, m)) {
        GR_AT(a, i, j) = number_f64(i * m + j);
        GR_AT(b, i, j) = GR_AT(a, i, j);
    };
    for (int s = 0; s < steps; s++) {
        GR_PARALLEL_FOR_2D("jacobi", i, j, gr_range_2d(1, n - 1, 1, m - 1)) {
            GR_AT(b, i, j) = 0.25 * (GR_AT(a, i, j - 1) + GR_AT(a, i, j + 1) + GR_AT(a, i - 1, j) +
                                     GR_AT(a, i + 1, j)) +
                             0.1 * GR_AT(a, i, j) / (2.0 + GR_AT(a, i, j));
        };
        swap = a;
        a = b;
        b = swap;
    }
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, a));
    *digest = digest_add(*digest, host.data, (size_t)(n * m) * sizeof(double));
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&a));
    return GR_RELEASE(&b);
}
