/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file instance.c
 * @brief Execution-space instances, and the budget that all parallel work takes its threads from.
 *
 * An instance is a number of threads and a lock. The lock makes it a queue: a launch holds it from
 * begin to end. Slots are never freed, so a handle that outlived its instance is found out by its
 * id. Teams are OpenMP's: each host thread has its own, and OpenMP keeps them.
 *
 * The budget is one counter. Work that is worth a team takes what is left of it, and one thread at
 * least, since its caller runs anyway; small launches on their caller do not ask.
 */
#include "instance.h"

#include "device.h"

#include <granum/impl/backend.h>
#include <granum/range.h>

#include <math.h>
#include <stdio.h>

#define LOAD(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define STORE(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELAXED)

/* An id is a serial number and, in the low bits, the slot's number. */
#define SLOT_BITS 16

static gr_impl_instance slots[GR_MAX_INSTANCES];
static int used_slots; /* whose locks are initialised */
static int living;
static uint64_t serial;
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER; /* guards the four above */

static int held_threads; /* by all launches (atomic) */

/* ---- the budget ---- */

static int granted(int wanted, int held) {
    const int left = gr_impl_all_threads() - held;

    return left < 1 ? 1 : left < wanted ? left : wanted;
}

int gr_impl_threads_left(int wanted) {
    return gr_impl_host_backends[0]->in_team() ? 1 : granted(wanted, LOAD(held_threads));
}

