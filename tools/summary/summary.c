/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file summary.c
 * @brief The tool "summary": where time and memory went, printed when the program ends.
 *
 *     GRANUM_TOOLS=summary ./program               to stderr
 *     GRANUM_TOOLS=summary=FILE ./program          to a file; JSON where its name ends in .json
 *
 * What runs inside of a region, or of another thread's, is a branch of one tree; equal names at the
 * same place are one line. A line's time contains that of its branches.
 */
#include "../kokkosp.h"

#include "summary.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64 };

static summary all;
static pthread_mutex_t all_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards all and its nodes */
static char target[4096];                                     /* "": stderr */

/* What a thread is in the middle of, outermost first. */
static _Thread_local struct {
    summary_node *node;
    int64_t since;
} open_frames[DEEPEST];
static _Thread_local int depth;

/* The branch of this kind and name; NULL where there is no memory for it. Under the lock. */
static summary_node *branch(summary_node *parent, summary_kind kind, const char *label) {
    summary_node **link = &parent->branches;

    for (; *link; link = &(*link)->next) {
        if ((*link)->kind == kind && strcmp((*link)->label, label) == 0) {
            return *link;
        }
    }
    *link = (summary_node *)calloc(1, sizeof **link + strlen(label) + 1);
    if (*link) {
        (*link)->kind = kind;
        (*link)->label = strcpy((char *)(*link + 1), label);
    }
    return *link;
}

static summary_node *here(void) {
    for (int d = (depth < DEEPEST ? depth : DEEPEST) - 1; d >= 0; d--) {
        if (open_frames[d].node) {
            return open_frames[d].node;
        }
    }
    return &all.root;
}

/* Begin something; its number is the depth at which it stands. */
static uint64_t enter(summary_kind kind, const char *label, uint64_t bytes) {
    const int at = depth++;

    if (at < DEEPEST) {
        pthread_mutex_lock(&all_mutex);
        open_frames[at].node = branch(here(), kind, label);
        if (open_frames[at].node) {
            open_frames[at].node->bytes += bytes;
        }
        pthread_mutex_unlock(&all_mutex);
        open_frames[at].since = nanoseconds();
    }
    return (uint64_t)at;
}

/* End what stands at a depth, and whatever in it was never ended. */
static void leave(uint64_t at) {
    const int64_t now = nanoseconds();

    if (depth == 0 || at >= (uint64_t)depth) {
        return; /* never begun */
    }
    depth = (int)at;
    if (at < DEEPEST && open_frames[at].node) {
        summary_node *node = open_frames[at].node;
        const int64_t spent = now - open_frames[at].since;

        pthread_mutex_lock(&all_mutex);
        node->calls++;
        node->nanoseconds += spent;
        node->longest = spent > node->longest ? spent : node->longest;
        pthread_mutex_unlock(&all_mutex);
        open_frames[at].node = NULL;
    }
}

void kokkosp_init_library(int sequence, uint64_t version, uint32_t devices, void *device_info) {
    (void)sequence, (void)version, (void)devices, (void)device_info;
    all.since = nanoseconds();
}

void kokkosp_parse_args(int argc, char **argv) {
    if (argc > 1) {
        snprintf(target, sizeof target, "%s", argv[1]);
    }
}

void kokkosp_print_help(char *program) {
    printf("%s: GRANUM_TOOLS=summary or summary=FILE (JSON where its name ends in .json)\n",
           program);
}

void kokkosp_request_tool_settings(uint32_t settings, gr_tool_settings *table) {
    if (settings > 0) {
        table->requires_global_fencing = true; /* so that a launch's time is its own */
    }
}

void kokkosp_begin_parallel_for(const char *label, uint32_t device, uint64_t *id) {
    (void)device;
    *id = enter(SUMMARY_FOR, label, 0);
}
void kokkosp_begin_parallel_reduce(const char *label, uint32_t device, uint64_t *id) {
    (void)device;
    *id = enter(SUMMARY_REDUCE, label, 0);
}
void kokkosp_begin_parallel_scan(const char *label, uint32_t device, uint64_t *id) {
    (void)device;
    *id = enter(SUMMARY_SCAN, label, 0);
}
void kokkosp_end_parallel_for(uint64_t id) {
    leave(id);
}
void kokkosp_end_parallel_reduce(uint64_t id) {
    leave(id);
}
void kokkosp_end_parallel_scan(uint64_t id) {
    leave(id);
}

