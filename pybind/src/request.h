/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file request.h
 * @brief A launch on its way to a plan and words: what launch.c and bound.c share.
 */
#ifndef GRANUM_PYBIND_REQUEST_H
#define GRANUM_PYBIND_REQUEST_H

#include "module.h"

/* A launch on its way through the slow path. */
typedef struct request {
    module_state *state;
    kernel_object *kernel;
    int pattern, rank;
    int64_t bounds[2 * MOST_RANK];
    gr_instance instance;
    PyObject *const *args; /* of the kernel */
    Py_ssize_t count;
} request;

static inline double iterations_of(const int64_t *bounds, int rank) {
    double product = 1;

    for (int d = 0; d < rank; d++) {
        product *= (double)(bounds[2 * d + 1] - bounds[2 * d]);
    }
    return product;
}

int launch_read_range(request *request, PyObject *policy);
int64_t *launch_prepare(request *request, plan_object **plan, PyObject **held);

#endif
