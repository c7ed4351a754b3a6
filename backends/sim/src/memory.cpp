/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file memory.cpp
 * @brief Memory of the simulated devices: apart from the host's, and out of its reach while no
 * kernel runs.
 *
 * Each allocation has pages of its own with one behind them that always traps. Device memory is
 * protected but for the time of a launch or copy; a host access then ends the process by SIGSEGV,
 * as on a machine whose host has no access at all, after a message that names the View. The handler
 * is installed with the first allocation and passes every other fault on to the one before it.
 */
#include "sim.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

struct allocation {
    allocation *next;
    char *memory;
    size_t bytes; /* asked for */
    size_t pages; /* mapped, without the page behind [B] */
    int device;
    gr_space space;
};

allocation *allocations; /* guarded by the lock; the handler reads it without */
size_t used[SIM_MOST_DEVICES];
int opened; /* launches and copies under way */
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct sigaction before[2];
const int watched[2] = {SIGSEGV, SIGBUS};

size_t page() {
    static const size_t bytes = (size_t)sysconf(_SC_PAGESIZE);

    return bytes;
}

size_t round_up(size_t bytes) {
    return (bytes + page() - 1) / page() * page();
}

void protect(const allocation *a, int access) {
    if (a->space == GR_DEVICE) {
        mprotect(a->memory, a->pages, access);
    }
}

void put(const char *text) {
    const ssize_t written = write(STDERR_FILENO, text, strlen(text));

    (void)written; /* nobody is left to tell */
}

struct search {
    uintptr_t address;
    char label[80];
};

void look_at(gr_impl_record *record, void *argument) {
    search *s = static_cast<search *>(argument);
    const uintptr_t from = reinterpret_cast<uintptr_t>(record->data);

    if (record->space != GR_HOST && s->address >= from &&
        s->address < from + (record->bytes > 0 ? record->bytes : 1)) {
        snprintf(s->label, sizeof s->label, "view \"%.60s\"", record->label);
    }
}

void describe(const allocation *a, uintptr_t address) {
    const uintptr_t base = reinterpret_cast<uintptr_t>(a->memory);
    const gr_impl_device_thread *kernel = gr_impl_device_now;
    search s = {address, "memory"};
    char text[400];

    if (address >= base + a->bytes) {
        s.address = base;
    }
    gr_impl_record_each(look_at, &s);
    if (kernel) {
        snprintf(text, sizeof text,
                 "granum: sim: kernel \"%.60s\" (%.100s:%d) reaches byte %zu of %s, expected less "
                 "than %zu, its size\n",
                 kernel->site->label, kernel->site->file, kernel->site->line, address - base,
                 s.label, a->bytes);
    } else {
        snprintf(text, sizeof text,
                 "granum: sim: the host reaches byte %zu of %s of %zu bytes in space %s, expected "
                 "a mirror or gr_deep_copy: only kernels reach it\n",
                 address - base, s.label, a->bytes, gr_space_name(a->space));
    }
    put(text);
}

void describe_elsewhere() {
    const gr_site *site = gr_impl_device_now->site;
    char text[400];

    snprintf(text, sizeof text,
             "granum: sim: kernel \"%.60s\" (%.100s:%d) reaches memory that is not the device's, "
             "expected that of a View that is held: it may have been released\n",
             site->label, site->file, site->line);
    put(text);
}

/* Say what was reached, and let the fault come again to whom it would have come before. */
void handle(int number, siginfo_t *info, void *) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(info->si_addr);

    char text[400];
    bool is_found = sim_block_explain(address, text, sizeof text);

    if (is_found) {
        put(text);
    }
    for (const allocation *a = allocations; a; a = a->next) {
        const uintptr_t base = reinterpret_cast<uintptr_t>(a->memory);

        if (address >= base && address < base + a->pages + page()) {
            describe(a, address);
            is_found = true;
            break;
        }
    }
    if (!is_found && gr_impl_device_now) {
        describe_elsewhere();
    }
    for (int k = 0; k < 2; ++k) {
        if (watched[k] == number) {
            sigaction(number, &before[k], nullptr);
        }
    }
    if (info->si_code <= 0) {
        raise(number); /* sent by a process: it would not come again by itself */
    }
}

void watch() {
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int k = 0; k < 2; ++k) {
        sigaction(watched[k], &action, &before[k]);
    }
}

pthread_once_t watch_once = PTHREAD_ONCE_INIT;

} // namespace

