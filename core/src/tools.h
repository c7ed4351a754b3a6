/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file tools.h
 * @brief What tools.c, tool_library.c and initialize.c tell each other; private to core.
 */
#ifndef GRANUM_CORE_TOOLS_H
#define GRANUM_CORE_TOOLS_H

#include <granum/impl/tool_calls.h>

/** Let a new tool begin; its slot is free again if that fails. */
typedef gr_status (*gr_tool_start)(const gr_tool *tool, int sequence, void *argument);

/** Give a tool a slot, start it, and let it hear from then on. */
gr_status gr_impl_tool_add(const gr_tool *tool, gr_tool_start start, void *argument, int *number);

/** Call init_library. */
void gr_impl_tool_greet(const gr_tool *tool, int sequence);

/** Ask for its settings and offer what granum does for tools. */
void gr_impl_tool_introduce(const gr_tool *tool, int slot);

/** A tool crashed while it was started: free its slot. */
void gr_impl_tools_forget_starting(void);

/** Find out anew what is to be heard: the debug modes have changed. */
void gr_impl_tools_listen(void);

/** Load what the settings name (NULL or "": nothing); tools that were loaded before a failure end.
 */
gr_status gr_impl_tools_start(const char *own, const char *libraries, const char *arguments);

/** Have every tool print its help. */
void gr_impl_tools_help(char *program);

/** End every tool; after this nothing is heard. */
void gr_impl_tools_stop(void);

#endif
