/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file block.cpp
 * @brief The threads of a block as fibres of one host thread.
 *
 * A fibre takes threads of the block one after the other, and runs each to its end. Only where one
 * meets a barrier or a shuffle does the fibre stay with it, and the next fibre goes on with the
 * next thread: a kernel without barriers is a plain loop on one stack, with nothing known of it
 * beforehand. The last fibre of a block takes the next block.
 */
#include "sim.h"

#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sched.h>

namespace {

enum wait_kind : unsigned char { RUNS, WAITS_BLOCK, WAITS_GROUP, WAITS_SHUFFLE };

/* A fibre with the thread that it runs. */
struct runner {
    sim_fibre fibre;
    unsigned thread;
    runner *next; /* of a list */
};

/* What a thread of the block waits for. */
struct waiting {
    runner *by;
    wait_kind kind;
    int lanes;
    int lane;      /* a shuffle: whose word it wants */
    uint32_t word; /* its own, then the one that it gets */
    const char *file;
    int line;
    bool ended;
};

/* The last accesses to a byte of shared memory. */
struct touched {
    unsigned short writer, reader; /* 1 + thread; 0: none */
    unsigned write_serial, read_serial;
};

enum { GROUP_SIZES = 7 }; /* 1, 2, ... 64 lanes */

/* What a host thread has for running blocks; kept for its life. */
struct worker {
    gr_impl_sim_block block; /* first: gr_impl_device_now points to it */
    sim_job *job;
    sim_fibre home;
    runner *running;
    runner *ready, *ready_last; /* to go on, first in first out */
    runner *idle;
    runner runners[SIM_MOST_THREADS];
    int made;                         /* lanes with a stack */
    unsigned started, ended, arrived; /* threads of the block; those at the block's barrier */
    unsigned warps;                   /* of the block */
    unsigned first_warp;              /* the warp that starts first */
    waiting wait[SIM_MOST_THREADS];
    unsigned short gathered[2 * SIM_MOST_THREADS]; /* threads of a group that arrived */
    char *shared_end; /* of the memory that blocks share; a page that traps follows */
    /* Order of accesses to shared memory: barriers of any kind are numbered as they complete. */
    touched *shadow; /* for each byte of shared memory; NULL: no instrumented kernel so far */
    unsigned serial; /* of the last barrier */
    unsigned block_serial, group_serial[GROUP_SIZES][SIM_MOST_THREADS];
    const char *file; /* the last barrier of the block */
    int line;
    stack_t before; /* of the host thread's signals */
    char signals[32768];
};

thread_local worker *own_worker;

/* Frees a host thread's worker when it ends. */
struct worker_end {
    ~worker_end() {
        if (own_worker) {
            for (int k = 0; k < own_worker->made; ++k) {
                sim_fibre_free(&own_worker->runners[k].fibre);
            }
            free(own_worker->shadow);
            sigaltstack(&own_worker->before, nullptr);
            sim_shared_free(own_worker->shared_end, sim_settings_now().shared);
            delete own_worker;
            own_worker = nullptr;
        }
    }
};
thread_local worker_end end_of_worker;

/* The compiler must not keep an address from before a switch where fibres may be on another host
 * thread; here they never are. */
worker *here() {
    return own_worker;
}

void push_ready(worker *w, runner *l) {
    l->next = nullptr;
    (w->ready ? w->ready_last->next : w->ready) = l;
    w->ready_last = l;
}

void enter(worker *w, runner *l) {
    w->running = l;
    w->block.thread = l->thread;
}

void switch_to(worker *w, runner *to) {
    runner *from = w->running;

    if (from == to) {
        return;
    }
    w->running = to;
    sim_fibre_switch(&from->fibre, &to->fibre);
    enter(w, from); /* somebody has come back to this fibre */
}

runner *pop_ready(worker *w) {
    runner *l = w->ready;

    w->ready = l->next;
    return l;
}

void runner_main();

/* A fibre that starts threads; NULL: there is no memory for one more stack. */
runner *pop_idle(worker *w) {
    runner *l = w->idle;

    if (l) {
        w->idle = l->next;
        return l;
    }
    l = &w->runners[w->made];
    if (!sim_fibre_allocate(&l->fibre, (size_t)w->made)) {
        return nullptr;
    }
    sim_fibre_reset(&l->fibre, runner_main);
    w->made++;
    return l;
}

const char *what_of(const waiting &x) {
    return x.kind == WAITS_SHUFFLE ? "shuffle" : "barrier";
}

/* Nobody can go on: say who waits where and for whom. */
void report_stuck(worker *w) {
    const unsigned threads = w->block.threads;
    unsigned at = 0, first, last, other;
    char missing[160];

    while (at < threads && (w->wait[at].ended || w->wait[at].kind == RUNS)) {
        ++at;
    }
    if (at == threads) {
        return;
    }
    const waiting &x = w->wait[at];
    first = x.kind == WAITS_BLOCK ? 0 : at - at % (unsigned)x.lanes;
    last = x.kind == WAITS_BLOCK ? threads : first + (unsigned)x.lanes;
    last = last > threads ? threads : last;
    for (other = first; other < last; ++other) {
        const waiting &y = w->wait[other];

        if (y.ended || y.kind != x.kind || y.lanes != x.lanes || y.line != x.line ||
            strcmp(y.file, x.file) != 0) {
            break;
        }
    }
    if (other == last) {
        snprintf(missing, sizeof missing, "no thread is missing");
    } else if (w->wait[other].ended) {
        snprintf(missing, sizeof missing, "thread %u has ended", other);
    } else {
        snprintf(missing, sizeof missing, "thread %u is at the %s of %.80s:%d", other,
                 what_of(w->wait[other]), w->wait[other].file, w->wait[other].line);
    }
    sim_job_fail(w->job,
                 "divergent %s at %.80s:%d: thread %u of block %u waits for threads %u..%u, but %s",
                 what_of(x), x.file, x.line, at, w->block.block, first, last - 1, missing);
}

/* Forget the fibres of this block and go home: what they ran is never resumed. */
[[noreturn]] void abandon(worker *w) {
    runner *from = w->running;

    sim_fibre_switch(&from->fibre, &w->home);
    __builtin_unreachable();
}

/* The thread that runs cannot go on: let another fibre run. */
void make_way(worker *w) {
    runner *to;

    if (w->ready) {
        to = pop_ready(w);
    } else if (w->started < w->block.threads) {
        to = pop_idle(w);
        if (!to) {
            sim_job_fail(w->job, "no memory for the stack of thread %u", w->started);
            abandon(w);
        }
    } else {
        report_stuck(w);
        abandon(w);
    }
    switch_to(w, to);
}

waiting &arrive(worker *w, wait_kind kind, int lanes, const char *file, int line) {
    waiting &x = w->wait[w->block.thread];

    x.by = w->running;
    x.kind = kind;
    x.lanes = lanes;
    x.file = file;
    x.line = line;
    return x;
}

bool is_same_place(const waiting &a, const waiting &b) {
    return a.line == b.line && (a.file == b.file || strcmp(a.file, b.file) == 0);
}

/* Whether all of [first, last) wait for the same; else say so and give up. */
void check_same(worker *w, unsigned first, unsigned last) {
    for (unsigned t = first + 1; t < last; ++t) {
        if (w->wait[t].kind != w->wait[first].kind || w->wait[t].lanes != w->wait[first].lanes ||
            !is_same_place(w->wait[t], w->wait[first])) {
            report_stuck(w);
            abandon(w);
        }
    }
}

/* Accesses before a barrier of the block (0 lanes), or of a group, are ordered before those after
 * it. */
void order(worker *w, int lanes, unsigned first) {
    w->serial++;
    if (lanes == 0) {
        w->block_serial = w->serial;
    } else {
        w->group_serial[__builtin_ctz((unsigned)lanes)][first / (unsigned)lanes] = w->serial;
    }
}

bool is_ordered(const worker *w, unsigned thread, unsigned serial, unsigned other) {
    bool ordered = w->block_serial > serial;

    for (int k = 1; k < GROUP_SIZES && !ordered; ++k) {
        ordered = thread >> k == other >> k && w->group_serial[k][thread >> k] > serial;
    }
    return ordered;
}

void report_race(worker *w, size_t byte, const char *before, unsigned thread, const char *now) {
    sim_job_fail(w->job,
                 "race in shared memory: byte %zu %s by thread %u and %s by thread %u of block %u, "
                 "expected a barrier between them (the block's last one: %.80s:%d)",
                 byte, before, thread, now, w->block.thread, w->block.block,
                 w->file ? w->file : "none", w->line);
}

/* An instrumented kernel touches memory. */
void access(const void *address, size_t bytes, bool writes) {
    worker *w = here();
    const char *at = static_cast<const char *>(address);
    const unsigned thread = w->block.thread;

    if (at < w->block.shared || at >= w->shared_end) {
        return;
    }
    if (!w->shadow) {
        w->shadow =
            static_cast<touched *>(calloc(sim_settings_now().shared + 16, sizeof *w->shadow));
    }
    for (size_t k = 0; k < bytes && at + k < w->shared_end && w->shadow; ++k) {
        const size_t byte = static_cast<size_t>(at + k - w->block.shared);
        touched *t = &w->shadow[byte];

        if (t->writer && t->writer != thread + 1 &&
            !is_ordered(w, t->writer - 1u, t->write_serial, thread)) {
            report_race(w, byte, "written", t->writer - 1u, writes ? "written" : "read");
        } else if (writes && t->reader && t->reader != thread + 1 &&
                   !is_ordered(w, t->reader - 1u, t->read_serial, thread)) {
            report_race(w, byte, "read", t->reader - 1u, "written");
        }
        if (writes) {
            t->writer = static_cast<unsigned short>(thread + 1);
            t->write_serial = w->serial;
        } else {
            t->reader = static_cast<unsigned short>(thread + 1);
            t->read_serial = w->serial;
        }
    }
}

/* All of [first, last) have arrived, the caller last: let the others go on after it. */
void release(worker *w, unsigned first, unsigned last) {
    for (unsigned t = first; t < last; ++t) {
        w->wait[t].kind = RUNS;
        if (w->wait[t].by != w->running) {
            push_ready(w, w->wait[t].by);
        }
    }
}

void block_barrier(worker *w, const char *file, int line) {
    arrive(w, WAITS_BLOCK, 0, file, line);
    if (++w->arrived < w->block.threads) {
        make_way(w);
        return;
    }
    check_same(w, 0, w->block.threads);
    order(w, 0, 0);
    w->file = file;
    w->line = line;
    w->arrived = 0;
    release(w, 0, w->block.threads);
}

/* Wait for a group; true: the caller is the last one, and releases it. */
bool gather(worker *w, int lanes, unsigned *first, unsigned *last) {
    *first = w->block.thread - w->block.thread % (unsigned)lanes;
    *last = *first + (unsigned)lanes;
    *last = *last > w->block.threads ? w->block.threads : *last;
    /* Groups of several sizes may wait at a time, a small one for its part of a large one's code. */
    unsigned short &gathered = w->gathered[(SIM_MOST_THREADS + *first) / (unsigned)lanes];

    if (++gathered < *last - *first) {
        make_way(w);
        return false;
    }
    gathered = 0;
    check_same(w, *first, *last);
    order(w, lanes, *first);
    return true;
}

void check_lanes(worker *w, int lanes, const char *what, const char *file, int line) {
    if (lanes < 1 || lanes > w->block.warp || (lanes & (lanes - 1)) != 0) {
        sim_job_fail(w->job,
                     "%s of %d lanes at %.80s:%d, expected a power of two up to the warp, %d", what,
                     lanes, file, line, w->block.warp);
        abandon(w);
    }
}

void barrier(int lanes, const char *file, int line) {
    worker *w = here();
    unsigned first, last;

    w->block.loads = 0;
    if (lanes == 0) {
        block_barrier(w, file, line);
        return;
    }
    check_lanes(w, lanes, "barrier", file, line);
    arrive(w, WAITS_GROUP, lanes, file, line);
    if (gather(w, lanes, &first, &last)) {
        release(w, first, last);
    }
}

uint32_t shuffle(uint32_t word, int lane, int lanes, const char *file, int line) {
    worker *w = here();
    const unsigned thread = w->block.thread;
    unsigned first, last;
    uint32_t got[64];

    check_lanes(w, lanes, "shuffle", file, line);
    if (lane < 0 || lane >= lanes) {
        sim_job_fail(w->job, "shuffle from lane %d at %.80s:%d, expected 0..%d", lane, file, line,
                     lanes - 1);
        abandon(w);
    }
    waiting &x = arrive(w, WAITS_SHUFFLE, lanes, file, line);
    x.word = word;
    x.lane = lane;
    if (gather(w, lanes, &first, &last)) {
        for (unsigned t = first; t < last; ++t) {
            const unsigned from = first + (unsigned)w->wait[t].lane;

            if (from >= last) {
                sim_job_fail(w->job,
                             "shuffle at %.80s:%d: thread %u of block %u reads lane %d, which the "
                             "block of %u threads does not have",
                             file, line, t, w->block.block, w->wait[t].lane, w->block.threads);
                abandon(w);
            }
            got[t - first] = w->wait[from].word;
        }
        for (unsigned t = first; t < last; ++t) {
            w->wait[t].word = got[t - first];
        }
        release(w, first, last);
    }
    return w->wait[thread].word;
}

/* A thread loads again and again: what it waits for may be another thread of this block's to do, or
 * of another block on another host thread. */
void relax() {
    worker *w = here();

    /* Threads that have not started come first: the caller would be the next of those ready. */
    runner *to = w->started < w->block.threads ? pop_idle(w) : nullptr;

    if (to || w->ready) {
        push_ready(w, w->running);
        switch_to(w, to ? to : pop_ready(w));
    }
    sched_yield();
    if (__atomic_load_n(&w->job->failed, __ATOMIC_ACQUIRE) == 2) {
        abandon(w); /* it may be the failed block that this one waits for */
    }
}

const gr_impl_sim_machine machine = {barrier, shuffle, relax};

/* Poison: a signalling NaN as double and as float, and a large number as an integer. */
void poison(char *memory, size_t bytes) {
    const uint64_t pattern = UINT64_C(0x7ff4dead7ff4dead);
    size_t at = 0;

    for (; at + sizeof pattern <= bytes; at += sizeof pattern) {
        memcpy(memory + at, &pattern, sizeof pattern);
    }
    memcpy(memory + at, &pattern, bytes - at);
}

/* Take the next block of the job; false: there is none, or another one has failed. */
bool take_block(worker *w) {
    sim_job *job = w->job;
    const uint64_t k = __atomic_fetch_add(&job->next, 1, __ATOMIC_RELAXED);

    if (k >= job->blocks || __atomic_load_n(&job->failed, __ATOMIC_ACQUIRE) != 0) {
        return false;
    }
    w->block.block = (unsigned)((job->first + k * job->step) % job->blocks);
    w->block.loads = 0;
    w->started = w->ended = w->arrived = 0;
    order(w, 0, 0);
    w->file = nullptr;
    w->line = 0;
    w->first_warp = (unsigned)((job->first + k) % w->warps);
    if (job->shared > 0) {
        poison(w->block.shared, (job->shared + 15) / 16 * 16);
    }
    return true;
}

/* The threads of a block start warp by warp, from a warp that differs from block to block. */
unsigned thread_to_start(const worker *w) {
    const unsigned warp = (unsigned)w->block.warp;
    const unsigned number = w->started / warp;
    unsigned at = number + w->first_warp;

    if (w->warps * warp != w->block.threads) {
        return w->started; /* the last warp is not whole */
    }
    at = at >= w->warps ? at - w->warps : at;
    return at * warp + w->started % warp;
}

/* What each fibre does: start threads while there are any, then make way, for good where none of
 * the block's is left. */
void runner_main() {
    sim_fibre_arrived();
    for (;;) {
        worker *w = here();
        runner *self = w->running;

        while (w->started < w->block.threads) {
            self->thread = thread_to_start(w);
            w->started++;
            w->block.thread = self->thread;
            w->wait[self->thread].kind = RUNS;
            w->wait[self->thread].ended = false;
            w->job->entry(w->job->arguments);
            w->wait[self->thread].ended = true;
            w->ended++;
        }
        self->thread = SIM_MOST_THREADS; /* none */
        if (w->ended == w->block.threads) {
            if (take_block(w)) {
                continue;
            }
            self->next = w->idle;
            w->idle = self;
            sim_fibre_switch(&self->fibre, &w->home);
        } else if (w->ready) {
            self->next = w->idle;
            w->idle = self;
            switch_to(w, pop_ready(w));
        } else {
            report_stuck(w);
            abandon(w);
        }
    }
}

/* A fibre that has no stack left cannot run a handler on it. */
void watch_stacks(worker *w) {
    stack_t own = {};

    sigaltstack(nullptr, &w->before);
    if (w->before.ss_flags & SS_DISABLE) {
        own.ss_sp = w->signals;
        own.ss_size = sizeof w->signals;
        sigaltstack(&own, nullptr);
    }
}

bool make_worker(sim_job *job) {
    (void)&end_of_worker;
    if (!own_worker) {
        own_worker = new (std::nothrow) worker();
        if (own_worker) {
            watch_stacks(own_worker);
        }
    }
    if (own_worker && !own_worker->shared_end) {
        own_worker->shared_end = sim_shared_allocate(sim_settings_now().shared);
    }
    if (!own_worker || !own_worker->shared_end) {
        sim_job_fail(job, "no memory for a host thread that runs blocks");
        return false;
    }
    return true;
}

/* After a failure: every fibre forgets what it ran. */
void forget_fibres(worker *w) {
    w->ready = nullptr;
    w->idle = nullptr;
    for (int k = w->made - 1; k >= 0; --k) {
        sim_fibre_reset(&w->runners[k].fibre, runner_main);
        w->runners[k].thread = SIM_MOST_THREADS;
        w->runners[k].next = w->idle;
        w->idle = &w->runners[k];
    }
    memset(w->gathered, 0, sizeof w->gathered);
}

} // namespace

