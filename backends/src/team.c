/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file team.c
 * @brief Teams on the host: sizes, scratch memory, barriers of teams with several threads.
 *
 * Threads are grouped by number: a team of s threads is s consecutive ones. Threads beyond the last
 * whole team have nothing to do. A barrier notes where each thread stands; if they do not stand at
 * the same one, the team has parted: that is reported once, and its barriers wait no more.
 */
#include "../backend.h"
#include "clock.h"
#include "geometry.h"
#include "instance.h"
#include "thread.h"

#include <granum/impl/device_team.h>
#include <granum/impl/team.h>
#include <granum/impl/tool_calls.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <granum/view.h>

#include <sched.h>
#include <string.h>

#define LINE ((size_t)64)
/* Room of a team for what nested reductions and broadcasts pass between threads [B]. */
#define ROOM ((size_t)4096)

struct gr_impl_team {
    int arrived;    /* threads at the barrier (atomic) */
    int generation; /* barriers passed (atomic) */
    int parted;     /* barriers wait no more (atomic) */
    _Alignas(64) char exchange[ROOM];
};

/* A thread's own block: where it stands, and what is left of the scratch memory. */
typedef struct member {
    const char *file; /* NULL: at the end of the block */
    int line;
    gr_impl_arena arenas[4];
} member;

/* Head of a block of spare memory. */
typedef struct spare_block {
    _Alignas(64) struct spare_block *next;
    gr_index league_rank; /* of the team that it serves */
} spare_block;

/* The memory of a launch's teams: one block a thread, one a team. */
typedef struct gr_impl_teams {
    gr_scratch_size scratch[2];
    char *teams, *threads;
    size_t team_bytes, thread_bytes;
} gr_impl_teams;

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t lines(gr_index bytes) {
    return ((size_t)bytes + LINE - 1) / LINE * LINE;
}

/* Threads of a launch that asks for so many, or for none in particular. */
static int threads_of(const gr_options *options, int host_threads) {
    const int asked =
        options->threads > 0 ? options->threads
        : options->instance.id
            ? gr_impl_instance_num_threads(options->instance, GR_HERE) /* 0: refused later */
            : gr_impl_num_threads();

    return host_threads ? host_threads : asked > 1 ? asked : 1;
}

int gr_impl_team_size_max(gr_team_policy policy, int host_threads) {
    return (int)gr_impl_min(threads_of(&policy.options, host_threads), GR_TEAM_SIZE_MAX);
}

int gr_impl_team_size_recommended(gr_team_policy policy, int host_threads) {
    const int most = gr_impl_team_size_max(policy, host_threads);

    /* Whole teams on single threads never wait; only a league too small for that pays for more. */
    return policy.league_size > 0 && policy.league_size < most ? most / (int)policy.league_size : 1;
}

/* Report what is wrong with a policy; true if nothing is. */
bool gr_impl_team_is_good(const gr_site *site, const gr_team_policy *policy) {
    static const gr_index limits[2] = {GR_SCRATCH_MAX_0, GR_SCRATCH_MAX_1};
    const gr_place place = gr_impl_site_place(site);
    const gr_index size = policy->team_size == GR_AUTO ? 1 : policy->team_size;

    if (policy->league_size < 0) {
        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "league_size = %td, expected 0 or more", policy->league_size);
        return false;
    }
    if (policy->team_size != GR_AUTO &&
        (policy->team_size < 1 || policy->team_size > GR_TEAM_SIZE_MAX)) {
        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "team_size = %d, expected 1..%d or GR_AUTO", policy->team_size,
                            GR_TEAM_SIZE_MAX);
        return false;
    }
    if (policy->vector_length != GR_AUTO && policy->vector_length < 1) {
        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "vector_length = %d, expected 1 or more or GR_AUTO",
                            policy->vector_length);
        return false;
    }
    if (policy->wrong_level != 0) {
        gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                            "scratch level = %d, expected 0 or 1", policy->wrong_level);
        return false;
    }
    for (int level = 0; level < 2; ++level) {
        const gr_scratch_size *scratch = &policy->scratch[level];
        gr_index bytes;

        if (scratch->per_team < 0 || scratch->per_thread < 0 ||
            __builtin_mul_overflow(scratch->per_thread, size, &bytes) ||
            __builtin_add_overflow(bytes, scratch->per_team, &bytes) || bytes > limits[level]) {
            gr_impl_launch_fail(GR_INVALID_ARG, place, site->label,
                                "scratch of level %d = %td bytes per team + %td for each of %td "
                                "threads, expected 0..%td in all",
                                level, scratch->per_team, scratch->per_thread, size, limits[level]);
            return false;
        }
    }
    return true;
}

