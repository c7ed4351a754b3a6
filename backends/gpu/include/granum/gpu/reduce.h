/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/reduce.h
 * @brief parallel_reduce on a device: one launch, in the order of
 * docs/design/002-canonical-order.md.
 *
 * A group of 32 threads is the 32 lanes of a chunk: its threads walk the chunk side by side, and
 * shuffles are the tree. Chunk results go to scratch memory; the block that arrives last, by a
 * counter, joins them. So the bits are those of the host, on every device and in every run.
 */
#ifndef GRANUM_GPU_REDUCE_H
#define GRANUM_GPU_REDUCE_H

#include <granum/gpu/chunks.h>
#include <granum/gpu/group.h>

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* A reducer: where it starts, how two of its values are joined, what is done at the end, and where
 * the result goes: to the host's variable, or to device memory. */
template <class V, class Join, class Last> struct gr_impl_gpu_reducer {
    using value_type = V;

    V identity;
    Join join;
    Last last;
    V *variable; /* NULL: the result stays on the device */
    V *result;
    V *partial;
};

template <class V, class Join, class Last>
gr_impl_gpu_reducer<V, Join, Last> gr_impl_gpu_make_reducer(V *variable, V identity, Join join,
                                                            Last last) {
    *variable = last(identity);
    return {identity, join, last, variable, nullptr, nullptr};
}

/* Whether the calling block is the last of the grid to arrive here. All of its threads get the
 * answer, and the last one sees what the others wrote before. The counter is zero again then. */
GR_IMPL_DEVICE_INLINE bool gr_impl_gpu_is_last(unsigned *counter) {
    unsigned *last = (unsigned *)gr_impl_dev_shared();

    gr_impl_dev_barrier();
    if (gr_impl_dev_thread() == 0) {
        *last = gr_impl_dev_fetch_add(counter, 1) == gr_impl_dev_blocks() - 1;
        if (*last) {
            *counter = 0;
        }
    }
    gr_impl_dev_barrier();
    return *last != 0;
}

/* Join the chunk results of a reducer as elements of one chunk. */
template <class Reducer>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_join_chunks(const Reducer &reducer, gr_index chunks,
                                                   int lane) {
    auto value = reducer.identity;

    GR_IMPL_UNROLL(8)
    for (gr_index c = lane; c < chunks; c += GR_IMPL_LANES) {
        value = reducer.join(value, reducer.partial[c]);
    }
    value = gr_impl_group_join(value, lane, GR_IMPL_LANES, reducer.join);
    if (lane == 0) {
        *reducer.result = reducer.last(value);
    }
}

template <int R, class Body, class... Reducers> struct gr_impl_gpu_reduction {
    gr_impl_gpu_chunks<R> cut;
    unsigned *counter;
    gr_impl_pack<Reducers...> reducers;
    Body body;
};

template <int R, class Body, class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_reduce_block(
    const gr_impl_gpu_reduction<R, Body, Reducers...> &x, gr_impl_numbers<K...>) {
    const int lane = (int)(gr_impl_dev_thread() % GR_IMPL_LANES);
    const int group = (int)(gr_impl_dev_thread() / GR_IMPL_LANES);
    const int groups = (int)(gr_impl_dev_threads() / GR_IMPL_LANES);
    const gr_index chunk = (gr_index)gr_impl_dev_block() * groups + group;
    const bool alone = x.cut.chunks <= 1;

    if (chunk < x.cut.chunks || (alone && chunk == 0)) {
        gr_impl_pack<typename Reducers::value_type...> value = {
            {gr_impl_get<K>(x.reducers).identity}...};

        if (x.cut.chunks > 0) {
            gr_impl_gpu_walk<R>(
                x.cut, chunk, lane, GR_IMPL_LANES,
                [&](auto... at) { x.body(at..., gr_impl_get<K>(value)...); }, gr_impl_up_to<R>());
        }
        ((gr_impl_get<K>(value) = gr_impl_group_join(gr_impl_get<K>(value), lane, GR_IMPL_LANES,
                                                     gr_impl_get<K>(x.reducers).join)),
         ...);
        if (lane == 0 && alone) {
            ((*gr_impl_get<K>(x.reducers).result =
                  gr_impl_get<K>(x.reducers).last(gr_impl_get<K>(value))),
             ...);
        } else if (lane == 0) {
            ((gr_impl_get<K>(x.reducers).partial[chunk] = gr_impl_get<K>(value)), ...);
        }
    }
    if (!alone && gr_impl_gpu_is_last(x.counter)) {
        ((K % groups == group
              ? gr_impl_gpu_join_chunks(gr_impl_get<K>(x.reducers), x.cut.chunks, lane)
              : (void)0),
         ...);
    }
}

