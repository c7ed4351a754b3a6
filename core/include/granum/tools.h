/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file tools.h
 * @brief Regions, marks and tools: how a profiler, a tracer or a debugger sees what granum does.
 *
 *     gr_region_push("time step");
 *     ... launches, copies ...
 *     gr_region_pop();
 *
 * A tool is a set of functions that granum calls: before and after launches, copies and fences, at
 * allocations, and where the program marks a region. It comes from a library that GRANUM_TOOLS or
 * GRANUM_TOOLS_LIBS names, or from the program itself (gr_tool_register).
 *
 * Libraries export the functions of the Kokkos Tools interface (KokkosP, version 20240906), so
 * tools written for Kokkos load unchanged and tools written for granum serve Kokkos.
 */
#ifndef GRANUM_TOOLS_H
#define GRANUM_TOOLS_H

#include <granum/status.h>
#include <granum/types.h>

GR_EXTERN_C_BEGIN

/** Version of the interface, passed to kokkosp_init_library. */
#define GR_TOOLS_VERSION 20240906

/** Most tools at a time. */
#define GR_MAX_TOOLS 8

/** Name of a memory space, "Host", passed by value. */
typedef struct gr_tool_space {
    char name[64];
} gr_tool_space;

/** What a tool may ask for; the first flag is true until the tool clears it. */
typedef struct gr_tool_settings {
    bool requires_global_fencing; /**< a fence before the end of each launch */
    bool unused[255];
} gr_tool_settings;

/** What granum does for a tool. */
typedef struct gr_tool_actions {
    void (*fence)(uint32_t device); /**< wait for a device; launch errors stay for gr_fence */
    void (*unused[31])(void);
} gr_tool_actions;

/**
 * The functions of a tool, any of them NULL: X(name, parameters). A library exports kokkosp_<name>.
 *
 * `device` packs an execution space: bits 31-24 its type (0 serial, 1 OpenMP, 2 CUDA, 3 HIP), bits
 * 23-17 the device, bits 16-0 the instance. Ids are the tool's own: it writes them at the beginning
 * of something and gets them back at its end. Labels live as long as the call.
 */
#define GR_TOOL_LIST(X)                                                                    \
    X(init_library, (int sequence, uint64_t version, uint32_t devices, void *device_info)) \
    X(finalize_library, (void))                                                            \
    X(parse_args, (int argc, char **argv))                                                 \
    X(print_help, (char *program))                                                         \
    X(provide_tool_programming_interface, (uint32_t actions, gr_tool_actions table))       \
    X(request_tool_settings, (uint32_t settings, gr_tool_settings * table))                \
    X(begin_parallel_for, (const char *label, uint32_t device, uint64_t *id))              \
    X(end_parallel_for, (uint64_t id))                                                     \
    X(begin_parallel_reduce, (const char *label, uint32_t device, uint64_t *id))           \
    X(end_parallel_reduce, (uint64_t id))                                                  \
    X(begin_parallel_scan, (const char *label, uint32_t device, uint64_t *id))             \
    X(end_parallel_scan, (uint64_t id))                                                    \
    X(push_profile_region, (const char *name))                                             \
    X(pop_profile_region, (void))                                                          \
    X(create_profile_section, (const char *name, uint32_t *id))                            \
    X(start_profile_section, (uint32_t id))                                                \
    X(stop_profile_section, (uint32_t id))                                                 \
    X(destroy_profile_section, (uint32_t id))                                              \
    X(profile_event, (const char *name))                                                   \
    X(allocate_data,                                                                       \
      (gr_tool_space space, const char *label, const void *pointer, uint64_t bytes))       \
    X(deallocate_data,                                                                     \
      (gr_tool_space space, const char *label, const void *pointer, uint64_t bytes))       \
    X(begin_deep_copy,                                                                     \
      (gr_tool_space to, const char *to_label, const void *to_pointer, gr_tool_space from, \
       const char *from_label, const void *from_pointer, uint64_t bytes))                  \
    X(end_deep_copy, (void))                                                               \
    X(begin_fence, (const char *label, uint32_t device, uint64_t *id))                     \
    X(end_fence, (uint64_t id))                                                            \
    X(declare_metadata, (const char *key, const char *value))

/** A tool in the program itself. */
typedef struct gr_tool {
    uint64_t version; /**< GR_TOOLS_VERSION */
#define GR_IMPL_TOOL_FUNCTION(name, parameters) void(*name) parameters;
    GR_TOOL_LIST(GR_IMPL_TOOL_FUNCTION)
#undef GR_IMPL_TOOL_FUNCTION
} gr_tool;

/**
 * @brief Have the functions of a tool called from now on, its init_library at once.
 *
 * @param[in]  tool    copied
 * @param[out] number  for gr_tool_unregister; may be NULL: registered until gr_finalize
 *
 * Errors:  GR_INVALID_ARG       tool is NULL
 *          GR_VERSION_MISMATCH  tool->version is not the library's
 *          GR_OUT_OF_MEMORY     GR_MAX_TOOLS are registered already
 *          GR_IN_KERNEL         called from a kernel
 * Threads: safe; launches under way may not call the new tool yet
 */
GR_API gr_status gr_tool_register(const gr_tool *tool, int *number);

/**
 * @brief Call a tool's finalize_library and nothing of it after that.
 *
 * Errors:  GR_INVALID_ARG  there is no such tool
 *          GR_IN_KERNEL    called from a kernel
 * Threads: no other thread may launch, copy or allocate meanwhile
 */
GR_API gr_status gr_tool_unregister(int number);

/** @brief Begin a region that holds what this thread does until its gr_region_pop; they nest. */
GR_API void gr_region_push(const char *name);

/** @brief End the innermost region. */
GR_API void gr_region_pop(void);

/** @brief Name a section: what is started and stopped, and need not nest. Its number, for tools. */
GR_API uint32_t gr_section_create(const char *name);
/** @brief Start a section. */
GR_API void gr_section_start(uint32_t section);
/** @brief Stop a section. */
GR_API void gr_section_stop(uint32_t section);
/** @brief Forget a section. */
GR_API void gr_section_destroy(uint32_t section);

/** @brief Mark a moment. */
GR_API void gr_mark(const char *name);

/** @brief Tell tools about the run: gr_metadata("commit", "1a2b3c"). */
GR_API void gr_metadata(const char *key, const char *value);

GR_EXTERN_C_END

#endif