/* Memory for the launch's teams. */
static bool set_teams(gr_impl_launch *launch, const gr_site *site, const gr_team_policy *policy,
                      int size, int threads) {
    gr_impl_room *room = &gr_impl_self.rooms[GR_IMPL_ROOM_TEAMS];
    gr_impl_teams *teams;
    size_t team_bytes = lines(sizeof(gr_impl_team)), thread_bytes = lines(sizeof(member));
    size_t bytes;

    launch->teams = NULL;
    for (int level = 0; level < 2; ++level) {
        team_bytes += lines(policy->scratch[level].per_team);
        thread_bytes += lines(policy->scratch[level].per_thread);
    }
    if (size == 1 && team_bytes == lines(sizeof(gr_impl_team)) &&
        thread_bytes == lines(sizeof(member))) {
        return true;
    }
    bytes = lines(sizeof *teams) + (size_t)threads * (team_bytes + thread_bytes);
    if (bytes > room->size && !gr_impl_grow_room(room, bytes)) {
        gr_impl_launch_fail(GR_OUT_OF_MEMORY, gr_impl_site_place(site), site->label,
                            "%zu bytes of scratch memory for %d threads are not to be had", bytes,
                            threads);
        return false;
    }
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_ORDER)) {
        gr_impl_race_scratch(room->memory, room->size);
    }
    teams = (gr_impl_teams *)(void *)room->memory;
    memcpy(teams->scratch, policy->scratch, sizeof teams->scratch);
    teams->teams = (char *)teams + lines(sizeof *teams);
    teams->threads = teams->teams + (size_t)threads * team_bytes;
    teams->team_bytes = team_bytes;
    teams->thread_bytes = thread_bytes;
    for (int k = 0; k < threads; ++k) {
        memset(teams->teams + (size_t)k * team_bytes, 0, offsetof(gr_impl_team, exchange));
    }
    launch->teams = teams;
    return true;
}

/* What all launches over a league begin with: whether the policy is good, and memory for teams of
 * `size` threads. */
static bool begin_league(gr_impl_launch *launch, const gr_site *site, gr_team_policy *policy,
                         int *size) {
    int threads;

    if (!gr_impl_team_is_good(site, policy)) {
        return false;
    }
    launch->league = policy->league_size;
    launch->teams = NULL;
    if (gr_impl_self.launch) {
        return true; /* refused later, as every launch inside a kernel */
    }
    threads = threads_of(&policy->options, site->host_threads);
    if (*size > 1 && policy->options.threads == GR_AUTO) {
        threads = gr_impl_threads_left(threads);
    }
    if (*size > 1 && threads > 1) {
        *size = *size < threads ? *size : threads;
        policy->options.schedule = GR_STATIC;
        if (policy->options.threads == GR_AUTO) {
            policy->options.threads = threads; /* teams need their threads: no adaptive choice */
        }
    } else {
        *size = 1;
    }
    if (GR_IMPL_HEARD(GR_IMPL_HEAR_ORDER) && threads < GR_IMPL_SCAN_WINDOW) {
        threads = GR_IMPL_SCAN_WINDOW; /* so many may take part, whatever the launch would have */
    }
    launch->team_threads = threads;
    return set_teams(launch, site, policy, *size, threads);
}

