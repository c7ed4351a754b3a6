/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/lambda_team.h
 * @brief Teams of the lambda backend: of one thread each; nested ranges are lambdas too.
 */
#ifndef GRANUM_IMPL_LAMBDA_TEAM_H
#define GRANUM_IMPL_LAMBDA_TEAM_H

#ifndef __cplusplus
#error "granum: a part of the lambda backend, which compiles kernel files as C++17"
#endif

#include <granum/backends/lambda.h>
#include <granum/impl/team.h>

struct gr_impl_team_statement {
    gr_site *site;
    gr_team_policy policy;
};

template <class F> void operator%(const gr_impl_team_statement &statement, const F &body) {
    gr_impl_launch launch;
    gr_impl_launch *p = gr_impl_begin_team(&launch, statement.site, statement.policy);

    for (; p; p = gr_impl_launch_end(p)) {
        for (gr_index rank = p->lo; rank < p->hi; ++rank) {
            body(gr_impl_team_at(p, rank));
        }
    }
}

#define GR_IMPL_TEAM(label, t, policy) \
    gr_impl_team_statement{GR_IMPL_SITE(label), policy} % [=]([[maybe_unused]] const gr_team &t)

template <class... Reducers> struct gr_impl_league_statement {
    gr_site *site;
    gr_team_policy policy;
    std::tuple<Reducers...> reducers;
};

template <class... Reducers>
gr_impl_league_statement<Reducers...> gr_impl_league(gr_site *site, gr_team_policy policy,
                                                     Reducers... reducers) {
    return {site, policy, std::tuple<Reducers...>(reducers...)};
}

template <class... Reducers, class F>
void operator%(gr_impl_league_statement<Reducers...> statement, const F &body) {
    const size_t bytes[] = {sizeof(*std::declval<Reducers>().result)...};
    gr_impl_launch launch;
    gr_impl_launch *p = gr_impl_begin_team_reduce(&launch, statement.site, statement.policy,
                                                  (int)sizeof...(Reducers), bytes);

    if (!p) {
        return;
    }
    std::apply(
        [&](auto &...reducer) {
            int k = 0;

            (reducer.start(p, k++), ...);
            for (; p; p = gr_impl_launch_end(p)) {
                for (gr_index unit = p->lo; unit < p->hi; ++unit) {
                    const gr_span e = gr_impl_chunk_span(p, unit);

                    (reducer.clear(), ...);
                    for (gr_index rank = e.lo; rank < e.hi; ++rank) {
                        body(gr_impl_team_at(p, rank),
                             reducer.lane[(rank - e.lo) % GR_IMPL_WIDTH]...);
                    }
                    ((reducer.partial[unit] = reducer.joined()), ...);
                }
            }
            (reducer.finish(launch.end), ...);
        },
        statement.reducers);
}

#define GR_IMPL_LEAGUE_REDUCE(label, t, policy, ...)                                           \
    gr_impl_league(GR_IMPL_SITE(label), policy GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % [= \
    ]([[maybe_unused]] const gr_team &t GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))

template <class T, class Join> struct gr_impl_league_scan_statement {
    gr_site *site;
    gr_team_policy policy;
    T identity;
    Join join;
    T *total; /* may be NULL */
};

template <class T, class Join>
gr_impl_league_scan_statement<T, Join> gr_impl_league_scan(gr_site *site, gr_team_policy policy,
                                                           T identity, Join join, T *total) {
    return {site, policy, identity, join, total};
}

template <class T, class Join, class F>
void operator%(const gr_impl_league_scan_statement<T, Join> &statement, const F &body) {
    const T identity = statement.identity;
    T state[3] = {identity, identity, identity};
    gr_impl_launch launch;
    gr_impl_launch *p = gr_impl_begin_team_scan(&launch, statement.site, statement.policy);

    for (; p; p = gr_impl_launch_end(p)) {
        gr_impl_scan_chunks(p, state, identity, statement.join,
                            [&](gr_index rank, T &value, int final) {
                                body(gr_impl_team_at(p, rank), value, final);
                            });
    }
    if (statement.total) {
        *statement.total = gr_impl_scan_before(state, statement.join);
    }
}