template <int R, class Body, class... Reducers>
GR_IMPL_GLOBAL void GR_IMPL_LAUNCH_BOUNDS(128, 1) gr_impl_gpu_reduce_kernel(
    GR_IMPL_PARAMETER_CONST gr_impl_gpu_reduction<R, Body, Reducers...> x) {
    gr_impl_gpu_reduce_block(x, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* The host's side. */
GR_IMPL_INLINE size_t gr_impl_gpu_lines(size_t bytes) {
    return (bytes + 63) & ~(size_t)63;
}

/* Room for the chunk results of the reducers in scratch memory, for results in pinned memory. */
template <class Reducer>
void gr_impl_gpu_place(Reducer &reducer, gr_index chunks, char **scratch, char **pinned) {
    using V = typename Reducer::value_type;

    reducer.partial = reinterpret_cast<V *>(*scratch);
    *scratch += gr_impl_gpu_lines((size_t)chunks * sizeof(V));
    if (reducer.variable) {
        reducer.result = reinterpret_cast<V *>(*pinned);
        *pinned += gr_impl_gpu_lines(sizeof(V));
    }
}

template <int R, class Policy, class... Reducers> struct gr_impl_gpu_reduce_statement {
    gr_site *site;
    Policy policy;
    bool waits; /* for results of the host */
    bool lost;  /* a result has nowhere to go */
    gr_impl_pack<Reducers...> reducers;
};

template <int R, class Policy, class... Reducers>
gr_impl_gpu_reduce_statement<R, Policy, Reducers...> gr_impl_gpu_reduce(gr_site *site,
                                                                        Policy policy,
                                                                        Reducers... reducers) {
    static_assert(sizeof...(Reducers) <= GR_MAX_REDUCERS,
                  "GR_PARALLEL_REDUCE: more than 8 reducers, expected 1..8");
    GR_IMPL_SAME_RANK(Policy, R);
    return {site,
            policy,
            (... || (reducers.variable != nullptr)),
            (... || (reducers.variable == nullptr && reducers.result == nullptr)),
            {{reducers}...}};
}

template <int R, class Policy, class Body, class... Reducers, int... K>
void gr_impl_gpu_reduce_launch(gr_impl_gpu_reduce_statement<R, Policy, Reducers...> &statement,
                               const Body &body, gr_impl_numbers<K...>) {
    /* Where the order cannot show, or need not, rows lie as left Views have them in memory. */
    constexpr bool turned = R > 1 &&
                            !gr_impl_same<decltype(statement.policy.right), Policy *>::value &&
                            (... && gr_impl_is_free<typename Reducers::value_type>::value);
    using work = typename gr_impl_gpu_body<turned, R, Body>::type;
    gr_impl_gpu_chunks<R> cut;
    gr_impl_gpu_launch launch;

    if (statement.lost || !gr_impl_gpu_cut<R, turned>(&cut, statement.site, statement.policy,
                                                      GR_IMPL_CHUNK, GR_IMPL_CHUNKS)) {
        return;
    }
    const size_t chunks = cut.chunks > 1 ? (size_t)cut.chunks : 0;
    const size_t room =
        (0 + ... + gr_impl_gpu_lines(chunks * sizeof(typename Reducers::value_type)));
    const size_t results = (0 + ... + gr_impl_gpu_lines(sizeof(typename Reducers::value_type)));

    if (cut.chunks == 0 && statement.waits) {
        gr_impl_launch nothing; /* bad options are found all the same */

        nothing.pattern = GR_IMPL_PATTERN_REDUCE;
        (void)gr_impl_launch_begin(&nothing, statement.site, 0, 0, 1.0, &statement.policy.options);
        return;
    }
    if (!gr_impl_gpu_begin(&launch, statement.site, &statement.policy.options, room, results,
                           GR_IMPL_PATTERN_REDUCE) ||
        !gr_impl_gpu_captures(&launch, &body, sizeof body)) {
        return;
    }
    char *scratch = launch.scratch, *pinned = launch.pinned;
    const gr_index groups = cut.chunks > 512 ? 4 : 2;

    (gr_impl_gpu_place(gr_impl_get<K>(statement.reducers), (gr_index)chunks, &scratch, &pinned),
     ...);
    gr_impl_gpu_run(&launch, gr_impl_gpu_reduce_kernel<R, work, Reducers...>,
                    cut.chunks > groups ? (unsigned)gr_impl_steps(cut.chunks, groups) : 1u,
                    (unsigned)(groups * GR_IMPL_LANES), 16u,
                    gr_impl_gpu_reduction<R, work, Reducers...>{
                        cut, launch.counter, statement.reducers, {body}});
    if (statement.waits) {
        gr_impl_gpu_wait(&launch);
        if (!launch.failure) {
            ((*gr_impl_get<K>(statement.reducers).variable =
                  *gr_impl_get<K>(statement.reducers).result),
             ...);
        }
    }
    gr_impl_gpu_end(&launch);
}

template <int R, class Policy, class... Reducers, class Body>
void operator%(gr_impl_gpu_reduce_statement<R, Policy, Reducers...> statement, const Body &body) {
    gr_impl_gpu_reduce_launch(statement, body, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* What a result is when nothing is done at the end. */
struct gr_impl_gpu_as_it_is {
    template <class V> GR_IMPL_HOST_DEVICE V operator()(V value) const {
        return value;
    }
};

} /* extern "C++" */

/* The reducers of a statement as objects, each after a comma, and as parameters of the lambda.
 * Those of a launch are made on the host, with lambdas that say they are for the device; those of a
 * nested range are made on the device, and so is all that a run-time compiler sees. */
#ifdef GR_IMPL_RTC
#define GR_IMPL_JOIN_WHERE
/* NVRTC has no statements in expressions, and nvcc no lambdas for devices in lambdas. */
#define GR_IMPL_VALUE_BEGIN [&] {
#define GR_IMPL_VALUE return
#define GR_IMPL_VALUE_END \
    }                     \
    ()
#else
#define GR_IMPL_JOIN_WHERE GR_IMPL_HOST_DEVICE
#define GR_IMPL_VALUE_BEGIN (__extension__({
#define GR_IMPL_VALUE
#define GR_IMPL_VALUE_END \
    }))
