/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file race.c
 * @brief Debug mode "race": a launch runs serially while its reads and writes are logged, and two
 * iterations that touch one byte, of which one writes it, are a race.
 *
 * Kernel files are compiled with the compiler's instrumentation for a thread sanitizer, whose calls
 * end up here (tools/race). That sees raw pointers too. It does not see what functions of other
 * files do, nor a plain access that conflicts with an atomic one; iterations of one chunk of a
 * reduction count as one, and teams, which have one thread each.
 */
#include "watch.h"

#include "lifecycle.h"

#include <granum/impl/backend.h>
#include <granum/impl/device.h>
#include <granum/impl/launch.h>
#include <granum/view.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What has touched the 8 bytes of a word: iterations, or NOBODY. */
enum { NOBODY = -1, WORD = 8 };
typedef struct shadow {
    uintptr_t word; /* address / 8; 0: the place is free */
    bool reported;
    gr_index writer[WORD], reader[WORD], other[WORD]; /* two different readers */
} shadow;

/* The launch that is logged; one at a time in a process. */
static struct {
    shadow *table;
    size_t room, count; /* places, a power of two, and those taken */
    bool lost;          /* no memory for all */
    gr_index iteration; /* that runs now */
    uintptr_t stack_lo, stack_hi, scratch_lo, scratch_hi;
    gr_index conflicts;
    /* the first conflict */
    uintptr_t address;
    gr_index first, second;
    bool first_writes, second_writes;
} race;

static _Thread_local bool logging;
static _Thread_local uintptr_t scratch_lo, scratch_hi;         /* of the next launch */
static pthread_mutex_t race_mutex = PTHREAD_MUTEX_INITIALIZER; /* held through a logged launch */

static void find_stack(void) {
    pthread_attr_t attributes;
    void *lo = NULL;
    size_t size = 0;

    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lo, &size);
        pthread_attr_destroy(&attributes);
    }
    race.stack_lo = (uintptr_t)lo;
    race.stack_hi = (uintptr_t)lo + size;
}

void gr_impl_race_scratch(const void *memory, size_t bytes) {
    scratch_lo = (uintptr_t)memory;
    scratch_hi = scratch_lo + bytes;
}

void gr_impl_race_begin(void) {
    pthread_mutex_lock(&race_mutex);
    memset(&race, 0, sizeof race);
    find_stack();
    race.scratch_lo = scratch_lo;
    race.scratch_hi = scratch_hi;
    race.room = 1024;
    race.table = (shadow *)calloc(race.room, sizeof *race.table);
    race.lost = race.table == NULL;
}

void gr_impl_race_iteration(gr_index iteration) {
    if (gr_impl_debug() & GR_DEBUG_RACE) {
        race.iteration = iteration;
        logging = !race.lost;
    }
}