/* No more threads than there is memory for: the number that launches have may have grown since. */
static gr_impl_launch *keep_to_room(gr_impl_launch *launch) {
    const bool may_widen =
        launch && !launch->order && (launch->threads > 1 || launch->hi < launch->end);

    if (may_widen && launch->most_threads > launch->team_threads) {
        launch->most_threads = launch->team_threads;
        if (launch->threads > launch->team_threads) {
            gr_impl_launch_narrow(launch, launch->team_threads);
        }
    }
    return launch;
}

gr_impl_launch *gr_impl_begin_team(gr_impl_launch *launch, gr_site *site, gr_team_policy policy) {
    int size = policy.team_size;

    launch->pattern = GR_IMPL_PATTERN_LEAGUE;
    if (!begin_league(launch, site, &policy, &size) ||
        !keep_to_room(
            gr_impl_launch_begin(launch, site, 0, policy.league_size, 1.0, &policy.options))) {
        return NULL;
    }
    launch->team_size = size;
    if (launch->order && size > 1) {
        gr_impl_launch_widen(launch, size);
        launch->piece = 1; /* units are dealt out in order */
    } else if (size > 1 && launch->threads == 1) {
        gr_impl_launch_widen(launch, size); /* one unit, which is a whole team's */
    }
    return launch;
}

gr_impl_launch *gr_impl_begin_team_reduce(gr_impl_launch *launch, gr_site *site,
                                          gr_team_policy policy, int reducers,
                                          const size_t *bytes) {
    int size = 1;

    return begin_league(launch, site, &policy, &size)
               ? keep_to_room(gr_impl_reduce_range(launch, site, policy.league_size,
                                                   GR_IMPL_LEAGUE_CHUNK, GR_IMPL_CHUNKS,
                                                   &policy.options, reducers, bytes))
               : NULL;
}

/* A team counts as so many elements of a range. */
gr_impl_launch *gr_impl_begin_team_reduce_arrays(gr_impl_launch *launch, gr_site *site,
                                                 gr_team_policy policy, int reducers,
                                                 const gr_impl_array *arrays, bool exact) {
    const gr_index elements = GR_IMPL_CHUNK / GR_IMPL_LEAGUE_CHUNK;
    size_t bytes[GR_MAX_REDUCERS];
    gr_index least, most;
    int size = 1;

    return gr_impl_array_chunks(site, reducers, arrays, exact, bytes, &least, &most) &&
                   begin_league(launch, site, &policy, &size)
               ? keep_to_room(gr_impl_reduce_range(launch, site, policy.league_size,
                                                   least / elements, most, &policy.options,
                                                   reducers, bytes))
               : NULL;
}

gr_impl_launch *gr_impl_begin_team_scan(gr_impl_launch *launch, gr_site *site,
                                        gr_team_policy policy) {
    gr_range_1d_policy range = gr_range(0, policy.league_size);
    int size = 1;

    range.options = policy.options;
    return begin_league(launch, site, &policy, &size)
               ? keep_to_room(gr_impl_begin_scan(launch, site, range, false))
               : NULL;
}

/* ---- one team ---- */

/* The calling thread's team, whose arenas stay as they are. */
static gr_team team_of(gr_impl_launch *launch, gr_index rank) {
    const gr_impl_teams *teams = launch->teams;
    const int size = gr_impl_self.team_size;
    const int thread = gr_impl_self.thread;
    gr_team team;

    team.league_rank = rank;
    team.league_size = launch->league;
    team.launch = launch;
    team.team_size = size;
    team.team_rank = thread % size;
    team.shared =
        (gr_impl_team *)(void *)(teams->teams + (size_t)(thread / size) * teams->team_bytes);
    team.arenas =
        ((member *)(void *)(teams->threads + (size_t)thread * teams->thread_bytes))->arenas;
    return team;
}