#endif
#define GR_IMPL_OBJECT(k, kind, ...) , GR_IMPL_OBJECT_##kind(__VA_ARGS__)
#define GR_IMPL_OBJECT_SCALAR(...) \
    GR_IMPL_MAKE_SCALAR(gr_impl_gpu_make_reducer, GR_IMPL_JOIN_WHERE, __VA_ARGS__)
#define GR_IMPL_OBJECT_USER GR_IMPL_OBJECT_SCALAR
#define GR_IMPL_OBJECT_FINAL(...) \
    GR_IMPL_MAKE_FINAL(gr_impl_gpu_make_reducer, GR_IMPL_JOIN_WHERE, __VA_ARGS__)
#define GR_IMPL_OBJECT_LOC(...) \
    GR_IMPL_MAKE_LOC(gr_impl_gpu_make_reducer, GR_IMPL_JOIN_WHERE, __VA_ARGS__)
#define GR_IMPL_OBJECT_MINMAX(...) \
    GR_IMPL_MAKE_MINMAX(gr_impl_gpu_make_reducer, GR_IMPL_JOIN_WHERE, __VA_ARGS__)
#define GR_IMPL_OBJECT_MINMAXLOC(...) \
    GR_IMPL_MAKE_MINMAXLOC(gr_impl_gpu_make_reducer, GR_IMPL_JOIN_WHERE, __VA_ARGS__)
