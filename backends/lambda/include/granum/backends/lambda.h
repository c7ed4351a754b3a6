/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file lambda.h
 * @brief The lambda backend: kernel files as C++17, each body a lambda, on the calling thread.
 *
 * This is what a GPU compiler makes of a kernel file: [=] copies that are read-only, a block that
 * is
 * the body of a lambda. It finds a missing `;`, a written capture and C that is not C++ without
 * one.
 * Order and results are those of the other backends.
 */
#ifndef GRANUM_BACKENDS_LAMBDA_H
#define GRANUM_BACKENDS_LAMBDA_H

#ifndef __cplusplus
#error \
    "granum: the lambda backend compiles kernel files as C++17 (granum_kernels(... BACKEND lambda))"
#endif

#include <granum/impl/lambda_statements.h>
#include <granum/impl/launch.h>
#include <granum/impl/view_arguments.h>

#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

/* Expansions that only some files want: their public headers include them. */
#define GR_IMPL_REDUCE_ARRAY_HEADER <granum/impl/lambda_reduce_array.h>
#define GR_IMPL_SCAN_SEGMENTED_HEADER <granum/impl/lambda_scan_segmented.h>
#define GR_IMPL_RESULTS_HEADER <granum/impl/host_results.h>

#define GR_IMPL_CONTINUE return
/* A body need not use its indices. */
#define GR_IMPL_INDEX [[maybe_unused]] const gr_index
#define GR_IMPL_FUNCTION static inline __attribute__((unused))

#define GR_IMPL_HOST_THREADS 1
#define GR_IMPL_SITE(label)                                                                  \
    (__extension__({                                                                         \
        static gr_site gr_here = {label, __FILE__, __LINE__, GR_IMPL_HOST_THREADS, 0, 0, 0}; \
        &gr_here;                                                                            \
    }))

template <class T> constexpr T gr_impl_highest() {
    using limits = std::numeric_limits<T>;
    return limits::has_infinity ? limits::infinity() : limits::max();
}

template <class T> constexpr T gr_impl_lowest() {
    using limits = std::numeric_limits<T>;
    return limits::has_infinity ? -limits::infinity() : limits::lowest();
}

#define GR_IMPL_SAME_RANK(Policy, R)                            \
    static_assert(sizeof(Policy::lo) == (R) * sizeof(gr_index), \
                  "the policy has another number of dimensions than the statement has indices")

/* What a statement is about, before its body is known. */
template <int R, class Policy> struct gr_impl_for_statement {
    gr_site *site;
    Policy policy;
};

template <int R, class Policy>
gr_impl_for_statement<R, Policy> gr_impl_for(gr_site *site, Policy policy) {
    GR_IMPL_SAME_RANK(Policy, R);
    return {site, policy};
}

/* Call visit(i, j, ..., k) for each point of a box, the last index innermost; the visitor gets the
 * innermost index's offset in its row first. */
template <int R, int D = 0, class F, class... Indices>
void gr_impl_visit(const gr_impl_bounds &box, const F &visit, Indices... indices) {
    for (gr_index i = box.lo[D]; i < box.hi[D]; ++i) {
        if constexpr (D == R - 1) {
            visit(i - box.lo[D], indices..., i);
        } else {
            gr_impl_visit<R, D + 1>(box, visit, indices..., i);
        }
    }
}

/* Call body(i, j, ..., k) for indices that come as k, ..., j, i. */
template <class F, size_t... D, class Indices>
void gr_impl_turned(const F &body, std::index_sequence<D...>, const Indices &at) {
    body(std::get<sizeof...(D) - 1 - D>(at)...);
}

template <int R, class Policy, class F>
void operator%(const gr_impl_for_statement<R, Policy> &statement, const F &body) {
    constexpr bool left = std::is_same_v<decltype(statement.policy.left), Policy *>;
    const Policy &policy = statement.policy;
    gr_impl_launch launch, *p;

    if constexpr (R == 1) {
        p = gr_impl_begin_1d(&launch, statement.site, policy);
    } else {
        p = gr_impl_begin_rows(&launch, statement.site, policy.lo, policy.hi, policy.tile, R, left,
                               &policy.options);
    }
    for (; p; p = gr_impl_launch_end(p)) {
        if constexpr (R == 1) {
            for (gr_index i = p->lo; i < p->hi; ++i) {
                body(i);
            }
        } else {
            gr_impl_box box = gr_impl_boxes(p, R, p->lo, p->hi);

            for (; box.more; gr_impl_box_next(&box, p, R)) {
                gr_impl_visit<R>(box.at, [&](gr_index, auto... at) {
                    if constexpr (left) {
                        gr_impl_turned(body, std::make_index_sequence<R>(), std::tuple(at...));
                    } else {
                        body(at...);
                    }
                });
            }
        }
    }
}

