/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file race.c
 * @brief Debug mode "race": a launch runs serially while its reads and writes are logged, and two
 * iterations that touch one byte, of which one writes it, are a race.
 *
 * Kernel files are compiled with the compiler's instrumentation for a thread sanitizer, whose calls
 * end up here (tools/race). That sees raw pointers too. It does not see what functions of other
 * files do, nor a plain access that conflicts with an atomic one; iterations of one chunk of a
 * reduction into arrays, which share a copy, count as one.
 *
 * Who touches memory is a step: an iteration, an element of a scan or a reduction, or what one
 * thread of a team does between two barriers. Steps have numbers, in the order in which they run;
 * those of teams are looked up. A cell keeps what has touched 4 bytes, at an address that follows
 * from theirs, and is good for the launch whose number it has.
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
#include <sys/mman.h>

/* Cells are kept by chunks of address space; the system gives memory to the pages of them that are
 * touched. */
enum { GRANULE = 4, ADDRESS_BITS = 47, CHUNK_BITS = 24, CHUNKS = 1 << (ADDRESS_BITS - CHUNK_BITS) };
#define CHUNK_SIZE ((uintptr_t)1 << CHUNK_BITS)

/* Steps that have touched something, 0: none. Steps run one after the other, so the first reader
 * and one other tell whether a writer is alone. */
typedef struct marks {
    uint32_t writer, reader, other;
} marks;

typedef struct cell {
    uint32_t stamp; /* 4 * the launch, + IS_SPLIT, + IS_REPORTED */
    marks by;       /* IS_SPLIT: writer is a place among split */
} cell;
enum { IS_SPLIT = 1, IS_REPORTED = 2, MOST_LAUNCHES = 0x3fffffff };

typedef struct team_step {
    gr_index unit;
    int thread, phase;
} team_step;

/* The launch that is logged; one at a time in a process. */
static struct {
    cell **chunks;    /* (CHUNKS); NULL until the mode was used once */
    uint32_t stamp;   /* 4 * its number */
    uint32_t now;     /* the step that runs */
    bool is_on;       /* the mode is; others need no log, but teams in turns */
    const char *lost; /* what there was too little of */
    uintptr_t stack_lo, stack_size, scratch_lo,
        scratch_hi;          /* of the launching thread, of the teams */
    marks (*split)[GRANULE]; /* cells that are told apart by bytes */
    size_t splits, split_room;
    team_step *step; /* (steps); NULL: steps are units, or elements */
    size_t steps, step_room;
    int phase, turn; /* of the team that runs: barriers passed, and the thread whose turn it is */
    const gr_impl_launch *launch; /* NULL: none yet */
    bool by_element;              /* steps are elements of a scan or reduction, not units */
    gr_index elements;            /* of a reduction, that have begun */
    gr_index conflicts;           /* accesses that met one where none was met before */
    bool is_counted;              /* this access is */
    /* the first conflict */
    uintptr_t address;
    uint32_t first, second;
    bool first_writes, second_writes;
} race;

static _Thread_local bool logging;
static _Thread_local uintptr_t stack_lo, stack_size;           /* of this thread */
static _Thread_local uintptr_t scratch_lo, scratch_hi;         /* of the next launch */
static pthread_mutex_t race_mutex = PTHREAD_MUTEX_INITIALIZER; /* held through a logged launch */
static _Thread_local bool has_race;                            /* by this thread */
static pthread_mutex_t turn_mutex = PTHREAD_MUTEX_INITIALIZER; /* guards race.turn */
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;

static void find_stack(void) {
    pthread_attr_t attributes;
    void *lo = NULL;
    size_t size = 0;

    if (stack_size == 0 && pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lo, &size);
        pthread_attr_destroy(&attributes);
        stack_lo = (uintptr_t)lo;
        stack_size = size;
    }
}

void gr_impl_race_scratch(const void *memory, size_t bytes) {
    scratch_lo = (uintptr_t)memory;
    scratch_hi = scratch_lo + bytes;
}

static void *map(size_t bytes) {
    void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return mapped == MAP_FAILED ? NULL : mapped;
}

/* The numbers of launches have been used up: cells must not be taken for those of new ones. */
static void drop_cells(void) {
    for (size_t k = 0; race.chunks && k < CHUNKS; k++) {
        if (race.chunks[k]) {
            munmap(race.chunks[k], CHUNK_SIZE / GRANULE * sizeof(cell));
            race.chunks[k] = NULL;
        }
    }
}

/* A body may fork. */
void gr_impl_race_before_fork(void) {
    if (!has_race) {
        pthread_mutex_lock(&race_mutex);
    }
}

