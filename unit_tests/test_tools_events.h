/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_tools_events.h
 * @brief One launch of each pattern.
 */
#ifndef GRANUM_TEST_TOOLS_EVENTS_H
#define GRANUM_TEST_TOOLS_EVENTS_H

#include <granum/instance.h>
#include <granum/tools.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** For, 2D for, reduce, scan, team for: labelled but the second; x has 1000 elements. */
void launch_each_pattern(gr_view1_f64 x);

/** Call gr_tool_register and gr_tool_unregister in a kernel; their answers. */
void register_in_kernel(const gr_tool *tool, gr_status answers[2]);

/** One launch on an instance. */
void launch_on(gr_instance instance, gr_view1_f64 x);

GR_EXTERN_C_END

#endif
