/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file stream.cpp
 * @brief Streams and graphs of the simulated device.
 *
 * Work is done when it is sent to a stream, unless GRANUM_SIM_LATE=1: then it lies there until
 * somebody waits, and streams take turns by chance from the seed, so that what nobody has ordered
 * comes in any order. A stream that is being captured does nothing: what is sent to it becomes the
 * nodes of a graph, which runs them in an order that its dependencies allow.
 */
#include "sim.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <pthread.h>
#include <vector>

namespace {

struct graph {
    struct node {
        sim_work work;
        std::vector<size_t> after;
    };
    std::vector<node> nodes;
};

struct stream {
    struct task {
        sim_work work;                 /* none: a wait for another stream */
        std::shared_ptr<stream> other; /* until it has done so much */
        uint64_t ticket;
    };
    std::deque<task> tasks;
    uint64_t sent = 0, done = 0;
    const char *failure = nullptr; /* of work that was done late; told by the next wait */
    /* while it is captured */
    std::shared_ptr<graph> captured;
    std::vector<size_t> after; /* what its next node comes after */
};

typedef std::shared_ptr<stream> handle; /* a stream is a pointer to one */

std::vector<handle> streams;
uint64_t turns; /* so far (atomic) */
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct locked {
    locked() {
        pthread_mutex_lock(&lock);
    }
    ~locked() {
        pthread_mutex_unlock(&lock);
    }
};

const handle &of(void *s) {
    return *static_cast<handle *>(s);
}

size_t chance(size_t most) {
    const uint64_t turn = __atomic_add_fetch(&turns, 1, __ATOMIC_RELAXED);

    return static_cast<size_t>(sim_mix(sim_mix(sim_settings_now().seed) + turn) % most);
}

bool is_ready(const stream &s) {
    return !s.tasks.empty() &&
           (!s.tasks.front().other || s.tasks.front().other->done >= s.tasks.front().ticket);
}

void do_next(stream &s) {
    const stream::task task = s.tasks.front();
    const char *failure = task.work ? task.work() : nullptr;

    s.tasks.pop_front();
    s.done++;
    s.failure = s.failure ? s.failure : failure;
}

/* Do work of all streams by turns until one, or all of them, have none left; under the lock. */
void drain(const stream *one) {
    for (;;) {
        std::vector<stream *> ready;
        bool is_left = false;

        for (const handle &s : streams) {
            is_left = is_left || (!s->tasks.empty() && (!one || s.get() == one));
            if (is_ready(*s)) {
                ready.push_back(s.get());
            }
        }
        if (!is_left || ready.empty()) {
            return;
        }
        do_next(*ready[chance(ready.size())]);
    }
}

/* Nodes in an order by chance, each after those that it depends on; the first failure. */
const char *run_nodes(const graph &g) {
    std::vector<char> is_done(g.nodes.size(), 0);
    const char *failure = nullptr;

    for (size_t left = g.nodes.size(); left > 0; --left) {
        std::vector<size_t> ready;

        for (size_t k = 0; k < g.nodes.size(); ++k) {
            const std::vector<size_t> &after = g.nodes[k].after;

            if (!is_done[k] && std::all_of(after.begin(), after.end(),
                                           [&](size_t other) { return is_done[other] != 0; })) {
                ready.push_back(k);
            }
        }
        const size_t next = ready[chance(ready.size())];
        const char *failed = g.nodes[next].work();

        is_done[next] = 1;
        failure = failure ? failure : failed;
    }
    return failure;
}

/* Whether the last nodes of all captured streams come before what `origin` would do next. */
bool is_joined(const graph &g, const stream &origin) {
    std::vector<char> is_seen(g.nodes.size(), 0);
    std::vector<size_t> open = origin.after;

    while (!open.empty()) {
        const size_t at = open.back();

        open.pop_back();
        if (!is_seen[at]) {
            is_seen[at] = 1;
            open.insert(open.end(), g.nodes[at].after.begin(), g.nodes[at].after.end());
        }
    }
    return std::count(is_seen.begin(), is_seen.end(), 1) ==
           static_cast<std::ptrdiff_t>(is_seen.size());
}

} // namespace

uint64_t sim_mix(uint64_t x) {
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

const char *sim_stream_create(int, void **out) {
    const locked hold;
    handle *made = new handle(new stream);

    streams.push_back(*made);
    *out = made;
    return nullptr;
}

const char *sim_stream_destroy(int, void *s) {
    const locked hold;

    drain(of(s).get());
    streams.erase(std::find(streams.begin(), streams.end(), of(s)));
    delete static_cast<handle *>(s);
    return nullptr;
}

const char *sim_stream_wait(int, void *s) {
    const locked hold;
    const char *failure;

    if (of(s)->captured) {
        return "a stream that is being captured was waited for";
    }
    drain(of(s).get());
    failure = of(s)->failure;
    of(s)->failure = nullptr;
    return failure ? failure : sim_lost(0);
}

void sim_streams_drain() {
    const locked hold;

    drain(nullptr);
}

bool sim_stream_is_late(void *s) {
    return s && (sim_settings_now().late || of(s)->captured);
}

const char *sim_stream_send(void *s, sim_work work) {
    if (sim_lost(0)) {
        return sim_lost(0);
    }
    if (!sim_stream_is_late(s)) {
        return work();
    }
    const locked hold;
    stream &to = *of(s);

    if (to.captured) {
        to.captured->nodes.push_back({std::move(work), to.after});
        to.after = {to.captured->nodes.size() - 1};
    } else {
        to.tasks.push_back({std::move(work), nullptr, 0});
        to.sent++;
    }
    return nullptr;
}

const char *sim_stream_after(int, void *s, int, void *earlier) {
    const locked hold;
    stream &later = *of(s);
    const stream &other = *of(earlier);

    if (other.captured || later.captured) {
        if (!other.captured || (later.captured && later.captured != other.captured)) {
            return "a stream that is being captured comes after one that is not";
        }
        if (!later.captured) {
            later.captured = other.captured;
            later.after.clear();
        }
        later.after.insert(later.after.end(), other.after.begin(), other.after.end());
    } else if (sim_settings_now().late) {
        later.tasks.push_back({nullptr, of(earlier), other.sent});
        later.sent++;
    }
    return nullptr;
}

const char *sim_graph_begin(int, void *s) {
    const locked hold;

    of(s)->captured = std::make_shared<graph>();
    of(s)->after.clear();
    return nullptr;
}

const char *sim_graph_end(int, void *s, void **out) {
    const locked hold;
    const std::shared_ptr<graph> made = of(s)->captured;
    const bool is_whole = is_joined(*made, *of(s));

    for (const handle &each : streams) {
        if (each->captured == made) {
            each->captured.reset();
        }
    }
    *out = is_whole ? new std::shared_ptr<graph>(made) : nullptr;
    return is_whole ? nullptr : "a captured stream was not joined to the first one";
}

const char *sim_graph_run(int, void *g, void *s) {
    const std::shared_ptr<graph> made = *static_cast<std::shared_ptr<graph> *>(g);

    return sim_stream_send(s, [made] { return run_nodes(*made); });
}

const char *sim_graph_destroy(int, void *g) {
    delete static_cast<std::shared_ptr<graph> *>(g);
    return nullptr;
}

void sim_streams_before_fork() {
    pthread_mutex_lock(&lock);
}

/* What a child finds in its streams is the parent's to do. */
void sim_streams_after_fork(bool in_child) {
    for (const handle &s : streams) {
        if (in_child) {
            s->tasks.clear();
            s->done = s->sent;
        }
    }
    pthread_mutex_unlock(&lock);
}
