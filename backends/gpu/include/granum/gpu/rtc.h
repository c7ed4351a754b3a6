/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/rtc.h
 * @brief What generated kernels are written with that a run-time compiler makes: a kernel is a
 * plain function, and its statements run the device's half of a launch.
 *
 *     GR_IMPL_RTC_KERNEL(entry, , gr_impl_rtc_for, 7) {
 *         GR_IMPL_RTC_BEGIN
 *         const double *const x = (const double *)gr_w[2];
 *
 *         gr_impl_rtc_for_each<1, true>(gr_launch) % [&](GR_IMPL_INDEX i) { ... };
 *     }
 *
 * Everything here runs on the device, so lambdas are ordinary ones, and the statement's operator
 * is that of the other kernel files: the same loops, in the same order.
 */
#ifndef GRANUM_GPU_RTC_H
#define GRANUM_GPU_RTC_H

#include <granum/impl/rtc.h>

struct gr_py_fault;

/* Memory that outlives its function, of which it does not matter who else writes to it. */
#ifdef GR_IMPL_RTC
#define GR_IMPL_RTC_SPARE static
#else
#define GR_IMPL_RTC_SPARE static thread_local
#endif

extern "C++" { /* kernel files stand in an extern "C" */

/** The words of the user's arguments. */
template <int N> struct gr_impl_rtc_words { int64_t at[N > 0 ? N : 1]; };

/* All that a kernel gets. */
template <class Launch, int N> struct gr_impl_rtc_arguments {
    Launch launch;
    gr_impl_rtc_words<N> words;
    gr_py_fault *fault;
};

} /* extern "C++" */

/* A function under a name that is looked for; `bounds` are GR_IMPL_LAUNCH_BOUNDS or nothing. A
 * simulated device calls it for each thread, with the place of the argument. */
#ifdef GR_IMPL_RTC
#define GR_IMPL_RTC_KERNEL(name, bounds, Launch, N) \
    extern "C" GR_IMPL_GLOBAL void bounds name(     \
        GR_IMPL_PARAMETER_CONST gr_impl_rtc_arguments<Launch, N> gr_all)
#else
#define GR_IMPL_RTC_KERNEL(name, bounds, Launch, N)                               \
    static void name##_of(const gr_impl_rtc_arguments<Launch, N> &gr_all);        \
    extern "C" __attribute__((visibility("hidden"))) void name(void *gr_at) {     \
        name##_of(*static_cast<const gr_impl_rtc_arguments<Launch, N> *>(gr_at)); \
    }                                                                             \
    static void name##_of(const gr_impl_rtc_arguments<Launch, N> &gr_all)
#endif
/* What the kernel begins with. */
#define GR_IMPL_RTC_BEGIN                                         \
    [[maybe_unused]] const auto &gr_launch = gr_all.launch;       \
    [[maybe_unused]] const int64_t *const gr_w = gr_all.words.at; \
    [[maybe_unused]] gr_py_fault *const gr_fault = gr_all.fault;