gr_team gr_impl_team_join(gr_impl_launch *launch, gr_index rank) {
    const gr_impl_teams *teams = launch->teams;
    const gr_team team = team_of(launch, rank);
    const int thread = gr_impl_self.thread;
    char *own = teams->threads + (size_t)thread * teams->thread_bytes + lines(sizeof(member));
    char *all = (char *)team.shared + lines(sizeof(gr_impl_team));

    for (int level = 0; level < 2; ++level) {
        team.arenas[level].next = all;
        team.arenas[level].end = all + lines(teams->scratch[level].per_team);
        team.arenas[2 + level].next = own;
        team.arenas[2 + level].end = own + lines(teams->scratch[level].per_thread);
        all += lines(teams->scratch[level].per_team);
        own += lines(teams->scratch[level].per_thread);
    }
    return team;
}

static member *member_of(const gr_team *team, int rank) {
    const gr_impl_teams *teams = team->launch->teams;
    const int first = gr_impl_self.thread - team->team_rank;

    return (member *)(void *)(teams->threads + (size_t)(first + rank) * teams->thread_bytes);
}

/* Called by the last thread to arrive: the others stand still. */
static void compare_places(const void *arrived) {
    const gr_team *team = (const gr_team *)arrived;
    const member *mine = member_of(team, team->team_rank);

    for (int rank = 0; rank < team->team_size; ++rank) {
        const member *other = member_of(team, rank);
        const member *waits = mine->file ? mine : other;
        const member *gone = mine->file ? other : mine;
        const gr_place place = {waits->file, waits->line, NULL};

        if (other->file == mine->file && other->line == mine->line) {
            continue;
        }
        __atomic_store_n(&team->shared->parted, 1, __ATOMIC_RELAXED);
        if (gone->file) {
            gr_impl_launch_fail(GR_INVALID_ARG, place, team->launch->site->label,
                                "barrier reached by part of team %td, the rest stands at %s:%d, "
                                "expected all %d threads",
                                team->league_rank, gone->file, gone->line, team->team_size);
        } else {
            gr_impl_launch_fail(GR_INVALID_ARG, place, team->launch->site->label,
                                "barrier reached by part of team %td, the rest has left the "
                                "block, expected all %d threads",
                                team->league_rank, team->team_size);
        }
        return;
    }
}

/* All threads of the team meet; file NULL: at the end of the block. */
static void meet(const gr_team *team, const char *file, int line) {
    gr_impl_team *shared = team->shared;
    member *own = member_of(team, team->team_rank);
    const int generation = __atomic_load_n(&shared->generation, __ATOMIC_ACQUIRE);

    if (__atomic_load_n(&shared->parted, __ATOMIC_ACQUIRE)) {
        return;
    }
    own->file = file;
    own->line = line;
    if (GR_IMPL_UNLIKELY(team->launch->order) &&
        gr_impl_race_meets(team->launch, team->league_rank, team->team_rank, team->team_size,
                           compare_places, team)) {
        return;
    }
    if (__atomic_add_fetch(&shared->arrived, 1, __ATOMIC_ACQ_REL) == team->team_size) {
        compare_places(team);
        __atomic_store_n(&shared->arrived, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&shared->generation, generation + 1, __ATOMIC_RELEASE);
        return;
    }
    for (int spin = 0; __atomic_load_n(&shared->generation, __ATOMIC_ACQUIRE) == generation;
         ++spin) {
        if (spin < 1000) {
            clock_pause();
        } else {
            sched_yield();
        }
    }
}

void gr_impl_team_wait(gr_impl_launch *launch, gr_index rank, const char *file, int line) {
    const gr_team team = team_of(launch, rank);

    meet(&team, file, line);
}

/* What does not fit the room goes through it in parts. */
void gr_impl_team_send(gr_impl_launch *launch, gr_index rank, void *value, size_t bytes,
                       const char *file, int line) {
    const gr_team team = team_of(launch, rank);
    char *room = team.shared->exchange, *own = (char *)value;

    for (size_t at = 0; at < bytes; at += ROOM) {
        const size_t part = smaller(ROOM, bytes - at);

        if (team.team_rank == 0) {
            memcpy(room, own + at, part);
        }
        meet(&team, file, line);
        memcpy(own + at, room, part);
        meet(&team, file, line);
    }
}

