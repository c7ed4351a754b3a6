/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file answers.h
 * @brief Answers on the device against what the host expects.
 */
#ifndef GRANUM_BENCH_ANSWERS_H
#define GRANUM_BENCH_ANSWERS_H

#include "device.h"

/** What element (i, j, k) of an answer, or a result, must be. */
typedef double device_expect(const device_data *d, gr_index i, gr_index j, gr_index k);

/** The largest |got - expected| / max(|expected|, 1) of the View that a kind's rows write. */
gr_status answers_of_view(device_data *d, device_kind kind, device_expect *expect, double *worst);

/** The same of a reduction's result, by the row's name. */
gr_status answers_of_result(device_data *d, const char *name, device_expect *expect, double *worst);

#endif