void gr_impl_race_after_fork(void) {
    if (!has_race) {
        pthread_mutex_unlock(&race_mutex);
    }
}

void gr_impl_race_begin(void) {
    pthread_mutex_lock(&race_mutex);
    has_race = true;
    if (race.stamp / 4 == MOST_LAUNCHES) {
        drop_cells();
        race.stamp = 0;
    }
    find_stack();
    race.stamp += 4;
    race.stack_lo = stack_lo;
    race.stack_size = stack_size;
    race.scratch_lo = scratch_lo;
    race.scratch_hi = scratch_hi;
    race.is_on = (gr_impl_debug() & GR_DEBUG_RACE) != 0;
    race.lost = NULL;
    race.splits = race.steps = 0;
    race.phase = race.turn = 0;
    race.launch = NULL;
    race.by_element = false;
    race.elements = 0;
    race.conflicts = 0;
    if (race.is_on && !race.chunks && !(race.chunks = (cell **)map(CHUNKS * sizeof *race.chunks))) {
        race.lost = "memory";
    }
}

/* Room for one more; what there is no memory for is told at the end. */
static bool has_room(void **array, size_t count, size_t *room, size_t item) {
    const size_t more = count < 1024 ? 1024 : 2 * count;
    void *grown;

    if (count < *room) {
        return true;
    }
    grown = realloc(*array, more * item);
    if (!grown) {
        race.lost = "memory";
        logging = false;
        return false;
    }
    *array = grown;
    *room = more;
    return true;
}

/* Steps of a launch without teams are numbered from its first unit, or element, on. */
static void begin_step(gr_index number) {
    if (number >= UINT32_MAX) {
        race.lost = "numbers";
    }
    race.now = (uint32_t)number + 1;
    logging = race.is_on && !race.lost;
}

void gr_impl_race_iteration(const gr_impl_launch *launch, gr_index unit) {
    race.launch = launch;
    find_stack();
    begin_step(unit - launch->lo);
}

void gr_impl_race_element(const gr_impl_launch *launch, gr_index element) {
    if (logging && launch == race.launch) {
        race.by_element = true;
        begin_step(element - launch->from);
    }
}

void gr_impl_race_next(const gr_impl_launch *launch) {
    if (logging && launch == race.launch && launch->pattern == GR_IMPL_PATTERN_REDUCE) {
        race.by_element = true;
        begin_step(race.elements++);
    }
}

/* ---- teams of several threads: one at a time runs, from a barrier to the next ---- */

static bool runs_in_turns(const gr_impl_launch *launch) {
    return launch->order == GR_IMPL_ORDER_LOGGED;
}

static void wait_for_turn(int thread) {
    pthread_mutex_lock(&turn_mutex);
    while (race.turn != thread) {
        pthread_cond_wait(&turned, &turn_mutex);
    }
    pthread_mutex_unlock(&turn_mutex);
}

static void give_turn(int thread) {
    pthread_mutex_lock(&turn_mutex);
    race.turn = thread;
    pthread_cond_broadcast(&turned);
    pthread_mutex_unlock(&turn_mutex);
}

static void begin_team_step(gr_index unit, int thread) {
    const team_step step = {unit, thread, race.phase};

    if (race.is_on && !race.lost &&
        has_room((void **)&race.step, race.steps, &race.step_room, sizeof step)) {
        race.step[race.steps] = step;
        race.now = (uint32_t)++race.steps;
    }
    logging = race.is_on && !race.lost;
}

void gr_impl_race_member(const gr_impl_launch *launch, gr_index unit, int thread) {
    if (runs_in_turns(launch)) {
        find_stack();
        wait_for_turn(thread);
        race.launch = launch;
        begin_team_step(unit, thread);
    }
}

void gr_impl_race_member_ends(const gr_impl_launch *launch, int thread) {
    if (runs_in_turns(launch)) {
        logging = false;
        give_turn(thread + 1);
    }
}

bool gr_impl_race_meets(const gr_impl_launch *launch, gr_index unit, int thread, int threads,
                        void (*all_stand)(const void *argument), const void *argument) {
    if (!runs_in_turns(launch)) {
        return false;
    }
    logging = false;
    if (thread == threads - 1) {
        all_stand(argument);
        race.phase++;
    }
    give_turn((thread + 1) % threads);
    wait_for_turn(thread);
    begin_team_step(unit, thread);
    return true;
}

/* ---- accesses ---- */

/* Whether what a step did before can happen at the time of what the running one does. */
static inline bool is_apart(uint32_t step, bool in_scratch) {
    const team_step *before, *now;

    if (step == race.now || step == 0) {
        return false;
    }
    if (race.steps == 0) {
        return true;
    }
    before = &race.step[step - 1];
    now = &race.step[race.now - 1];
    return before->unit != now->unit
               ? !in_scratch
               : (before->thread != now->thread && before->phase == now->phase);
}