#define GR_IMPL_FOR(R, label, policy) gr_impl_for<R>(GR_IMPL_SITE(label), policy) % [=]

/* A reducer: where its result goes, where it starts, how two of its values are joined. */
template <class V, class Join> struct gr_impl_reducer {
    V *result;
    V identity;
    Join join;
    V lane[GR_IMPL_WIDTH];
    V part[GR_IMPL_WIDTH]; /* chunk results of a nested reduction */
    V *partial;

    void start(gr_impl_launch *launch, int k) {
        partial = reinterpret_cast<V *>(launch->partial[k]);
    }
    void clear() {
        for (V &value : lane) {
            value = identity;
        }
    }
    V joined() {
        for (int half = GR_IMPL_WIDTH / 2; half > 0; half /= 2) {
            for (int q = 0; q < half; ++q) {
                lane[q] = join(lane[q], lane[q + half]);
            }
        }
        return lane[0];
    }
    void finish(gr_index chunks) {
        *result = partial[0];
        if (chunks > 1) {
            clear();
            for (gr_index c = 0; c < chunks; ++c) {
                lane[c % GR_IMPL_WIDTH] = join(lane[c % GR_IMPL_WIDTH], partial[c]);
            }
            *result = joined();
        }
    }
};

template <class T, class V, class Join>
gr_impl_reducer<V, Join> gr_impl_make_reducer(V *result, V identity, Join join) {
    *result = identity;
    return {result, identity, join, {}, {}, nullptr};
}

template <class V, class Join, class Finish>
struct gr_impl_final_reducer : gr_impl_reducer<V, Join> {
    Finish last;

    gr_impl_final_reducer(V *result, V identity, Join join, Finish finish)
        : gr_impl_reducer<V, Join>{result, identity, join, {}, {}, nullptr}, last(finish) {
        *result = last(identity);
    }
    void finish(gr_index chunks) {
        gr_impl_reducer<V, Join>::finish(chunks);
        *this->result = last(*this->result);
    }
};

template <int R, class Policy, class... Reducers> struct gr_impl_reduce_statement {
    gr_site *site;
    Policy policy;
    std::tuple<Reducers...> reducers;
};

template <int R, class Policy, class... Reducers>
gr_impl_reduce_statement<R, Policy, Reducers...> gr_impl_reduce(gr_site *site, Policy policy,
                                                                Reducers... reducers) {
    static_assert(sizeof...(Reducers) <= GR_MAX_REDUCERS,
                  "GR_PARALLEL_REDUCE: more than 8 reducers, expected 1..8");
    GR_IMPL_SAME_RANK(Policy, R);
    return {site, policy, std::tuple<Reducers...>(reducers...)};
}

template <int R, class Policy, class... Reducers, class F>
void operator%(gr_impl_reduce_statement<R, Policy, Reducers...> statement, const F &body) {
    const Policy &policy = statement.policy;
    const size_t bytes[] = {sizeof(*std::declval<Reducers>().result)...};
    gr_impl_launch launch;
    gr_impl_launch *p =
        gr_impl_begin_reduce(&launch, statement.site, policy.lo, policy.hi, policy.tile, R,
                             &policy.options, (int)sizeof...(Reducers), bytes);

    if (!p) {
        return;
    }
    std::apply(
        [&](auto &...reducer) {
            int k = 0;

            (reducer.start(p, k++), ...);
            for (; p; p = gr_impl_launch_end(p)) {
                for (gr_index unit = p->lo; unit < p->hi; ++unit) {
                    (reducer.clear(), ...);
                    if constexpr (R == 1) {
                        const gr_span e = gr_impl_chunk_span(p, unit);

                        for (gr_index i = e.lo; i < e.hi; ++i) {
                            body(i, reducer.lane[(i - e.lo) % GR_IMPL_WIDTH]...);
                        }
                    } else {
                        gr_impl_box box = gr_impl_chunk_boxes(p, R, unit);

                        for (; box.more; gr_impl_box_next(&box, p, R)) {
                            gr_impl_visit<R>(box.at, [&](gr_index offset, auto... at) {
                                body(at..., reducer.lane[offset % GR_IMPL_WIDTH]...);
                            });
                        }
                    }
                    ((reducer.partial[unit] = reducer.joined()), ...);
                }
            }
            (reducer.finish(launch.end), ...);
        },
        statement.reducers);
}

