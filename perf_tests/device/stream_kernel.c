/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream_kernel.c
 * @brief STREAM, fills and copies on a device: the kernels of the host's bench, for two types.
 */
#include "device.h"

#include "../stream_kernel.c"

#include <granum/granum.h>

typedef struct stream_data_f32 {
    gr_view1_f32 out, x, y;
    float scalar;
} stream_data_f32;

#define DECLARE(kernel) void stream_##kernel##_f32_granum(void *data);
DECLARE(copy)
DECLARE(mul)
DECLARE(add)
DECLARE(triad)
#define REAL float
#define VIEW gr_view1_f32
#define DATA stream_data_f32
#define SIDE(kernel) stream_##kernel##_f32_granum
#include "../stream_kernel_template.h"

#define STREAM(kernel)                                    \
    void device_##kernel##_f64_granum(void *data) {       \
        const device_data *d = (const device_data *)data; \
        stream_data x = {d->c, d->a, d->b, 0.4, 0, 0};    \
                                                          \
        stream_##kernel##_granum(&x);                     \
    }                                                     \
    void device_##kernel##_f32_granum(void *data) {       \
        const device_data *d = (const device_data *)data; \
        stream_data_f32 x = {d->fc, d->fa, d->fb, 0.4f};  \
                                                          \
        stream_##kernel##_f32_granum(&x);                 \
    }
STREAM(copy)
STREAM(mul)
STREAM(add)
STREAM(triad)

void device_fill_f64_granum(void *data) {
    (void)!GR_FILL(((device_data *)data)->c, 3.0);
}
void device_fill_f32_granum(void *data) {
    (void)!GR_FILL(((device_data *)data)->fc, 3.0f);
}
void device_same_f64_granum(void *data) {
    const device_data *d = (const device_data *)data;

    (void)!gr_deep_copy(GR_ANY(d->c), GR_ANY(d->a));
}
void device_same_f32_granum(void *data) {
    const device_data *d = (const device_data *)data;

    (void)!gr_deep_copy(GR_ANY(d->fc), GR_ANY(d->fa));
}

/* Elements as expect.c knows them. */
void device_set(device_data *d) {
    const device_data x = *d;

    GR_PARALLEL_FOR("set f64", i, gr_range(0, x.a.extent[0])) {
        GR_AT(x.a, i) = 1.0 + (double)(i % 1000) * 0x1p-10;
        GR_AT(x.b, i) = i == x.n * 3 / 5 ? -1.0 : 2.0 - (double)(7 * i % 1000) * 0x1p-10;
    };
    GR_PARALLEL_FOR("set f32", i, gr_range(0, x.fa.extent[0])) {
        GR_AT(x.fa, i) = 1.0f + (float)(i % 1000) * 0x1p-10f;
        GR_AT(x.fb, i) = i == x.n * 3 / 5 ? -1.0f : 2.0f - (float)(7 * i % 1000) * 0x1p-10f;
    };
    GR_PARALLEL_FOR("set i64", i, gr_range(0, x.ia.extent[0])) {
        GR_AT(x.ia, i) = i % 1000;
    };
    GR_PARALLEL_FOR("set i32", i, gr_range(0, x.ja.extent[0])) {
        GR_AT(x.ja, i) = (int32_t)(i % 7);
    };
}
