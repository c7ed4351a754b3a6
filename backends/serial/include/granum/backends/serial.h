/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file serial.h
 * @brief The serial backend: the calling thread alone. Chosen with granum_kernels(... BACKEND
 * serial).
 *
 * It is compiled with -fopenmp too: the parallel region gives a body its read-only copies.
 */
#ifndef GRANUM_BACKENDS_SERIAL_H
#define GRANUM_BACKENDS_SERIAL_H

#define GR_IMPL_HOST_THREADS 1
#include <granum/impl/host.h>

#endif
