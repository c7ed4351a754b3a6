/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/lambda_reduce_array.h
 * @brief Reductions into arrays of the lambda backend; included by reduce_array.h.
 */
#ifndef GRANUM_IMPL_LAMBDA_REDUCE_ARRAY_H
#define GRANUM_IMPL_LAMBDA_REDUCE_ARRAY_H

#ifndef __cplusplus
#error "granum: a part of the lambda backend, which compiles kernel files as C++17"
#endif

#include <granum/backends/lambda.h>
#include <granum/impl/arrays.h>

extern "C++" { /* kernel files stand in an extern "C", and this is included by them */

/* An array's reducer: one copy a chunk, and the View of it that the body sees. */
template <class T, class View, class Join> struct gr_impl_array_reducer {
    View result;
    gr_index stride;
    gr_impl_array about;
    T identity;
    Join join;
    T *copies;
    View own;

    gr_impl_array describe() const {
        return about;
    }
    void start(gr_impl_launch *launch, int k) {
        copies = reinterpret_cast<T *>(launch->partial[k]);
    }
    /* Of a single copy: the result itself. */
    void start_nested(gr_impl_nest_arrays *nest, int k) {
        const bool is_result = nest->end == 1;

        copies = is_result ? result.data : reinterpret_cast<T *>(nest->partial[k]);
        own.stride[0] = is_result ? stride : 1;
    }
    void begin(gr_index unit) {
        own.data = copies + unit * about.length;
        for (gr_index q = 0; q < about.length; ++q) {
            own.data[q * own.stride[0]] = identity;
        }
    }
    View &element() {
        return own;
    }
    void end(gr_index) {}
    void finish(gr_index chunks) {
        for (gr_index q = 0; q < about.length; ++q) {
            gr_impl_reducer<T, Join> one{&result.data[q * stride], identity, join, {}, {}, nullptr};

            *one.result = copies[q];
            if (chunks > 1) {
                one.clear();
                for (gr_index c = 0; c < chunks; ++c) {
                    T &lane = one.lane[c % GR_IMPL_WIDTH];

                    lane = join(lane, copies[c * about.length + q]);
                }
                *one.result = one.joined();
            }
        }
    }
};

template <class T, class View, class Join>
gr_impl_array_reducer<T, View, Join> gr_impl_make_array(View result, gr_index stride,
                                                        gr_impl_array about, T identity,
                                                        Join join) {
    View own = result;

    own.buffer = nullptr;
    own.extent[0] = about.length;
    own.stride[0] = 1;
    for (gr_index q = 0; q < (about.length <= about.extent ? about.length : 0); ++q) {
        result.data[q * stride] = identity;
    }
    return {result, stride, about, identity, join, nullptr, own};
}

/* Any other reducer, with one lane. */
template <class Reducer> struct gr_impl_one_lane {
    Reducer inner;

    gr_impl_array describe() const {
        return {"", sizeof(*inner.result), 1, 1};
    }
    void start(gr_impl_launch *launch, int k) {
        inner.start(launch, k);
    }
    void begin(gr_index) {
        inner.lane[0] = inner.identity;
    }
    auto &element() {
        return inner.lane[0];
    }
    void end(gr_index unit) {
        inner.partial[unit] = inner.lane[0];
    }
    void finish(gr_index chunks) {
        inner.finish(chunks);
    }
};

template <class T, class View, class Join>
gr_impl_array_reducer<T, View, Join> gr_impl_in_one_lane(
    gr_impl_array_reducer<T, View, Join> reducer) {
    return reducer;
}
template <class Reducer> gr_impl_one_lane<Reducer> gr_impl_in_one_lane(Reducer reducer) {
    return {reducer};
}

template <int R, class Policy, class... Reducers> struct gr_impl_array_statement {
    gr_site *site;
    Policy policy;
    bool exact;
    std::tuple<Reducers...> reducers;
};

template <int R, class Policy, class... Reducers>
auto gr_impl_reduce_array(gr_site *site, Policy policy, bool exact, Reducers... reducers) {
    static_assert(sizeof...(Reducers) <= GR_MAX_REDUCERS,
                  "GR_PARALLEL_REDUCE: more than 8 reducers, expected 1..8");
    GR_IMPL_SAME_RANK(Policy, R);
    return gr_impl_array_statement<R, Policy, decltype(gr_impl_in_one_lane(reducers))...>{
        site, policy, exact, {gr_impl_in_one_lane(reducers)...}};
}

template <int R, class Policy, class... Reducers, class F>
void operator%(gr_impl_array_statement<R, Policy, Reducers...> statement, const F &body) {
    const Policy &policy = statement.policy;

    std::apply(
        [&](auto &...reducer) {
            const gr_impl_array arrays[] = {reducer.describe()...};
            gr_impl_launch launch;
            gr_impl_launch *p = gr_impl_begin_reduce_arrays(
                &launch, statement.site, policy.lo, policy.hi, policy.tile, R, &policy.options,
                (int)sizeof...(Reducers), arrays, statement.exact);
            int k = 0;

            if (!p) {
                return;
            }
            (reducer.start(p, k++), ...);
            for (; p; p = gr_impl_launch_end(p)) {
                for (gr_index unit = p->lo; unit < p->hi; ++unit) {
                    (reducer.begin(unit), ...);
                    if constexpr (R == 1) {
                        const gr_span e = gr_impl_chunk_span(p, unit);

                        for (gr_index i = e.lo; i < e.hi; ++i) {
                            body(i, reducer.element()...);
                        }
                    } else {
                        gr_impl_box box = gr_impl_chunk_boxes(p, R, unit);

                        for (; box.more; gr_impl_box_next(&box, p, R)) {
                            gr_impl_visit<R>(box.at, [&](gr_index, auto... at) {
                                body(at..., reducer.element()...);
                            });
                        }
                    }
                    (reducer.end(unit), ...);
                }
            }
            (reducer.finish(launch.end), ...);
        },
        statement.reducers);
}

template <class... Reducers> struct gr_impl_league_array_statement {
    gr_site *site;
    gr_team_policy policy;
    bool exact;
    std::tuple<Reducers...> reducers;
};

template <class... Reducers>
auto gr_impl_league_array(gr_site *site, gr_team_policy policy, bool exact, Reducers... reducers) {
    return gr_impl_league_array_statement<decltype(gr_impl_in_one_lane(reducers))...>{
        site, policy, exact, {gr_impl_in_one_lane(reducers)...}};
}

template <class... Reducers, class F>
void operator%(gr_impl_league_array_statement<Reducers...> statement, const F &body) {
    std::apply(
        [&](auto &...reducer) {
            const gr_impl_array arrays[] = {reducer.describe()...};
            gr_impl_launch launch;
            gr_impl_launch *p =
                gr_impl_begin_team_reduce_arrays(&launch, statement.site, statement.policy,
                                                 (int)sizeof...(Reducers), arrays, statement.exact);
            int k = 0;

            if (!p) {
                return;
            }
            (reducer.start(p, k++), ...);
            for (; p; p = gr_impl_launch_end(p)) {
                for (gr_index unit = p->lo; unit < p->hi; ++unit) {
                    const gr_span e = gr_impl_chunk_span(p, unit);

                    (reducer.begin(unit), ...);
                    for (gr_index rank = e.lo; rank < e.hi; ++rank) {
                        body(gr_impl_team_at(p, rank), reducer.element()...);
                    }
                    (reducer.end(unit), ...);
                }
            }
            (reducer.finish(launch.end), ...);
        },
        statement.reducers);
}

/* Nested: the Views keep what they have until the lengths are known to be good. */
template <class T, class View, class Join>
gr_impl_array_reducer<T, View, Join> gr_impl_make_nested_array(View result, gr_index stride,
                                                               gr_impl_array about, T identity,
                                                               Join join) {
    View own = result;

    own.buffer = nullptr;
    own.extent[0] = about.length;
    return {result, stride, about, identity, join, nullptr, own};
}

template <class... Reducers> struct gr_impl_nested_arrays {
    gr_place place;
    gr_index lo, hi;
    std::tuple<Reducers...> reducers;
};

template <class... Reducers>
gr_impl_nested_arrays<Reducers...> gr_impl_nested_array(const gr_team &, gr_place place,
                                                        gr_index lo, gr_index hi,
                                                        Reducers... reducers) {
    return {place, lo, hi, std::tuple<Reducers...>(reducers...)};
}

template <class... Reducers, class F>
void operator%(gr_impl_nested_arrays<Reducers...> nested, const F &body) {
    std::apply(
        [&](auto &...reducer) {
            const gr_impl_array arrays[] = {reducer.describe()...};
            gr_impl_nest_arrays nest;
            int k = 0;

            if (!gr_impl_nest_arrays_of(&nest, nested.place.file, nested.place.line, true,
                                        nested.lo, nested.hi, (int)sizeof...(Reducers), arrays)) {
                return;
            }
            (reducer.start_nested(&nest, k++), ...);
            for (gr_index unit = 0; unit < nest.end; ++unit) {
                const gr_span e = gr_impl_nest_arrays_chunk(&nest, unit);

                (reducer.begin(unit), ...);
                for (gr_index i = e.lo; i < e.hi; ++i) {
                    body(i, reducer.element()...);
                }
            }
            if (nest.end > 1) {
                (reducer.finish(nest.end), ...);
            }
        },
        nested.reducers);
}

} /* extern "C++" */

