/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file initialize.h
 * @brief Begin and end, and the settings in between.
 *
 *     int main(int argc, char **argv) {
 *         GR_TRY(gr_initialize_args(&argc, argv, NULL));   // takes its --granum-* out of argv
 *         ...
 *         return gr_finalize();
 *     }
 *
 * Calls nest and repeat: the library lives from the first gr_initialize to the gr_finalize that
 * matches it, and may live again after that. A program that never asks gets the library at its
 * first launch or allocation, with the settings of the environment.
 *
 * Each setting comes from the strongest source that names it: the default, then the struct, then
 * the environment, then the command line. The program proposes, the person who runs it decides.
 */
#ifndef GRANUM_INITIALIZE_H
#define GRANUM_INITIALIZE_H

#include <granum/status.h>
#include <granum/version.h>

#ifndef GR_IMPL_RTC
#include <stdio.h>
#endif

GR_EXTERN_C_BEGIN

/** Every word of GRANUM_DEBUG: X(enum word, word, bit, what it does). */
#define GR_DEBUG_LIST(X)                                                                    \
    X(SYNC, sync, 1, "wait after each launch and print its error at once")                  \
    X(ERRORS, errors, 2, "print each failure when it is recorded")                          \
    X(MEMORY, memory, 4, "print each labelled allocation and release")                      \
    X(CRASH, crash, 128, "on a fatal signal in a kernel say which one")                     \
    X(NAN, nan, 8, "after each kernel look for new NaN and infinities")                     \
    X(POISON, poison, 16, "find values from memory that was never set or is released")      \
    X(ORDER, order, 32, "run each kernel in three orders and compare")                      \
    X(BOUNDS, bounds, 256, "check every index; checked builds always do")                   \
    X(OVERFLOW, overflow, 512, "report integers that wrap; Python kernels only")            \
    X(RACE, race, 64, "find iterations that touch one element, of which one writes it")     \
    X(UNINIT, uninit, 1024, "report each read of memory that was never set or is released") \
    X(EACH, each, 2048, "print the first ten failures of each kernel, and how many there are")

/**
 * Bits of gr_settings.debug. The first four and each print to stderr, crash from signal handlers
 * that it installs; nan, poison, order and bounds need a checked build (GRANUM_CHECKED), race and
 * uninit one with instrumented kernels (GRANUM_CHECKED=race). What they find is a launch error,
 * GR_BAD_VALUE.
 */
typedef enum gr_debug {
    GR_DEBUG_NONE = 0,
#define GR_IMPL_DEBUG(word, name, bit, what) GR_DEBUG_##word = bit,
    GR_DEBUG_LIST(GR_IMPL_DEBUG)
#undef GR_IMPL_DEBUG
        GR_DEBUG_ALL = 4095
} gr_debug;

/** Most threads that may be asked for. */
#define GR_MAX_THREADS 4096

/** What a program may ask for; all zero is the default everywhere. */
typedef struct gr_settings {
    int num_threads;          /**< threads of host launches; 0: as many as the process may run on.
                                   GRANUM_NUM_THREADS, --granum-num-threads=N */
    unsigned debug;           /**< sum of gr_debug bits. GRANUM_DEBUG, --granum-debug=WORD,... */
    bool trace_kernels;       /**< print each launch to stderr as it ends.
                                   GRANUM_TRACE_KERNELS, --granum-trace-kernels */
    bool print_configuration; /**< print the configuration to stderr on initialise.
                                   GRANUM_PRINT_CONFIGURATION, --granum-print-configuration */
    const char *tools;        /**< granum's own tools: "summary", "trace=FILE", ...; NULL: none.
                                   GRANUM_TOOLS, --granum-tools=TOOL,... */
    const char *tools_libs;   /**< tool libraries (granum/tools.h), separated by ";"; NULL: none.
                                   GRANUM_TOOLS_LIBS, --granum-tools-libs=FILE;..., and Kokkos's
                                   KOKKOS_TOOLS_LIBS, --kokkos-tools-libs */
    const char *tools_args;   /**< arguments for those libraries, separated by spaces.
                                   GRANUM_TOOLS_ARGS, --granum-tools-args=TEXT, and Kokkos's
                                   KOKKOS_TOOLS_ARGS, --kokkos-tools-args */
    int device;               /**< device that threads work with until gr_set_device; a wrong number
                                   is answered by what first wants a device.
                                   GRANUM_DEVICE, --granum-device=N */
} gr_settings;

