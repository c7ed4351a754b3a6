/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file tools.c
 * @brief The tools in use, and what they are told.
 *
 * A slot is filled before the count that shows it grows, so telling takes no lock; it is emptied
 * only when the caller of gr_tool_unregister or gr_finalize promises that nobody is telling.
 */
#include "tools.h"

#include "lifecycle.h"
#include "watch.h"

#include <granum/impl/backend.h>
#include <granum/impl/launch.h>
#include <granum/impl/space.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define LOAD(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)

unsigned gr_impl_heard;

static gr_tool tools[GR_MAX_TOOLS];
static bool in_use[GR_MAX_TOOLS];
static bool wants_fences[GR_MAX_TOOLS];
static int count;    /* slots that may be in use */
static int starting; /* 1 + the slot whose tool is being started, 0: none */
static pthread_mutex_t tools_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards changes of the above */

/* Sections have one id in each tool. */
static uint32_t (*sections)[GR_MAX_TOOLS];
static uint32_t section_count, section_room;
static pthread_mutex_t sections_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the three above */

/* Launches and fences do not nest, so a thread has one of each. */
static _Thread_local uint64_t launch_ids[GR_MAX_TOOLS];
static _Thread_local uint64_t fence_ids[GR_MAX_TOOLS];

#define FOR_EACH(t) for (int t = 0, gr_all = LOAD(count); t < gr_all; t++)
#define TELL(t, name, ...)              \
    do {                                \
        if (tools[t].name) {            \
            tools[t].name(__VA_ARGS__); \
        }                               \
    } while (0)

void gr_impl_tools_lock(void) {
    pthread_mutex_lock(&tools_mutex);
    pthread_mutex_lock(&sections_mutex);
}

void gr_impl_tools_unlock(void) {
    pthread_mutex_unlock(&sections_mutex);
    pthread_mutex_unlock(&tools_mutex);
}

/* What somebody listens to, under the lock. */
static void listen(void) {
    unsigned heard = 0;

    for (int t = 0; t < count; t++) {
        const gr_tool *tool = &tools[t];

        heard |= tool->begin_parallel_for || tool->end_parallel_for ||
                         tool->begin_parallel_reduce || tool->end_parallel_reduce ||
                         tool->begin_parallel_scan || tool->end_parallel_scan
                     ? GR_IMPL_HEAR_LAUNCHES
                     : 0u;
        heard |= tool->allocate_data || tool->deallocate_data ? GR_IMPL_HEAR_MEMORY : 0u;
        heard |= tool->begin_deep_copy || tool->end_deep_copy ? GR_IMPL_HEAR_COPIES : 0u;
        heard |= tool->begin_fence || tool->end_fence ? GR_IMPL_HEAR_FENCES : 0u;
    }
    __atomic_store_n(&gr_impl_heard, heard | gr_impl_watched(), __ATOMIC_RELEASE);
}

void gr_impl_tools_listen(void) {
    pthread_mutex_lock(&tools_mutex);
    listen();
    pthread_mutex_unlock(&tools_mutex);
}

/* What a tool waits for with actions.fence: host launches have ended when they return. */
static void wait_for(uint32_t device) {
    (void)device;
}

gr_status gr_impl_tool_add(const gr_tool *tool, gr_tool_start start, void *argument, int *number) {
    int slot = 0;
    gr_status status = GR_SUCCESS;

    pthread_mutex_lock(&tools_mutex);
    while (slot < GR_MAX_TOOLS && in_use[slot]) {
        slot++;
    }
    if (slot == GR_MAX_TOOLS) {
        pthread_mutex_unlock(&tools_mutex);
        return GR_RAISE(GR_OUT_OF_MEMORY, "tools = %d, expected %d at most", GR_MAX_TOOLS + 1,
                        GR_MAX_TOOLS);
    }
    in_use[slot] = true;
    starting = slot + 1;
    pthread_mutex_unlock(&tools_mutex);
    status = start(tool, slot, argument); /* without the lock: a tool may mark, launch, print */
    pthread_mutex_lock(&tools_mutex);
    starting = 0;
    if (status == GR_SUCCESS) {
        tools[slot] = *tool;
        __atomic_store_n(&count, slot < count ? count : slot + 1, __ATOMIC_RELEASE);
        listen();
    } else {
        in_use[slot] = false;
    }
    pthread_mutex_unlock(&tools_mutex);
    if (status == GR_SUCCESS && number) {
        *number = slot;
    }
    return status;
}

void gr_impl_tools_forget_starting(void) {
    pthread_mutex_lock(&tools_mutex);
    if (starting) {
        in_use[starting - 1] = false;
        starting = 0;
    }
    pthread_mutex_unlock(&tools_mutex);
}

void gr_impl_tool_greet(const gr_tool *tool, int sequence) {
    if (tool->init_library) {
        tool->init_library(sequence, GR_TOOLS_VERSION, 0, NULL);
    }
}

