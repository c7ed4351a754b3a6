/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file sim.cpp
 * @brief The simulated device: its settings, the host threads that run blocks, and the table that
 * the library asks for.
 *
 * Launches, copies and fills are work for streams (stream.cpp).
 */
#include "sim.h"

#include "../../gpu/src/copy.h"
#include "../../gpu/src/reasons.h"

#include <granum/impl/backend.h>
#include <granum/impl/rtc.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <pthread.h>
#include <unistd.h>
#include <vector>

namespace {

sim_settings settings;
char wrong[512];

/* GRANUM_SIM_FAULT in words: what keeps a device from being used at all. */
bool fault_is(const char *what) {
    const char *text = getenv("GRANUM_SIM_FAULT");

    return text && strcmp(text, what) == 0;
}

bool is_about_architecture() {
    const char *text = getenv("GRANUM_SIM_FAULT");

    return text && strncmp(text, "architecture", 12) == 0;
}

/* A number with K, M or G behind it; false: something else. */
bool read_size(const char *name, uint64_t least, uint64_t most, uint64_t *value) {
    const char *text = getenv(name);
    char *end = nullptr;
    unsigned long long number;
    int shift = 0;

    if (!text || !*text) {
        return true;
    }
    errno = 0;
    number = strtoull(text, &end, 10);
    if (end != text && *end) {
        shift = *end == 'K' || *end == 'k'   ? 10
                : *end == 'M' || *end == 'm' ? 20
                : *end == 'G' || *end == 'g' ? 30
                                             : 0;
        end += shift > 0;
    }
    if (end == text || *end || errno || text[0] == '-' || number > (most >> shift) ||
        (number << shift) < least) {
        snprintf(wrong, sizeof wrong,
                 "%s = \"%.60s\", expected %llu..%llu, with K, M or G if need be", name, text,
                 (unsigned long long)least, (unsigned long long)most);
        return false;
    }
    *value = number << shift;
    return true;
}

uint64_t seed_of_clock() {
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return ((uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 20 ^ (uint64_t)getpid() << 40) %
           1000000007u;
}

/* ---- host threads ---- */

pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
pthread_cond_t work_is_there = PTHREAD_COND_INITIALIZER;
pthread_cond_t work_is_done = PTHREAD_COND_INITIALIZER;
int pool_threads;       /* started, beside the launching ones */
sim_job *pool_job;      /* NULL: nothing to do */
int pool_wanted;        /* threads that may still join the job */
int pool_busy;          /* that have joined it */
uint64_t launches;      /* so far: each has an order of its own (atomic) */
uint64_t user_launches; /* so far, where one of them is to lose the device (atomic) */

void *pool_main(void *) {
    pthread_mutex_lock(&pool_lock);
    for (;;) {
        while (!pool_job || pool_wanted == 0) {
            pthread_cond_wait(&work_is_there, &pool_lock);
        }
        sim_job *job = pool_job;

        pool_wanted--;
        pool_busy++;
        pthread_mutex_unlock(&pool_lock);
        gr_impl_launch_errors_use(job->errors);
        sim_blocks_run(job);
        gr_impl_launch_errors_use(nullptr);
        pthread_mutex_lock(&pool_lock);
        if (--pool_busy == 0) {
            pthread_cond_signal(&work_is_done);
        }
    }
    return nullptr;
}

/* Run a job on the calling thread and on helpers, which are started when first wanted. A launch
 * that comes while another one has the helpers runs on its caller alone. */
void run_job(sim_job *job) {
    const int wanted =
        (int)(job->blocks < (unsigned)gr_impl_num_threads() ? job->blocks
                                                            : (unsigned)gr_impl_num_threads()) -
        1;
    bool shared = false;

    if (wanted > 0) {
        pthread_mutex_lock(&pool_lock);
        if (!pool_job) {
            pthread_t thread;

            while (pool_threads < wanted &&
                   pthread_create(&thread, nullptr, pool_main, nullptr) == 0) {
                pthread_detach(thread);
                pool_threads++;
            }
            pool_job = job;
            pool_wanted = wanted;
            shared = true;
            pthread_cond_broadcast(&work_is_there);
        }
        pthread_mutex_unlock(&pool_lock);
    }
    sim_blocks_run(job);
    if (shared) {
        pthread_mutex_lock(&pool_lock);
        pool_wanted = 0;
        while (pool_busy > 0) {
            pthread_cond_wait(&work_is_done, &pool_lock);
        }
        pool_job = nullptr;
        pthread_mutex_unlock(&pool_lock);
    }
}

void before_fork() {
    sim_streams_before_fork();
    pthread_mutex_lock(&pool_lock);
    sim_memory_before_fork();
}

void after_fork() {
    sim_memory_after_fork(false);
    pthread_mutex_unlock(&pool_lock);
    sim_streams_after_fork(false);
}

/* The child has the forking thread alone, and takes up helpers of its own. */
void after_fork_in_child() {
    sim_memory_after_fork(true);
    pthread_mutex_init(&pool_lock, nullptr);
    pthread_cond_init(&work_is_there, nullptr);
    pthread_cond_init(&work_is_done, nullptr);
    pool_threads = pool_wanted = pool_busy = 0;
    pool_job = nullptr;
    sim_streams_after_fork(true);
}

/* ---- launches ---- */

uint64_t divisor(uint64_t a, uint64_t b) {
    while (b > 0) {
        const uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* The order in which blocks start: every step that has no divisor in common with their number
 * visits each once. */
void shuffle_blocks(sim_job *job) {
    const uint64_t number = __atomic_fetch_add(&launches, 1, __ATOMIC_RELAXED);
    const uint64_t random = sim_mix(sim_mix(settings.seed) + number);

    job->first = random % job->blocks;
    job->step = (random >> 32) % job->blocks;
    while (divisor(job->step, job->blocks) != 1) {
        job->step = (job->step + 1) % job->blocks;
    }
}

/* Run all blocks; what goes wrong is in the job's report. */
void run_blocks(sim_job *job) {
    job->errors = gr_impl_launch_errors_here();
    shuffle_blocks(job);
    sim_memory_open();
    run_job(job);
    sim_memory_close();
}

/* Whether this launch is the one that the device does not survive, or comes after it. */
bool is_fault() {
    return settings.fault > 0 &&
           __atomic_add_fetch(&user_launches, 1, __ATOMIC_RELAXED) >= settings.fault;
}

/* A launch with a copy of its arguments, done when its stream comes to it; what goes wrong is
 * recorded for whoever waits then. */
const char *run_late(sim_job job, const std::vector<char> &arguments) {
    job.arguments = const_cast<char *>(arguments.data());
    job.next = 0;
    if (is_fault()) {
        return nullptr;
    }
    run_blocks(&job);
    if (job.failed) {
        gr_impl_device_launch_fail(job.site, GR_BACKEND, "sim: %s", job.report);
    }
    return nullptr;
}

void run(gr_impl_gpu_launch *launch, unsigned blocks, unsigned threads, size_t shared,
         void (*entry)(void *arguments), void *arguments, size_t bytes) {
    static thread_local char report[SIM_REPORT];
    sim_job job = {};

    if (launch->failure || blocks == 0) {
        return;
    }
    if (threads < 1 || threads > SIM_MOST_THREADS) {
        snprintf(report, sizeof report, "threads of a block = %u, expected 1..%d", threads,
                 SIM_MOST_THREADS);
        launch->failure = report;
        return;
    }
    if (shared > settings.shared) {
        snprintf(report, sizeof report,
                 "shared memory of a block = %zu bytes, expected at most %zu (GRANUM_SIM_SHARED)",
                 shared, settings.shared);
        launch->failure = report;
        return;
    }
    job.site = launch->site;
    job.entry = entry;
    job.arguments = arguments;
    job.blocks = blocks;
    job.threads = threads;
    job.shared = shared;
    if (sim_stream_is_late(launch->stream)) {
        const char *first = static_cast<const char *>(arguments);

        launch->failure =
            sim_stream_send(launch->stream, [job, copy = std::vector<char>(first, first + bytes)] {
                return run_late(job, copy);
            });
        return;
    }
    launch->failure = sim_lost(launch->device);
    if (launch->failure || is_fault()) {
        return; /* the launch that loses the device is answered as if nothing were wrong */
    }
    run_blocks(&job);
    if (job.failed) {
        memcpy(report, job.report, sizeof report);
        launch->failure = report;
    }
}

/* ---- the rest of the table ---- */

const char *start(int *count) {
    const char *failure = sim_settings_read();

    if (!failure && fault_is("driver")) {
        failure = gr_gpu_old_driver(wrong, sizeof wrong, "sim", 2040, 13010);
    }
    if (!failure) {
        static const int watches_forks =
            pthread_atfork(before_fork, after_fork, after_fork_in_child);

        failure = watches_forks == 0 ? nullptr : "no memory for what is done around forks";
        *count = settings.devices;
    }
    return failure;
}

const char *properties(int device, gr_impl_device_properties *out) {
    *out = gr_impl_device_properties{};
    snprintf(out->name, sizeof out->name, "simulated device %d", device);
    snprintf(out->architecture, sizeof out->architecture, "sim%d", settings.warp);
    out->warp = settings.warp;
    out->most_threads = SIM_MOST_THREADS;
    out->most_blocks = 2147483647u;
    out->multiprocessors = (unsigned)gr_impl_num_threads();
    out->shared = settings.shared;
    out->memory = settings.memory;
    out->arguments = settings.arguments;
    out->pools = settings.pools;
    out->peers = settings.peers;
    out->chunk = settings.chunk;
    return nullptr;
}

/* On demand for all devices, or for the one of a number: "architecture 1". */
const char *open_device(int device) {
    gr_impl_device_properties is;
    char one[32];

    snprintf(one, sizeof one, "architecture %d", device);
    if (!fault_is("architecture") && !fault_is(one)) {
        return nullptr;
    }
    (void)properties(device, &is);
    return gr_gpu_other_architecture(wrong, sizeof wrong, device, &is, "sim16, sim128");
}

/* Whether a pointer is to a device's own memory, and of another device than it should be. */
bool is_elsewhere(const void *pointer, int device) {
    gr_space space;
    int found;

    return sim_memory_find(pointer, &space, &found) && space == GR_DEVICE && found != device;
}

const char *move(void *stream, void *to, const void *from, size_t bytes) {
    return sim_stream_send(stream, [=]() -> const char * {
        sim_memory_open();
        memmove(to, from, bytes);
        sim_memory_close();
        return nullptr;
    });
}

const char *copy(int device, void *stream, void *to, const void *from, size_t bytes) {
    return is_elsewhere(to, device) || is_elsewhere(from, device)
               ? "a copy reaches memory of another device"
               : move(stream, to, from, bytes);
}

const char *copy_peer(int device, void *stream, void *to, int from_device, const void *from,
                      size_t bytes) {
    return is_elsewhere(to, device) || is_elsewhere(from, from_device) || !settings.peers
               ? "a copy between devices that are no peers"
               : move(stream, to, from, bytes);
}

const char *set(int, void *stream, void *to, int value, size_t bytes) {
    return sim_stream_send(stream, [=]() -> const char * {
        sim_memory_open();
        memset(to, value, bytes);
        sim_memory_close();
        return nullptr;
    });
}

extern const gr_impl_device_table table;

/* A launch of the device's own; what fails is answered in words that last. */
gr_impl_gpu_launch own_launch(int device, void *stream) {
    static gr_site site = {"copy of items", __FILE__, __LINE__, 1, 0, 0, 0};
    gr_impl_gpu_launch launch = {};

    launch.site = &site;
    launch.device = device;
    launch.stream = stream;
    launch.table = &table;
    return launch;
}

const char *copy_items(int device, void *stream, const gr_impl_device_plan *plan) {
    gr_impl_gpu_launch launch = own_launch(device, stream);

    gr_impl_gpu_copy_items(&launch, plan);
    return launch.failure;
}

const char *fill_items(int device, void *stream, const gr_impl_device_plan *plan) {
    gr_impl_gpu_launch launch = own_launch(device, stream);

    gr_impl_gpu_fill_items(&launch, plan);
    return launch.failure;
}

/* A multiprocessor with 65536 registers and places for 2048 threads and 32 blocks. */
unsigned resident(int, void *, unsigned threads) {
    const unsigned by_registers = 65536 / (settings.registers * threads);
    const unsigned by_threads = 2048 / threads < 32 ? 2048 / threads : 32;

    return by_registers < by_threads ? by_registers : by_threads;
}

const char *settings_text() {
    static char text[200];

    snprintf(text, sizeof text, "warp %d, shared %zu bytes, seed %llu (GRANUM_SIM_SEED)%s",
             settings.warp, settings.shared, (unsigned long long)settings.seed,
             settings.late ? ", late (GRANUM_SIM_LATE)" : "");
    return text;
}

/* ---- kernels that were compiled at run time: the host's compiler made them, and they are here ---- */

const char *module_load(int, const void *image, void **module) {
    *module = const_cast<void *>(image);
    return nullptr;
}

const char *module_kernel(int, void *module, const char *name, void **kernel) {
    for (auto *f = static_cast<gr_impl_rtc_function *>(module); f->name; ++f) {
        if (strcmp(f->name, name) == 0) {
            *kernel = f;
            return nullptr;
        }
    }
    return "the module has no kernel of that name";
}

const char *module_run(gr_impl_gpu_launch *launch, void *kernel, unsigned blocks, unsigned threads,
                       size_t shared, void *argument, size_t bytes) {
    run(launch, blocks, threads, shared, static_cast<gr_impl_rtc_function *>(kernel)->entry,
        argument, bytes);
    return nullptr;
}

const gr_impl_device_table table = {
    GR_IMPL_DEVICE_TABLE,
    "sim",
    2, /* KokkosP has no number for it: it stands in for CUDA */
    {"Host", "CudaSim", "CudaSimHostPinned", "CudaSimManaged"},
    start,
    properties,
    open_device,
    sim_memory_allocate,
    sim_memory_release,
    sim_memory_free,
    sim_memory_find,
    sim_stream_create,
    sim_stream_destroy,
    sim_stream_wait,
    sim_stream_after,
    copy,
    set,
    copy_peer,
    copy_items,
    fill_items,
    sim_graph_begin,
    sim_graph_end,
    sim_graph_run,
    sim_graph_destroy,
    nullptr, /* nothing is chosen for a thread */
    nullptr,
    sim_lost,
    true,
    settings_text,
    run,
    module_load,
    module_kernel,
    module_run,
    resident,
};

} // namespace

/* All devices of a process are lost together. */
const char *sim_lost(int) {
    return settings.fault > 0 && __atomic_load_n(&user_launches, __ATOMIC_RELAXED) >= settings.fault
               ? "an address that is not the device's (GRANUM_SIM_FAULT)"
               : nullptr;
}

const sim_settings &sim_settings_now() {
    return settings;
}

const char *sim_settings_read() {
    const uint64_t machine = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t warp = 32, shared = 96 << 10, memory = machine / 2, devices = 1;
    uint64_t late = 0, pools = 1, peers = 1, registers = 32, fault = 0, chunk = 64 << 10;
    uint64_t arguments = 4096;

    settings.seed = seed_of_clock();
    if (!read_size("GRANUM_SIM_WARP", 32, 64, &warp) ||
        !read_size("GRANUM_SIM_SHARED", 1024, 1 << 20, &shared) ||
        !read_size("GRANUM_SIM_MEMORY", 0, (uint64_t)1 << 46, &memory) ||
        !read_size("GRANUM_SIM_DEVICES", 1, SIM_MOST_DEVICES, &devices) ||
        !read_size("GRANUM_SIM_LATE", 0, 1, &late) ||
        !read_size("GRANUM_SIM_POOLS", 0, 1, &pools) ||
        !read_size("GRANUM_SIM_PEERS", 0, 1, &peers) ||
        !read_size("GRANUM_SIM_ARGUMENTS", 1024, 32764, &arguments) ||
        (!fault_is("driver") && !is_about_architecture() &&
         !read_size("GRANUM_SIM_FAULT", 0, 1000000000, &fault)) ||
        !read_size("GRANUM_SIM_CHUNK", 256, 1 << 30, &chunk) ||
        !read_size("GRANUM_SIM_REGISTERS", 1, 255, &registers) ||
        !read_size("GRANUM_SIM_SEED", 0, UINT64_MAX, &settings.seed)) {
        return wrong;
    }
    if (warp != 32 && warp != 64) {
        snprintf(wrong, sizeof wrong, "GRANUM_SIM_WARP = %d, expected 32 or 64", (int)warp);
        return wrong;
    }
    settings.warp = (int)warp;
    settings.shared = (size_t)shared / 16 * 16;
    settings.memory = (size_t)memory;
    settings.devices = (int)devices;
    settings.late = late != 0;
    settings.fault = fault;
    settings.chunk = (size_t)chunk / 256 * 256;
    settings.registers = (unsigned)registers;
    settings.pools = pools != 0;
    settings.peers = peers != 0;
    settings.arguments = (size_t)arguments;
    return nullptr;
}

extern "C" GR_API const gr_impl_device_table *gr_impl_device_plugin() {
    return &table;
}
