/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/reduce_array.h
 * @brief Reductions into arrays on a device; included by reduce_array.h.
 *
 * A chunk has one copy of each array and takes its elements from the first to the last, so a chunk
 * is one thread's. A second kernel joins the copies, a group of 32 threads an element.
 */
#ifndef GRANUM_GPU_REDUCE_ARRAY_H
#define GRANUM_GPU_REDUCE_ARRAY_H

#include <granum/gpu/reduce.h>
#include <granum/gpu/team.h>
#include <granum/impl/arrays.h>

extern "C++" { /* kernel files stand in an extern "C", and this is included by them */

/* Join the chunk results part[0], part[step], ... as elements of one chunk; the result is lane 0's.
 * Of a single chunk it is its own. */
template <class V, class Join>
GR_IMPL_DEVICE_INLINE V gr_impl_gpu_join_parts(const V *part, gr_index step, gr_index chunks,
                                               V identity, const Join &join, int lane) {
    V value = identity;

    if (chunks == 1) {
        return part[0];
    }
    GR_IMPL_UNROLL(8)
    for (gr_index c = lane; c < chunks; c += GR_IMPL_LANES) {
        value = join(value, part[c * step]);
    }
    return gr_impl_group_join(value, lane, GR_IMPL_LANES, join);
}

/* An array's reducer: one copy a chunk, and the View of it that the body sees. */
template <class T, class View, class Join> struct gr_impl_gpu_array {
    using element_type = View;
    using value_type = T;

    View result;
    gr_index stride;
    gr_impl_array about;
    T identity;
    Join join;
    T *copies;
    View own;

    bool waits() const {
        return false;
    }
    void place(size_t chunks, char **scratch, char **) {
        copies = reinterpret_cast<T *>(*scratch);
        *scratch += gr_impl_gpu_lines(chunks * (size_t)about.length * sizeof(T));
    }
    void fetch() {}
    GR_IMPL_DEVICE View at(gr_index chunk) const {
        View view = own;

        view.data = copies + chunk * about.length;
        return view;
    }
    GR_IMPL_DEVICE View begin(gr_index chunk) const {
        const View view = at(chunk);

        for (gr_index q = 0; q < about.length; ++q) {
            view.data[q] = identity;
        }
        return view;
    }
    GR_IMPL_DEVICE void end(gr_index, const View &) const {}
    GR_IMPL_DEVICE void finish(gr_index q, gr_index chunks, int lane) const {
        const T value =
            gr_impl_gpu_join_parts(copies + q, about.length, chunks, identity, join, lane);

        if (lane == 0) {
            result.data[q * stride] = value;
        }
    }
};

template <class T, class View, class Join>
gr_impl_gpu_array<T, View, Join> gr_impl_gpu_make_array(View result, gr_index stride,
                                                        gr_impl_array about, T identity,
                                                        Join join) {
    View own = result;

    own.buffer = nullptr;
    own.extent[0] = about.length;
    own.stride[0] = 1;
    return {result, stride, about, identity, join, nullptr, own};
}

/* Any other reducer, with one lane. */
template <class Reducer> struct gr_impl_gpu_one_lane {
    using element_type = typename Reducer::value_type;
    using value_type = typename Reducer::value_type;

    Reducer inner;
    gr_impl_array about;

    bool waits() const {
        return inner.variable != nullptr;
    }
    void place(size_t chunks, char **scratch, char **pinned) {
        gr_impl_gpu_place(inner, (gr_index)chunks, scratch, pinned);
    }
    void fetch() {
        *inner.variable = *inner.result;
    }
    GR_IMPL_DEVICE element_type at(gr_index) const {
        return inner.identity;
    }
    GR_IMPL_DEVICE element_type begin(gr_index) const {
        return inner.identity;
    }
    GR_IMPL_DEVICE void end(gr_index chunk, const element_type &value) const {
        inner.partial[chunk] = value;
    }
    GR_IMPL_DEVICE void finish(gr_index, gr_index chunks, int lane) const {
        const element_type value =
            gr_impl_gpu_join_parts(inner.partial, 1, chunks, inner.identity, inner.join, lane);

        if (lane == 0) {
            *inner.result = inner.last(value);
        }
    }
};

template <class T, class View, class Join>
gr_impl_gpu_array<T, View, Join> gr_impl_gpu_in_one_lane(gr_impl_gpu_array<T, View, Join> reducer) {
    return reducer;
}
template <class Reducer> gr_impl_gpu_one_lane<Reducer> gr_impl_gpu_in_one_lane(Reducer reducer) {
    return {reducer, {"", sizeof(typename Reducer::value_type), 1, 1}};
}

template <int R, class Body, class... Reducers> struct gr_impl_gpu_array_work {
    gr_impl_gpu_chunks<R> cut;
    gr_impl_pack<Reducers...> reducers;
    Body body;
};

template <int R, class Body, class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_array_chunk(
    const gr_impl_gpu_array_work<R, Body, Reducers...> &x, gr_index chunk, gr_impl_numbers<K...>) {
    gr_impl_pack<typename Reducers::element_type...> element = {
        {gr_impl_get<K>(x.reducers).begin(chunk)}...};

    gr_impl_gpu_walk<R>(
        x.cut, chunk, 0, 1, [&](auto... at) { x.body(at..., gr_impl_get<K>(element)...); },
        gr_impl_up_to<R>());
    (gr_impl_get<K>(x.reducers).end(chunk, gr_impl_get<K>(element)), ...);
}

template <int R, class Body, class... Reducers>
GR_IMPL_GLOBAL void gr_impl_gpu_array_kernel(
    GR_IMPL_PARAMETER_CONST gr_impl_gpu_array_work<R, Body, Reducers...> x) {
    const gr_index chunk =
        (gr_index)gr_impl_dev_block() * gr_impl_dev_threads() + gr_impl_dev_thread();

    if (chunk < x.cut.chunks) {
        gr_impl_gpu_array_chunk(x, chunk, gr_impl_up_to<(int)sizeof...(Reducers)>());
    }
}

template <class... Reducers> struct gr_impl_gpu_array_join {
    gr_index chunks, most; /* elements of the longest array */
    gr_impl_pack<Reducers...> reducers;
};

template <class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_join_element(const gr_impl_gpu_array_join<Reducers...> &x,
                                                    gr_index q, int lane, gr_impl_numbers<K...>) {
    ((q < gr_impl_get<K>(x.reducers).about.length
          ? gr_impl_get<K>(x.reducers).finish(q, x.chunks, lane)
          : (void)0),
     ...);
}

template <class... Reducers>
GR_IMPL_GLOBAL void gr_impl_gpu_array_join_kernel(
    GR_IMPL_PARAMETER_CONST gr_impl_gpu_array_join<Reducers...> x) {
    const int lane = (int)(gr_impl_dev_thread() % GR_IMPL_LANES);
    const gr_index groups = (gr_index)gr_impl_dev_threads() / GR_IMPL_LANES;
    gr_index q = gr_impl_dev_block() * groups + gr_impl_dev_thread() / GR_IMPL_LANES;

    for (; q < x.most; q += gr_impl_dev_blocks() * groups) {
        gr_impl_gpu_join_element(x, q, lane, gr_impl_up_to<(int)sizeof...(Reducers)>());
    }
}

template <int R, class Policy, class... Reducers> struct gr_impl_gpu_array_statement {
    gr_site *site;
    Policy policy;
    gr_impl_pack<Reducers...> reducers;
};

template <int R, class Policy, class... Reducers>
auto gr_impl_gpu_reduce_array(gr_site *site, Policy policy, Reducers... reducers) {
    static_assert(sizeof...(Reducers) <= GR_MAX_REDUCERS,
                  "GR_PARALLEL_REDUCE: more than 8 reducers, expected 1..8");
    GR_IMPL_SAME_RANK(Policy, R);
    return gr_impl_gpu_array_statement<R, Policy, decltype(gr_impl_gpu_in_one_lane(reducers))...>{
        site, policy, {{gr_impl_gpu_in_one_lane(reducers)}...}};
}

/* Copies of arrays whose order of joining cannot show, or need not: a chunk is one thread's, so
 * there are more of them than the order has. Together they take up to so much memory [B]. */
enum { GR_IMPL_GPU_COPIES = 16384, GR_IMPL_GPU_COPIES_ROOM = 32 << 20 };

static inline __attribute__((unused)) gr_index gr_impl_gpu_most_copies(const size_t *bytes,
                                                                       int arrays, gr_index most) {
    size_t all = 0;

    for (int k = 0; k < arrays; ++k) {
        all += bytes[k];
    }
    const gr_index fit = all > 0 ? (gr_index)(GR_IMPL_GPU_COPIES_ROOM / all) : most;
    const gr_index copies = fit < GR_IMPL_GPU_COPIES ? fit : (gr_index)GR_IMPL_GPU_COPIES;

    return copies > most ? copies : most;
}

/* Blocks of the joining kernel at most; more elements are taken in turns. */
enum { GR_IMPL_GPU_JOIN_BLOCKS = 65535 };

template <class... Reducers>
void gr_impl_gpu_join_arrays(gr_impl_gpu_launch *launch, gr_index chunks, gr_index longest,
                             const gr_impl_pack<Reducers...> &reducers) {
    if (longest > 0) {
        const gr_index blocks = gr_impl_steps(longest, 4);

        gr_impl_gpu_run(
            launch, gr_impl_gpu_array_join_kernel<Reducers...>,
            (unsigned)(blocks < GR_IMPL_GPU_JOIN_BLOCKS ? blocks
                                                        : (gr_index)GR_IMPL_GPU_JOIN_BLOCKS),
            4u * GR_IMPL_LANES, 0u, gr_impl_gpu_array_join<Reducers...>{chunks, longest, reducers});
    }
}

template <int R, class Policy, class Body, class... Reducers, int... K>
void gr_impl_gpu_array_launch(gr_impl_gpu_array_statement<R, Policy, Reducers...> &x,
                              const Body &body, gr_impl_numbers<K...>) {
    const gr_impl_array arrays[] = {gr_impl_get<K>(x.reducers).about...};
    size_t bytes[sizeof...(Reducers)], room = 0;
    gr_index least, most, longest = 0;
    gr_impl_gpu_chunks<R> cut;
    gr_impl_gpu_launch launch;

    if (!gr_impl_limit_arrays(x.site, (int)sizeof...(Reducers), arrays, bytes, &least, &most)) {
        return;
    }
    if ((... && gr_impl_is_free<typename Reducers::value_type>::value)) {
        most = gr_impl_gpu_most_copies(bytes, (int)sizeof...(Reducers), most);
    }
    if (!gr_impl_gpu_cut<R>(&cut, x.site, x.policy, least, most)) {
        return;
    }
    for (size_t k = 0; k < sizeof...(Reducers); ++k) {
        room += gr_impl_gpu_lines((size_t)cut.chunks * bytes[k]);
        longest = arrays[k].length > longest ? arrays[k].length : longest;
    }
    if (!gr_impl_gpu_begin(&launch, x.site, &x.policy.options, room,
                           sizeof...(Reducers) * 64 +
                               (0 + ... + sizeof(typename Reducers::value_type)),
                           GR_IMPL_PATTERN_REDUCE) ||
        !gr_impl_gpu_captures(&launch, &body, sizeof body)) {
        return;
    }
    char *scratch = launch.scratch, *pinned = launch.pinned;

    (gr_impl_get<K>(x.reducers).place((size_t)cut.chunks, &scratch, &pinned), ...);
    if (cut.chunks > 0) {
        gr_impl_gpu_run(&launch, gr_impl_gpu_array_kernel<R, Body, Reducers...>,
                        (unsigned)gr_impl_steps(cut.chunks, GR_IMPL_LANES), (unsigned)GR_IMPL_LANES,
                        0u, gr_impl_gpu_array_work<R, Body, Reducers...>{cut, x.reducers, body});
    }
    gr_impl_gpu_join_arrays(&launch, cut.chunks, longest, x.reducers);
    if ((... || gr_impl_get<K>(x.reducers).waits())) {
        gr_impl_gpu_wait(&launch);
        if (!launch.failure) {
            (gr_impl_get<K>(x.reducers).fetch(), ...);
        }
    }
    gr_impl_gpu_end(&launch);
}

template <int R, class Policy, class... Reducers, class Body>
void operator%(gr_impl_gpu_array_statement<R, Policy, Reducers...> statement, const Body &body) {
    gr_impl_gpu_array_launch(statement, body, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* ---- over a league: a block has a chunk's teams one after the other ---- */

template <class Body, class... Reducers> struct gr_impl_gpu_league_array_work {
    gr_impl_gpu_league league; /* units are chunks */
    gr_index chunk;
    gr_impl_pack<Reducers...> reducers;
    Body body;
};

template <class Body, class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_league_array_chunk(
    const gr_impl_gpu_league_array_work<Body, Reducers...> &x, gr_index unit,
    gr_impl_numbers<K...>) {
    const gr_index from = unit * x.chunk;
    const gr_index to = from + x.chunk < x.league.league ? from + x.chunk : x.league.league;
    const bool first = gr_impl_dev_thread() == 0;
    gr_impl_pack<typename Reducers::element_type...> element = {
        {gr_impl_get<K>(x.reducers).at(unit)}...};

    if (first) {
        ((void)gr_impl_get<K>(x.reducers).begin(unit), ...);
    }
    gr_impl_dev_barrier();
    for (gr_index rank = from; rank < to; ++rank) {
        gr_impl_arena arenas[4];
        const gr_team team = gr_impl_gpu_team_at(x.league, rank, arenas);

        x.body(team, gr_impl_get<K>(element)...);
        gr_impl_dev_barrier();
        ((gr_impl_get<K>(element) = gr_impl_nest_broadcast(team, gr_impl_get<K>(element))), ...);
    }
    if (first) {
        (gr_impl_get<K>(x.reducers).end(unit, gr_impl_get<K>(element)), ...);
    }
}

template <class Body, class... Reducers>
GR_IMPL_GLOBAL void gr_impl_gpu_league_array_kernel(
    GR_IMPL_PARAMETER_CONST gr_impl_gpu_league_array_work<Body, Reducers...> x) {
    gr_impl_gpu_league_units(x.league, [&](gr_index unit) {
        gr_impl_gpu_league_array_chunk(x, unit, gr_impl_up_to<(int)sizeof...(Reducers)>());
    });
}

template <class... Reducers> struct gr_impl_gpu_league_array_statement {
    gr_site *site;
    gr_team_policy policy;
    gr_impl_pack<Reducers...> reducers;
};

template <class... Reducers>
auto gr_impl_gpu_league_array(gr_site *site, gr_team_policy policy, Reducers... reducers) {
    return gr_impl_gpu_league_array_statement<decltype(gr_impl_gpu_in_one_lane(reducers))...>{
        site, policy, {{gr_impl_gpu_in_one_lane(reducers)}...}};
}

template <class... Reducers, class Body, int... K>
void gr_impl_gpu_league_array_launch(gr_impl_gpu_league_array_statement<Reducers...> &x,
                                     const Body &body, gr_impl_numbers<K...>) {
    const gr_impl_array arrays[] = {gr_impl_get<K>(x.reducers).about...};
    const gr_index n = x.policy.league_size;
    size_t bytes[sizeof...(Reducers)], room = 0;
    gr_index chunk, most, longest = 0;
    gr_impl_gpu_league league;
    gr_impl_gpu_launch launch;

    if (!gr_impl_limit_arrays(x.site, (int)sizeof...(Reducers), arrays, bytes, &chunk, &most)) {
        return;
    }
    chunk /= GR_IMPL_CHUNK / GR_IMPL_LEAGUE_CHUNK; /* a team counts as so many elements */
    while (n > 0 && gr_impl_steps(n, chunk) > most) {
        chunk *= 2;
    }
    const gr_index chunks = n > 0 ? gr_impl_steps(n, chunk) : 0;

    for (size_t k = 0; k < sizeof...(Reducers); ++k) {
        room += gr_impl_gpu_lines((size_t)chunks * bytes[k]);
        longest = arrays[k].length > longest ? arrays[k].length : longest;
    }
    if (!gr_impl_gpu_team_begin(
            &launch, &league, x.site, x.policy, chunks, room,
            (0 + ... + gr_impl_gpu_lines(sizeof(typename Reducers::value_type))), body,
            GR_IMPL_PATTERN_REDUCE)) {
        return;
    }
    char *scratch = launch.scratch, *pinned = launch.pinned;

    (gr_impl_get<K>(x.reducers).place((size_t)chunks, &scratch, &pinned), ...);
    if (chunks > 0) {
        gr_impl_gpu_run(
            &launch, gr_impl_gpu_league_array_kernel<Body, Reducers...>, league.blocks,
            (unsigned)(league.team * league.vector), league.shared,
            gr_impl_gpu_league_array_work<Body, Reducers...>{league, chunk, x.reducers, body});
    }
    gr_impl_gpu_join_arrays(&launch, chunks, longest, x.reducers);
    if ((... || gr_impl_get<K>(x.reducers).waits())) {
        gr_impl_gpu_wait(&launch);
        if (!launch.failure) {
            (gr_impl_get<K>(x.reducers).fetch(), ...);
        }
    }
    gr_impl_gpu_end(&launch);
}

template <class... Reducers, class Body>
void operator%(gr_impl_gpu_league_array_statement<Reducers...> statement, const Body &body) {
    gr_impl_gpu_league_array_launch(statement, body, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* ---- nested: one thread's work; a single copy is the result itself ---- */

template <class T, class View, class Join> struct gr_impl_nested_array_of {
    using element_type = View;

    View result;
    gr_index stride, length;
    T identity;
    Join join;
    T *copies; /* NULL: the result itself is the copy */

    GR_IMPL_DEVICE View begin(gr_index unit) const {
        View view = result;

        view.buffer = nullptr;
        view.extent[0] = length;
        if (copies) {
            view.data = copies + unit * length;
            view.stride[0] = 1;
        }
        for (gr_index q = 0; q < length; ++q) {
            view.data[q * (copies ? 1 : stride)] = identity;
        }
        return view;
    }
    GR_IMPL_DEVICE void finish(gr_index chunks) const {
        for (gr_index q = 0; q < length; ++q) {
            gr_impl_fold<T> fold;
            T value = identity;

            for (int k = 0; k < GR_IMPL_LANES; ++k) {
                const int c = gr_impl_fold_lane(k, GR_IMPL_LANES);

                value = identity;
                if (c < chunks) {
                    value = join(value, copies[c * length + q]);
                }
                value = fold.add(k, value, join);
            }
            result.data[q * stride] = value;
        }
    }
};

template <class T, class View, class Join>
GR_IMPL_DEVICE gr_impl_nested_array_of<T, View, Join> gr_impl_nested_make_array(
    View result, gr_index stride, gr_index length, T identity, Join join) {
    return {result, stride, length, identity, join, nullptr};
}

template <int Level, class... Reducers> struct gr_impl_nested_arrays {
    const gr_team *team;
    gr_index lo, hi;
    gr_impl_pack<Reducers...> reducers;
};

template <int Level, class... Reducers>
GR_IMPL_DEVICE gr_impl_nested_arrays<Level, Reducers...> gr_impl_nested_array(
    const gr_team &team, gr_index lo, gr_index hi, Reducers... reducers) {
    return {&team, lo, hi, {{reducers}...}};
}

template <class... Reducers, class Body, int... K>
GR_IMPL_DEVICE void gr_impl_nested_arrays_run(gr_impl_pack<Reducers...> &reducers, gr_index lo,
                                              gr_index hi, const Body &body,
                                              gr_impl_numbers<K...>) {
    alignas(16) char room[GR_IMPL_NEST_ROOM + 64 * GR_MAX_REDUCERS];
    const size_t item[] = {sizeof(*gr_impl_get<K>(reducers).result.data)...};
    const gr_index length[] = {gr_impl_get<K>(reducers).length...};
    const gr_index extent[] = {gr_impl_get<K>(reducers).result.extent[0]...};
    size_t all = 0, used = 0;
    gr_index most = GR_IMPL_LANES, chunk = GR_IMPL_NEST_CHUNK;

    for (size_t r = 0; r < sizeof...(Reducers); ++r) {
        if (length[r] < 0 || length[r] > extent[r]) {
            return; /* the Views are left as they were */
        }
        all += (size_t)length[r] * item[r];
    }
    while (most > 1 && (size_t)most * all > GR_IMPL_NEST_ROOM) {
        most /= 2;
    }
    while (hi - lo > chunk * most) {
        chunk *= 2;
    }
    const gr_index chunks = hi > lo ? gr_impl_steps(hi - lo, chunk) : 1;

    if (chunks > 1) {
        const auto place = [&](auto &reducer, int r) {
            reducer.copies = (decltype(reducer.copies))(void *)(room + used);
            used += ((size_t)(chunks * length[r]) * item[r] + 63) & ~(size_t)63;
        };
        (place(gr_impl_get<K>(reducers), K), ...);
    }
    for (gr_index c = 0; c < chunks; ++c) {
        const gr_index from = lo + c * chunk, to = hi - from < chunk ? hi : from + chunk;
        gr_impl_pack<typename Reducers::element_type...> element = {
            {gr_impl_get<K>(reducers).begin(c)}...};

        for (gr_index i = from; i < to; ++i) {
            body(i, gr_impl_get<K>(element)...);
        }
    }
    if (chunks > 1) {
        (gr_impl_get<K>(reducers).finish(chunks), ...);
    }
}

template <int Level, class... Reducers, class Body>
GR_IMPL_DEVICE void operator%(gr_impl_nested_arrays<Level, Reducers...> x, const Body &body) {
    const bool vector = Level == GR_IMPL_NEST_VECTOR;

    if (vector ? gr_impl_nest_lane(*x.team) == 0 : gr_impl_nest_thread() == 0) {
        gr_impl_nested_arrays_run(x.reducers, x.lo, x.hi, body,
                                  gr_impl_up_to<(int)sizeof...(Reducers)>());
    }
    if (!vector) {
        gr_impl_dev_barrier();
    } else if (gr_impl_nest_vector(*x.team) > 1) {
        gr_impl_dev_barrier_group(gr_impl_nest_vector(*x.team));
    }
}

} /* extern "C++" */

#define GR_IMPL_OBJECT_ARRAY(T, v, identity, join_of, argument)                                   \
    (__extension__({                                                                              \
        GR_IMPL_ARRAY_IS_VIEW(v);                                                                 \
        static_assert(gr_impl_same<decltype((v).data), T *>::value,                               \
                      "the variable of a reducer has another type than the reducer names");       \
        gr_impl_gpu_make_array<T>(                                                                \
            v, GR_IMPL_ARRAY_STRIDE(v),                                                           \
            gr_impl_array{#v, sizeof(T), GR_IMPL_ARRAY_LENGTH argument, (v).extent[0]}, identity, \
            [] GR_IMPL_HOST_DEVICE(T a, T b) -> T { return join_of(T, argument, a, b); });        \
    }))
#define GR_IMPL_OBJECT_ARRAY_USER GR_IMPL_OBJECT_ARRAY

#define GR_IMPL_REDUCE_ARRAY(R, label, policy, ...)                                 \
    gr_impl_gpu_reduce_array<R>(GR_IMPL_SITE(label),                                \
                                policy GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % \
        [=] GR_IMPL_DEVICE

#define GR_IMPL_LEAGUE_REDUCE_ARRAY(label, t, policy, ...)                       \
    gr_impl_gpu_league_array(GR_IMPL_SITE(label),                                \
                             policy GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % \
        [=] GR_IMPL_DEVICE(                                                      \
            [[maybe_unused]] const gr_team &t GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))

#define GR_IMPL_NESTED_OBJECT(k, kind, T, v, identity, join_of, argument)                       \
    , (__extension__({                                                                          \
        GR_IMPL_STATIC_CHECK(GR_IMPL_NESTS_##kind,                                              \
                             "a nested reduction into arrays takes reducers of arrays only");   \
        GR_IMPL_ARRAY_IS_VIEW(v);                                                               \
        static_assert(gr_impl_same<decltype((v).data), T *>::value,                             \
                      "the variable of a reducer has another type than the reducer names");     \
        gr_impl_nested_make_array<T>(v, GR_IMPL_ARRAY_STRIDE(v), GR_IMPL_ARRAY_LENGTH argument, \
                                     identity,                                                  \
                                     [](T a, T b) -> T { return join_of(T, argument, a, b); }); \
    }))
#define GR_IMPL_NESTED_ARRAYS(level, t, k, from, to, ...)                                       \
    gr_impl_nested_array<level>(t, from, to GR_IMPL_EACH(GR_IMPL_NESTED_OBJECT, __VA_ARGS__)) % \
        [&]([[maybe_unused]] const gr_index k GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_TEAM_REDUCE_ARRAY(t, k, from, to, ...) \
    GR_IMPL_NESTED_ARRAYS(GR_IMPL_NEST_TEAM, t, k, from, to, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE_ARRAY(t, k, from, to, ...) \
    GR_IMPL_NESTED_ARRAYS(GR_IMPL_NEST_VECTOR, t, k, from, to, __VA_ARGS__)

#endif
