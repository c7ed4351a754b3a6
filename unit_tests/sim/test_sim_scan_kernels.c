/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_scan_kernels.c
 * @brief The kernels of test_sim_scan.c on the simulated device; test_sim_scan_host.c includes them
 * for the host.
 */
#include "test_sim_scan.h"

#include <granum/granum.h>
#include <granum/scan_segmented.h>

#include "oracle/order_data.h"

#ifndef SCAN_ON
#define SCAN_ON(name) name##_on_sim
#endif

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t bytes) {
    const unsigned char *at = (const unsigned char *)data;

    for (size_t b = 0; b < bytes; b++) {
        hash = (hash ^ at[b]) * 0x100000001B3u;
    }
    return hash;
}

/* What a View holds, which is released then. */
static gr_status hash_f64(gr_view1_f64 view, uint64_t *hash) {
    gr_view1_f64_right host;

    GR_TRY(GR_MIRROR_COPY(&host, view));
    *hash = hash_bytes(*hash, host.data, (size_t)host.extent[0] * sizeof *host.data);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&view);
}

/* Maps of the plane that do not commute, 48 bytes. */
typedef struct plane {
    double a, b, c, d, x, y;
} plane;

GR_FUNCTION plane plane_after(plane f, plane g) {
    const plane both = {g.a * f.a + g.b * f.c,       g.a * f.b + g.b * f.d,
                        g.c * f.a + g.d * f.c,       g.c * f.b + g.d * f.d,
                        g.a * f.x + g.b * f.y + g.x, g.c * f.x + g.d * f.y + g.y};

    return both;
}

static gr_status scan_wide(gr_index lo, gr_index n, uint64_t *hash) {
    gr_view1_f64 out;
    plane total = {0, 0, 0, 0, 0, 0};

    GR_TRY(GR_CREATE(&out, "out", 2 * n));
    GR_PARALLEL_SCAN_TOTAL(
        "planes", i, gr_range(lo, lo + n),
        GR_REDUCER(plane, all, (GR_IMPL_LITERAL(plane){1, 0, 0, 1, 0, 0}), plane_after), final,
        total) {
        const uint64_t h = order_mix((uint64_t)i);
        const plane here = {0.6, -0.8, 0.8, 0.6, order_value_f64(h), order_value_f64(h >> 1)};

        if (final) {
            GR_AT(out, 2 * (i - lo)) = all.a - all.x;
        }
        all = plane_after(all, here);
        if (final) {
            GR_AT(out, 2 * (i - lo) + 1) = all.c + all.y;
        }
    };
    GR_TRY(gr_fence());
    *hash = hash_bytes(*hash, &total, sizeof total);
    return hash_f64(out, hash);
}

static gr_status scan_sums(gr_index lo, gr_index n, uint64_t *hash) {
    gr_view1_f64 out;
    double total = -1.0;

    GR_TRY(GR_CREATE(&out, "out", n));
    GR_PARALLEL_SCAN_TOTAL("sums", i, gr_range(lo, lo + n), GR_SUM(double, sum), final, total) {
        sum += order_value_f64(order_mix((uint64_t)i));
        if (final) {
            GR_AT(out, i - lo) = sum;
        }
    };
    GR_TRY(gr_fence());
    *hash = hash_bytes(*hash, &total, sizeof total);
    return hash_f64(out, hash);
}

static gr_status scan_segments(gr_index lo, gr_index n, uint64_t *hash) {
    gr_view1_f64 out;

    GR_TRY(GR_CREATE(&out, "out", n));
    GR_PARALLEL_SCAN_SEGMENTED("segments", i, gr_range(lo, lo + n), GR_SUM(double, sum), final,
                               order_mix((uint64_t)i) % 300 == 0) {
        sum += order_value_f64(order_mix((uint64_t)i));
        if (final) {
            GR_AT(out, i - lo) = sum;
        }
    };
    GR_TRY(gr_fence());
    return hash_f64(out, hash);
}

static gr_status scan_keys(gr_index n, uint64_t *hash) {
    gr_view1_f64 out;
    gr_view1_i64 key;

    GR_TRY(GR_CREATE(&out, "out", n));
    GR_TRY(GR_CREATE(&key, "key", n));
    GR_PARALLEL_FOR("keys", i, gr_range(0, n)) {
        GR_AT(key, i) = i / 4095;
    };
    GR_PARALLEL_SCAN_BY_KEY("by key", i, gr_range(0, n), GR_SUM(double, sum), final, key) {
        if (final) {
            GR_AT(out, i) = sum;
        }
        sum += order_value_f64(order_mix((uint64_t)i));
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_RELEASE(&key));
    return hash_f64(out, hash);
}

gr_status SCAN_ON(scan_floats)(gr_index lo, gr_index n, uint64_t *hash) {
    gr_view1_f32 out;
    gr_view1_f32_right host;
    float total = -1.0f;

    GR_TRY(GR_CREATE(&out, "out", n));
    GR_PARALLEL_SCAN_TOTAL("floats", i, gr_range(lo, lo + n), GR_SUM(float, sum), final, total) {
        if (final) {
            GR_AT(out, i - lo) = sum;
        }
        sum += order_value_f32(order_mix((uint64_t)i));
    };
    GR_TRY(gr_fence());
    GR_TRY(GR_MIRROR_COPY(&host, out));
    *hash = hash_bytes(*hash, &total, sizeof total);
    *hash = hash_bytes(*hash, host.data, (size_t)n * sizeof *host.data);
    GR_TRY(GR_RELEASE(&host));
    return GR_RELEASE(&out);
}

gr_status SCAN_ON(scan)(gr_index lo, gr_index n, scan_hashes *hashes) {
    GR_TRY(scan_sums(lo, n, &hashes->f64));
    GR_TRY(SCAN_ON(scan_floats)(lo, n, &hashes->f32));
    GR_TRY(scan_wide(lo, n, &hashes->wide));
    GR_TRY(scan_segments(lo, n, &hashes->segmented));
    return scan_keys(n, &hashes->by_key);
}
