/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/team.h
 * @brief Launches over a league on a device: a team is a block; scratch memory of level 0 is shared
 * memory, of level 1 global memory.
 *
 * Results over a league follow the order of docs/design/002-canonical-order.md over league ranks: a
 * block is one lane of a chunk (reductions) or one segment (scans), whose teams run one after the
 * other. Of a result that the threads of a team hold, that of the team's first thread counts.
 */
#ifndef GRANUM_GPU_TEAM_H
#define GRANUM_GPU_TEAM_H

#include <granum/gpu/nest_reduce.h>
#include <granum/impl/device_team.h>
#include <granum/view.h>

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* The team of a league rank, in a block. */
GR_IMPL_DEVICE_INLINE gr_team gr_impl_gpu_team_at(const gr_impl_gpu_league &x, gr_index rank,
                                                  gr_impl_arena *arenas) {
    gr_impl_team *shared = (gr_impl_team *)gr_impl_dev_shared();
    const int thread = (int)gr_impl_dev_thread() / x.vector;
    char *at[2] = {(char *)(shared + 1), x.level1 + gr_impl_dev_block() * x.global};
    gr_team team;

    for (int level = 0; level < 2; ++level) {
        char *own = at[level] + x.per_team[level] + (size_t)thread * x.per_thread[level];

        arenas[level].next = at[level];
        arenas[level].end = at[level] + x.per_team[level];
        arenas[2 + level].next = own;
        arenas[2 + level].end = own + x.per_thread[level];
    }
    team.league_rank = rank;
    team.league_size = x.league;
    team.team_rank = thread;
    team.team_size = x.team;
    team.shared = shared;
    team.launch = nullptr;
    team.arenas = arenas;
    return team;
}

/* Run visit(unit) for the units of the calling block. */
template <class Visit>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_league_units(const gr_impl_gpu_league &x,
                                                    const Visit &visit) {
    if (gr_impl_dev_thread() == 0) {
        ((gr_impl_team *)gr_impl_dev_shared())->vector = x.vector;
    }
    gr_impl_dev_barrier();
    for (gr_index unit = gr_impl_dev_block(); unit < x.units; unit += gr_impl_dev_blocks()) {
        visit(unit);
        if (unit + gr_impl_dev_blocks() < x.units) {
            gr_impl_dev_barrier(); /* the next team has the same shared memory */
        }
    }
}

/* ---- scratch Views ---- */

template <class View>
GR_IMPL_DEVICE void gr_impl_gpu_scratch_view(View *view, const gr_team &t, int level,
                                             bool per_thread, const gr_index *extent) {
    constexpr int rank = (int)sizeof(view->facts->rank) - 1;
    constexpr bool left = sizeof(view->facts->layout) == GR_LEFT;
    size_t bytes = sizeof(*view->data), room = 0;
    gr_index step = 1;
    bool possible = level == 0 || level == 1;
    gr_impl_arena *arena = &t.arenas[(per_thread ? 2 : 0) + (level == 1)];

    view->extent[0] = view->stride[0] = 1;
    for (int q = 0; q < rank; ++q) {
        const int d = left ? q : rank - 1 - q;
        const size_t most = bytes > 0 ? ((size_t)1 << 62) / bytes : (size_t)1 << 62;

        possible = possible && extent[d] >= 0 && (size_t)extent[d] <= most;
        view->extent[d] = extent[d];
        view->stride[d] = step;
        step *= possible ? extent[d] : 1;
        bytes *= possible ? (size_t)extent[d] : 1;
    }
    bytes = (bytes + 63) & ~(size_t)63;
    room = (size_t)(arena->end - arena->next);
    view->buffer = nullptr;
    if (possible && bytes <= room) {
        view->data = (decltype(view->data))(void *)arena->next;
        arena->next += bytes;
    } else {
        view->data = (decltype(view->data))gr_impl_dev_scratch_is_full(
            possible ? bytes : (size_t)GR_SCRATCH_MAX_1, level, room, per_thread);
    }
}

/* ---- parallel_for over a league ---- */

template <class Body> struct gr_impl_gpu_team_work {
    gr_impl_gpu_league league;
    Body body;
};