/** Function behind the next two; header is the version that the caller was compiled with. */
GR_API gr_status gr_impl_initialize(const gr_settings *settings, int *argc, char **argv,
                                    int header);

/**
 * @brief Start the library, or count one more user of it.
 *
 * @param[in] settings  may be NULL; the struct of a nested call is checked and not applied: the
 *                      library is in use as the outermost call made it
 *
 * Errors:  GR_INVALID_ARG       a value of the struct or of a GRANUM_* variable is not one of those
 *                               expected, or a variable's name is nearly one of ours; a tool that
 *                               does not load
 *          GR_VERSION_MISMATCH  the program was compiled with headers of another version
 *          After an error nothing is counted and the call may be repeated.
 * Threads: safe; starts none and changes no affinity
 */
static inline gr_status gr_initialize(const gr_settings *settings) {
    return gr_impl_initialize(settings, NULL, NULL, GR_VERSION);
}

/**
 * @brief gr_initialize with the command line too: takes its `--granum-*` out of argv.
 *
 * What stands behind a `--` is the program's. `--granum-help` prints the options to stdout, and the
 * call goes on.
 *
 * @param[in,out] argc  number of arguments, argv[0] included
 * @param[in,out] argv  (argc + 1), the last NULL; the arguments that stay keep their order
 *
 * Errors:  as gr_initialize, and
 *          GR_INVALID_ARG  an unknown --granum-* (the message suggests the nearest), a bad value;
 *                          in a nested call a number of threads other than the one in force
 *          After an error argv is as it was.
 */
static inline gr_status gr_initialize_args(int *argc, char **argv, const gr_settings *settings) {
    return gr_impl_initialize(settings, argc, argv, GR_VERSION);
}

/**
 * @brief End one use; the last one runs the hooks, stops the backends and reports leaks to stderr.
 *
 * Memory that is still allocated stays valid and may be released later.
 *
 * Errors:  GR_NOT_INITIALIZED  nothing to end
 *          GR_IN_KERNEL        called from a kernel
 *          whatever gr_fence() still had to answer; the use has ended all the same
 * Threads: safe; hooks run on the calling thread
 */
GR_API gr_status gr_finalize(void);

/** Whether the library is initialised now, by a call or by first use. */
GR_API bool gr_is_initialized(void);

/**
 * @brief Have this called once by the last gr_finalize, before anything is stopped.
 *
 * Last in, first out. A hook may allocate, launch and release.
 *
 * Errors:  GR_INVALID_ARG    hook is NULL
 *          GR_OUT_OF_MEMORY
 */
GR_API gr_status gr_finalize_hook_push(void (*hook)(void *arg), void *arg);

/**
 * @brief Print version, backends, threads, compiler, flags, settings and memory to a stream.
 *
 * Errors:  GR_INVALID_ARG  out is NULL
 *          GR_IO           the stream refused
 */
GR_API gr_status gr_print_configuration(FILE *out);

/** Version of the library that runs, "1.2.3"; GR_VERSION is the one of the headers. */
GR_API const char *gr_version(void);

/**
 * @brief Initialise with the environment's settings if nobody did; for the library's own entries.
 *
 * A bad environment is answered once (and, for launches, which cannot return, recorded as a launch
 * error too); from then on the defaults hold.
 */
GR_API gr_status gr_impl_ensure_initialized(void);

/** Bits that somebody else acts on (the Python package), whatever this build can do; 0 unless set
 * before the library is initialised. */
#ifndef GR_IMPL_RTC
GR_API extern unsigned gr_impl_debug_elsewhere;
#endif

/** Sum of the gr_debug bits in force. */
GR_API unsigned gr_impl_debug(void);

/** The device of the settings in force. */
int gr_impl_device_setting(void);

GR_EXTERN_C_END

#endif