/* The reducers of a statement as objects, each after a comma, and as parameters of the lambda. */
#define GR_IMPL_OBJECT(k, kind, ...) GR_IMPL_OBJECT_##kind(__VA_ARGS__)
#define GR_IMPL_SAME(a, T)                             \
    static_assert(std::is_same<decltype(a), T>::value, \
                  "the variable of a reducer has another type than the reducer names")
#define GR_IMPL_OBJECT_SCALAR(T, v, identity, join_of, argument)                              \
    , (__extension__({                                                                        \
        GR_IMPL_SAME(v, T);                                                                   \
        gr_impl_make_reducer<T, T>(&v, identity,                                              \
                                   [](T a, T b) -> T { return join_of(T, argument, a, b); }); \
    }))
#define GR_IMPL_OBJECT_USER GR_IMPL_OBJECT_SCALAR
#define GR_IMPL_OBJECT_FINAL(T, v, identity, join_of, argument)                               \
    , (__extension__({                                                                        \
        GR_IMPL_SAME(v, T);                                                                   \
        const auto gr_join = [](T a, T b) -> T { return join_of(T, argument, a, b); };        \
        const auto gr_last = [](T a) -> T { return GR_IMPL_FINISH_OF argument(a); };          \
        gr_impl_final_reducer<T, decltype(gr_join), decltype(gr_last)>(&v, identity, gr_join, \
                                                                       gr_last);              \
    }))
#define GR_IMPL_OBJECT_LOC(T, v, start, before, argument)                                 \
    , (__extension__({                                                                    \
        GR_IMPL_SAME(v.value, T);                                                         \
        using gr_value = decltype(v);                                                     \
        gr_impl_make_reducer<T, gr_value>(                                                \
            &v, gr_value{start, GR_NO_LOCATION}, [](gr_value a, gr_value b) -> gr_value { \
                return before(a.value, a.location, b.value, b.location) ? b : a;          \
            });                                                                           \
    }))
#define GR_IMPL_OBJECT_MINMAX(T, v, identity, join_of, argument)                                   \
    , (__extension__({                                                                             \
        GR_IMPL_SAME(v.min, T);                                                                    \
        using gr_value = decltype(v);                                                              \
        gr_impl_make_reducer<T, gr_value>(&v, gr_value{gr_impl_highest<T>(), gr_impl_lowest<T>()}, \
                                          [](gr_value a, gr_value b) -> gr_value {                 \
                                              return gr_value{                                     \
                                                  GR_IMPL_JOIN_MIN(T, , a.min, b.min),             \
                                                  GR_IMPL_JOIN_MAX(T, , a.max, b.max)};            \
                                          });                                                      \
    }))
#define GR_IMPL_OBJECT_MINMAXLOC(T, v, identity, before, after)                                  \
    , (__extension__({                                                                           \
        GR_IMPL_SAME(v.min, T);                                                                  \
        using gr_value = decltype(v);                                                            \
        gr_impl_make_reducer<T, gr_value>(                                                       \
            &v,                                                                                  \
            gr_value{gr_impl_highest<T>(), gr_impl_lowest<T>(), GR_NO_LOCATION, GR_NO_LOCATION}, \
            [](gr_value a, gr_value b) -> gr_value {                                             \
                const bool low = before(a.min, a.min_location, b.min, b.min_location);           \
                const bool high = after(a.max, a.max_location, b.max, b.max_location);           \
                return gr_value{low ? b.min : a.min, high ? b.max : a.max,                       \
                                low ? b.min_location : a.min_location,                           \
                                high ? b.max_location : a.max_location};                         \
            });                                                                                  \
    }))
#define GR_IMPL_PARAMETER(k, kind, T, v, ...) , [[maybe_unused]] decltype(v) &v

