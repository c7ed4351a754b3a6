/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_any_kernel.c
 * @brief The floating-point prefix sums once more, compiled with ORDER any.
 */
#include "device.h"

#include <granum/granum.h>

typedef struct any_data_f64 {
    gr_view1_f64 out, in;
} any_data_f64;

typedef struct any_data_f32 {
    gr_view1_f32 out, in;
} any_data_f32;

void any_exclusive_f64_granum(void *data);
void any_inclusive_f64_granum(void *data);
#define T double
#define VIEW gr_view1_f64
#define DATA any_data_f64
#define SIDE(kernel) any_##kernel##_f64_granum
#include "../scan_kernel_template.h"

void any_exclusive_f32_granum(void *data);
void any_inclusive_f32_granum(void *data);
#define T float
#define VIEW gr_view1_f32
#define DATA any_data_f32
#define SIDE(kernel) any_##kernel##_f32_granum
#include "../scan_kernel_template.h"

void device_any_f64_granum(void *data) {
    const device_data *d = (const device_data *)data;
    any_data_f64 x = {d->c, d->a};

    any_inclusive_f64_granum(&x);
}
void device_any_f32_granum(void *data) {
    const device_data *d = (const device_data *)data;
    any_data_f32 x = {d->fc, d->fa};

    any_inclusive_f32_granum(&x);
}

void device_order_f64_granum(void *data) {
    device_scan_f64_granum(data);
}
void device_order_f32_granum(void *data) {
    device_scan_f32_granum(data);
}
void device_order_f64_twin(void *data) {
    device_any_f64_granum(data);
}
void device_order_f32_twin(void *data) {
    device_any_f32_granum(data);
}