template <class Body>
GR_IMPL_GLOBAL void gr_impl_gpu_team_kernel(GR_IMPL_PARAMETER_CONST gr_impl_gpu_team_work<Body> x) {
    gr_impl_gpu_league_units(x.league, [&](gr_index rank) {
        gr_impl_arena arenas[4];

        x.body(gr_impl_gpu_team_at(x.league, rank, arenas));
    });
}

/* Begin a launch over a league in `units` pieces, with more memory and pinned memory besides. */
template <class Body>
bool gr_impl_gpu_team_begin(gr_impl_gpu_launch *launch, gr_impl_gpu_league *league, gr_site *site,
                            const gr_team_policy &policy, gr_index units, size_t room,
                            size_t pinned, const Body &body, gr_impl_pattern pattern) {
    if (!gr_impl_team_is_good(site, &policy) ||
        !gr_impl_gpu_lay_league(league, GR_IMPL_VENDOR, site, &policy, units) ||
        !gr_impl_gpu_begin(launch, site, &policy.options, room + league->global * league->blocks,
                           pinned, pattern) ||
        !gr_impl_gpu_captures(launch, &body, sizeof body)) {
        return false;
    }
    league->level1 = launch->scratch + room;
    return true;
}

struct gr_impl_gpu_team_statement {
    gr_site *site;
    gr_team_policy policy;
};

template <class Body> void operator%(const gr_impl_gpu_team_statement &x, const Body &body) {
    gr_impl_gpu_league league;
    gr_impl_gpu_launch launch;

    if (gr_impl_gpu_team_begin(&launch, &league, x.site, x.policy, x.policy.league_size, 0, 0, body,
                               GR_IMPL_PATTERN_LEAGUE)) {
        if (league.units > 0) {
            gr_impl_gpu_run(&launch, gr_impl_gpu_team_kernel<Body>, league.blocks,
                            (unsigned)(league.team * league.vector), league.shared,
                            gr_impl_gpu_team_work<Body>{league, body});
        }
        gr_impl_gpu_end(&launch);
    }
}

/* ---- parallel_reduce over a league ---- */

/* Lane results: of chunk c and lane l at c * 32 + l. */
template <class Body, class... Reducers> struct gr_impl_gpu_league_reduction {
    gr_impl_gpu_league league;
    gr_index chunk, chunks;
    gr_impl_pack<Reducers...> reducers;
    gr_impl_pack<typename Reducers::value_type *...> lanes;
    Body body;
};

template <class Body, class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_league_lane(
    const gr_impl_gpu_league_reduction<Body, Reducers...> &x, gr_index unit,
    gr_impl_numbers<K...>) {
    const gr_index from = unit / GR_IMPL_LANES * x.chunk;
    const gr_index to = from + x.chunk < x.league.league ? from + x.chunk : x.league.league;
    gr_impl_pack<typename Reducers::value_type...> value = {
        {gr_impl_get<K>(x.reducers).identity}...};

    for (gr_index rank = from + unit % GR_IMPL_LANES; rank < to; rank += GR_IMPL_LANES) {
        gr_impl_arena arenas[4];
        const gr_team team = gr_impl_gpu_team_at(x.league, rank, arenas);

        x.body(team, gr_impl_get<K>(value)...);
        if (rank + GR_IMPL_LANES < to) {
            gr_impl_dev_barrier();
            ((gr_impl_get<K>(value) = gr_impl_nest_broadcast(team, gr_impl_get<K>(value))), ...);
        }
    }
    if (gr_impl_dev_thread() == 0) {
        ((gr_impl_get<K>(x.lanes)[unit] = gr_impl_get<K>(value)), ...);
    }
}

template <class Body, class... Reducers>
GR_IMPL_GLOBAL void gr_impl_gpu_league_reduce_kernel(
    GR_IMPL_PARAMETER_CONST gr_impl_gpu_league_reduction<Body, Reducers...> x) {
    gr_impl_gpu_league_units(x.league, [&](gr_index unit) {
        gr_impl_gpu_league_lane(x, unit, gr_impl_up_to<(int)sizeof...(Reducers)>());
    });
}

template <class... Reducers> struct gr_impl_gpu_league_join {
    gr_index chunks;
    gr_impl_pack<Reducers...> reducers;
    gr_impl_pack<typename Reducers::value_type *...> lanes;
};