#define GR_IMPL_OBJECT_ARRAY(T, v, identity, join_of, argument)                                   \
    , (__extension__({                                                                            \
        GR_IMPL_ARRAY_IS_VIEW(v);                                                                 \
        static_assert(std::is_same<decltype((v).data), T *>::value,                               \
                      "the variable of a reducer has another type than the reducer names");       \
        gr_impl_make_array<T>(                                                                    \
            v, GR_IMPL_ARRAY_STRIDE(v),                                                           \
            gr_impl_array{#v, sizeof(T), GR_IMPL_ARRAY_LENGTH argument, (v).extent[0]}, identity, \
            [](T a, T b) -> T { return join_of(T, argument, a, b); });                            \
    }))
#define GR_IMPL_OBJECT_ARRAY_USER GR_IMPL_OBJECT_ARRAY

#define GR_IMPL_REDUCE_ARRAY(R, label, policy, ...)                           \
    gr_impl_reduce_array<R>(GR_IMPL_SITE(label), policy,                      \
                            true GR_IMPL_EACH(GR_IMPL_ORDERLESS, __VA_ARGS__) \
                                GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) %  \
        [=]

#define GR_IMPL_LEAGUE_REDUCE_ARRAY(label, t, policy, ...)                 \
    gr_impl_league_array(GR_IMPL_SITE(label), policy,                      \
                         true GR_IMPL_EACH(GR_IMPL_ORDERLESS, __VA_ARGS__) \
                             GR_IMPL_EACH(GR_IMPL_OBJECT, __VA_ARGS__)) %  \
        [=]([[maybe_unused]] const gr_team &t GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))

