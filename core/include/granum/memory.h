/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file memory.h
 * @brief Memory with a label: who holds how much of which space, and who forgot to give it back.
 *
 *     double *work;
 *     GR_TRY(gr_malloc(&work, GR_HOST, "work", n * sizeof *work));
 *     printf("%zu bytes now, %zu at most\n", gr_memory_used(GR_HOST), gr_memory_peak(GR_HOST));
 *     GR_TRY(gr_free(work));
 *
 * Views count here as well. What is still held at the last gr_finalize is reported on stderr with
 * label, bytes, file and line of its creation.
 */
#ifndef GRANUM_MEMORY_H
#define GRANUM_MEMORY_H

#include <granum/status.h>

GR_EXTERN_C_BEGIN

/** Every memory space: X(enum word, name). The order is ABI. */
#define GR_SPACE_LIST(X) \
    X(HOST, "host")      \
    X(DEVICE, "device")  \
    X(PINNED, "pinned")  \
    X(MANAGED, "managed")

/** Where memory lies. */
typedef enum gr_space {
#define GR_IMPL_SPACE(word, name) GR_##word,
    GR_SPACE_LIST(GR_IMPL_SPACE)
#undef GR_IMPL_SPACE
        GR_IMPL_SPACES /**< how many there are */
} gr_space;

/** Alignment of every allocation [B]. */
#define GR_ALIGNMENT 64

/** Name of a space, "host"; "(unknown space)" for other numbers. */
GR_API const char *gr_space_name(gr_space space);

/**
 * @brief Allocate bytes, 64-byte aligned and uninitialised; `gr_malloc(&p, GR_HOST, "p", bytes)`.
 *
 * @param[out] out    address of the pointer to set, of any type; NULL is stored on failure
 * @param[in]  label  copied; NULL stands for "(no label)"
 * @param[in]  bytes  0 gives a pointer of its own too
 *
 * Errors:  GR_INVALID_ARG    unknown space
 *          GR_OUT_OF_MEMORY  with label and bytes; the next allocation works
 * Threads: safe
 */
#define gr_malloc(out, space, label, bytes) \
    gr_impl_malloc(GR_IMPL_POINTER_ADDRESS(out), (space), (label), (bytes), GR_HERE)

/**
 * @brief Change the size, keeping label, space and the content up to the smaller size.
 *
 * @param[in,out] inout  address of a pointer from gr_malloc, which may move; unchanged on failure
 *
 * Errors:  GR_INVALID_ARG    the pointer is not one of gr_malloc's that is still held
 *          GR_OUT_OF_MEMORY
 * Threads: safe for distinct pointers
 */
#define gr_realloc(inout, bytes) gr_impl_realloc(GR_IMPL_POINTER_ADDRESS(inout), (bytes), GR_HERE)

/**
 * @brief Give memory of gr_malloc back; NULL is nothing to do.
 *
 * Errors:  GR_INVALID_ARG  the pointer is not one of gr_malloc's that is still held (freed before,
 *                          or from elsewhere)
 * Threads: safe
 */
#define gr_free(pointer) gr_impl_free((pointer), GR_HERE)

/** Bytes held now in a space, by views and gr_malloc; 0 for an unknown space. */
GR_API size_t gr_memory_used(gr_space space);

/** Most bytes ever held at a time in a space since the outermost gr_initialize. */
GR_API size_t gr_memory_peak(gr_space space);

/* The address of a pointer: rejects at compile time what is not one. */
#define GR_IMPL_POINTER_ADDRESS(p) ((void)sizeof(*(p) == NULL), (void *)(p))

GR_API gr_status gr_impl_malloc(void *out, gr_space space, const char *label, size_t bytes,
                                gr_place place);
GR_API gr_status gr_impl_realloc(void *inout, size_t bytes, gr_place place);
GR_API gr_status gr_impl_free(void *pointer, gr_place place);

/** Something counted, part of its owner's struct; must stay where it is while it is listed. */
typedef struct gr_impl_record {
    struct gr_impl_record *previous; /**< the list's own */
    struct gr_impl_record *next;     /**< the list's own */
    const char *label;               /**< never NULL; the owner keeps it as long as the record;
                                          the third word, where tools/gdb looks for it */
    void *data;                      /**< the payload */
    size_t bytes;                    /**< of it [B] */
    gr_space space;
    short vendor, device;            /**< whose space it is; 0, 0 on the host */
    gr_place place;                  /**< of the creation */
    const struct gr_any_view *shape; /**< as created, in checked builds; NULL: not known */
} gr_impl_record;

/** Count a record: label, data, bytes, space and place are set. */
GR_API void gr_impl_record_add(gr_impl_record *record);

/** Visit every record, oldest first, under the lock that guards them. */
GR_API void gr_impl_record_each(void (*visit)(gr_impl_record *record, void *argument),
                                void *argument);

/** Stop counting a record. */
GR_API void gr_impl_record_remove(gr_impl_record *record);

/**
 * @brief Host memory for anything inside the library, uncounted; NULL if there is none.
 *
 * @param[in] align  a power of two, at most 4096 [B]
 */
GR_API void *gr_impl_host_alloc(size_t bytes, size_t align)
    __attribute__((malloc, alloc_size(1), warn_unused_result));

/** Give memory of gr_impl_host_alloc back; NULL is nothing to do. */
GR_API void gr_impl_host_free(void *pointer);

/** Raise GR_OUT_OF_MEMORY in the words that every allocation uses. */
GR_API GR_IMPL_COLD gr_status gr_impl_out_of_memory(gr_space space, const char *label, size_t bytes,
                                                    gr_place place)
    __attribute__((warn_unused_result));

/**
 * @brief For tests: let n more calls of gr_impl_host_alloc succeed, the next one fail, then none.
 *
 * @param[in] n  negative: none fails
 * @return       what was left of the previous n; negative: it failed already, or was never set
 */
GR_API long gr_impl_fail_allocation_after(long n);

GR_EXTERN_C_END

#endif