template <class Reducer, class V>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_join_lanes(const Reducer &reducer, const V *lanes,
                                                  gr_index chunks) {
    const int lane = (int)(gr_impl_dev_thread() % GR_IMPL_LANES);
    const int group = (int)(gr_impl_dev_thread() / GR_IMPL_LANES);
    const int groups = (int)(gr_impl_dev_threads() / GR_IMPL_LANES);

    for (gr_index c = group; c < chunks; c += groups) {
        const V value =
            gr_impl_group_join(lanes[c * GR_IMPL_LANES + lane], lane, GR_IMPL_LANES, reducer.join);

        if (lane == 0 && chunks == 1) {
            *reducer.result = reducer.last(value);
        } else if (lane == 0) {
            reducer.partial[c] = value;
        }
    }
    gr_impl_dev_barrier();
    if (group == 0 && chunks != 1) {
        gr_impl_gpu_join_chunks(reducer, chunks, lane);
    }
}

template <class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_join_all_lanes(const gr_impl_gpu_league_join<Reducers...> &x,
                                                      gr_impl_numbers<K...>) {
    (gr_impl_gpu_join_lanes(gr_impl_get<K>(x.reducers), gr_impl_get<K>(x.lanes), x.chunks), ...);
}

template <class... Reducers>
GR_IMPL_GLOBAL void GR_IMPL_LAUNCH_BOUNDS(512, 1)
    gr_impl_gpu_league_join_kernel(GR_IMPL_PARAMETER_CONST gr_impl_gpu_league_join<Reducers...> x) {
    gr_impl_gpu_join_all_lanes(x, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

template <class... Reducers> struct gr_impl_gpu_league_statement {
    gr_site *site;
    gr_team_policy policy;
    gr_impl_pack<Reducers...> reducers;
};

template <class... Reducers>
gr_impl_gpu_league_statement<Reducers...> gr_impl_gpu_league_of(gr_site *site,
                                                                gr_team_policy policy,
                                                                Reducers... reducers) {
    static_assert(sizeof...(Reducers) <= GR_MAX_REDUCERS,
                  "GR_PARALLEL_REDUCE: more than 8 reducers, expected 1..8");
    return {site, policy, {{reducers}...}};
}

template <class V> V *gr_impl_gpu_room(char **scratch, size_t count) {
    V *at = reinterpret_cast<V *>(*scratch);

    *scratch += gr_impl_gpu_lines(count * sizeof(V));
    return at;
}

template <class... Reducers, class Body, int... K>
void gr_impl_gpu_league_launch(gr_impl_gpu_league_statement<Reducers...> &x, const Body &body,
                               gr_impl_numbers<K...>) {
    const gr_index n = x.policy.league_size;
    gr_index chunk = GR_IMPL_LEAGUE_CHUNK;
    gr_impl_gpu_league league;
    gr_impl_gpu_launch launch;

    while (n > 0 && gr_impl_steps(n, chunk) > GR_IMPL_CHUNKS) {
        chunk *= 2;
    }
    const gr_index chunks = n > 0 ? gr_impl_steps(n, chunk) : 0;
    const size_t lanes = (size_t)chunks * GR_IMPL_LANES;
    const size_t room =
        (0 + ... +
         (gr_impl_gpu_lines(lanes * sizeof(typename Reducers::value_type)) +
          gr_impl_gpu_lines((size_t)chunks * sizeof(typename Reducers::value_type))));
    const size_t results = (0 + ... + gr_impl_gpu_lines(sizeof(typename Reducers::value_type)));

    if (!gr_impl_gpu_team_begin(&launch, &league, x.site, x.policy, (gr_index)lanes, room, results,
                                body, GR_IMPL_PATTERN_REDUCE)) {
        return;
    }
    if (chunks > 0) {
        char *scratch = launch.scratch, *pinned = launch.pinned;

        (gr_impl_gpu_place(gr_impl_get<K>(x.reducers), chunks, &scratch, &pinned), ...);
        const gr_impl_pack<typename Reducers::value_type *...> at = {
            {gr_impl_gpu_room<typename Reducers::value_type>(&scratch, lanes)}...};

        gr_impl_gpu_run(&launch, gr_impl_gpu_league_reduce_kernel<Body, Reducers...>, league.blocks,
                        (unsigned)(league.team * league.vector), league.shared,
                        gr_impl_gpu_league_reduction<Body, Reducers...>{league, chunk, chunks,
                                                                        x.reducers, at, body});
        gr_impl_gpu_run(&launch, gr_impl_gpu_league_join_kernel<Reducers...>, 1u, 512u, 0u,
                        gr_impl_gpu_league_join<Reducers...>{chunks, x.reducers, at});
        gr_impl_gpu_wait(&launch);
        if (!launch.failure) {
            ((*gr_impl_get<K>(x.reducers).variable = *gr_impl_get<K>(x.reducers).result), ...);
        }
    }
    gr_impl_gpu_end(&launch);
}

template <class... Reducers, class Body>
void operator%(gr_impl_gpu_league_statement<Reducers...> x, const Body &body) {
    gr_impl_gpu_league_launch(x, body, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* ---- parallel_scan over a league ---- */

template <class T, class Join, class Body> struct gr_impl_gpu_league_scanning {
    gr_impl_gpu_league league;
    T identity;
    Join join;
    T *segment; /* totals of segments, then what comes before them */
    T *total;   /* may be NULL */
    Body body;
};

/* The teams of a segment, one after the other. */
template <class T, class Work>
GR_IMPL_DEVICE_INLINE T gr_impl_gpu_league_segment(const Work &x, gr_index unit, T value,
                                                   int final) {
    const gr_index from = unit * GR_IMPL_SEGMENT;
    const gr_index to =
        x.league.league - from < GR_IMPL_SEGMENT ? x.league.league : from + GR_IMPL_SEGMENT;

    for (gr_index rank = from; rank < to; ++rank) {
        gr_impl_arena arenas[4];
        const gr_team team = gr_impl_gpu_team_at(x.league, rank, arenas);

        x.body(team, value, final);
        gr_impl_dev_barrier();
        value = gr_impl_nest_broadcast(team, value);
    }
    return value;
}

template <int Final, class T, class Join, class Body>
GR_IMPL_GLOBAL void gr_impl_gpu_league_scan_kernel(
    GR_IMPL_PARAMETER_CONST gr_impl_gpu_league_scanning<T, Join, Body> x) {
    gr_impl_gpu_league_units(x.league, [&](gr_index unit) {
        const T value =
            gr_impl_gpu_league_segment<T>(x, unit, Final ? x.segment[unit] : x.identity, Final);

        if (!Final && gr_impl_dev_thread() == 0) {
            x.segment[unit] = value;
        }
    });
}

/* What comes before each segment, by one group: a tile at a time. */
template <class T, class Join, class Body>
GR_IMPL_GLOBAL void gr_impl_gpu_league_carry_kernel(
    GR_IMPL_PARAMETER_CONST gr_impl_gpu_league_scanning<T, Join, Body> x) {
    const int lane = (int)gr_impl_dev_thread();
    const gr_index segments = x.league.units;
    const gr_index in_chunk = GR_IMPL_SCAN_CHUNK / GR_IMPL_SEGMENT;
    T state[3] = {x.identity, x.identity, x.identity}, tile = x.identity;

    if (lane >= GR_IMPL_LANES) {
        return;
    }
    for (gr_index first = 0; first < segments; first += GR_IMPL_LANES) {
        const int n = segments - first < GR_IMPL_LANES ? (int)(segments - first) : GR_IMPL_LANES;
        const T own = lane < n ? x.segment[first + lane] : x.identity;
        const T before = x.join(x.join(state[2], state[1]), state[0]);
        T left = x.identity, mine = x.identity;

        for (int s = 0; s < n; ++s) {
            mine = s == lane ? left : mine;
            left = x.join(left, gr_impl_group_value(own, s, GR_IMPL_LANES));
        }
        if (lane < n) {
            x.segment[first + lane] = x.join(before, x.join(tile, mine));
        }
        tile = x.join(tile, left);
        if ((first + GR_IMPL_LANES) % in_chunk == 0 || first + GR_IMPL_LANES >= segments) {
            gr_impl_nest_turn(state, first / in_chunk, tile, x.identity, x.join);
            tile = x.identity;
        }
    }
    if (lane == 0 && x.total) {
        *x.total = x.join(x.join(state[2], state[1]), state[0]);
    }
}

template <class T, class Join> struct gr_impl_gpu_league_scan_statement {
    gr_site *site;
    gr_team_policy policy;
    T identity;
    Join join;
    gr_impl_gpu_target<T> target;
};

template <class T, class Join>
gr_impl_gpu_league_scan_statement<T, Join> gr_impl_gpu_league_scan(gr_site *site,
                                                                   gr_team_policy policy,
                                                                   T identity, Join join,
                                                                   gr_impl_gpu_target<T> target) {
    return {site, policy, identity, join, target};
}

template <class T, class Join, class Body>
void operator%(const gr_impl_gpu_league_scan_statement<T, Join> &x, const Body &body) {
    using work = gr_impl_gpu_league_scanning<T, Join, Body>;
    const gr_index n = x.policy.league_size;
    const gr_index segments = n > 0 ? gr_impl_steps(n, GR_IMPL_SEGMENT) : 0;
    gr_impl_gpu_league league;
    gr_impl_gpu_launch launch;

    if (x.target.variable) {
        *x.target.variable = x.join(x.join(x.identity, x.identity), x.identity);
    }
    if (!gr_impl_gpu_team_begin(&launch, &league, x.site, x.policy, segments,
                                gr_impl_gpu_lines((size_t)segments * sizeof(T)), sizeof(T), body,
                                GR_IMPL_PATTERN_SCAN)) {
        return;
    }
    if (segments > 0) {
        T *total = x.target.variable ? reinterpret_cast<T *>(launch.pinned) : nullptr;
        const unsigned threads = (unsigned)(league.team * league.vector);
        const work all = {league, x.identity, x.join, reinterpret_cast<T *>(launch.scratch),
                          total,  body};

        gr_impl_gpu_run(&launch, gr_impl_gpu_league_scan_kernel<0, T, Join, Body>, league.blocks,
                        threads, league.shared, all);
        gr_impl_gpu_run(&launch, gr_impl_gpu_league_carry_kernel<T, Join, Body>, 1u,
                        2u * GR_IMPL_LANES, 0u, all);
        gr_impl_gpu_run(&launch, gr_impl_gpu_league_scan_kernel<1, T, Join, Body>, league.blocks,
                        threads, league.shared, all);
        if (total) {
            gr_impl_gpu_wait(&launch);
            if (!launch.failure) {
                *x.target.variable = *total;
            }
        }
    }
    gr_impl_gpu_end(&launch);
}

} /* extern "C++" */

#define GR_IMPL_TEAM(label, t, policy)                           \
    gr_impl_gpu_team_statement{GR_IMPL_SITE(label), policy} % [= \
    ] GR_IMPL_DEVICE([[maybe_unused]] const gr_team &t)
#define GR_IMPL_LEAGUE_REDUCE(label, t, policy, ...)                                               \
    gr_impl_gpu_league_of(GR_IMPL_SITE(label), policy GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % \
        [=] GR_IMPL_DEVICE(                                                                        \
            [[maybe_unused]] const gr_team &t GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_LEAGUE_SCAN(label, t, policy, final, finish, total, reducer) \
    GR_IMPL_CALL(GR_IMPL_LEAGUE_SCAN_OF,                                     \
                 (label, t, policy, final, finish, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_LEAGUE_SCAN_OF(label, t, policy, final, finish, total, kind, T, v, identity, \
                               join_of, argument)                                            \
    gr_impl_gpu_league_scan<T>(                                                              \
        (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity,                  \
        [] GR_IMPL_HOST_DEVICE(T a, T b) -> T { return join_of(T, argument, a, b); },        \
        finish(T, total)) %                                                                  \
        [=] GR_IMPL_DEVICE([[maybe_unused]] const gr_team &t, T &v,                          \
                           [[maybe_unused]] const int final)

/* The level, then the extents: none for a View of rank 0. */
#define GR_IMPL_SCRATCH_VIEW(view, t, per_thread, ...)                               \
    (GR_IMPL_CHECK_EXTENTS("GR_SCRATCH_VIEW", *(view), __VA_ARGS__),                 \
     gr_impl_gpu_scratch_view((view), (t), GR_IMPL_FIRST(__VA_ARGS__, ), per_thread, \
                              GR_IMPL_EXTENTS(__VA_ARGS__)))

#endif
