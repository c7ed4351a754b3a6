/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file version.h
 * @brief The version of these headers: its one home, read by the compiler and by the build system.
 */
#ifndef GRANUM_VERSION_H
#define GRANUM_VERSION_H

#define GR_VERSION_MAJOR 0
#define GR_VERSION_MINOR 1
#define GR_VERSION_PATCH 0

/** One number that orders versions: 10000 * major + 100 * minor + patch. */
#define GR_VERSION (10000 * GR_VERSION_MAJOR + 100 * GR_VERSION_MINOR + GR_VERSION_PATCH)

#endif