void gr_impl_nest_gather(gr_impl_launch *launch, gr_index rank, gr_index end, void *part_of_all,
                         size_t bytes) {
    const gr_team team = team_of(launch, rank);
    const gr_span mine = gr_impl_team_share(&team, 0, end);
    char *room = team.shared->exchange;
    char *own = (char *)part_of_all;
    const size_t all = (size_t)end * bytes;
    const size_t first = (size_t)mine.lo * bytes, last = (size_t)mine.hi * bytes;

    for (size_t at = 0; at < all; at += ROOM) {
        const size_t part = smaller(ROOM, all - at);
        const size_t from = first > at ? first : at, to = smaller(last, at + part);

        if (from < to) {
            memcpy(room + (from - at), own + from, to - from);
        }
        meet(&team, "a nested reduction", 0);
        memcpy(own + at, room, part);
        meet(&team, "a nested reduction", 0);
    }
}

gr_span gr_impl_nest_cut(gr_index n) {
    gr_span cut = {GR_IMPL_NEST_CHUNK, 1};

    while (n > cut.lo * GR_IMPL_WIDTH) {
        cut.lo *= 2;
    }
    cut.hi = (n + cut.lo - 1) / cut.lo;
    return cut;
}

/* ---- scratch ---- */

/* Bytes of a dense View in whole cache lines; SIZE_MAX where there can be no such View. */
static size_t bytes_of(gr_impl_view_type type, const gr_index *extent) {
    size_t bytes = type.item;

    for (int d = 0; d < type.rank; ++d) {
        if (extent[d] < 0 || __builtin_mul_overflow(bytes, (size_t)extent[d], &bytes)) {
            return SIZE_MAX;
        }
    }
    return bytes > (size_t)PTRDIFF_MAX ? SIZE_MAX : lines((gr_index)bytes);
}

/* Memory for a View that scratch memory has no room for, so that its kernel can go on to its end.
 *  */
static char *spare(size_t bytes, gr_index league_rank) {
    spare_block *block = (spare_block *)gr_impl_self.spares;

    if (block && block->league_rank != league_rank) {
        gr_impl_drop_spares(); /* a block before this one has ended */
    }
    block = bytes > (size_t)PTRDIFF_MAX
                ? NULL
                : (spare_block *)gr_impl_host_alloc(bytes + sizeof(spare_block), LINE);
    if (!block) {
        return NULL;
    }
    block->next = (spare_block *)gr_impl_self.spares;
    block->league_rank = league_rank;
    gr_impl_self.spares = block;
    gr_impl_self.holds = true;
    return (char *)(block + 1);
}

void gr_impl_drop_spares(void) {
    while (gr_impl_self.spares) {
        spare_block *block = (spare_block *)gr_impl_self.spares;

        gr_impl_self.spares = block->next;
        gr_impl_host_free(block);
    }
}

/* Memory for a View of extents that no View can have, or for which there is no memory [B]: as much
 * as scratch memory can be, of which the system provides what is touched. */
#define SUBSTITUTE ((size_t)GR_SCRATCH_MAX_1)

/* Extents that fit SUBSTITUTE: those that are negative or too large share what the others leave. */
static void substitute(gr_impl_view_type type, const gr_index *extent, gr_index *given) {
    gr_index left = type.item < SUBSTITUTE ? (gr_index)(SUBSTITUTE / type.item) : 1;
    bool open[GR_MAX_RANK], any = false;

    for (int d = type.rank - 1; d >= 0; --d) {
        open[d] = extent[d] < 0 || extent[d] > left;
        given[d] = open[d] ? 1 : extent[d];
        left /= given[d] > 0 ? given[d] : 1;
        any = any || open[d];
    }
    for (int d = 0; any && left > 1; d = (d + 1) % type.rank) {
        if (open[d]) {
            given[d] *= 2;
            left /= 2;
        }
    }
}

