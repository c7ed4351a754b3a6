/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/device.h
 * @brief Devices as the library and kernel files see them: a vendor's table, and the life of a
 * launch.
 *
 * A vendor is a loadable library, libgranum_NAME.so, that is looked for when the first of its
 * devices is asked for. It answers gr_impl_device_plugin() with a table of functions; the library
 * knows nothing else of it.
 */
#ifndef GRANUM_IMPL_DEVICE_H
#define GRANUM_IMPL_DEVICE_H

#include <granum/impl/launch.h>
#include <granum/impl/space.h>
#include <granum/memory.h>
#include <granum/range.h>
#include <granum/status.h>

GR_EXTERN_C_BEGIN

/** Every vendor: X(number, name). Kernel files carry the number, so it is ABI; 0 is the host. */
#define GR_IMPL_VENDOR_LIST(X) X(1, cuda) X(2, hip) X(3, sim)
#define GR_IMPL_VENDOR_NUMBER(number, name) GR_IMPL_VENDOR_##name = number,
enum { GR_IMPL_VENDOR_LIST(GR_IMPL_VENDOR_NUMBER) GR_IMPL_VENDORS };
#undef GR_IMPL_VENDOR_NUMBER

/** What a device can do. */
typedef struct gr_impl_device_properties {
    char name[128];
    char architecture[32];
    int warp;              /**< threads that run in step */
    unsigned most_threads; /**< of a block */
    unsigned most_blocks;  /**< of a grid */
    unsigned multiprocessors;
    size_t shared;    /**< memory of a block at most [B] */
    size_t memory;    /**< in all [B] */
    size_t arguments; /**< of a kernel at most [B] */
    bool pools;       /**< its own of memory, in stream order; else the library keeps one */
    bool peers;       /**< copy_peer copies between it and others of the vendor that say so */
    size_t chunk;     /**< larger copies from and to the host go through pinned memory in parts of
                           this size [B] */
} gr_impl_device_properties;

struct gr_impl_gpu_launch;

/** Changes with the table. */
#define GR_IMPL_DEVICE_TABLE 6

/**
 * What the library asks of a vendor. Functions answer NULL, or what went wrong in the vendor's
 * words (valid until the thread's next call). Devices are numbered from 0 within the vendor.
 */
typedef struct gr_impl_device_table {
    int version; /**< GR_IMPL_DEVICE_TABLE of the header it was built with */
    const char *name;

    /** What tools know the vendor as: KokkosP's number of its devices, and the names of its spaces,
     * for some tools abort at others. */
    uint32_t tool_type;
    const char *tool_space[GR_IMPL_SPACES];

    /** Count the devices: called first, and again where the library had no memory for the answer. A
     * failure says why none is usable. */
    const char *(*start)(int *count);
    const char *(*properties)(int device, gr_impl_device_properties *properties);
    /** (optional) Before a device is first used; a failure says why it is not usable. */
    const char *(*open)(int device);

    /** Memory of a space (device, pinned or managed), 256-byte aligned; *out = NULL and no failure:
     * there is not so much. Device memory of a device with pools is there, and given back, in the
     * order of the stream; other memory at once, and given back when the device is done. */
    const char *(*allocate)(int device, gr_space space, void *stream, size_t bytes, void **out);
    const char *(*release)(int device, gr_space space, void *stream, void *memory);
    const char *(*free_memory)(int device, size_t *bytes, size_t *total);

    /** Whether a pointer is the vendor's, and of which space and device. */
    bool (*find)(const void *pointer, gr_space *space, int *device);

    const char *(*stream_create)(int device, void **stream);
    const char *(*stream_destroy)(int device, void *stream);
    const char *(*stream_wait)(int device, void *stream);
    /** What the stream is given from now on comes after what an earlier one was given so far. */
    const char *(*stream_after)(int device, void *stream, int earlier_device, void *earlier);

    /** Bytes from anywhere to anywhere, in stream order; and bytes of one value. */
    const char *(*copy)(int device, void *stream, void *to, const void *from, size_t bytes);
    const char *(*set)(int device, void *stream, void *to, int value, size_t bytes);
    /** (optional) The same between device memory of two devices, in the order of a stream of the
     * one that it goes to. */
    const char *(*copy_peer)(int device, void *stream, void *to, int from_device, const void *from,
                             size_t bytes);

    /** Copy items between memory that the device reaches; fill with one item, which is on the
     * host. */
    const char *(*copy_items)(int device, void *stream, const gr_impl_device_plan *plan);
    const char *(*fill_items)(int device, void *stream, const gr_impl_device_plan *plan);

    /** What a stream is given from begin to end becomes a graph instead, which runs as often as it
     * is sent to a stream. Streams that are made to come after it belong to it, and must be made to
     * come before it again. */
    const char *(*graph_begin)(int device, void *stream);
    const char *(*graph_end)(int device, void *stream, void **graph);
    const char *(*graph_run)(int device, void *graph, void *stream);
    const char *(*graph_destroy)(int device, void *graph);

    /** (optional) Make a device the calling thread's, and give it back the one before. */
    const char *(*enter)(int device, int *before);
    void (*leave)(int before);

    /** NULL, or why the device does nothing any more: what failed there once fails for ever. */
    const char *(*lost)(int device);

    bool looks_at_captures; /**< host Views in a launch are looked for, checked build or not */

    /** Whatever is to be said of the vendor's settings: "seed 7, ...", or NULL. */
    const char *(*settings)(void);

    /** (optional) Launch: call entry(arguments) for each thread of each block, with a copy of so
     * many bytes of arguments if it is done later. Vendors whose compiler launches have none. */
    void (*run)(struct gr_impl_gpu_launch *launch, unsigned blocks, unsigned threads, size_t shared,
                void (*entry)(void *arguments), void *arguments, size_t bytes);
    /** (optional) Code that a run-time compiler made: what the driver makes of it for a device, a
     * kernel of it by name, and a launch of one with its only argument. */
    const char *(*module_load)(int device, const void *image, void **module);
    const char *(*module_kernel)(int device, void *module, const char *name, void **kernel);
    const char *(*module_run)(struct gr_impl_gpu_launch *launch, void *kernel, unsigned blocks,
                              unsigned threads, size_t shared, void *argument, size_t bytes);
    /** (with run or modules) Blocks of so many threads of a module's kernel that a multiprocessor
     * holds at a time; 0: it runs no such block. */
    unsigned (*resident)(int device, void *kernel, unsigned threads);
} gr_impl_device_table;