void kokkosp_push_profile_region(const char *name) {
    enter(SUMMARY_REGION, name, 0);
}
void kokkosp_pop_profile_region(void) {
    leave((uint64_t)depth - 1);
}

void kokkosp_begin_deep_copy(gr_tool_space to, const char *to_label, const void *to_pointer,
                             gr_tool_space from, const char *from_label, const void *from_pointer,
                             uint64_t bytes) {
    char label[256];

    (void)to, (void)to_pointer, (void)from, (void)from_pointer;
    snprintf(label, sizeof label, "%.120s <- %.120s", to_label, from_label);
    enter(SUMMARY_COPY, label, bytes);
}
void kokkosp_end_deep_copy(void) {
    leave((uint64_t)depth - 1);
}

/* The space, or the label in it, that this name stands for; under the lock. */
static summary_memory *memory_of(summary_memory **list, const char *name) {
    for (; *list; list = &(*list)->next) {
        if (strcmp((*list)->name, name) == 0) {
            return *list;
        }
    }
    *list = (summary_memory *)calloc(1, sizeof **list + strlen(name) + 1);
    if (*list) {
        strcpy((*list)->name, name);
    }
    return *list;
}

static void change_memory(const char *space, const char *label, int64_t bytes) {
    summary_memory *memory;

    pthread_mutex_lock(&all_mutex);
    memory = memory_of(&all.spaces, space);
    for (int level = 0; level < 2 && memory; level++) {
        /* What was there before the tool came is given back without ever having been seen. */
        memory->now = memory->now + bytes > 0 ? memory->now + bytes : 0;
        memory->most = memory->now > memory->most ? memory->now : memory->most;
        memory->allocations += bytes > 0;
        memory = level == 0 ? memory_of(&memory->labels, label) : NULL;
    }
    pthread_mutex_unlock(&all_mutex);
}

void kokkosp_allocate_data(gr_tool_space space, const char *label, const void *pointer,
                           uint64_t bytes) {
    (void)pointer;
    change_memory(space.name, label, (int64_t)bytes);
}

void kokkosp_deallocate_data(gr_tool_space space, const char *label, const void *pointer,
                             uint64_t bytes) {
    (void)pointer;
    change_memory(space.name, label, -(int64_t)bytes);
}

static void free_memory(summary_memory *memory) {
    while (memory) {
        summary_memory *const next = memory->next;

        free_memory(memory->labels);
        free(memory);
        memory = next;
    }
}

static void free_nodes(summary_node *node) {
    while (node) {
        summary_node *const next = node->next;

        free_nodes(node->branches);
        free(node);
        node = next;
    }
}

static void write_down(void) {
    const size_t length = strlen(target);
    FILE *out = target[0] ? fopen(target, "w") : stderr;

    if (!out) {
        perror(target);
        fprintf(stderr,
                "granum summary: file = \"%s\", expected one that can be written; it goes "
                "to stderr\n",
                target);
        out = stderr;
    }
    pthread_mutex_lock(&all_mutex);
    all.root.nanoseconds = nanoseconds() - all.since;
    all.root.calls = 1;
    if (out != stderr && length > 5 && strcmp(target + length - 5, ".json") == 0) {
        summary_write_json(out, &all);
    } else {
        summary_write_text(out, &all);
    }
    free_nodes(all.root.branches);
    free_memory(all.spaces);
    memset(&all, 0, sizeof all);
    pthread_mutex_unlock(&all_mutex);
    if (out != stderr) {
        fclose(out);
    }
}

void kokkosp_finalize_library(void) {
    while (depth > 0) { /* what this thread has begun and never ended, ends now */
        leave((uint64_t)depth - 1);
    }
    write_down();
}