#define GR_IMPL_SAME(a, T)                             \
    static_assert(gr_impl_same<decltype(a), T>::value, \
                  "the variable of a reducer has another type than the reducer names")
#define GR_IMPL_MAKE_SCALAR(make, where, T, v, identity, join_of, argument)           \
    GR_IMPL_VALUE_BEGIN                                                               \
    GR_IMPL_SAME(v, T);                                                               \
    GR_IMPL_VALUE make<T>(                                                            \
        &v, identity, [] where(T a, T b) -> T { return join_of(T, argument, a, b); }, \
        gr_impl_gpu_as_it_is());                                                      \
    GR_IMPL_VALUE_END
#define GR_IMPL_MAKE_FINAL(make, where, T, v, identity, join_of, argument)            \
    GR_IMPL_VALUE_BEGIN                                                               \
    GR_IMPL_SAME(v, T);                                                               \
    GR_IMPL_VALUE make<T>(                                                            \
        &v, identity, [] where(T a, T b) -> T { return join_of(T, argument, a, b); }, \
        [] where(T a) -> T { return GR_IMPL_FINISH_OF argument(a); });                \
    GR_IMPL_VALUE_END
#define GR_IMPL_MAKE_LOC(make, where, T, v, start, before, argument)         \
    GR_IMPL_VALUE_BEGIN                                                      \
    GR_IMPL_SAME(v.value, T);                                                \
    using gr_value = gr_impl_bare<decltype(v)>::type;                        \
    GR_IMPL_VALUE make<gr_value>(                                            \
        &v, gr_value{start, GR_NO_LOCATION},                                 \
        [] where(gr_value a, gr_value b) -> gr_value {                       \
            return before(a.value, a.location, b.value, b.location) ? b : a; \
        },                                                                   \
        gr_impl_gpu_as_it_is());                                             \
    GR_IMPL_VALUE_END
#define GR_IMPL_MAKE_MINMAX(make, where, T, v, identity, join_of, argument) \
    GR_IMPL_VALUE_BEGIN                                                     \
    GR_IMPL_SAME(v.min, T);                                                 \
    using gr_value = gr_impl_bare<decltype(v)>::type;                       \
    GR_IMPL_VALUE make<gr_value>(                                           \
        &v, gr_value{gr_impl_highest<T>(), gr_impl_lowest<T>()},            \
        [] where(gr_value a, gr_value b) -> gr_value {                      \
            return gr_value{GR_IMPL_JOIN_MIN(T, , a.min, b.min),            \
                            GR_IMPL_JOIN_MAX(T, , a.max, b.max)};           \
        },                                                                  \
        gr_impl_gpu_as_it_is());                                            \
    GR_IMPL_VALUE_END
#define GR_IMPL_MAKE_MINMAXLOC(make, where, T, v, identity, before, after)                       \
    GR_IMPL_VALUE_BEGIN                                                                          \
    GR_IMPL_SAME(v.min, T);                                                                      \
    using gr_value = gr_impl_bare<decltype(v)>::type;                                            \
    GR_IMPL_VALUE make<gr_value>(                                                                \
        &v, gr_value{gr_impl_highest<T>(), gr_impl_lowest<T>(), GR_NO_LOCATION, GR_NO_LOCATION}, \
        [] where(gr_value a, gr_value b) -> gr_value {                                           \
            const bool low = before(a.min, a.min_location, b.min, b.min_location);               \
            const bool high = after(a.max, a.max_location, b.max, b.max_location);               \
            return gr_value{low ? b.min : a.min, high ? b.max : a.max,                           \
                            low ? b.min_location : a.min_location,                               \
                            high ? b.max_location : a.max_location};                             \
        },                                                                                       \
        gr_impl_gpu_as_it_is());                                                                 \
    GR_IMPL_VALUE_END
#define GR_IMPL_PARAMETER(k, kind, T, v, ...) , [[maybe_unused]] decltype(v) &v

#define GR_IMPL_REDUCE(R, label, policy, ...)                                                      \
    gr_impl_gpu_reduce<R>(GR_IMPL_SITE(label), policy GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % \
        [=] GR_IMPL_DEVICE

#endif