#define GR_IMPL_REDUCE(R, label, policy, ...) \
    gr_impl_reduce<R>(GR_IMPL_SITE(label), policy GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % [=]

/* Scans. */
template <class T, class Join> struct gr_impl_scan_statement {
    gr_site *site;
    gr_range_1d_policy policy;
    T identity;
    Join join;
    T *total; /* may be NULL */
};

template <class T, class Join>
gr_impl_scan_statement<T, Join> gr_impl_scan(gr_site *site, gr_range_1d_policy policy, T identity,
                                             Join join, T *total) {
    return {site, policy, identity, join, total};
}

/* What came before the next chunk. */
template <class T, class Join> T gr_impl_scan_before(const T *state, const Join &join) {
    return join(join(state[2], state[1]), state[0]);
}

/* The chunks of one round: body(i, value, final). */
template <class T, class Join, class F>
void gr_impl_scan_chunks(gr_impl_launch *p, T *state, T identity, const Join &join, const F &body) {
    const auto run = [&](gr_span e, gr_index segment, T value, int final) {
        const gr_index lo = e.lo + segment * GR_IMPL_SEGMENT;
        const gr_index hi = lo + gr_impl_min(GR_IMPL_SEGMENT, e.hi - lo);

        for (gr_index i = lo; i < hi; ++i) {
            body(i, value, final);
        }
        return value;
    };

    for (gr_index unit = p->lo; unit < p->hi; ++unit) {
        const gr_span e = gr_impl_chunk_span(p, unit);
        const gr_index segments = (e.hi - e.lo + GR_IMPL_SEGMENT - 1) / GR_IMPL_SEGMENT;
        T carry[GR_IMPL_SCAN_CHUNK / GR_IMPL_SEGMENT];
        T tile = identity, left = identity;

        for (gr_index g = 0; g < segments; ++g) {
            if (g > 0 && g % GR_IMPL_WIDTH == 0) {
                tile = join(tile, left);
                left = identity;
            }
            carry[g] = join(tile, left);
            left = join(left, run(e, g, identity, 0));
        }
        if (p->threads != 1) { /* a part of a graph's scan */
            gr_impl_turn_wait(p, unit, state, 3 * sizeof *state);
        }
        for (gr_index g = 0; g < segments; ++g) {
            carry[g] = join(gr_impl_scan_before(state, join), carry[g]);
        }
        state[0] = join(state[0], join(tile, left));
        if ((unit + 1) % GR_IMPL_WIDTH == 0) {
            state[1] = join(state[1], state[0]);
            state[0] = identity;
        }
        if ((unit + 1) % (GR_IMPL_WIDTH * GR_IMPL_WIDTH) == 0) {
            state[2] = join(state[2], state[1]);
            state[1] = identity;
        }
        if (p->threads != 1) {
            gr_impl_turn_pass(p, unit, state, 3 * sizeof *state);
        }
        for (gr_index g = 0; g < segments; ++g) {
            run(e, g, carry[g], 1);
        }
    }
}

template <class T, class Join, class F>
void operator%(const gr_impl_scan_statement<T, Join> &statement, const F &body) {
    const T identity = statement.identity;
    T state[3] = {identity, identity, identity};
    gr_impl_launch launch;
    gr_impl_launch *p = gr_impl_begin_scan(&launch, statement.site, statement.policy, false);

    for (; p; p = gr_impl_launch_end(p)) {
        gr_impl_scan_chunks(p, state, identity, statement.join, body);
    }
    if (statement.total) {
        *statement.total = gr_impl_scan_before(state, statement.join);
    }
}

#define GR_IMPL_SCAN_NO_TOTAL(T, total) static_cast<T *>(nullptr)
#define GR_IMPL_SCAN_TOTAL(T, total) &total
#define GR_IMPL_SCAN(label, i, policy, final, finish, total, reducer) \
    GR_IMPL_CALL(GR_IMPL_SCAN_OF, (label, i, policy, final, finish, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_SCAN_OF(label, i, policy, final, finish, total, kind, T, v, identity, join_of,    \
                        argument)                                                                 \
    gr_impl_scan<T>((GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity,           \
                    [](T a, T b) -> T { return join_of(T, argument, a, b); }, finish(T, total)) % \
        [=](GR_IMPL_INDEX i, T & v, [[maybe_unused]] const int final)

#include <granum/impl/host_atomic.h>
#include <granum/impl/lambda_team.h>

#endif
