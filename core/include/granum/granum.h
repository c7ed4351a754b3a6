/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file granum.h
 * @brief All of granum: kernels and Views that run on every machine.
 *
 *     #include <granum/granum.h>
 *
 *     gr_status axpy(double a, gr_view1_f64 x, gr_view1_f64 y) {
 *         GR_PARALLEL_FOR("axpy", i, gr_range(0, x.extent[0])) {
 *             GR_AT(y, i) += a * GR_AT(x, i);
 *         };
 *         return gr_fence();
 *     }
 *
 * In reading order: status.h (errors), initialize.h, view.h and its neighbours, range.h,
 * parallel.h,
 * reduce.h, scan.h, team.h. Each compiles alone.
 */
#ifndef GRANUM_GRANUM_H
#define GRANUM_GRANUM_H

#include <granum/types.h>
#include <granum/version.h>

#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/status.h>
#include <granum/timer.h>

#include <granum/device.h>

#include <granum/view.h>

#include <granum/mirror.h>
#include <granum/subview.h>

#include <granum/instance.h>
#include <granum/range.h>

#include <granum/parallel.h>

#include <granum/reduce.h>

#include <granum/scan.h>

#include <granum/complex.h>

#include <granum/team.h>

#include <granum/atomic.h>

#include <granum/copy.h>
#include <granum/scatter.h>

#include <granum/graph.h>

#include <granum/npy.h>

#endif