extern "C++" {

/* ---- parallel_for ---- */

template <int R, bool Right> struct gr_impl_rtc_for_statement { const gr_impl_rtc_for *x; };

template <int R, bool Right>
GR_IMPL_DEVICE_INLINE gr_impl_rtc_for_statement<R, Right> gr_impl_rtc_for_each(
    const gr_impl_rtc_for &x) {
    return {&x};
}

template <int R, bool Right, class Body>
GR_IMPL_DEVICE_INLINE void operator%(const gr_impl_rtc_for_statement<R, Right> &statement,
                                     const Body &body) {
    const gr_impl_rtc_for &x = *statement.x;

    if constexpr (R == 1) {
        const gr_index i = static_cast<gr_index>(gr_impl_dev_block()) * gr_impl_dev_threads() +
                           static_cast<gr_index>(gr_impl_dev_thread());

        if (i < x.extent[0]) {
            body(x.lo[0] + i);
        }
    } else {
        gr_impl_gpu_tiles<R> tiles;
        gr_index at[R];

        GR_IMPL_UNROLL(6)
        for (int k = 0; k < R; ++k) {
            tiles.lo[k] = x.lo[k];
            tiles.extent[k] = x.extent[k];
            tiles.count[k] = x.count[k];
            tiles.magic[k] = x.magic[k];
            tiles.shift[k] = x.shift[k];
            tiles.bits[k] = x.bits[k];
        }
        if (gr_impl_gpu_at<R>(tiles, at)) {
            gr_impl_gpu_call<Right>(body, at, gr_impl_up_to<R>());
        }
    }
}

/* ---- parallel_reduce ---- */

template <int R, class... Reducers> struct gr_impl_rtc_reduce_statement {
    const gr_impl_rtc_reduce *x;
    gr_impl_pack<Reducers...> reducers;
};

template <int R, class... Reducers>
GR_IMPL_DEVICE_INLINE gr_impl_rtc_reduce_statement<R, Reducers...> gr_impl_rtc_reduce_of(
    const gr_impl_rtc_reduce &x, Reducers... reducers) {
    return {&x, {{reducers}...}};
}

template <class Reducer>
GR_IMPL_DEVICE_INLINE void gr_impl_rtc_place(Reducer &reducer, const gr_impl_rtc_reducer &at) {
    reducer.result = static_cast<typename Reducer::value_type *>(at.result);
    reducer.partial = static_cast<typename Reducer::value_type *>(at.partial);
}

template <int R, class Body, class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_rtc_reduce_run(
    gr_impl_rtc_reduce_statement<R, Reducers...> &statement, const Body &body,
    gr_impl_numbers<K...> numbers) {
    const gr_impl_rtc_reduce &x = *statement.x;
    gr_impl_gpu_chunks<R> cut;

    GR_IMPL_UNROLL(6)
    for (int d = 0; d < R; ++d) {
        cut.first[d] = x.first[d];
        cut.last[d] = x.last[d];
        cut.count[d] = x.count[d];
    }
    cut.width = x.width;
    cut.all = x.all;
    cut.chunk = x.chunk;
    cut.chunks = x.chunks;
    (gr_impl_rtc_place(gr_impl_get<K>(statement.reducers), x.of[K]), ...);
    gr_impl_gpu_reduce_block(
        gr_impl_gpu_reduction<R, Body, Reducers...>{cut, x.counter, statement.reducers, body},
        numbers);
}

template <int R, class... Reducers, class Body>
GR_IMPL_DEVICE_INLINE void operator%(gr_impl_rtc_reduce_statement<R, Reducers...> statement,
                                     const Body &body) {
    gr_impl_rtc_reduce_run(statement, body, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* ---- parallel_scan ---- */

template <class T, class Join> struct gr_impl_rtc_scan_statement {
    const gr_impl_rtc_scan *x;
    T identity;
    Join join;
};

template <class T, class Join>
GR_IMPL_DEVICE_INLINE gr_impl_rtc_scan_statement<T, Join> gr_impl_rtc_scan_of(
    const gr_impl_rtc_scan &x, T identity, Join join) {
    return {&x, identity, join};
}

template <class T, class Join, class Body>
GR_IMPL_DEVICE_INLINE void operator%(const gr_impl_rtc_scan_statement<T, Join> &statement,
                                     const Body &body) {
    const gr_impl_rtc_scan &x = *statement.x;
    T *const value = static_cast<T *>(x.values);
    const gr_index chunks = x.chunks, groups = x.groups;
    unsigned *const flag = x.flags;

    gr_impl_gpu_scan_block<gr_impl_is_free<T>::value>(
        gr_impl_gpu_scan_work<T, Join, Body>{x.first,
                                             x.last,
                                             chunks,
                                             statement.identity,
                                             statement.join,
                                             static_cast<T *>(x.total),
                                             flag + (chunks + groups + x.supers),
                                             {value, value + chunks, value + chunks + groups, flag,
                                              flag + chunks, flag + chunks + groups},
                                             body});
}

#define GR_IMPL_RTC_SCAN(launch, i, final, reducer) \
    GR_IMPL_CALL(GR_IMPL_RTC_SCAN_OF, (launch, i, final, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_RTC_SCAN_OF(launch, i, final, kind, T, v, identity, join_of, argument) \
    gr_impl_rtc_scan_of<T>(launch, identity, [](T a, T b) -> T {                       \
        return join_of(T, argument, a, b);                                             \
    }) % [&](GR_IMPL_INDEX i, T & v, [[maybe_unused]] const int final)

/* ---- launches over a league ---- */

struct gr_impl_rtc_team_statement {
    const gr_impl_rtc_league *x;
};

GR_IMPL_DEVICE_INLINE gr_impl_rtc_team_statement gr_impl_rtc_team(const gr_impl_rtc_league &x) {
    return {&x};
}

template <class Body>
GR_IMPL_DEVICE_INLINE void operator%(const gr_impl_rtc_team_statement &statement,
                                     const Body &body) {
    gr_impl_gpu_league_units(statement.x->league, [&](gr_index rank) {
        gr_impl_arena arenas[4];

        body(gr_impl_gpu_team_at(statement.x->league, rank, arenas));
    });
}

template <class... Reducers> struct gr_impl_rtc_league_statement {
    const gr_impl_rtc_league *x;
    gr_impl_pack<Reducers...> reducers;
};

template <class... Reducers>
GR_IMPL_DEVICE_INLINE gr_impl_rtc_league_statement<Reducers...> gr_impl_rtc_league_of(
    const gr_impl_rtc_league &x, Reducers... reducers) {
    return {&x, {{reducers}...}};
}

template <class Body, class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_rtc_league_run(
    gr_impl_rtc_league_statement<Reducers...> &statement, const Body &body,
    gr_impl_numbers<K...> numbers) {
    const gr_impl_rtc_league &x = *statement.x;

    (gr_impl_rtc_place(gr_impl_get<K>(statement.reducers), x.of[K]), ...);
    const gr_impl_gpu_league_reduction<Body, Reducers...> all = {
        x.league,
        x.chunk,
        x.chunks,
        statement.reducers,
        {{static_cast<typename Reducers::value_type *>(x.of[K].lanes)}...},
        body};

    gr_impl_gpu_league_units(x.league,
                             [&](gr_index unit) { gr_impl_gpu_league_lane(all, unit, numbers); });
}

template <class... Reducers, class Body>
GR_IMPL_DEVICE_INLINE void operator%(gr_impl_rtc_league_statement<Reducers...> statement,
                                     const Body &body) {
    gr_impl_rtc_league_run(statement, body, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* The second kernel of a reduction over a league: it joins what the lanes have. */
template <class... Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_rtc_join_run(
    gr_impl_rtc_league_statement<Reducers...> &statement, gr_impl_numbers<K...> numbers) {
    const gr_impl_rtc_league &x = *statement.x;

    (gr_impl_rtc_place(gr_impl_get<K>(statement.reducers), x.of[K]), ...);
    gr_impl_gpu_join_all_lanes(
        gr_impl_gpu_league_join<Reducers...>{
            x.chunks,
            statement.reducers,
            {{static_cast<typename Reducers::value_type *>(x.of[K].lanes)}...}},
        numbers);
}

template <class... Reducers>
GR_IMPL_DEVICE_INLINE void gr_impl_rtc_join(gr_impl_rtc_league_statement<Reducers...> statement) {
    gr_impl_rtc_join_run(statement, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

} /* extern "C++" */

/* Sums and products of Python's integers wrap, and NVRTC has no option that says so: by way of
 * numbers without a sign. */
extern "C++" {

template <int Size> struct gr_impl_rtc_unsigned { using type = uint32_t; };
template <> struct gr_impl_rtc_unsigned<8> { using type = uint64_t; };

template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_rtc_sum(T a, T b) {
    if constexpr (gr_impl_is_exact<T>::value) {
        using U = typename gr_impl_rtc_unsigned<sizeof(T)>::type;

        return static_cast<T>(static_cast<U>(a) + static_cast<U>(b));
    } else {
        return a + b;
    }
}
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_rtc_product(T a, T b) {
    if constexpr (gr_impl_is_exact<T>::value) {
        using U = typename gr_impl_rtc_unsigned<sizeof(T)>::type;

        return static_cast<T>(static_cast<U>(a) * static_cast<U>(b));
    } else {
        return a * b;
    }
}

} /* extern "C++" */

#undef GR_IMPL_JOIN_SUM
#undef GR_IMPL_JOIN_PROD
#define GR_IMPL_JOIN_SUM(T, argument, a, b) gr_impl_rtc_sum<T>(a, b)
#define GR_IMPL_JOIN_PROD(T, argument, a, b) gr_impl_rtc_product<T>(a, b)

#define GR_IMPL_RTC_REDUCERS(...) GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)
#define GR_IMPL_RTC_PARAMETERS(...) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__)

#endif
