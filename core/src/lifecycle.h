/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lifecycle.h
 * @brief What initialize.c, settings.c, configuration.c and memory.c tell each other; private to
 * core.
 */
#ifndef GRANUM_LIFECYCLE_H
#define GRANUM_LIFECYCLE_H

#include <granum/initialize.h>
#include <granum/memory.h>

/** Every setting: X(field of gr_settings, environment stem, option stem, value, what it does). */
#define GR_IMPL_SETTING_LIST(X)                                                                   \
    X(num_threads, "GRANUM_NUM_THREADS", "--granum-num-threads", "N", "threads of host launches") \
    X(debug, "GRANUM_DEBUG", "--granum-debug", "WORD,...", "what to report on stderr")            \
    X(trace_kernels, "GRANUM_TRACE_KERNELS", "--granum-trace-kernels", "BOOL",                    \
      "print each launch on stderr as it ends")                                                   \
    X(print_configuration, "GRANUM_PRINT_CONFIGURATION", "--granum-print-configuration", "BOOL",  \
      "print the configuration on stderr")                                                        \
    X(tools, "GRANUM_TOOLS", "--granum-tools", "TOOL,...", "granum's own tools to load")          \
    X(tools_libs, "GRANUM_TOOLS_LIBS", "--granum-tools-libs", "FILE;...",                         \
      "tool libraries to load")                                                                   \
    X(tools_args, "GRANUM_TOOLS_ARGS", "--granum-tools-args", "TEXT", "arguments for them")       \
    X(device, "GRANUM_DEVICE", "--granum-device", "N", "device that threads work with at first")

typedef enum gr_impl_setting {
#define GR_IMPL_SETTING(field, variable, option, value, what) GR_IMPL_SETTING_##field,
    GR_IMPL_SETTING_LIST(GR_IMPL_SETTING)
#undef GR_IMPL_SETTING
        GR_IMPL_SETTINGS /**< how many there are */
} gr_impl_setting;

/** Settings, each with the name of the source it came from. */
typedef struct gr_impl_configuration {
    gr_settings settings;
    const char *source[GR_IMPL_SETTINGS]; /**< "default", "struct", "environment", "command line" */
    bool help;                            /**< --granum-help was given */
    bool tools_help;                      /**< --granum-tools-help, --kokkos-tools-help */
} gr_impl_configuration;

/** Settings from struct (may be NULL), environment and command line (may be NULL), in that order.
 */
gr_status gr_impl_configure(gr_impl_configuration *configuration, const gr_settings *settings,
                            int argc, char *const *argv);

/** The settings that hold if nobody names any. */
gr_impl_configuration gr_impl_configuration_default(void);

/** Single-character edits from the first a_length characters of a to b, cases alike. */
int gr_impl_edit_distance(const char *a, size_t a_length, const char *b);

/** Take the --granum-* out of argv; gr_impl_configure must have accepted them. */
void gr_impl_arguments_consume(int *argc, char **argv);

/** Sum of the gr_debug bits that this build can act on. */
unsigned gr_impl_debug_of_build(void);

/** Print the options of --granum-help. */
void gr_impl_print_help(FILE *out);

/** A copy of the settings in force. */
gr_impl_configuration gr_impl_configuration_now(void);

/** Report on a stream what is still held; nothing if nothing is. */
void gr_impl_memory_report_leaks(FILE *out);

/** Let the high-water marks start from what is held now. */
void gr_impl_memory_reset_peak(void);

/** Lock and unlock the list of what is held, around fork(). */
void gr_impl_memory_lock(void);
void gr_impl_memory_unlock(void);

/** Lock and unlock the table of gr_malloc's pointers, around fork(). */
void gr_impl_malloc_lock(void);
void gr_impl_malloc_unlock(void);

/** Give the table back if it is empty. */
void gr_impl_malloc_trim(void);

#endif