/* What the running step does says more than this one, of its own team before a barrier, or of
 * another one that had the scratch memory before. */
static inline bool is_over(uint32_t step, bool in_scratch) {
    const team_step *before, *now;

    if (race.steps == 0) {
        return false;
    }
    before = &race.step[step - 1];
    now = &race.step[race.now - 1];
    return before->unit == now->unit ? before->phase != now->phase : in_scratch;
}

GR_IMPL_COLD static void conflict(cell *at, uintptr_t address, uint32_t before, bool before_writes,
                                  bool writes) {
    if (!(at->stamp & IS_REPORTED) && !race.is_counted && race.conflicts++ == 0) {
        race.address = address;
        race.first = before;
        race.first_writes = before_writes;
        race.second = race.now;
        race.second_writes = writes;
    }
    race.is_counted = true;
    at->stamp |= IS_REPORTED;
}

static inline void touch(cell *at, marks *by, uintptr_t address, bool writes) {
    const uint32_t now = race.now;
    const bool in_scratch = address >= race.scratch_lo && address < race.scratch_hi;

    if (GR_IMPL_UNLIKELY(is_apart(by->writer, in_scratch))) {
        conflict(at, address, by->writer, true, writes);
    }
    if (writes) {
        if (GR_IMPL_UNLIKELY(is_apart(by->reader, in_scratch))) {
            conflict(at, address, by->reader, false, true);
        } else if (GR_IMPL_UNLIKELY(is_apart(by->other, in_scratch))) {
            conflict(at, address, by->other, false, true);
        }
        by->writer = now;
    } else if (by->reader == 0 || is_over(by->reader, in_scratch)) {
        by->reader = now;
        by->other = 0;
    } else if (by->reader != now) {
        by->other = now;
    }
}

/* A cell whose bytes are told apart from now on. */
GR_IMPL_COLD static bool split(cell *at) {
    if (!has_room((void **)&race.split, race.splits, &race.split_room, sizeof *race.split)) {
        return false;
    }
    for (int b = 0; b < GRANULE; b++) {
        race.split[race.splits][b] = at->by;
    }
    at->by.writer = (uint32_t)race.splits++;
    at->stamp |= IS_SPLIT;
    return true;
}

/* The cell of an address, empty where this launch has not been there. */
static inline cell *cell_of(uintptr_t address) {
    static const cell empty = {0, {0, 0, 0}};
    cell *chunk, *found;

    if (GR_IMPL_UNLIKELY(address >> ADDRESS_BITS != 0)) {
        return NULL;
    }
    chunk = race.chunks[address >> CHUNK_BITS];
    if (GR_IMPL_UNLIKELY(!chunk)) {
        chunk = (cell *)map(CHUNK_SIZE / GRANULE * sizeof *chunk);
        if (!chunk) {
            race.lost = "memory";
            return NULL;
        }
        race.chunks[address >> CHUNK_BITS] = chunk;
    }
    found = &chunk[(address & (CHUNK_SIZE - 1)) / GRANULE];
    if ((found->stamp & ~(uint32_t)(IS_SPLIT | IS_REPORTED)) != race.stamp) {
        *found = empty;
        found->stamp = race.stamp;
    }
    return found;
}

static void log_access(uintptr_t at, uintptr_t end, bool writes) {
    race.is_counted = false;
    while (at < end) {
        const uintptr_t next = (at | (GRANULE - 1)) + 1;
        const uintptr_t last = next < end ? next : end;
        cell *const found = cell_of(at);

        if (!found) {
            return;
        }
        if (GR_IMPL_LIKELY(last - at == GRANULE && !(found->stamp & IS_SPLIT))) {
            touch(found, &found->by, at, writes);
        } else if ((found->stamp & IS_SPLIT) || split(found)) {
            for (; at < last; at++) {
                touch(found, &race.split[found->by.writer][at % GRANULE], at, writes);
            }
        }
        at = next;
    }
}

void gr_impl_race_access(const void *address, size_t bytes, bool writes) {
    const uintptr_t at = (uintptr_t)address;

    if (gr_impl_device_now) {
        if (gr_impl_device_now->access) {
            gr_impl_device_now->access(address, bytes, writes);
        }
        return;
    }
    /* What a body keeps on the stack is its iteration's own, and most of what it touches. */
    if (at - stack_lo < stack_size) {
        return;
    }
    if (gr_impl_debug() & GR_DEBUG_UNINIT) {
        gr_impl_uninit_access(address, bytes, !writes, writes);
    }
    /* Scratch memory is that of a team of one thread. */
    if (!logging || at - race.stack_lo < race.stack_size ||
        (at >= race.scratch_lo && at < race.scratch_hi && race.steps == 0)) {
        return;
    }
    log_access(at, at + bytes, writes);
    logging = race.lost == NULL;
}

