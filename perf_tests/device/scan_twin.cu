/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_twin.cu
 * @brief Prefix sums by CUB.
 */
#include "twin.h"

#include <cub/device/device_scan.cuh>

namespace {

template <class T> void scan(const T *from, T *to, gr_index n) {
    twin_cub([&](void *memory, size_t &bytes) {
        return cub::DeviceScan::InclusiveSum(memory, bytes, from, to, n, twin_stream());
    });
}

} // namespace

extern "C" {

void device_scan_f64_twin(void *data) {
    scan(twin_data(data)->a.data, twin_data(data)->c.data, twin_data(data)->n);
}
void device_scan_f32_twin(void *data) {
    scan(twin_data(data)->fa.data, twin_data(data)->fc.data, twin_data(data)->n);
}
void device_scan_i64_twin(void *data) {
    scan(twin_data(data)->ia.data, twin_data(data)->ic.data, twin_data(data)->n);
}
void device_scan_i32_twin(void *data) {
    scan(twin_data(data)->ja.data, twin_data(data)->jc.data, twin_data(data)->n);
}
void device_any_f64_twin(void *data) {
    device_scan_f64_twin(data);
}
void device_any_f32_twin(void *data) {
    device_scan_f32_twin(data);
}
}