/* Report extents that no View can have. */
static void report_extents(gr_impl_view_type type, const gr_team *team, const gr_index *extent,
                           gr_place place) {
    const char *label = team->launch->site->label;
    gr_index before = (gr_index)type.item;

    for (int d = 0; d < type.rank; ++d) {
        if (extent[d] < 0) {
            gr_impl_launch_fail(GR_INVALID_ARG, place, label,
                                "extent %d of a scratch View = %td, expected 0 or more", d,
                                extent[d]);
            return;
        }
    }
    for (int d = 0; d < type.rank; ++d) {
        if (extent[d] > 0 && before > PTRDIFF_MAX / extent[d]) {
            gr_impl_launch_fail(GR_INVALID_ARG, place, label,
                                "extent %d of a scratch View = %td after %td bytes, expected %td "
                                "at most",
                                d, extent[d], before, PTRDIFF_MAX / before);
            return;
        }
        before *= extent[d] > 0 ? extent[d] : 1;
    }
}

/* Debug modes know what lies there. Threads that run at once make a team's View at any time: what
 * others have put there by then stays. */
GR_IMPL_COLD static void note_scratch(char *memory, gr_impl_view_type type, const gr_team *team,
                                      bool per_thread, const gr_index *extent, gr_place place) {
    const bool in_turns = team->team_size == 1 || team->launch->order == GR_IMPL_ORDER_LOGGED;
    gr_any_view made = {.data = memory, .dtype = (gr_dtype)type.dtype, .rank = type.rank};
    size_t bytes = type.item;

    made.item = type.item;
    made.layout = (gr_layout)type.layout;
    for (int k = 0; k < type.rank; ++k) {
        const int d = type.layout == GR_LEFT ? k : type.rank - 1 - k;

        made.extent[d] = extent[d];
        made.stride[d] = (gr_index)(bytes / type.item);
        bytes *= (size_t)extent[d];
    }
    gr_impl_scratch_made(&made, bytes, place, per_thread || (team->team_rank == 0 && in_turns));
}

void gr_impl_scratch_view(void *view, gr_impl_view_type type, const gr_team *team, int level,
                          bool per_thread, const gr_index *extent, gr_place place) {
    static const gr_index none[GR_MAX_RANK] = {0};
    const size_t bytes = bytes_of(type, extent);
    gr_index given[GR_MAX_RANK] = {0};
    gr_impl_arena *arena = NULL;
    size_t left = 0;
    char *memory;

    if (team->arenas && (level == 0 || level == 1)) {
        arena = &team->arenas[(per_thread ? 2 : 0) + level];
        left = (size_t)(arena->end - arena->next);
    }
    if (arena && bytes <= left) {
        memory = arena->next;
        arena->next += bytes;
        if (GR_IMPL_HEARD(GR_IMPL_HEAR_LAUNCHES | GR_IMPL_HEAR_ORDER)) {
            note_scratch(memory, type, team, per_thread, extent, place);
        }
    } else {
        if (bytes == SIZE_MAX) {
            report_extents(type, team, extent, place);
            memory = NULL;
        } else {
            gr_impl_launch_fail(
                GR_OUT_OF_MEMORY, place, team->launch->site->label,
                "scratch View of %zu bytes at level %d, expected at most the %zu bytes "
                "left of what gr_with_scratch asks for per %s",
                bytes, level, left, per_thread ? "thread" : "team");
            memory = spare(bytes, team->league_rank);
        }
        if (!memory) {
            memory = spare(type.item < SUBSTITUTE ? SUBSTITUTE : type.item, team->league_rank);
            substitute(type, extent, given);
            extent = given;
        }
    }
    (void)!gr_impl_view_wrap(view, type, memory, memory ? extent : none, place);
}