#define GR_IMPL_NESTED_OBJECT(k, kind, T, v, identity, join_of, argument)                         \
    , (__extension__({                                                                            \
        GR_IMPL_STATIC_CHECK(GR_IMPL_NESTS_##kind,                                                \
                             "a nested reduction into arrays takes reducers of arrays only");     \
        GR_IMPL_ARRAY_IS_VIEW(v);                                                                 \
        static_assert(std::is_same<decltype((v).data), T *>::value,                               \
                      "the variable of a reducer has another type than the reducer names");       \
        gr_impl_make_nested_array<T>(                                                             \
            v, GR_IMPL_ARRAY_STRIDE(v),                                                           \
            gr_impl_array{#v, sizeof(T), GR_IMPL_ARRAY_LENGTH argument, (v).extent[0]}, identity, \
            [](T a, T b) -> T { return join_of(T, argument, a, b); });                            \
    }))
#define GR_IMPL_TEAM_REDUCE_ARRAY(t, k, from, to, ...)                          \
    gr_impl_nested_array(t, gr_place{__FILE__, __LINE__, nullptr}, from,        \
                         to GR_IMPL_EACH(GR_IMPL_NESTED_OBJECT, __VA_ARGS__)) % \
        [&]([[maybe_unused]] const gr_index k GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_THREAD_VECTOR_REDUCE_ARRAY GR_IMPL_TEAM_REDUCE_ARRAY

#endif
