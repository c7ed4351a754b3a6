/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_kernel.c
 * @brief Prefix sums on a device: the kernels of the host's bench, for four types.
 */
#include "device.h"

#include "../scan_kernel.c"

typedef struct scan_data_f32 {
    gr_view1_f32 out, in;
} scan_data_f32;

typedef struct scan_data_i32 {
    gr_view1_i32 out, in;
} scan_data_i32;

void scan_exclusive_f32_granum(void *data);
void scan_inclusive_f32_granum(void *data);
#define T float
#define VIEW gr_view1_f32
#define DATA scan_data_f32
#define SIDE(kernel) scan_##kernel##_f32_granum
#include "../scan_kernel_template.h"

void scan_exclusive_i32_granum(void *data);
void scan_inclusive_i32_granum(void *data);
#define T int32_t
#define VIEW gr_view1_i32
#define DATA scan_data_i32
#define SIDE(kernel) scan_##kernel##_i32_granum
#include "../scan_kernel_template.h"

void device_scan_f64_granum(void *data) {
    const device_data *d = (const device_data *)data;
    scan_data_f64 x = {d->c, d->a, {0}, true};

    scan_inclusive_f64_granum(&x);
}
void device_scan_f32_granum(void *data) {
    const device_data *d = (const device_data *)data;
    scan_data_f32 x = {d->fc, d->fa};

    scan_inclusive_f32_granum(&x);
}
void device_scan_i64_granum(void *data) {
    const device_data *d = (const device_data *)data;
    scan_data_i64 x = {d->ic, d->ia, {0}, true};

    scan_inclusive_i64_granum(&x);
}
void device_scan_i32_granum(void *data) {
    const device_data *d = (const device_data *)data;
    scan_data_i32 x = {d->jc, d->ja};

    scan_inclusive_i32_granum(&x);
}