namespace {

const char *allocate(int device, gr_space space, size_t bytes, void **out) {
    const size_t pages = round_up(bytes > 0 ? bytes : 1);
    const size_t most = sim_settings_now().memory;
    allocation *a;
    void *memory;

    *out = nullptr;
    pthread_once(&watch_once, watch);
    pthread_mutex_lock(&lock);
    if (bytes > most || used[device] > most - bytes) {
        pthread_mutex_unlock(&lock);
        return nullptr;
    }
    used[device] += bytes;
    pthread_mutex_unlock(&lock);
    a = new (std::nothrow) allocation;
    memory = mmap(nullptr, pages + page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1, 0);
    pthread_mutex_lock(&lock);
    if (!a || memory == MAP_FAILED) {
        used[device] -= bytes;
        pthread_mutex_unlock(&lock);
        delete a;
        return nullptr;
    }
    *a = {allocations, static_cast<char *>(memory), bytes, pages, device, space};
    if (space != GR_DEVICE || opened > 0) {
        mprotect(memory, pages, PROT_READ | PROT_WRITE);
    }
    allocations = a;
    pthread_mutex_unlock(&lock);
    *out = memory;
    return nullptr;
}

/* What was released is nobody's for some time, so that a kernel which goes on using it traps, and
 * does not find what else the host has put there. */
struct range {
    void *memory;
    size_t bytes;
} released[64];
unsigned releases; /* so far; both guarded by the lock */

void set_aside(void *memory, size_t bytes) {
    void *const kept = mmap(memory, bytes, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

    if (kept == MAP_FAILED) {
        munmap(memory, bytes);
        return;
    }
    pthread_mutex_lock(&lock);
    range &place = released[releases++ % 64];
    const range oldest = place;

    place = {memory, bytes};
    pthread_mutex_unlock(&lock);
    if (oldest.memory) {
        munmap(oldest.memory, oldest.bytes);
    }
}

const char *release(int device, void *memory) {
    allocation **link = &allocations;
    allocation *a;

    pthread_mutex_lock(&lock);
    while (*link && (*link)->memory != memory) {
        link = &(*link)->next;
    }
    a = *link;
    if (a) {
        *link = a->next;
        used[device] -= a->bytes;
    }
    pthread_mutex_unlock(&lock);
    if (!a) {
        return "released memory is not the device's";
    }
    set_aside(a->memory, a->pages + page());
    delete a;
    return nullptr;
}

} // namespace

/* There may be enough once streams have done what lies in them. */
const char *sim_memory_allocate(int device, gr_space space, void *, size_t bytes, void **out) {
    const char *failure = allocate(device, space, bytes, out);

    if (!failure && !*out) {
        sim_streams_drain();
        failure = allocate(device, space, bytes, out);
    }
    return failure;
}

/* Without a stream all that the device has to do comes first. */
const char *sim_memory_release(int device, gr_space, void *stream, void *memory) {
    if (!memory) {
        return nullptr;
    }
    if (!stream) {
        sim_streams_drain();
    }
    return sim_stream_send(stream, [device, memory] { return release(device, memory); });
}

bool sim_memory_find(const void *pointer, gr_space *space, int *device) {
    const char *at = static_cast<const char *>(pointer);
    bool found = false;

    pthread_mutex_lock(&lock);
    for (const allocation *a = allocations; a && !found; a = a->next) {
        if (at >= a->memory && at < a->memory + a->pages) {
            *space = a->space;
            *device = a->device;
            found = true;
        }
    }
    pthread_mutex_unlock(&lock);
    return found;
}

const char *sim_memory_free(int device, size_t *bytes, size_t *total) {
    pthread_mutex_lock(&lock);
    *total = sim_settings_now().memory;
    *bytes = *total - used[device];
    pthread_mutex_unlock(&lock);
    return nullptr;
}

void sim_memory_open() {
    pthread_mutex_lock(&lock);
    if (opened++ == 0) {
        for (const allocation *a = allocations; a; a = a->next) {
            protect(a, PROT_READ | PROT_WRITE);
        }
    }
    pthread_mutex_unlock(&lock);
}

void sim_memory_close() {
    pthread_mutex_lock(&lock);
    if (--opened == 0) {
        for (const allocation *a = allocations; a; a = a->next) {
            protect(a, PROT_NONE);
        }
    }
    pthread_mutex_unlock(&lock);
}

void sim_memory_before_fork() {
    pthread_mutex_lock(&lock);
}

void sim_memory_after_fork(bool in_child) {
    if (in_child && opened > 0) {
        opened = 0; /* launches of threads that the child does not have */
        for (const allocation *a = allocations; a; a = a->next) {
            protect(a, PROT_NONE);
        }
    }
    pthread_mutex_unlock(&lock);
}

char *sim_shared_allocate(size_t bytes) {
    const size_t pages = round_up(bytes);
    void *memory =
        mmap(nullptr, pages + page(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        return nullptr;
    }
    mprotect(static_cast<char *>(memory) + pages, page(), PROT_NONE);
    return static_cast<char *>(memory) + pages;
}

void sim_shared_free(char *end, size_t bytes) {
    if (end) {
        munmap(end - round_up(bytes), round_up(bytes) + page());
    }
}