static shadow *place_of(shadow *table, size_t room, uintptr_t word) {
    /* Fibonacci hashing, as in malloc.c. */
    size_t at = (size_t)((uint64_t)word * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (room - 1);

    while (table[at].word != 0 && table[at].word != word) {
        at = (at + 1) & (room - 1);
    }
    return &table[at];
}

static bool grow(void) {
    shadow *old = race.table, *grown = (shadow *)calloc(2 * race.room, sizeof *grown);

    if (!grown) {
        race.lost = true;
        logging = false;
        return false;
    }
    for (size_t k = 0; k < race.room; k++) {
        if (old[k].word != 0) {
            *place_of(grown, 2 * race.room, old[k].word) = old[k];
        }
    }
    free(old);
    race.table = grown;
    race.room *= 2;
    return true;
}

static shadow *shadow_of(uintptr_t word) {
    shadow *found;

    if (2 * race.count >= race.room && !grow()) {
        return NULL;
    }
    found = place_of(race.table, race.room, word);
    if (found->word == 0) {
        found->word = word;
        race.count++;
        for (int b = 0; b < WORD; b++) {
            found->writer[b] = found->reader[b] = found->other[b] = NOBODY;
        }
    }
    return found;
}

static void conflict(shadow *word, uintptr_t address, gr_index before, bool before_writes,
                     bool writes) {
    if (!word->reported && race.conflicts++ == 0) {
        race.address = address;
        race.first = before;
        race.first_writes = before_writes;
        race.second = race.iteration;
        race.second_writes = writes;
    }
    word->reported = true;
}

static void touch(uintptr_t address, bool writes) {
    const gr_index now = race.iteration;
    const int b = (int)(address % WORD);
    shadow *word = shadow_of(address / WORD);

    if (!word) {
        return;
    }
    if (word->writer[b] != NOBODY && word->writer[b] != now) {
        conflict(word, address, word->writer[b], true, writes);
    }
    if (!writes) {
        if (word->reader[b] == NOBODY) {
            word->reader[b] = now;
        } else if (word->reader[b] != now) {
            word->other[b] = now;
        }
        return;
    }
    if (word->reader[b] != NOBODY && word->reader[b] != now) {
        conflict(word, address, word->reader[b], false, true);
    } else if (word->other[b] != NOBODY && word->other[b] != now) {
        conflict(word, address, word->other[b], false, true);
    }
    word->writer[b] = now;
}

void gr_impl_race_access(const void *address, size_t bytes, bool writes) {
    const uintptr_t at = (uintptr_t)address;

    if (gr_impl_device_now) {
        if (gr_impl_device_now->access) {
            gr_impl_device_now->access(address, bytes, writes);
        }
        return;
    }
    if (gr_impl_debug() & GR_DEBUG_UNINIT) {
        gr_impl_uninit_access(address, bytes, !writes, writes);
    }
    /* What a body keeps on the stack is its iteration's own, and a team's scratch the team's. */
    if (!logging || (at >= race.stack_lo && at < race.stack_hi) ||
        (at >= race.scratch_lo && at < race.scratch_hi)) {
        return;
    }
    logging = false;
    for (size_t k = 0; k < bytes && !race.lost; k++) {
        touch(at + k, writes);
    }
    logging = !race.lost;
}

void gr_impl_race_atomic(const void *address, size_t bytes, bool reads, bool writes) {
    if (gr_impl_debug() & GR_DEBUG_UNINIT) {
        gr_impl_uninit_access(address, bytes, reads, writes);
    }
}

/* "(i, j)" of an iteration, "chunk c" of a reduction, "team (r)" of a league. */
static const char *iteration_text(char text[160], const gr_impl_launch *launch, gr_index unit) {
    gr_index part = 1;
    size_t at = 0;
    int rank = 0;

    if (launch->pattern == GR_IMPL_PATTERN_REDUCE) {
        snprintf(text, 160, "chunk %td", unit);
        return text;
    }
    if (launch->pattern == GR_IMPL_PATTERN_FOR || launch->pattern == GR_IMPL_PATTERN_LEAGUE) {
        snprintf(text, 160, "%s (%td)",
                 launch->pattern == GR_IMPL_PATTERN_FOR ? "iteration" : "team", unit);
        return text;
    }
    for (part = 1; rank < 6 && part < launch->rows; rank++) {
        part *= launch->count[rank];
    }
    at = (size_t)snprintf(text, 160, "iteration (");
    for (int d = 0; d < rank; d++) {
        part /= launch->count[d];
        at += (size_t)snprintf(text + at, 160 - at, d > 0 ? ", %td" : "%td",
                               launch->first[d] + unit / part);
        unit %= part;
    }
    snprintf(text + at, 160 - at, ")");
    return text;
}

void gr_impl_race_end(const gr_impl_launch *launch) {
    const gr_place place = {launch->site->file, launch->site->line, NULL};
    gr_impl_owner o;
    char first[160], second[160];

    logging = false;
    if (race.lost) {
        gr_impl_launch_fail(GR_OUT_OF_MEMORY, place, launch->site->label,
                            "words logged = %zu, expected memory for all: the rest of the launch "
                            "was not looked at",
                            race.count);
    } else if (race.conflicts > 0) {
        if (!gr_impl_owner_of((const void *)race.address, &o)) {
            o.what = "view";
            snprintf(o.label, sizeof o.label, "(foreign memory)");
            snprintf(o.index, sizeof o.index, "address %p", (void *)race.address);
        }
        gr_impl_launch_fail(
            GR_BAD_VALUE, place, launch->site->label,
            "%s \"%s\" = %s at %s by %s and %s by %s, expected one %s alone where one "
            "writes: %td such place%s",
            o.what, o.label, race.first_writes ? "written" : "read", o.index,
            iteration_text(first, launch, race.first), race.second_writes ? "written" : "read",
            iteration_text(second, launch, race.second),
            launch->pattern == GR_IMPL_PATTERN_LEAGUE ? "team" : "iteration", race.conflicts,
            race.conflicts == 1 ? "" : "s");
    }
    free(race.table);
    race.table = NULL;
    pthread_mutex_unlock(&race_mutex);
}
