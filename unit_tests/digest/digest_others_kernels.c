/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file digest_others_kernels.c
 * @brief The reducers, types and stencils that digest_kernels.c leaves.
 */
#include "digest.h"
#include "digest_number.h"

#include <granum/reduce_array.h>

#define ADD(value) *digest = digest_add(*digest, &(value), sizeof(value))

/* 0 is its identity, and rounding makes it depend on every order. */
GR_FUNCTION double compound(double a, double b) {
    return a + b + a * b * 0x1p-20;
}

/* Near the unit circle: products neither vanish nor overflow, and each is rounded. */
GR_FUNCTION gr_c128 turn_by(double x) {
    return gr_c128_make(1.0 - x * x * 0x1p-21, x * 0x1p-10);
}

static gr_status scalars(gr_index n, uint64_t *digest) {
    double least, most, own;
    float product;
    gr_c64 small_sum, small_product;
    gr_c128 complex_product;
    int32_t every;

    GR_PARALLEL_REDUCE("scalars", i, gr_range(0, n), GR_MIN(double, least), GR_MAX(double, most),
                       GR_PROD(float, product), GR_SUM_C64(small_sum), GR_PROD_C64(small_product),
                       GR_PROD_C128(complex_product), GR_BAND(int32_t, every),
                       GR_REDUCER(double, own, 0.0, compound)) {
        const double x = number_f64(i + 2);
        const float y = number_f32(i + 3);
        const gr_c128 turn = turn_by(x);

        least = x < least ? x : least;
        most = x > most ? x : most;
        product *= 1.0f + y * 0x1p-12f;
        small_sum = gr_c64_add(small_sum, gr_c64_make(y, y * y));
        small_product = gr_c64_mul(small_product, gr_c64_make((float)turn.re, (float)turn.im));
        complex_product = gr_c128_mul(complex_product, turn);
        every &= (int32_t)i | 0x1000;
        own = compound(own, x);
    };
    ADD(least);
    ADD(most);
    ADD(product);
    ADD(small_sum);
    ADD(small_product);
    ADD(complex_product);
    ADD(every);
    ADD(own);
    return gr_fence();
}

static gr_status places(gr_index n, uint64_t *digest) {
    gr_loc_f32 low;
    gr_loc_f64 high, last_low, last_high;
    gr_minmax_f32 both;
    gr_minmaxloc_f64 where, ends;

    GR_PARALLEL_REDUCE("places", i, gr_range(0, n), GR_MINLOC(float, low), GR_MAXLOC(double, high),
                       GR_MINLOC_LAST(double, last_low), GR_MAXLOC_LAST(double, last_high),
                       GR_MINMAX(float, both), GR_MINMAXLOC(double, where),
                       GR_MINMAXLOC_FIRST_LAST(double, ends)) {
        const double x = number_f64(i % 1000);
        const float y = (float)x;

        if (y < low.value) {
            low.value = y;
            low.location = i;
        }
        if (x > high.value) {
            high.value = x;
            high.location = i;
        }
        if (x <= last_low.value) {
            last_low.value = x;
            last_low.location = i;
        }
        if (x >= last_high.value) {
            last_high.value = x;
            last_high.location = i;
        }
        both.min = y < both.min ? y : both.min;
        both.max = y > both.max ? y : both.max;
        if (x < where.min) {
            where.min = x;
            where.min_location = i;
        }
        if (x > where.max) {
            where.max = x;
            where.max_location = i;
        }
        if (x < ends.min) {
            ends.min = x;
            ends.min_location = i;
        }
        if (x >= ends.max) {
            ends.max = x;
            ends.max_location = i;
        }
    };
    ADD(low.value); /* padding has no bits of its own */
    ADD(low.location);
    ADD(high);
    ADD(last_low);
    ADD(last_high);
    ADD(both);
    ADD(where);
    ADD(ends);
    return gr_fence();
}