void gr_impl_tool_introduce(const gr_tool *tool, int slot) {
    bool fences = true;

    if (tool->request_tool_settings) {
        gr_tool_settings settings = {true, {false}};

        /* Host launches have ended when they return; those on devices are waited for. */
        tool->request_tool_settings(1, &settings);
        fences = settings.requires_global_fencing;
    }
    wants_fences[slot] = fences;
    if (tool->provide_tool_programming_interface) {
        const gr_tool_actions actions = {wait_for, {NULL}};

        tool->provide_tool_programming_interface(1, actions);
    }
}

static gr_status start_own(const gr_tool *tool, int sequence, void *argument) {
    (void)argument;
    gr_impl_tool_greet(tool, sequence);
    gr_impl_tool_introduce(tool, sequence);
    return GR_SUCCESS;
}

gr_status gr_tool_register(const gr_tool *tool, int *number) {
    GR_REQUIRE(tool, GR_INVALID_ARG, "tool = NULL, expected a gr_tool");
    GR_REQUIRE(tool->version == GR_TOOLS_VERSION, GR_VERSION_MISMATCH,
               "tool->version = %llu, expected %d, the interface of this library",
               (unsigned long long)tool->version, GR_TOOLS_VERSION);
    GR_REQUIRE(!gr_impl_in_kernel(), GR_IN_KERNEL,
               "gr_tool_register called in a kernel, expected outside of kernels");
    GR_TRY(gr_impl_ensure_initialized());
    return gr_impl_tool_add(tool, start_own, NULL, number);
}

