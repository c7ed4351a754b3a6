/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_tools_events.c
 * @brief Tools of the program itself hear what happens, in order, and get their own ids back.
 *
 * Oracle: the list of events, by hand.
 */
#include "test_tools_events.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <granum/copy.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/tools.h>

#include <stdio.h>
#include <string.h>

/* What tool 0 has heard, one event a line. */
static char heard[4096];
static uint64_t next_id = 100;

static void hear(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void hear(const char *format, ...) {
    const size_t length = strlen(heard);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(heard + length, sizeof heard - length, format, arguments);
    va_end(arguments);
}

static void init_library(int sequence, uint64_t version, uint32_t devices, void *info) {
    hear("init %d %llu %u %d\n", sequence, (unsigned long long)version, devices, info != NULL);
}
static void finalize_library(void) {
    hear("finalize\n");
}
static void request(uint32_t settings, gr_tool_settings *table) {
    hear("settings %u fencing %d\n", settings, table->requires_global_fencing);
}
static void provide(uint32_t actions, gr_tool_actions table) {
    hear("actions %u\n", actions);
    table.fence(0);
}
/* Serial launches have another device number than others; what matters is that it is a host's. */
static void begin(const char *what, const char *label, uint32_t device, uint64_t *id) {
    *id = next_id++;
    hear("begin %s %s %s %llu\n", what, label, device >> 24 <= 1 ? "host" : "?",
         (unsigned long long)*id);
}
static void begin_for(const char *label, uint32_t device, uint64_t *id) {
    begin("for", label, device, id);
}
static void begin_reduce(const char *label, uint32_t device, uint64_t *id) {
    begin("reduce", label, device, id);
}
static void begin_scan(const char *label, uint32_t device, uint64_t *id) {
    begin("scan", label, device, id);
}
static void end_for(uint64_t id) {
    hear("end for %llu\n", (unsigned long long)id);
}
static void end_reduce(uint64_t id) {
    hear("end reduce %llu\n", (unsigned long long)id);
}
static void end_scan(uint64_t id) {
    hear("end scan %llu\n", (unsigned long long)id);
}
static void push(const char *name) {
    hear("push %s\n", name);
}
static void pop(void) {
    hear("pop\n");
}
static void section_create(const char *name, uint32_t *id) {
    *id = 77;
    hear("section %s\n", name);
}
static void section_start(uint32_t id) {
    hear("start %u\n", id);
}
static void section_stop(uint32_t id) {
    hear("stop %u\n", id);
}
static void section_destroy(uint32_t id) {
    hear("destroy %u\n", id);
}
static void mark(const char *name) {
    hear("mark %s\n", name);
}
static void metadata(const char *key, const char *value) {
    hear("metadata %s=%s\n", key, value);
}
static void allocate(gr_tool_space space, const char *label, const void *data, uint64_t bytes) {
    hear("allocate %s %s %d %llu\n", space.name, label, data != NULL, (unsigned long long)bytes);
}
static void release(gr_tool_space space, const char *label, const void *data, uint64_t bytes) {
    hear("release %s %s %d %llu\n", space.name, label, data != NULL, (unsigned long long)bytes);
}
static void copy(gr_tool_space to, const char *to_label, const void *to_data, gr_tool_space from,
                 const char *from_label, const void *from_data, uint64_t bytes) {
    hear("copy %s %s <- %s %s %d %llu\n", to.name, to_label, from.name, from_label,
         to_data != from_data, (unsigned long long)bytes);
}
static void copied(void) {
    hear("copied\n");
}
static void fence(const char *label, uint32_t device, uint64_t *id) {
    *id = next_id++;
    hear("fence %s %u %llu\n", label, device, (unsigned long long)*id);
}
static void fenced(uint64_t id) {
    hear("fenced %llu\n", (unsigned long long)id);
}

static gr_tool launches_tool(void) {
    gr_tool tool = {.version = GR_TOOLS_VERSION,
                    .begin_parallel_for = begin_for,
                    .end_parallel_for = end_for,
                    .begin_parallel_reduce = begin_reduce,
                    .end_parallel_reduce = end_reduce,
                    .begin_parallel_scan = begin_scan,
                    .end_parallel_scan = end_scan};

    return tool;
}

static gr_view1_f64 thousand(void) {
    gr_view1_f64 x;

    cr_assert(eq(int, (int)GR_CREATE(&x, "x", 1000), GR_SUCCESS));
    return x;
}

Test(tools_events, launches_of_each_pattern_are_heard) {
    const gr_tool tool = launches_tool();
    gr_view1_f64 x = thousand();
    int number = -1;

    cr_assert(eq(int, (int)gr_tool_register(&tool, &number), GR_SUCCESS));
    cr_expect(eq(int, number, 0));
    launch_each_pattern(x);
    cr_expect(eq(str, heard,
                 "begin for one for host 100\nend for 100\n"
                 "begin for test_tools_events_kernels.c:21 host 101\nend for 101\n"
                 "begin reduce one reduce host 102\nend reduce 102\n"
                 "begin scan one scan host 103\nend scan 103\n"
                 "begin for one team host 104\nend for 104\n"));
    cr_expect(eq(int, (int)gr_tool_unregister(number), GR_SUCCESS));
    heard[0] = '\0';
    launch_each_pattern(x);
    cr_expect(eq(str, heard, ""));
    GR_RELEASE(&x);
}

Test(tools_events, launch_of_nothing_is_not_heard) {
    const gr_tool tool = launches_tool();
    gr_view1_f64 empty;

    cr_assert(eq(int, (int)GR_CREATE(&empty, "empty", 0), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_tool_register(&tool, NULL), GR_SUCCESS));
    launch_each_pattern(empty);
    cr_expect(eq(str, heard, ""));
}

Test(tools_events, tool_begins_and_ends) {
    const gr_tool tool = {.version = GR_TOOLS_VERSION,
                          .init_library = init_library,
                          .finalize_library = finalize_library,
                          .request_tool_settings = request,
                          .provide_tool_programming_interface = provide};
    int number;

    cr_assert(eq(int, (int)gr_tool_register(&tool, &number), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_tool_register(&tool, NULL), GR_SUCCESS));
    cr_expect(eq(str, heard,
                 "init 0 20240906 0 0\nsettings 1 fencing 1\nactions 1\n"
                 "init 1 20240906 0 0\nsettings 1 fencing 1\nactions 1\n"));
    heard[0] = '\0';
    cr_expect(eq(int, (int)gr_tool_unregister(number), GR_SUCCESS));
    cr_expect(eq(str, heard, "finalize\n"));
    cr_expect(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_expect(eq(str, heard, "finalize\nfinalize\n"));
}

Test(tools_events, marks_of_the_program_are_heard) {
    const gr_tool tool = {.version = GR_TOOLS_VERSION,
                          .push_profile_region = push,
                          .pop_profile_region = pop,
                          .create_profile_section = section_create,
                          .start_profile_section = section_start,
                          .stop_profile_section = section_stop,
                          .destroy_profile_section = section_destroy,
                          .profile_event = mark,
                          .declare_metadata = metadata};
    uint32_t section = 0;

    gr_region_push("before anybody listens");
    gr_region_pop();
    cr_assert(eq(int, (int)gr_tool_register(&tool, NULL), GR_SUCCESS));
    gr_region_push("outer");
    gr_region_push(NULL);
    gr_region_pop();
    gr_region_pop();
    for (int k = 0; k < 20; k++) { /* more than there is room for at first */
        section = gr_section_create("solve");
        cr_expect(eq(u32, section, (uint32_t)k));
        heard[0] = '\0';
    }
    gr_section_start(section);
    gr_section_stop(section);
    gr_section_destroy(section);
    gr_section_start(12345); /* nobody's */
    gr_mark("here");
    gr_metadata("commit", "1a2b");
    cr_expect(eq(str, heard, "start 77\nstop 77\ndestroy 77\nmark here\nmetadata commit=1a2b\n"));
}

Test(tools_events, memory_copies_and_fences_are_heard) {
    const gr_tool tool = {.version = GR_TOOLS_VERSION,
                          .allocate_data = allocate,
                          .deallocate_data = release,
                          .begin_deep_copy = copy,
                          .end_deep_copy = copied,
                          .begin_fence = fence,
                          .end_fence = fenced};
    gr_view1_f64 a, b;
    double *raw;

    cr_assert(eq(int, (int)gr_tool_register(&tool, NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&a, "a", 10), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_CREATE(&b, "b", 10), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&raw, GR_HOST, "raw", 24), GR_SUCCESS));
    cr_expect(eq(int, (int)gr_deep_copy(GR_ANY(a), GR_ANY(b)), GR_SUCCESS));
    cr_expect(eq(int, (int)gr_fence(), GR_SUCCESS));
    cr_expect(eq(int, (int)gr_free(raw), GR_SUCCESS));
    GR_RELEASE(&a);
    GR_RELEASE(&b);
    cr_expect(eq(str, heard,
                 "allocate Host a 1 80\nallocate Host b 1 80\nallocate Host raw 1 24\n"
                 "copy Host a <- Host b 1 80\ncopied\nfence gr_fence 0 100\nfenced 100\n"
                 "release Host raw 1 24\nrelease Host a 1 80\nrelease Host b 1 80\n"));
}

Test(tools_events, wrong_registrations_say_what_is_wrong) {
    gr_tool tool = {.version = GR_TOOLS_VERSION};
    gr_status answers[2];

    cr_expect(eq(int, (int)gr_tool_register(NULL, NULL), GR_INVALID_ARG));
    cr_expect(eq(str, (char *)gr_last_error()->message, "tool = NULL, expected a gr_tool"));
    tool.version = 7;
    cr_expect(eq(int, (int)gr_tool_register(&tool, NULL), GR_VERSION_MISMATCH));
    cr_expect(eq(str, (char *)gr_last_error()->message,
                 "tool->version = 7, expected 20240906, the interface of this library"));
    cr_expect(eq(int, (int)gr_tool_unregister(3), GR_INVALID_ARG));
    cr_expect(eq(str, (char *)gr_last_error()->message,
                 "number = 3, expected one that gr_tool_register gave"));
    tool.version = GR_TOOLS_VERSION;
    register_in_kernel(&tool, answers);
    cr_expect(eq(int, (int)answers[0], GR_IN_KERNEL));
    cr_expect(eq(int, (int)answers[1], GR_IN_KERNEL));
    for (int k = 0; k < GR_MAX_TOOLS; k++) {
        cr_assert(eq(int, (int)gr_tool_register(&tool, NULL), GR_SUCCESS));
    }
    cr_expect(eq(int, (int)gr_tool_register(&tool, NULL), GR_OUT_OF_MEMORY));
    cr_expect(eq(str, (char *)gr_last_error()->message, "tools = 9, expected 8 at most"));
    cr_expect(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_expect(eq(int, (int)gr_tool_register(&tool, NULL), GR_SUCCESS));
}