static gr_status arrays(gr_index n, uint64_t *digest) {
    gr_view1_f32 sums, least;
    gr_view1_f64 products, most;
    gr_view1_i64 bits;
    gr_view1_f32_right host_f32;
    gr_view1_f64_right host_f64;
    gr_view1_i64_right host_i64;

    GR_TRY(GR_CREATE(&sums, "sums", 29));
    GR_TRY(GR_CREATE(&least, "least", 29));
    GR_TRY(GR_CREATE(&products, "products", 29));
    GR_TRY(GR_CREATE(&most, "most", 29));
    GR_TRY(GR_CREATE(&bits, "bits", 29));
    GR_PARALLEL_REDUCE_ARRAY("arrays", i, gr_range(0, n), GR_SUM_ARRAY(float, sums, 29),
                             GR_MIN_ARRAY(float, least, 29), GR_PROD_ARRAY(double, products, 29),
                             GR_MAX_ARRAY(double, most, 29), GR_BOR_ARRAY(int64_t, bits, 29)) {
        const double x = number_f64(i);
        const gr_index k = i % 29;

        GR_AT(sums, k) += number_f32(i);
        GR_AT(least, k) = (float)x < GR_AT(least, k) ? (float)x : GR_AT(least, k);
        GR_AT(products, k) *= 1.0 + x * 0x1p-20;
        GR_AT(most, k) = x > GR_AT(most, k) ? x : GR_AT(most, k);
        GR_AT(bits, k) |= (int64_t)1 << (i % 61);
    };
    GR_TRY(gr_fence());
#define ADD_VIEW(host, view)                                                  \
    do {                                                                      \
        GR_TRY(GR_MIRROR_COPY(&(host), view));                                \
        *digest = digest_add(*digest, (host).data, 29 * sizeof *(host).data); \
        GR_TRY(GR_RELEASE(&(host)));                                          \
        GR_TRY(GR_RELEASE(&(view)));                                          \
    } while (0)
    ADD_VIEW(host_f32, sums);
    ADD_VIEW(host_f32, least);
    ADD_VIEW(host_f64, products);
    ADD_VIEW(host_f64, most);
    ADD_VIEW(host_i64, bits);
    return GR_SUCCESS;
}

gr_status digest_others(gr_index n, uint64_t *digest) {
    GR_TRY(scalars(n, digest));
    GR_TRY(places(n, digest));
    return n <= 131073 ? arrays(n, digest) : GR_SUCCESS;
}

gr_status digest_stencil_3d(gr_index n, int steps, uint64_t *digest) {
    gr_view3_f64 a, b, swap;
    gr_view3_f64_right host;

    GR_TRY(GR_CREATE(&a, "a", n, n + 3, n + 5));
    GR_TRY(GR_CREATE(&b, "b", n, n + 3, n + 5));
    GR_PARALLEL_FOR_3D("begin", i, j, k, gr_range_3d(0, n, 0, n + 3, 0, n + 5)) {
        GR_AT(a, i, j, k) = number_f64((i * (n + 3) + j) * (n + 5) + k);
        GR_AT(b, i, j, k) = GR_AT(a, i, j, k);
    };
    for (int s = 0; s < steps; s++) {
        GR_PARALLEL_FOR_3D("jacobi", i, j, k, gr_range_3d(1, n - 1, 1, n + 2, 1, n + 4)) {
            GR_AT(b, i, j, k) = (1.0 / 6.0) * (GR_AT(a, i - 1, j, k) + GR_AT(a, i + 1, j, k) +
                                               GR_AT(a, i, j - 1, k) + GR_AT(a, i, j + 1, k) +
                                               GR_AT(a, i, j, k - 1) + GR_AT(a, i, j, k + 1));
        };
        swap = a;
        a = b;
        b = swap;
    }
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, a));
    *digest = digest_add(*digest, host.data, (size_t)(n * (n + 3) * (n + 5)) * sizeof(double));
    GR_TRY(GR_RELEASE(&host));
    GR_TRY(GR_RELEASE(&a));
    return GR_RELEASE(&b);
}
