/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file tool_library.c
 * @brief Tools from shared libraries: found, loaded, checked, and survived when they crash.
 */
#include "lifecycle.h"
#include "tools.h"

#include <granum/initialize.h>
#include <granum/memory.h>

#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Longest name of a library, and longest text of its arguments. */
enum { LONGEST = 4096, MOST_ARGUMENTS = 64 };

/* Tools of granum's own: libraries beside this one. */
#define OWN_FOLDER "granum-tools"
static const char *const own_names[] = {"summary", "trace"};
enum { OWN_NAMES = sizeof own_names / sizeof own_names[0] };

/* Signals of a crash, caught while a library is loaded and started. */
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { CRASHES = sizeof crashes / sizeof crashes[0] };

/* On the stack of who loads: thread-local storage is scarce. */
typedef struct load_guard {
    const char *volatile doing; /* what the library was called for */
    sigjmp_buf back;
} load_guard;
static _Thread_local load_guard *guard; /* NULL: this thread loads nothing */

static void fallen(int signal) {
    if (guard) {
        siglongjmp(guard->back, signal);
    }
    (void)sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    raise(signal); /* another thread's crash: as it would have been */
}

typedef struct request {
    const char *path;
    int argc;
    char **argv;
    void *handle;
} request;

static gr_status find_functions(request *asked, gr_tool *tool) {
    int found = 0;

    memset(tool, 0, sizeof *tool);
    tool->version = GR_TOOLS_VERSION;
#define FIND(name, parameters)                                            \
    {                                                                     \
        void *symbol = dlsym(asked->handle, "kokkosp_" #name);            \
                                                                          \
        memcpy(&tool->name, &symbol, sizeof symbol); /* ISO C: no cast */ \
        found += symbol != NULL;                                          \
    }
    GR_TOOL_LIST(FIND)
#undef FIND
    GR_REQUIRE(found, GR_INVALID_ARG,
               "tool library = \"%s\", expected one that exports kokkosp_ functions", asked->path);
    return GR_SUCCESS;
}

/* Not an error: some tools only log what begins. */
static void warn_of_half(const request *asked, const char *name, bool begins, bool ends) {
    if (begins != ends) {
        fprintf(stderr,
                "granum: tool library \"%s\" exports kokkosp_%s_%s without kokkosp_%s_%s, expected "
                "both: it is not told the other\n",
                asked->path, begins ? "begin" : "end", name, begins ? "end" : "begin", name);
    }
}

static void warn_of_halves(const request *asked, const gr_tool *tool) {
#define PAIR(name) warn_of_half(asked, #name, tool->begin_##name != NULL, tool->end_##name != NULL)
    PAIR(parallel_for);
    PAIR(parallel_reduce);
    PAIR(parallel_scan);
    PAIR(deep_copy);
    PAIR(fence);
#undef PAIR
}

static gr_status check_version(const request *asked) {
    const uint64_t *version = (const uint64_t *)dlsym(asked->handle, "granum_tool_version");

    GR_REQUIRE(!version || *version == GR_TOOLS_VERSION, GR_VERSION_MISMATCH,
               "granum_tool_version of \"%s\" = %llu, expected %d, the interface of this library",
               asked->path, (unsigned long long)*version, GR_TOOLS_VERSION);
    return GR_SUCCESS;
}

static gr_status start_library(const gr_tool *tool, int sequence, void *argument) {
    const request *asked = (const request *)argument;

    guard->doing = "kokkosp_init_library";
    gr_impl_tool_greet(tool, sequence);
    if (tool->parse_args) {
        guard->doing = "kokkosp_parse_args";
        tool->parse_args(asked->argc, asked->argv);
    }
    guard->doing = "kokkosp_request_tool_settings";
    gr_impl_tool_introduce(tool, sequence);
    return GR_SUCCESS;
}

static gr_status load(request *asked) {
    gr_tool tool;

    guard->doing = "dlopen";
    asked->handle = dlopen(asked->path, RTLD_NOW | RTLD_LOCAL);
    GR_REQUIRE(asked->handle, GR_INVALID_ARG, "tool library = \"%s\", expected one that loads: %s",
               asked->path, dlerror());
    GR_TRY(check_version(asked));
    GR_TRY(find_functions(asked, &tool));
    warn_of_halves(asked, &tool);
    return gr_impl_tool_add(&tool, start_library, asked, NULL);
}

/* Load with signal handlers that turn a crash into an error. The library stays mapped then: nobody
 * knows what it has left behind. */
static gr_status load_guarded(request *asked) {
    struct sigaction before[CRASHES], during;
    load_guard frame;
    gr_status status;
    int signal;

    frame.doing = "";
    memset(&during, 0, sizeof during);
    during.sa_handler = fallen;
    sigemptyset(&during.sa_mask);
    for (int k = 0; k < CRASHES; k++) {
        sigaction(crashes[k], &during, &before[k]);
    }
    signal = sigsetjmp(frame.back, 1);
    if (signal == 0) {
        guard = &frame;
        status = load(asked);
    } else {
        gr_impl_tools_forget_starting();
        status = GR_RAISE(GR_BACKEND,
                          "tool library = \"%s\", expected one that does not crash: %s "
                          "in %s",
                          asked->path, strsignal(signal), frame.doing);
    }
    guard = NULL;
    for (int k = 0; k < CRASHES; k++) {
        sigaction(crashes[k], &before[k], NULL);
    }
    return status;
}

/* Cut a text at spaces into arguments behind the first. */
static int split(char *text, char **argv) {
    char *rest = NULL;
    int argc = 1;

    for (char *word = strtok_r(text, " ", &rest); word && argc < MOST_ARGUMENTS;
         word = strtok_r(NULL, " ", &rest)) {
        argv[argc++] = word;
    }
    argv[argc] = NULL;
    return argc;
}

static gr_status load_with(const char *path, const char *arguments) {
    char text[LONGEST], name[LONGEST], *argv[MOST_ARGUMENTS + 1] = {name};
    request asked = {path, 0, argv, NULL};

    snprintf(name, sizeof name, "%s", path);
    snprintf(text, sizeof text, "%s", arguments ? arguments : "");
    asked.argc = split(text, argv);
    return load_guarded(&asked);
}

/* Folder of this library, with the slash. */
static void own_folder(char *folder, size_t size) {
    Dl_info info;
    const char *slash;

    folder[0] = '\0';
    if (dladdr((void *)&gr_impl_heard, &info) != 0 && info.dli_fname &&
        (slash = strrchr(info.dli_fname, '/')) != NULL) {
        snprintf(folder, size, "%.*s", (int)(slash - info.dli_fname + 1), info.dli_fname);
    }
}

static gr_status raise_unknown_tool(const char *text, size_t length) {
    int nearest = 0, least = gr_impl_edit_distance(text, length, own_names[0]);

    for (int k = 1; k < OWN_NAMES; k++) {
        const int distance = gr_impl_edit_distance(text, length, own_names[k]);

        if (distance < least) {
            least = distance;
            nearest = k;
        }
    }
    return GR_RAISE(GR_INVALID_ARG, "tool = \"%.*s\", expected summary or trace; perhaps \"%s\"",
                    (int)length, text, own_names[nearest]);
}

/* NAME or NAME=ARGUMENT, of granum's own. */
static gr_status load_own(const char *text, size_t length) {
    const size_t name = strcspn(text, "=") < length ? strcspn(text, "=") : length;
    char folder[LONGEST], path[LONGEST + 64], argument[LONGEST];

    for (int k = 0; k < OWN_NAMES; k++) {
        if (strlen(own_names[k]) == name && strncasecmp(own_names[k], text, name) == 0) {
            own_folder(folder, sizeof folder);
            snprintf(path, sizeof path, "%s" OWN_FOLDER "/libgranum-tool-%s.so", folder,
                     own_names[k]);
            snprintf(argument, sizeof argument, "%.*s",
                     name < length ? (int)(length - name - 1) : 0, text + name + (name < length));
            return load_with(path, argument);
        }
    }
    return raise_unknown_tool(text, name);
}

static gr_status start_all(const char *own, const char *libraries, const char *arguments) {
    for (const char *at = own ? own : ""; *at; at += strspn(at, ",")) {
        const size_t length = strcspn(at, ",");

        if (length > 0) {
            GR_TRY(load_own(at, length));
        }
        at += length;
    }
    for (const char *at = libraries ? libraries : ""; *at; at += strspn(at, ";")) {
        const size_t length = strcspn(at, ";");
        char path[LONGEST];

        if (length > 0) {
            snprintf(path, sizeof path, "%.*s", (int)length, at);
            GR_TRY(load_with(path, arguments));
        }
        at += length;
    }
    return GR_SUCCESS;
}

gr_status gr_impl_tools_start(const char *own, const char *libraries, const char *arguments) {
    const gr_status status = start_all(own, libraries, arguments);

    if (status != GR_SUCCESS) {
        gr_impl_tools_stop();
    }
    return status;
}