void gr_impl_race_atomic(const void *address, size_t bytes, bool reads, bool writes) {
    if (gr_impl_debug() & GR_DEBUG_UNINIT) {
        gr_impl_uninit_access(address, bytes, reads, writes);
    }
}

/* ---- reports ---- */

/* Indices of an element by its number, from those of the first one, in rows along the last. */
static const char *indices_text(char text[160], const gr_index *first, const gr_index *extent,
                                int rank, gr_index number) {
    gr_index index[6];
    size_t at;

    for (int d = rank - 1; d >= 0; d--) {
        index[d] = first[d] + (d > 0 ? number % extent[d] : number);
        number /= extent[d];
    }
    at = (size_t)snprintf(text, 160, "iteration (");
    for (int d = 0; d < rank; d++) {
        at += (size_t)snprintf(text + at, 160 - at, d > 0 ? ", %td" : "%td", index[d]);
    }
    snprintf(text + at, 160 - at, ")");
    return text;
}

/* "iteration (i, j)", "chunk c" of a reduction into arrays, "team (r)" of a league, "thread t of
 * team (r)". */
static const char *step_text(char text[160], const gr_impl_launch *launch, uint32_t step) {
    const gr_index number = (gr_index)step - 1, unit = launch->lo + number;
    gr_index extent[6] = {1}, part = 1;
    int rank = 0;

    if (race.steps > 0) {
        snprintf(text, 160, "thread %d of team (%td)", race.step[step - 1].thread,
                 race.step[step - 1].unit);
        return text;
    }
    if (race.by_element) {
        for (int d = 0; d < launch->rank; d++) {
            extent[d] = launch->last[d] - launch->first[d];
        }
        return indices_text(text, launch->first, extent, launch->rank, number);
    }
    if (launch->pattern == GR_IMPL_PATTERN_REDUCE || launch->pattern == GR_IMPL_PATTERN_SCAN) {
        snprintf(text, 160, "chunk %td", unit);
        return text;
    }
    if (launch->pattern != GR_IMPL_PATTERN_ROWS) {
        snprintf(text, 160, "%s (%td)",
                 launch->pattern == GR_IMPL_PATTERN_FOR ? "iteration" : "team", unit);
        return text;
    }
    for (; rank < 6 && part < launch->rows; rank++) {
        part *= launch->count[rank];
    }
    return indices_text(text, launch->first, launch->count, rank, unit);
}

/* Who has to be alone where one writes. */
static const char *alone_text(const gr_impl_launch *launch) {
    if (race.steps > 0 && race.step[race.first - 1].unit == race.step[race.second - 1].unit) {
        return "thread alone, or a barrier between them,";
    }
    return launch->pattern == GR_IMPL_PATTERN_LEAGUE ? "team alone" : "iteration alone";
}

static void report(const gr_impl_launch *launch) {
    gr_impl_owner o;
    char first[160], second[160];

    if (!gr_impl_owner_of((const void *)race.address, &o)) {
        o.what = "view";
        snprintf(o.label, sizeof o.label, "(foreign memory)");
        snprintf(o.index, sizeof o.index, "address %p", (void *)race.address);
    }
    gr_impl_launch_fail(GR_BAD_VALUE, gr_impl_site_place(launch->site), launch->site->label,
                        "%s \"%s\" = %s at %s by %s and %s by %s, expected one %s where one "
                        "writes: %td such place%s",
                        o.what, o.label, race.first_writes ? "written" : "read", o.index,
                        step_text(first, launch, race.first),
                        race.second_writes ? "written" : "read",
                        step_text(second, launch, race.second), alone_text(launch), race.conflicts,
                        race.conflicts == 1 ? "" : "s");
}

void gr_impl_race_end(const gr_impl_launch *launch) {
    logging = false;
    if (race.lost) {
        gr_impl_launch_fail(GR_OUT_OF_MEMORY, gr_impl_site_place(launch->site), launch->site->label,
                            "%s for the log of debug mode race = too little, expected enough for "
                            "the launch: the rest of it was not looked at",
                            race.lost);
    } else if (race.conflicts > 0) {
        report(launch);
    }
    race.launch = NULL;
    scratch_lo = scratch_hi = 0;
    has_race = false;
    pthread_mutex_unlock(&race_mutex);
}
