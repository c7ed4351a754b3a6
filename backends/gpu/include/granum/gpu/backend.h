/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/backend.h
 * @brief The kernel language on a GPU, the same for every vendor; vendor.h comes first.
 */
#ifndef GRANUM_GPU_BACKEND_H
#define GRANUM_GPU_BACKEND_H

#define GR_IMPL_CONTINUE return
#define GR_IMPL_FUNCTION GR_IMPL_HOST_DEVICE static inline __attribute__((unused))
/* A body need not use its indices. */
#define GR_IMPL_INDEX [[maybe_unused]] const gr_index
#define GR_IMPL_HOST_THREADS 1
#define GR_IMPL_TEAM_THREADS 1024

#include <granum/impl/lambda_statements.h>
#include <granum/impl/launch.h>
#include <granum/impl/view_arguments.h>

/* Expansions that only some files want: their public headers include them. */
#define GR_IMPL_REDUCE_ARRAY_HEADER <granum/gpu/reduce_array.h>
#define GR_IMPL_SCAN_SEGMENTED_HEADER <granum/gpu/scan_segmented.h>
#define GR_IMPL_RESULTS_HEADER <granum/gpu/results.h>

#include <granum/gpu/launch.h>

#include <granum/gpu/range.h>
#include <granum/gpu/reduce.h>
#include <granum/gpu/scan.h>

#include <granum/gpu/team.h>

#include <granum/gpu/atomic.h>

#endif