static void remove_tool(int slot) {
    const gr_tool tool = tools[slot];

    pthread_mutex_lock(&tools_mutex);
    memset(&tools[slot], 0, sizeof tools[slot]);
    listen();
    in_use[slot] = false;
    while (count > 0 && !in_use[count - 1]) {
        __atomic_store_n(&count, count - 1, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&tools_mutex);
    if (tool.finalize_library) {
        tool.finalize_library();
    }
}

gr_status gr_tool_unregister(int number) {
    GR_REQUIRE(!gr_impl_in_kernel(), GR_IN_KERNEL,
               "gr_tool_unregister called in a kernel, expected outside of kernels");
    GR_REQUIRE(number >= 0 && number < GR_MAX_TOOLS && in_use[number], GR_INVALID_ARG,
               "number = %d, expected one that gr_tool_register gave", number);
    remove_tool(number);
    return GR_SUCCESS;
}

void gr_impl_tools_help(char *program) {
    FOR_EACH(t) {
        TELL(t, print_help, program);
    }
}

void gr_impl_tools_stop(void) {
    for (int t = GR_MAX_TOOLS - 1; t >= 0; t--) {
        if (in_use[t]) {
            remove_tool(t);
        }
    }
    pthread_mutex_lock(&sections_mutex);
    gr_impl_host_free(sections);
    sections = NULL;
    section_count = section_room = 0;
    pthread_mutex_unlock(&sections_mutex);
}

/* Its label, or its place where it has none. */
static const char *label_of(const gr_site *site, char place[128]) {
    const char *name = strrchr(site->file, '/');

    if (site->label[0]) {
        return site->label;
    }
    snprintf(place, 128, "%.100s:%d", name ? name + 1 : site->file, site->line);
    return place;
}

static void tell_begin(const gr_site *site, int pattern, uint32_t device) {
    char place[128];
    const char *label = label_of(site, place);

    FOR_EACH(t) {
        launch_ids[t] = 0;
        if (pattern < GR_IMPL_PATTERN_REDUCE) {
            TELL(t, begin_parallel_for, label, device, &launch_ids[t]);
        } else if (pattern == GR_IMPL_PATTERN_REDUCE) {
            TELL(t, begin_parallel_reduce, label, device, &launch_ids[t]);
        } else {
            TELL(t, begin_parallel_scan, label, device, &launch_ids[t]);
        }
    }
}

static void tell_end(int pattern) {
    FOR_EACH(t) {
        if (pattern < GR_IMPL_PATTERN_REDUCE) {
            TELL(t, end_parallel_for, launch_ids[t]);
        } else if (pattern == GR_IMPL_PATTERN_REDUCE) {
            TELL(t, end_parallel_reduce, launch_ids[t]);
        } else {
            TELL(t, end_parallel_scan, launch_ids[t]);
        }
    }
}

void gr_impl_tools_launch(const gr_impl_launch *launch) {
    const uint32_t type = launch->site->host_threads == 1 ? 0 : 1; /* serial, OpenMP */

    tell_begin(launch->site, launch->pattern, type << 24 | gr_impl_current_instance());
    gr_impl_watch_begin(launch);
}

void gr_impl_tools_landed(const gr_impl_launch *launch) {
    gr_impl_watch_end(launch);
    tell_end(launch->pattern);
}

/* The low bits of an instance's id are its place in a table. */
void gr_impl_tools_device_launch(const gr_impl_launch *launch, uint32_t type, int device,
                                 uint64_t instance) {
    const uint32_t number = instance ? (uint32_t)(instance & 0xffff) + 1 : 0;

    tell_begin(launch->site, launch->pattern,
               type << 24 | (uint32_t)(device & 0x7f) << 17 | number);
    gr_impl_watch_begin(launch);
}

bool gr_impl_tools_fence_launches(void) {
    bool wanted = (gr_impl_watched() & GR_IMPL_HEAR_LAUNCHES) != 0;

    FOR_EACH(t) {
        wanted = wanted ||
                 (wants_fences[t] && (tools[t].end_parallel_for || tools[t].end_parallel_reduce ||
                                      tools[t].end_parallel_scan));
    }
    return wanted;
}

static gr_tool_space space_of(gr_space space, int vendor) {
    gr_tool_space named = {""};

    snprintf(named.name, sizeof named.name, "%s", gr_impl_space_tool_name(space, vendor));
    return named;
}

void gr_impl_tools_allocate(const gr_impl_record *record) {
    FOR_EACH(t) {
        TELL(t, allocate_data, space_of(record->space, record->vendor), record->label, record->data,
             record->bytes);
    }
}

void gr_impl_tools_release(const gr_impl_record *record) {
    FOR_EACH(t) {
        TELL(t, deallocate_data, space_of(record->space, record->vendor), record->label,
             record->data, record->bytes);
    }
}

void gr_impl_tools_copy(gr_impl_tool_side to, gr_impl_tool_side from, size_t bytes) {
    FOR_EACH(t) {
        TELL(t, begin_deep_copy, space_of(to.space, to.vendor), to.label, to.data,
             space_of(from.space, from.vendor), from.label, from.data, bytes);
    }
}

void gr_impl_tools_copied(void) {
    FOR_EACH(t) {
        TELL(t, end_deep_copy);
    }
}

void gr_impl_tools_fence(const char *label) {
    FOR_EACH(t) {
        fence_ids[t] = 0;
        TELL(t, begin_fence, label, 0, &fence_ids[t]);
    }
}

void gr_impl_tools_fenced(void) {
    FOR_EACH(t) {
        TELL(t, end_fence, fence_ids[t]);
    }
}

void gr_region_push(const char *name) {
    FOR_EACH(t) {
        TELL(t, push_profile_region, name ? name : "(no name)");
    }
}

void gr_region_pop(void) {
    FOR_EACH(t) {
        TELL(t, pop_profile_region);
    }
}

void gr_mark(const char *name) {
    FOR_EACH(t) {
        TELL(t, profile_event, name ? name : "(no name)");
    }
}

void gr_metadata(const char *key, const char *value) {
    FOR_EACH(t) {
        TELL(t, declare_metadata, key ? key : "", value ? value : "");
    }
}

/* Room for one more section, under the lock. */
static bool grow_sections(void) {
    const uint32_t room = section_room ? 2 * section_room : 16;
    uint32_t(*grown)[GR_MAX_TOOLS];

    if (section_count < section_room) {
        return true;
    }
    grown = (uint32_t(*)[GR_MAX_TOOLS])gr_impl_host_alloc(room * sizeof *grown, GR_ALIGNMENT);
    if (!grown) {
        return false;
    }
    if (sections) {
        memcpy(grown, sections, section_count * sizeof *grown);
    }
    gr_impl_host_free(sections);
    sections = grown;
    section_room = room;
    return true;
}

/* Tools that came later do not know a section, nor does anybody one that there was no memory for.
 */
static bool section_id(uint32_t section, int t, uint32_t *id) {
    bool known;

    pthread_mutex_lock(&sections_mutex);
    known = section < section_count;
    *id = known ? sections[section][t] : 0;
    pthread_mutex_unlock(&sections_mutex);
    return known;
}

uint32_t gr_section_create(const char *name) {
    uint32_t ids[GR_MAX_TOOLS] = {0};
    uint32_t section = UINT32_MAX;

    FOR_EACH(t) {
        TELL(t, create_profile_section, name ? name : "(no name)", &ids[t]);
    }
    pthread_mutex_lock(&sections_mutex);
    if (grow_sections()) {
        section = section_count++;
        memcpy(sections[section], ids, sizeof ids);
    }
    pthread_mutex_unlock(&sections_mutex);
    return section;
}

#define TELL_SECTION(name)                 \
    FOR_EACH(t) {                          \
        uint32_t id;                       \
                                           \
        if (section_id(section, t, &id)) { \
            TELL(t, name, id);             \
        }                                  \
    }

void gr_section_start(uint32_t section) {
    TELL_SECTION(start_profile_section)
}

void gr_section_stop(uint32_t section) {
    TELL_SECTION(stop_profile_section)
}

void gr_section_destroy(uint32_t section) {
    TELL_SECTION(destroy_profile_section)
}
