/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file reduce_kernel.c
 * @brief Reductions on a device: the kernels of the host's bench, whose results the host waits for,
 * and the same with results that stay.
 */
#include "device.h"

#include "../locate.h"
#include "../reduce_kernel.c"

#include <granum/results.h>

typedef struct locate_data_f32 {
    gr_view1_f32 x;
    double result[4];
} locate_data_f32;

#define REAL double
#define VIEW gr_view1_f64
#define FOUND gr_loc_f64
#define DATA locate_data
#define SIDE(kernel) locate_##kernel##_granum
#include "../locate_kernel_template.h"

void locate_minloc_f32_granum(void *data);
#define REAL float
#define VIEW gr_view1_f32
#define FOUND gr_loc_f32
#define DATA locate_data_f32
#define SIDE(kernel) locate_##kernel##_f32_granum
#include "../locate_kernel_template.h"

#define HOST(kernel, dtype, X, Y)                              \
    void device_host_##kernel##_##dtype##_granum(void *data) { \
        device_data *d = (device_data *)data;                  \
        reduce_data_##dtype x = {{0, 0}, d->X, d->Y, 0};       \
                                                               \
        reduce_##kernel##_##dtype##_granum(&x);                \
        d->result = x.answer.result;                           \
    }
HOST(dot, f64, a, b)
HOST(sum, f64, a, b)
HOST(min, f64, b, b)
HOST(dot, f32, fa, fb)
HOST(sum, f32, fa, fb)
HOST(min, f32, fb, fb)

void device_host_minloc_f64_granum(void *data) {
    device_data *d = (device_data *)data;
    locate_data x = {d->b, {0, 0, 0, 0}, {0, 0, 0, 0}, 2};

    locate_minloc_granum(&x);
    d->result = x.result[0];
    d->where = (gr_index)x.result[1];
}
void device_host_minloc_f32_granum(void *data) {
    device_data *d = (device_data *)data;
    locate_data_f32 x = {d->fb, {0, 0, 0, 0}};

    locate_minloc_f32_granum(&x);
    d->result = x.result[0];
    d->where = (gr_index)x.result[1];
}

/* Results that stay on the device. */
#define T double
#define A d->a
#define B d->b
#define VIEW gr_view1_f64
#define RESULT d->s64
#define LOWEST d->low64
#define SIDE(kernel) device_##kernel##_f64_granum
#include "results_kernel_template.h"

#define T float
#define A d->fa
#define B d->fb
#define VIEW gr_view1_f32
#define RESULT d->s32
#define LOWEST d->low32
#define SIDE(kernel) device_##kernel##_f32_granum
#include "results_kernel_template.h"