#define GR_IMPL_LEAGUE_SCAN(label, t, policy, final, finish, total, reducer) \
    GR_IMPL_CALL(GR_IMPL_LEAGUE_SCAN_OF,                                     \
                 (label, t, policy, final, finish, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_LEAGUE_SCAN_OF(label, t, policy, final, finish, total, kind, T, v, identity,   \
                               join_of, argument)                                              \
    gr_impl_league_scan<T>((GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity, \
                           [](T a, T b) -> T { return join_of(T, argument, a, b); },           \
                           finish(T, total)) %                                                 \
        [=]([[maybe_unused]] const gr_team &t, T &v, [[maybe_unused]] const int final)

/* Nested ranges. Their lambdas see the block's own variables by reference, as on a GPU. */
struct gr_impl_nested_for {
    gr_impl_bounds box;
    int rank;
};

template <class F> void operator%(const gr_impl_nested_for &nested, const F &body) {
    const gr_impl_bounds &box = nested.box;

    if constexpr (std::is_invocable_v<F, gr_index>) {
        for (gr_index i = box.lo[0]; i < box.hi[0]; ++i) {
            body(i);
        }
    } else if constexpr (std::is_invocable_v<F, gr_index, gr_index>) {
        gr_impl_visit<2>(box, [&](gr_index, auto... at) { body(at...); });
    } else {
        gr_impl_visit<3>(box, [&](gr_index, auto... at) { body(at...); });
    }
}

#define GR_IMPL_TEAM_FOR(t, k, from, to) \
    gr_impl_nested_for{{{from}, {to}}, (t).team_size} % [&](GR_IMPL_INDEX k)
#define GR_IMPL_TEAM_THREAD_FOR GR_IMPL_TEAM_FOR
#define GR_IMPL_THREAD_VECTOR_FOR GR_IMPL_TEAM_FOR
#define GR_IMPL_TEAM_FOR_2D(t, i, j, from0, to0, from1, to1)                               \
    gr_impl_nested_for{{{from0, from1}, {to0, to1}}, (t).team_size} % [&](GR_IMPL_INDEX i, \
                                                                          GR_IMPL_INDEX j)
#define GR_IMPL_TEAM_FOR_3D(t, i, j, k, from0, to0, from1, to1, from2, to2)       \
    gr_impl_nested_for{{{from0, from1, from2}, {to0, to1, to2}}, (t).team_size} % \
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j, GR_IMPL_INDEX k)
#define GR_IMPL_TEAM_THREAD_FOR_2D GR_IMPL_TEAM_FOR_2D
#define GR_IMPL_TEAM_THREAD_FOR_3D GR_IMPL_TEAM_FOR_3D
#define GR_IMPL_THREAD_VECTOR_FOR_2D GR_IMPL_TEAM_FOR_2D
#define GR_IMPL_THREAD_VECTOR_FOR_3D GR_IMPL_TEAM_FOR_3D

template <class... Reducers> struct gr_impl_nested_reduce {
    gr_index lo, hi;
    std::tuple<Reducers...> reducers;
};

template <class... Reducers>
gr_impl_nested_reduce<Reducers...> gr_impl_nested(const gr_team &, gr_index lo, gr_index hi,
                                                  Reducers... reducers) {
    return {lo, hi, std::tuple<Reducers...>(reducers...)};
}

template <class... Reducers, class F>
void operator%(gr_impl_nested_reduce<Reducers...> nested, const F &body) {
    gr_impl_nest nest;
    const bool few = nested.hi - nested.lo <= GR_IMPL_FEW;

    gr_impl_nest_of(&nest, nested.lo, nested.hi);
    gr_impl_nest_divide(&nest);
    std::apply(
        [&](auto &...reducer) {
            for (gr_index unit = 0; unit < nest.end; ++unit) {
                const gr_span e = gr_impl_nest_chunk(&nest, unit, GR_IMPL_WAY_SETS);

                (reducer.clear(), ...);
                for (gr_index i = e.lo; i < e.hi; ++i) {
                    body(i, reducer.lane[few ? 0 : (i - e.lo) % GR_IMPL_WIDTH]...);
                }
                ((reducer.part[unit] = few ? reducer.lane[0] : reducer.joined()), ...);
            }
            ((reducer.partial = reducer.part, reducer.finish(nest.end)), ...);
        },
        nested.reducers);
}

#define GR_IMPL_TEAM_REDUCE(t, k, from, to, ...)                            \
    gr_impl_nested(t, from, to GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % \
        [&]([[maybe_unused]] const gr_index k GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_TEAM_THREAD_REDUCE GR_IMPL_TEAM_REDUCE
#define GR_IMPL_THREAD_VECTOR_REDUCE GR_IMPL_TEAM_REDUCE

/* In two and three dimensions: over the numbers of the elements. */
template <int Rank, class... Reducers> struct gr_impl_nested_box_reduce {
    gr_impl_nest_box box;
    gr_impl_nested_reduce<Reducers...> over;
};

template <int Rank, class... Reducers>
gr_impl_nested_box_reduce<Rank, Reducers...> gr_impl_nested_in(const gr_team &,
                                                               const gr_impl_nest_box &box,
                                                               Reducers... reducers) {
    return {box, {0, box.elements, std::tuple<Reducers...>(reducers...)}};
}

template <int Rank, class... Reducers, class F>
void operator%(const gr_impl_nested_box_reduce<Rank, Reducers...> &nested, const F &body) {
    const gr_impl_nest_box &box = nested.box;

    nested.over % [&](gr_index element, auto &...value) {
        const gr_index row = element / box.columns, k = box.column + element % box.columns;

        if constexpr (Rank == 2) {
            body(box.row + row, k, value...);
        } else {
            body(box.plane + row / box.rows, box.row + row % box.rows, k, value...);
        }
    };
}

#define GR_IMPL_TEAM_REDUCE_2D(t, i, j, from0, to0, from1, to1, ...)         \
    gr_impl_nested_in<2>(t, gr_impl_nest_box_2d(from0, to0, from1, to1)      \
                                GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) % \
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_TEAM_REDUCE_3D(t, i, j, k, from0, to0, from1, to1, from2, to2, ...) \
    gr_impl_nested_in<3>(t, gr_impl_nest_box_3d(from0, to0, from1, to1, from2, to2) \
                                GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) %        \
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j,                                       \
            GR_IMPL_INDEX k GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_TEAM_THREAD_REDUCE_2D GR_IMPL_TEAM_REDUCE_2D
#define GR_IMPL_TEAM_THREAD_REDUCE_3D GR_IMPL_TEAM_REDUCE_3D
#define GR_IMPL_THREAD_VECTOR_REDUCE_2D GR_IMPL_TEAM_REDUCE_2D
#define GR_IMPL_THREAD_VECTOR_REDUCE_3D GR_IMPL_TEAM_REDUCE_3D

template <class T, class Join> struct gr_impl_nested_scan_statement {
    gr_index lo, hi;
    T identity;
    Join join;
    T *total; /* may be NULL */
};

template <class T, class Join>
gr_impl_nested_scan_statement<T, Join> gr_impl_nested_scan(const gr_team &, gr_index lo,
                                                           gr_index hi, T identity, Join join,
                                                           T *total) {
    return {lo, hi, identity, join, total};
}

template <class T, class Join, class F>
void operator%(const gr_impl_nested_scan_statement<T, Join> &statement, const F &body) {
    const T identity = statement.identity;
    T state[3] = {identity, identity, identity};
    gr_impl_launch launch;

    gr_impl_scan_chunks(gr_impl_nest_scan(&launch, statement.lo, statement.hi, true), state,
                        identity, statement.join, body);
    if (statement.total) {
        *statement.total = gr_impl_scan_before(state, statement.join);
    }
}

#define GR_IMPL_TEAM_SCAN(t, k, from, to, reducer, final) \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN,                     \
                 (t, k, from, to, final, GR_IMPL_SCAN_NO_TOTAL, , GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_THREAD_VECTOR_SCAN GR_IMPL_TEAM_SCAN
#define GR_IMPL_TEAM_SCAN_TOTAL(t, k, from, to, reducer, final, total) \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN,                                  \
                 (t, k, from, to, final, GR_IMPL_SCAN_TOTAL, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_THREAD_VECTOR_SCAN_TOTAL GR_IMPL_TEAM_SCAN_TOTAL
#define GR_IMPL_NESTED_SCAN(t, k, from, to, final, finish, total, kind, T, v, identity, join_of, \
                            argument)                                                            \
    gr_impl_nested_scan<T>(                                                                      \
        t, (GR_IMPL_CHECK_SCANS(kind), from), to, identity,                                      \
        [](T a, T b) -> T { return join_of(T, argument, a, b); }, finish(T, total)) %            \
        [&](GR_IMPL_INDEX k, T & v, [[maybe_unused]] const int final)

/* A block that one thread runs and that GR_CONTINUE ends, not the team's block. */
struct gr_impl_single {
    bool runs;
};

template <class F> void operator%(gr_impl_single single, const F &body) {
    if (single.runs) {
        body();
    }
}

#define GR_IMPL_TEAM_SINGLE(t) if ((t).team_rank == 0)
#define GR_IMPL_THREAD_SINGLE(t) if ((void)(t).team_rank, 1)
#define GR_IMPL_TEAM_SINGLE_BROADCAST(t, T, variable)                                 \
    (GR_IMPL_STATIC_CHECK((std::is_same_v<decltype(variable), T>),                    \
                          "GR_TEAM_SINGLE_BROADCAST: the variable has another type"), \
     gr_impl_single{(t).team_rank == 0}) %                                            \
        [&]()
#define GR_IMPL_TEAM_BARRIER(t) gr_impl_team_barrier(&(t), __FILE__, __LINE__)

#endif
