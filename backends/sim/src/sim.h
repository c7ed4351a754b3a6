/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file sim.h
 * @brief What the parts of the simulated device tell each other.
 */
#ifndef GRANUM_SIM_H
#define GRANUM_SIM_H

#include "fibre.h"

#include <granum/sim/vendor.h>

#include <cstdint>
#include <functional>

/** The environment, read once. */
struct sim_settings {
    int warp;           /**< GRANUM_SIM_WARP: 32 or 64 */
    size_t shared;      /**< GRANUM_SIM_SHARED [B] */
    size_t memory;      /**< GRANUM_SIM_MEMORY, of each device [B] */
    int devices;        /**< GRANUM_SIM_DEVICES */
    uint64_t seed;      /**< GRANUM_SIM_SEED */
    bool seed_is_set;   /**< by the environment */
    bool late;          /**< GRANUM_SIM_LATE: work lies in its stream until somebody waits */
    unsigned registers; /**< GRANUM_SIM_REGISTERS: of a thread; few blocks hold many */
    uint64_t fault;     /**< GRANUM_SIM_FAULT: the launch that the device is lost by; 0: none */
    size_t chunk;     /**< GRANUM_SIM_CHUNK: larger copies go through pinned memory in parts [B] */
    bool pools;       /**< GRANUM_SIM_POOLS: the device says that it has pools of memory */
    bool peers;       /**< GRANUM_SIM_PEERS: devices copy from one to the other */
    size_t arguments; /**< GRANUM_SIM_ARGUMENTS: of a kernel at most [B] */
};

/** Threads of a block at most, as on GPUs of every vendor. */
enum { SIM_MOST_THREADS = 1024 };
enum { SIM_MOST_DEVICES = 16 };
/** Bytes of a report. */
enum { SIM_REPORT = 400 };

const sim_settings &sim_settings_now();
/** Read the environment; NULL, or what is wrong in it. */
const char *sim_settings_read();

/** One launch, as all host threads that take part see it. */
struct sim_job {
    const gr_site *site;
    void (*entry)(void *arguments);
    void *arguments;
    unsigned blocks, threads;
    size_t shared;
    gr_impl_launch_errors *errors; /**< of the launching thread */
    uint64_t first, step;          /* block k to start is (first + k * step) mod blocks */
    uint64_t next;                 /* blocks started (atomic) */
    int failed;                    /* (atomic) 0, 1: being written, 2: there is a report */
    char report[SIM_REPORT];
};

/** Why the device is lost; NULL: it is not. */
const char *sim_lost(int device);

/** Run blocks of a job on the calling thread until none is left. */
void sim_blocks_run(sim_job *job);

/** Say what a fault of the calling thread at an address is about, if it is a block's doing. */
bool sim_block_explain(uintptr_t address, char *text, size_t size);

/** Record the first thing that went wrong in a job; the seed is added. */
void sim_job_fail(sim_job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Streams: what is sent to one is done in its order; NULL, or what failed. */
typedef std::function<const char *()> sim_work;
const char *sim_stream_create(int device, void **stream);
const char *sim_stream_destroy(int device, void *stream);
const char *sim_stream_wait(int device, void *stream);
const char *sim_stream_after(int device, void *stream, int earlier_device, void *earlier);
const char *sim_stream_send(void *stream, sim_work work);
/** Whether what is sent to it is done after the call has returned. */
bool sim_stream_is_late(void *stream);
/** Do all that lies in streams. */
void sim_streams_drain();
void sim_streams_before_fork();
void sim_streams_after_fork(bool in_child);

/** Graphs, captured from streams. */
const char *sim_graph_begin(int device, void *stream);
const char *sim_graph_end(int device, void *stream, void **graph);
const char *sim_graph_run(int device, void *graph, void *stream);
const char *sim_graph_destroy(int device, void *graph);

/** splitmix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195) */
uint64_t sim_mix(uint64_t x);

/** Memory of the simulated devices. */
const char *sim_memory_allocate(int device, gr_space space, void *stream, size_t bytes, void **out);
const char *sim_memory_release(int device, gr_space space, void *stream, void *memory);
bool sim_memory_find(const void *pointer, gr_space *space, int *device);
const char *sim_memory_free(int device, size_t *bytes, size_t *total);

/** While device memory is open the host reaches it too; opened by each launch and copy. */
void sim_memory_open();
void sim_memory_close();

/** Watch for accesses of the host, once. */
void sim_memory_watch();

/** Around a fork. */
void sim_memory_before_fork();
void sim_memory_after_fork(bool in_child);

/** Memory for blocks: the end of `bytes` in front of a page that traps; NULL: there is none. */
char *sim_shared_allocate(size_t bytes);
void sim_shared_free(char *end, size_t bytes);

#endif
