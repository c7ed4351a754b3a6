/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file digest_terrain_kernels.c
 * @brief The terrain example on land that is made up: its own kernels, and what model.c does beside
 * them.
 */
#include "digest.h"

int terrain_main(int argc, char **argv);

#define main terrain_main
#include "../../examples/terrain/terrain.c"

enum { ROWS = 24, COLUMNS = 20, REFINED = 4, STEPS = 7 };

gr_status terrain_load(terrain *t, int argc, char **argv) {
    const gr_index n = ROWS * REFINED, m = COLUMNS * REFINED;

    (void)argc;
    (void)argv;
    t->factor = REFINED;
    t->n = n;
    t->m = m;
    t->dy = 7.25;
    t->dx = 5.5;
    GR_TRY(GR_CREATE(&t->measured, "measured", ROWS, COLUMNS));
    GR_TRY(GR_CREATE(&t->wide, "rows refined", ROWS + 4, m + REFINED));
    GR_TRY(GR_CREATE(&t->z, "heights", 3, n + 2, m + 2));
    GR_TRY(GR_SUBVIEW(&t->land, t->z, gr_slice(0, 2), gr_slice(1, n + 1), gr_slice(1, m + 1)));
    GR_TRY(GR_CREATE(&t->relief, "relief", 3, n, m));
    GR_TRY(GR_CREATE(&t->part, "histogram in parts", PARTS, BINS));
    GR_TRY(GR_CREATE(&t->histogram, "histogram", BINS));
    GR_TRY(GR_CREATE(&t->percentile, "percentiles", PERCENTS));
    {
        const gr_view2_i16 measured = t->measured;

        GR_PARALLEL_FOR_2D("measured", i, j, gr_range_2d(0, ROWS, 0, COLUMNS)) {
            GR_AT(measured, i, j) = (int16_t)(300 + (i * i * 7 + j * j * 13 + i * j * 5) % 211);
        };
    }
    return gr_fence();
}

gr_status terrain_save(const terrain *t) {
    (void)t;
    return GR_SUCCESS;
}

void terrain_release(terrain *t) {
    GR_RELEASE(&t->measured);
    GR_RELEASE(&t->wide);
    GR_RELEASE(&t->land);
    GR_RELEASE(&t->z);
    GR_RELEASE(&t->relief);
    GR_RELEASE(&t->part);
    GR_RELEASE(&t->histogram);
    GR_RELEASE(&t->percentile);
}

void report(const char *kernel, gr_timer *timer, double read, double written) {
    (void)kernel;
    (void)timer;
    (void)read;
    (void)written;
}

void progress(const char *what, int done, int all) {
    (void)what;
    (void)done;
    (void)all;
}

#define ADD(value) *digest = digest_add(*digest, &(value), sizeof(value))
#define ADD_VIEW(host, view, count)                                                        \
    do {                                                                                   \
        GR_TRY(GR_MIRROR_COPY(&(host), view));                                             \
        *digest = digest_add(*digest, (host).data, (size_t)(count) * sizeof *(host).data); \
        GR_TRY(GR_RELEASE(&(host)));                                                       \
    } while (0)

gr_status digest_terrain(uint64_t *digest) {
    static terrain t;
    gr_view3_f64_right z;
    gr_view3_f32_right relief;
    gr_view1_i64_right histogram_of;
    gr_view1_f64_right percentile;

    GR_TRY(terrain_load(&t, 0, NULL));
    GR_TRY(run(&t, STEPS));
    ADD_VIEW(z, t.z, 3 * (t.n + 2) * (t.m + 2));
    ADD_VIEW(relief, t.relief, 3 * t.n * t.m);
    ADD_VIEW(histogram_of, t.histogram, BINS);
    ADD_VIEW(percentile, t.percentile, PERCENTS);
    ADD(t.found.sum);
    ADD(t.found.squares);
    ADD(t.found.low);
    ADD(t.found.high);
    ADD(t.found.after);
    ADD(t.found.moved);
    terrain_release(&t);
    return GR_SUCCESS;
}