void sim_job_fail(sim_job *job, const char *format, ...) {
    int none = 0;
    size_t length;
    va_list arguments;

    if (!__atomic_compare_exchange_n(&job->failed, &none, 1, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED)) {
        return; /* the first one is kept */
    }
    va_start(arguments, format);
    vsnprintf(job->report, sizeof job->report, format, arguments);
    va_end(arguments);
    length = strlen(job->report);
    snprintf(job->report + length, sizeof job->report - length, " (GRANUM_SIM_SEED=%llu)",
             (unsigned long long)sim_settings_now().seed);
    __atomic_store_n(&job->failed, 2, __ATOMIC_RELEASE);
}

bool sim_block_explain(uintptr_t address, char *text, size_t size) {
    const worker *w = own_worker;
    const uintptr_t page = 4096;
    uintptr_t from;

    if (!w || gr_impl_device_now != &w->block.self) {
        return false;
    }
    from = reinterpret_cast<uintptr_t>(w->shared_end);
    if (address >= from && address < from + page) {
        snprintf(text, size,
                 "granum: sim: kernel \"%.60s\" (%.100s:%d) reaches byte %zu of a block's shared "
                 "memory, expected less than %zu, its size\n",
                 w->block.self.site->label, w->block.self.site->file, w->block.self.site->line,
                 address - reinterpret_cast<uintptr_t>(w->block.shared), w->job->shared);
        return true;
    }
    from = reinterpret_cast<uintptr_t>(w->running->fibre.stack);
    if (address < from && address >= from - SIM_FIBRE_GUARD) {
        snprintf(text, size,
                 "granum: sim: kernel \"%.60s\" (%.100s:%d) needs more than the %zu bytes of stack "
                 "that a thread has\n",
                 w->block.self.site->label, w->block.self.site->file, w->block.self.site->line,
                 w->running->fibre.bytes);
        return true;
    }
    return false;
}

void sim_blocks_run(sim_job *job) {
    gr_impl_device_thread *before = gr_impl_device_now;
    worker *w;
    runner *first;

    if (!make_worker(job)) {
        return;
    }
    w = own_worker;
    w->job = job;
    w->block.self.site = job->site;
    w->block.self.access = access;
    w->block.threads = job->threads;
    w->block.blocks = job->blocks;
    w->block.warp = sim_settings_now().warp;
    w->warps = (job->threads + (unsigned)w->block.warp - 1) / (unsigned)w->block.warp;
    w->block.shared = w->shared_end - (job->shared + 15) / 16 * 16;
    w->block.machine = &machine;
    if (!take_block(w)) {
        return;
    }
    first = pop_idle(w);
    if (!first) {
        sim_job_fail(job, "no memory for the stack of thread 0");
        return;
    }
    gr_impl_device_now = &w->block.self;
    w->running = first;
    sim_fibre_switch(&w->home, &first->fibre);
    gr_impl_device_now = before;
    if (__atomic_load_n(&job->failed, __ATOMIC_ACQUIRE) != 0) {
        forget_fibres(w);
    }
}