int gr_impl_threads_take(int wanted) {
    int held = LOAD(held_threads), count;

    if (gr_impl_host_backends[0]->in_team()) {
        return 1;
    }
    do {
        count = granted(wanted, held);
    } while (!__atomic_compare_exchange_n(&held_threads, &held, held + count, true,
                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    gr_impl_self.held += count;
    gr_impl_self.holds = true;
    return count;
}

void gr_impl_threads_insist(int count) {
    __atomic_fetch_add(&held_threads, count, __ATOMIC_RELAXED);
    gr_impl_self.held += count;
    gr_impl_self.holds = true;
}

void gr_impl_threads_give(void) {
    if (gr_impl_self.held) {
        __atomic_fetch_sub(&held_threads, gr_impl_self.held, __ATOMIC_RELAXED);
        gr_impl_self.held = 0;
    }
}

int gr_impl_threads_held(void) {
    return LOAD(held_threads);
}

/* ---- instances in use ---- */

static gr_impl_instance *slot_of(gr_instance instance) {
    const uint64_t number = instance.id & ((1u << SLOT_BITS) - 1);

    return number < (uint64_t)__atomic_load_n(&used_slots, __ATOMIC_ACQUIRE) ? &slots[number]
                                                                             : NULL;
}

/* The instance with its lock held, NULL where the id is not that of one that lives. */
static gr_impl_instance *hold(gr_instance instance) {
    gr_impl_instance *slot = slot_of(instance);

    if (!slot) {
        return NULL;
    }
    pthread_mutex_lock(&slot->lock);
    if (slot->id == instance.id) {
        return slot;
    }
    pthread_mutex_unlock(&slot->lock);
    return NULL;
}

bool gr_impl_instance_enter(gr_instance instance) {
    gr_impl_instance *slot = hold(instance);

    if (!slot) {
        return false;
    }
    gr_impl_self.instance = slot;
    gr_impl_self.holds = true;
    return true;
}

void gr_impl_instance_leave(void) {
    gr_impl_instance *slot = gr_impl_self.instance;

    if (slot) {
        gr_impl_self.instance = NULL;
        pthread_mutex_unlock(&slot->lock);
    }
}

uint32_t gr_impl_current_instance(void) {
    const gr_impl_instance *slot = gr_impl_self.instance;

    return slot ? (uint32_t)(slot - slots) + 1 : 0;
}

void gr_impl_instances_after_fork(void) {
    pthread_mutex_init(&slots_lock, NULL);
    for (int k = 0; k < used_slots; ++k) {
        pthread_mutex_init(&slots[k].lock, NULL);
    }
    if (gr_impl_self.instance) {
        pthread_mutex_lock(&gr_impl_self.instance->lock);
    }
    STORE(held_threads, gr_impl_self.held);
}

/* ---- creation ---- */

static gr_status raise_none(gr_instance instance, gr_place place) {
    return gr_impl_raise(GR_INVALID_ARG, place,
                         "instance = %llu, expected one that lives: it was destroyed or never made",
                         (unsigned long long)instance.id);
}

static gr_status check_outside(const char *function, gr_place place) {
    if (gr_impl_in_kernel()) {
        return gr_impl_raise(GR_IN_KERNEL, place,
                             "%s called in a kernel, expected outside of kernels", function);
    }
    return GR_SUCCESS;
}

/* Make an instance, with slots_lock held and a slot known to be free. */
static gr_instance make(int threads, gr_place place) {
    gr_instance instance;
    int k = 0;

    while (k < used_slots && LOAD(slots[k].id)) {
        ++k;
    }
    if (k == used_slots) {
        pthread_mutex_init(&slots[k].lock, NULL);
        __atomic_store_n(&used_slots, k + 1, __ATOMIC_RELEASE);
    }
    instance.id = ++serial << SLOT_BITS | (uint64_t)k;
    pthread_mutex_lock(&slots[k].lock);
    slots[k].share = threads;
    slots[k].place = place;
    STORE(slots[k].threads, threads);
    STORE(slots[k].chunk, GR_AUTO);
    STORE(slots[k].id, instance.id);
    pthread_mutex_unlock(&slots[k].lock);
    living++;
    return instance;
}

static gr_status make_all(gr_instance *instances, const int *threads, int count, gr_place place) {
    gr_status status = GR_SUCCESS;

    pthread_mutex_lock(&slots_lock);
    if (count > GR_MAX_INSTANCES - living) {
        status = gr_impl_raise(GR_OUT_OF_MEMORY, place,
                               "instances = %d beside %d that live, expected %d at most in all",
                               count, living, GR_MAX_INSTANCES);
    }
    for (int k = 0; status == GR_SUCCESS && k < count; ++k) {
        instances[k] = make(threads[k], place);
    }
    pthread_mutex_unlock(&slots_lock);
    return status;
}

gr_status gr_impl_instance_begin(gr_instance instance, gr_place place) {
    GR_TRY(check_outside("work on an instance", place));
    if (gr_impl_self.mode) {
        return GR_SUCCESS; /* the submit of a graph has chosen */
    }
    if (instance.id != 0 && !gr_impl_instance_enter(instance)) {
        return raise_none(instance, place);
    }
    return GR_SUCCESS;
}

void gr_impl_instance_end(void) {
    if (!gr_impl_self.mode) {
        gr_impl_instance_leave();
    }
}

gr_status gr_impl_instance_create(gr_instance *instance, int threads, gr_place place) {
    int most;

    if (!instance) {
        return gr_impl_raise(GR_INVALID_ARG, place, "instance = NULL, expected a place for it");
    }
    GR_TRY(check_outside("gr_instance_create", place));
    most = gr_impl_num_threads();
    if (threads < 1 || threads > most) {
        return gr_impl_raise(GR_INVALID_ARG, place, "threads = %d, expected 1..%d", threads, most);
    }
    return make_all(instance, &threads, 1, place);
}

/* Give out threads one by one, each to the part that is furthest below its weight's share (the
 * earliest of equal ones), after one for each. */
static void share_out(int *threads, int all, const double *weights, double sum, int count) {
    for (int k = 0; k < count; ++k) {
        threads[k] = 1;
    }
    for (int left = all - count; left > 0; --left) {
        int neediest = 0;
        double most = -INFINITY;

        for (int k = 0; k < count; ++k) {
            const double need = weights[k] / sum * all - threads[k];

            if (need > most) {
                most = need;
                neediest = k;
            }
        }
        threads[neediest]++;
    }
}

static gr_status check_weights(const double *weights, int count, double *sum, gr_place place) {
    *sum = 0;
    for (int k = 0; k < count; ++k) {
        if (!(weights[k] > 0) || !isfinite(weights[k])) {
            return gr_impl_raise(GR_INVALID_ARG, place,
                                 "weights[%d] = %g, expected a share of more than 0", k,
                                 weights[k]);
        }
        *sum += weights[k];
    }
    if (!isfinite(*sum)) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "sum of the weights = %g, expected a finite number", *sum);
    }
    return GR_SUCCESS;
}

