/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file status.h
 * @brief What a call answers when it fails: a status, and a record of where and with which numbers.
 *
 *     gr_status work(gr_index n) {
 *         GR_REQUIRE(n >= 0, GR_INVALID_ARG, "n = %td, expected 0 or more", n);
 *         GR_TRY(gr_fence());
 *         return GR_SUCCESS;
 *     }
 *
 *     if (work(-1) != GR_SUCCESS) fprintf(stderr, "%s\n", gr_last_error()->message);
 *
 * Messages follow one grammar: what = value, expected ... . Nothing here aborts the process.
 */
#ifndef GRANUM_STATUS_H
#define GRANUM_STATUS_H

#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** Every status: X(word, what it means). The order is ABI; success is 0. */
#define GR_STATUS_LIST(X)                                                   \
    X(SUCCESS, "success")                                                   \
    X(INVALID_ARG, "an argument or a setting is outside of what it may be") \
    X(OUT_OF_MEMORY, "memory of the size asked for is not to be had")       \
    X(OUT_OF_BOUNDS, "an index lies outside of its extent")                 \
    X(UNSUPPORTED, "this build or machine has no way to do it")             \
    X(NOT_INITIALIZED, "the library is not initialised")                    \
    X(IN_KERNEL, "the call is not allowed inside a kernel")                 \
    X(BAD_FILE, "a file's content is not what its format says")             \
    X(IO, "the operating system refused to read or write")                  \
    X(VERSION_MISMATCH, "header and library are of different versions")     \
    X(BACKEND, "a backend's own library reported a failure")                \
    X(BAD_VALUE, "a debug mode found a value that should not be")           \
    X(INTERNAL, "granum broke one of its own rules; please report it")

/** Answer of every call that can fail. */
typedef enum gr_status {
#define GR_IMPL_STATUS(word, meaning) GR_##word,
    GR_STATUS_LIST(GR_IMPL_STATUS)
#undef GR_IMPL_STATUS
} gr_status;

/** Bytes that a message may have, its final zero included; longer ones end in "...". */
#define GR_ERROR_MESSAGE_SIZE 512

/** The last failure of a thread. */
typedef struct gr_error {
    gr_status status;                    /**< GR_SUCCESS: none since the start or gr_error_clear */
    int line;                            /**< 1-based; 0 without failure */
    const char *file;                    /**< where it was raised, never NULL; "" without failure */
    const char *func;                    /**< enclosing function, never NULL; "" where unknown */
    char message[GR_ERROR_MESSAGE_SIZE]; /**< zero-terminated text; "" without failure */
} gr_error;

/**
 * @brief The calling thread's last failure.
 *
 * Never NULL; the next failure of this thread overwrites it, a success leaves it as it is.
 */
GR_API const gr_error *gr_last_error(void);

/** Forget the calling thread's last failure. */
GR_API void gr_error_clear(void);

/** Name of a status as it is spelt in C, "GR_INVALID_ARG"; "(unknown status)" for other numbers. */
GR_API const char *gr_status_name(gr_status status);

/** What a status means, in a few words; "unknown status" for other numbers. */
GR_API const char *gr_status_meaning(gr_status status);

/**
 * @brief Wait for the launches of the calling host thread and answer the first failure among them.
 *
 * The failure becomes gr_last_error() and is forgotten as a launch error: a second fence succeeds.
 *
 * Errors:  whatever a launch since the last fence recorded, with the kernel's label in the message
 * Cost:    one thread-local read where nothing is pending
 * Threads: each host thread sees the failures of its own launches only
 */
GR_API gr_status gr_fence(void);

/** Record a failure at this place and give its status: `return GR_RAISE(GR_IO, "...", ...);`. */
#define GR_RAISE(status, ...) gr_impl_raise((status), GR_HERE, __VA_ARGS__)

/** Return from the caller with a recorded failure unless the condition holds. */
#define GR_REQUIRE(condition, status, ...)          \
    do {                                            \
        if (GR_IMPL_UNLIKELY(!(condition))) {       \
            return GR_RAISE((status), __VA_ARGS__); \
        }                                           \
    } while (0)

/** Return the call's status from the caller unless it is GR_SUCCESS. */
#define GR_TRY(call)                                         \
    do {                                                     \
        const gr_status gr_try_status = (call);              \
        if (GR_IMPL_UNLIKELY(gr_try_status != GR_SUCCESS)) { \
            return gr_try_status;                            \
        }                                                    \
    } while (0)

/** Record a failure of the calling thread; the function behind GR_RAISE. */
GR_API GR_IMPL_COLD gr_status gr_impl_raise(gr_status status, gr_place place, const char *format,
                                            ...)
    __attribute__((format(printf, 3, 4), warn_unused_result));

/** The launch errors of one host thread. */
typedef struct gr_impl_launch_errors gr_impl_launch_errors;

/**
 * @brief Record a launch error for the next gr_fence() of the launching host thread.
 *
 * The first one since the last fence is kept. The message gets the label in front. A thread that
 * works for another's launch must have said so with gr_impl_launch_errors_use.
 */
GR_API GR_IMPL_COLD void gr_impl_launch_fail(gr_status status, gr_place place, const char *label,
                                             const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Whether a launch error waits for the fence of the thread that the calling one works for. */
GR_API bool gr_impl_launch_failed(void);

/** Where the calling thread's launch errors go now: to hand to the threads that work for it. */
GR_API gr_impl_launch_errors *gr_impl_launch_errors_here(void);

/** Send the calling thread's launch errors to another thread's record; NULL: to its own again. */
GR_API void gr_impl_launch_errors_use(gr_impl_launch_errors *errors);

GR_EXTERN_C_END

#endif