/** The one function that a vendor's library exports. */
typedef const gr_impl_device_table *gr_impl_device_plugin_function(void);

/** A launch on a device: on the launching thread's stack from begin to end. */
typedef struct gr_impl_gpu_launch {
    gr_site *site;
    void *stream;      /**< the vendor's */
    int device;        /**< the vendor's number of it */
    char *scratch;     /**< device memory as asked for, 256-byte aligned; content undefined */
    char *pinned;      /**< host memory that the device writes, as asked for */
    unsigned *counter; /**< in device memory: 0, and left 0 by the kernel */
    const gr_impl_device_properties *properties;
    const gr_impl_device_table *table;
    const char *failure; /**< the vendor's words of the first failure; NULL: none */
    void *queue;         /**< the library's */
    gr_impl_pattern pattern;
    int before; /**< the vendor's current device of the calling thread */
    bool told;  /**< tools have heard of it */
} gr_impl_gpu_launch;

/**
 * @brief Begin a launch: everything that is wrong so far is recorded for gr_fence, and false.
 *
 * Between begin and end the queue is the launching thread's alone. `vendor` is a number of
 * GR_IMPL_VENDOR_LIST. launch->pattern is set.
 */
GR_API bool gr_impl_device_begin(gr_impl_gpu_launch *launch, int vendor, gr_site *site,
                                 const gr_options *options, size_t scratch_bytes,
                                 size_t pinned_bytes);
GR_API void gr_impl_device_end(gr_impl_gpu_launch *launch);
GR_API void gr_impl_device_wait(gr_impl_gpu_launch *launch);

/** Record what is wrong with a launch that was not begun, or is under way. */
GR_API GR_IMPL_COLD void gr_impl_device_launch_fail(const gr_site *site, gr_status status,
                                                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * @brief Answer whether a kernel's copies may go to the device; else record it and end the launch.
 *
 * Views among them that lie in memory which the device does not reach are found where the vendor
 * asks for it (gr_impl_device_table.looks_at_captures) and in checked builds.
 */
GR_API bool gr_impl_gpu_captures(gr_impl_gpu_launch *launch, const void *captures, size_t bytes);

enum { GR_IMPL_GPU_REPORT = 128 };

/** What a kernel of a checked build leaves of its first access outside of a View. */
typedef struct gr_impl_gpu_report {
    unsigned found;
    int line, rank; /**< rank -1: the View is empty */
    const void *buffer;
    gr_index values[2 * GR_MAX_RANK]; /**< indices, then extents */
    char view[GR_IMPL_GPU_REPORT], file[GR_IMPL_GPU_REPORT];
} gr_impl_gpu_report;

/** Record it for the fence. */
GR_API void gr_impl_device_miss(const gr_site *site, const gr_impl_gpu_report *report);

/** Threads of a grid at most: AMD's packets of a launch count them in 32 bits. */
#define GR_IMPL_GPU_MOST_THREADS 4294967295u

/** A grid over up to 6 indices, the fast one first. Block b is tile (b mod count[0], ...), with the
 * quotient by count[k] being b * magic[k] >> shift[k]; the tile is 2^bits[k] wide. */
typedef struct gr_impl_gpu_grid {
    gr_index lo[6], extent[6];
    unsigned count[6], magic[6];
    unsigned char shift[6], bits[6];
    unsigned blocks, threads; /**< of this launch; 0 blocks: there is none */
    int rank;
    int split;    /**< the index of which each launch covers a piece */
    gr_index end; /**< of that index: another launch follows while it is not reached */
    gr_index from;
    gr_index step; /**< of that index in one launch */
} gr_impl_gpu_grid;

/** Lay a grid of blocks of about so many threads over the range; false: nothing to run, and what is
 * wrong was recorded. `right`: the last index is the fast one. */
GR_API bool gr_impl_gpu_grid_begin(gr_impl_gpu_grid *grid, gr_site *site, const gr_index *lo,
                                   const gr_index *hi, const gr_index *tile, int rank, bool right,
                                   const gr_options *options, unsigned threads);
GR_API void gr_impl_gpu_grid_next(gr_impl_gpu_grid *grid);

/** What a device that is simulated on the host keeps for a thread that runs a kernel; its struct
 * begins with this. */
typedef struct gr_impl_device_thread {
    const gr_site *site;
    /** (optional) An instrumented kernel touches memory. */
    void (*access)(const void *address, size_t bytes, bool writes);
} gr_impl_device_thread;

/* A plain load, and no call of C++'s for a variable that might want construction. */
#ifndef GR_IMPL_RTC
extern GR_API __thread gr_impl_device_thread *gr_impl_device_now;
#endif

GR_EXTERN_C_END

#endif