gr_status gr_impl_instance_partition(gr_instance *parts, gr_instance whole, const double *weights,
                                     int count, gr_place place) {
    int threads[GR_MAX_INSTANCES];
    double sum;
    int all;

    if (!parts || !weights) {
        return gr_impl_raise(GR_INVALID_ARG, place, "%s = NULL, expected %d of them",
                             parts ? "weights" : "parts", count);
    }
    GR_TRY(check_outside("gr_instance_partition", place));
    all = gr_impl_instance_num_threads(whole, place);
    if (all == 0) {
        return gr_last_error()->status;
    }
    if (count < 1 || count > all || count > GR_MAX_INSTANCES) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "parts = %d, expected 1..%d: each has one thread or more", count,
                             all < GR_MAX_INSTANCES ? all : GR_MAX_INSTANCES);
    }
    GR_TRY(check_weights(weights, count, &sum, place));
    share_out(threads, all, weights, sum, count);
    return make_all(parts, threads, count, place);
}

gr_status gr_impl_instance_destroy(gr_instance *instance, gr_place place) {
    gr_impl_instance *slot;

    if (!instance) {
        return gr_impl_raise(GR_INVALID_ARG, place, "instance = NULL, expected one");
    }
    if (instance->id == 0) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "instance = the default one, expected one that was made");
    }
    GR_TRY(check_outside("gr_instance_destroy", place));
    slot = hold(*instance); /* after the work that it has */
    if (!slot) {
        return raise_none(*instance, place);
    }
    gr_impl_queues_end(instance->id);
    STORE(slot->id, 0);
    pthread_mutex_unlock(&slot->lock);
    pthread_mutex_lock(&slots_lock);
    living--;
    pthread_mutex_unlock(&slots_lock);
    instance->id = 0;
    return GR_SUCCESS;
}

/* ---- questions ---- */

int gr_impl_instance_num_threads(gr_instance instance, gr_place place) {
    gr_impl_instance *slot;
    int threads;

    if (instance.id == 0) {
        (void)gr_impl_num_threads(); /* starts the library */
        return gr_impl_all_threads();
    }
    slot = slot_of(instance);
    threads = slot ? LOAD(slot->threads) : 0;
    if (!slot || LOAD(slot->id) != instance.id) {
        (void)!raise_none(instance, place);
        return 0;
    }
    return threads;
}

gr_status gr_impl_instance_set_chunk(gr_instance instance, gr_index chunk, gr_place place) {
    gr_impl_instance *slot;

    if (chunk != GR_AUTO && chunk < 1) {
        return gr_impl_raise(GR_INVALID_ARG, place, "chunk = %td, expected 1 or more or GR_AUTO",
                             chunk);
    }
    if (instance.id == 0) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "instance = the default one, expected one that was made");
    }
    GR_TRY(check_outside("gr_instance_set_chunk", place));
    slot = hold(instance);
    if (!slot) {
        return raise_none(instance, place);
    }
    STORE(slot->chunk, chunk);
    pthread_mutex_unlock(&slot->lock);
    return GR_SUCCESS;
}

gr_status gr_impl_instance_fence(gr_instance instance, gr_place place) {
    GR_TRY(check_outside("gr_instance_fence", place));
    if (instance.id != 0) {
        gr_impl_instance *slot = hold(instance);

        if (!slot) {
            return raise_none(instance, place);
        }
        pthread_mutex_unlock(&slot->lock);
    }
    return gr_fence();
}

gr_status gr_instance_refresh(void) {
    GR_TRY(check_outside("gr_instance_refresh", GR_HERE));
    pthread_mutex_lock(&slots_lock);
    gr_impl_all_threads_refresh();
    for (int k = 0; k < used_slots; ++k) {
        const int all = gr_impl_all_threads(), share = LOAD(slots[k].share);

        STORE(slots[k].threads, share < all ? share : all);
    }
    pthread_mutex_unlock(&slots_lock);
    return GR_SUCCESS;
}

/* ---- the end ---- */

void gr_impl_instances_stop(void) {
    pthread_mutex_lock(&slots_lock);
    if (living > 0) {
        fprintf(stderr, "granum: %d instance%s held at gr_finalize, expected none:\n", living,
                living == 1 ? "" : "s");
    }
    for (int k = 0; k < used_slots; ++k) {
        pthread_mutex_lock(&slots[k].lock);
        if (slots[k].id) {
            fprintf(stderr, "granum:   an instance of %d thread%s, created at %s:%d\n",
                    slots[k].share, slots[k].share == 1 ? "" : "s", slots[k].place.file,
                    slots[k].place.line);
            STORE(slots[k].id, 0);
            living--;
        }
        pthread_mutex_unlock(&slots[k].lock);
    }
    pthread_mutex_unlock(&slots_lock);
}
