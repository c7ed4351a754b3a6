/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/lambda_scan_segmented.h
 * @brief Segmented scans of the lambda backend; included by scan_segmented.h.
 */
#ifndef GRANUM_IMPL_LAMBDA_SCAN_SEGMENTED_H
#define GRANUM_IMPL_LAMBDA_SCAN_SEGMENTED_H

#ifndef __cplusplus
#error "granum: a part of the lambda backend, which compiles kernel files as C++17"
#endif

#include <granum/backends/lambda.h>

extern "C++" { /* kernel files stand in an extern "C", and this is included by them */

template <class T> struct gr_impl_flagged {
    T value;
    bool starts;
};

template <class T, class Join, class Starts> struct gr_impl_segmented_statement {
    gr_site *site;
    gr_range_1d_policy policy;
    T identity;
    Join join;
    Starts starts;
};

template <class T, class Join, class Starts>
gr_impl_segmented_statement<T, Join, Starts> gr_impl_segmented(gr_site *site,
                                                               gr_range_1d_policy policy,
                                                               T identity, Join join,
                                                               Starts starts) {
    return {site, policy, identity, join, starts};
}

/* How two pairs are joined. */
template <class T, class Join> auto gr_impl_flag_join(const Join &join) {
    using pair = gr_impl_flagged<T>;
    return [join](pair a, pair b) -> pair {
        return {b.starts ? b.value : join(a.value, b.value), a.starts || b.starts};
    };
}

/* The chunks of one round: body(i, value, final), where starts(i) begins a segment. */
template <class T, class Join, class Starts, class F>
void gr_impl_segmented_chunks(gr_impl_launch *p, gr_impl_flagged<T> *state, T identity,
                              const Join &join, const Starts &starts, const F &body) {
    using pair = gr_impl_flagged<T>;

    gr_impl_scan_chunks(p, state, pair{identity, false}, gr_impl_flag_join<T>(join),
                        [&](gr_index i, pair &at, int final) {
                            if (starts(i)) {
                                at.value = identity;
                                at.starts = true;
                            }
                            body(i, at.value, final);
                        });
}

template <class T, class Join, class Starts, class F>
void operator%(const gr_impl_segmented_statement<T, Join, Starts> &statement, const F &body) {
    const gr_impl_flagged<T> none = {statement.identity, false};
    gr_impl_flagged<T> state[3] = {none, none, none};
    gr_impl_launch launch;
    gr_impl_launch *p = gr_impl_begin_scan(&launch, statement.site, statement.policy, false);

    for (; p; p = gr_impl_launch_end(p)) {
        gr_impl_segmented_chunks(
            p, state, statement.identity, statement.join,
            [&](gr_index i) { return statement.starts(i, statement.policy.lo[0]); }, body);
    }
}

template <class T, class Join, class Starts> struct gr_impl_league_segmented_statement {
    gr_site *site;
    gr_team_policy policy;
    T identity;
    Join join;
    Starts starts;
};

template <class T, class Join, class Starts>
gr_impl_league_segmented_statement<T, Join, Starts> gr_impl_league_segmented(gr_site *site,
                                                                             gr_team_policy policy,
                                                                             T identity, Join join,
                                                                             Starts starts) {
    return {site, policy, identity, join, starts};
}

template <class T, class Join, class Starts, class F>
void operator%(const gr_impl_league_segmented_statement<T, Join, Starts> &statement,
               const F &body) {
    const gr_impl_flagged<T> none = {statement.identity, false};
    gr_impl_flagged<T> state[3] = {none, none, none};
    gr_impl_launch launch;
    gr_impl_launch *p = gr_impl_begin_team_scan(&launch, statement.site, statement.policy);

    for (; p; p = gr_impl_launch_end(p)) {
        gr_impl_segmented_chunks(
            p, state, statement.identity, statement.join,
            [&](gr_index rank) { return statement.starts(gr_impl_team_at(p, rank)); },
            [&](gr_index rank, T &value, int final) {
                body(gr_impl_team_at(p, rank), value, final);
            });
    }
}

template <class T, class Join, class Starts> struct gr_impl_nested_segmented_statement {
    gr_index lo, hi;
    T identity;
    Join join;
    Starts starts;
};

template <class T, class Join, class Starts>
gr_impl_nested_segmented_statement<T, Join, Starts> gr_impl_nested_segmented(
    const gr_team &, gr_index lo, gr_index hi, T identity, Join join, Starts starts) {
    return {lo, hi, identity, join, starts};
}

template <class T, class Join, class Starts, class F>
void operator%(const gr_impl_nested_segmented_statement<T, Join, Starts> &statement,
               const F &body) {
    const gr_impl_flagged<T> none = {statement.identity, false};
    gr_impl_flagged<T> state[3] = {none, none, none};
    gr_impl_launch launch;

    gr_impl_segmented_chunks(gr_impl_nest_scan(&launch, statement.lo, statement.hi, true), state,
                             statement.identity, statement.join, statement.starts, body);
}

} /* extern "C++" */

#define GR_IMPL_SCAN_IS_INNER(i) ((i) != gr_first)
#define GR_IMPL_SCAN_SEGMENTED(label, i, policy, final, starts_here, kind, T, v, identity, \
                               join_of, argument)                                          \
    gr_impl_segmented<T>(                                                                  \
        (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity,                \
        [](T a, T b) -> T { return join_of(T, argument, a, b); },                          \
        [=](GR_IMPL_INDEX i, GR_IMPL_INDEX gr_first) -> bool { return starts_here; }) %    \
        [=](GR_IMPL_INDEX i, T & v, [[maybe_unused]] const int final)

#define GR_IMPL_LEAGUE_SCAN_SEGMENTED(label, t, policy, final, starts_here, kind, T, v, identity, \
                                      join_of, argument)                                          \
    gr_impl_league_segmented<T>(                                                                  \
        (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity,                       \
        [](T a, T b) -> T { return join_of(T, argument, a, b); },                                 \
        [=]([[maybe_unused]] const gr_team &t) -> bool { return starts_here; }) %                 \
        [=]([[maybe_unused]] const gr_team &t, T &v, [[maybe_unused]] const int final)
#define GR_IMPL_TEAM_SCAN_SEGMENTED(t, k, from, to, final, starts_here, kind, T, v, identity, \
                                    join_of, argument)                                        \
    gr_impl_nested_segmented<T>(                                                              \
        t, (GR_IMPL_CHECK_SCANS(kind), from), to, identity,                                   \
        [](T a, T b) -> T { return join_of(T, argument, a, b); },                             \
        [&](GR_IMPL_INDEX k) -> bool { return starts_here; }) %                               \
        [&](GR_IMPL_INDEX k, T & v, [[maybe_unused]] const int final)
#define GR_IMPL_THREAD_VECTOR_SCAN_SEGMENTED GR_IMPL_TEAM_SCAN_SEGMENTED

#endif
