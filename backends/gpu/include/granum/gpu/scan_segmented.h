/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/scan_segmented.h
 * @brief Segmented scans on a device: scans over pairs of a flag and a value; included by
 * scan_segmented.h.
 */
#ifndef GRANUM_GPU_SCAN_SEGMENTED_H
#define GRANUM_GPU_SCAN_SEGMENTED_H

#include <granum/gpu/scan.h>
#include <granum/gpu/team.h>

extern "C++" { /* kernel files stand in an extern "C", and this is included by them */

template <class T> struct gr_impl_flagged {
    T value;
    bool starts;
};

template <class T, class Join> struct gr_impl_gpu_flagged_join {
    Join join;

    GR_IMPL_HOST_DEVICE gr_impl_flagged<T> operator()(gr_impl_flagged<T> a,
                                                      gr_impl_flagged<T> b) const {
        return {b.starts ? b.value : join(a.value, b.value), a.starts || b.starts};
    }
};

template <class T, class Starts, class Body> struct gr_impl_gpu_flagged_element {
    gr_index first;
    T identity;
    Starts starts;
    Body body;

    GR_IMPL_DEVICE void operator()(gr_index i, gr_impl_flagged<T> &at, int final) const {
        if (starts(i, first)) {
            at.value = identity;
            at.starts = true;
        }
        body(i, at.value, final);
    }
};

template <class T, class Join, class Starts> struct gr_impl_gpu_segmented_statement {
    gr_site *site;
    gr_range_1d_policy policy;
    T identity;
    Join join;
    Starts starts;
};

template <class T, class Join, class Starts>
gr_impl_gpu_segmented_statement<T, Join, Starts> gr_impl_gpu_segmented(gr_site *site,
                                                                       gr_range_1d_policy policy,
                                                                       T identity, Join join,
                                                                       Starts starts) {
    return {site, policy, identity, join, starts};
}

template <class T, class Join, class Starts, class Body>
void operator%(const gr_impl_gpu_segmented_statement<T, Join, Starts> &x, const Body &body) {
    using pair = gr_impl_flagged<T>;

    gr_impl_gpu_scan_run<gr_impl_is_free<T>::value>(
        x.site, x.policy, pair{x.identity, false}, gr_impl_gpu_flagged_join<T, Join>{x.join},
        gr_impl_gpu_target<pair>{nullptr, nullptr, false},
        gr_impl_gpu_flagged_element<T, Starts, Body>{x.policy.lo[0], x.identity, x.starts, body});
}

/* Over a league: the body and `starts` take the team. */
template <class T, class Starts, class Body> struct gr_impl_gpu_flagged_team {
    T identity;
    Starts starts;
    Body body;

    GR_IMPL_DEVICE void operator()(const gr_team &team, gr_impl_flagged<T> &at, int final) const {
        if (starts(team)) {
            at.value = identity;
            at.starts = true;
        }
        body(team, at.value, final);
    }
};

template <class T, class Join, class Starts> struct gr_impl_gpu_league_segmented_statement {
    gr_site *site;
    gr_team_policy policy;
    T identity;
    Join join;
    Starts starts;
};

template <class T, class Join, class Starts>
gr_impl_gpu_league_segmented_statement<T, Join, Starts> gr_impl_gpu_league_segmented(
    gr_site *site, gr_team_policy policy, T identity, Join join, Starts starts) {
    return {site, policy, identity, join, starts};
}

template <class T, class Join, class Starts, class Body>
void operator%(const gr_impl_gpu_league_segmented_statement<T, Join, Starts> &x, const Body &body) {
    using pair = gr_impl_flagged<T>;

    gr_impl_gpu_league_scan<pair>(x.site, x.policy, pair{x.identity, false},
                                  gr_impl_gpu_flagged_join<T, Join>{x.join},
                                  gr_impl_gpu_target<pair>{nullptr, nullptr, false}) %
        gr_impl_gpu_flagged_team<T, Starts, Body>{x.identity, x.starts, body};
}

/* Nested in a team's block. */
template <class T, class Join> struct gr_impl_nested_flagged_join {
    Join join;

    GR_IMPL_DEVICE gr_impl_flagged<T> operator()(gr_impl_flagged<T> a, gr_impl_flagged<T> b) const {
        return {b.starts ? b.value : join(a.value, b.value), a.starts || b.starts};
    }
};

template <int Level, class T, class Join, class Starts> struct gr_impl_nested_segmented_statement {
    const gr_team *team;
    gr_index lo, hi;
    T identity;
    Join join;
    Starts starts;
};

template <int Level, class T, class Join, class Starts>
GR_IMPL_DEVICE gr_impl_nested_segmented_statement<Level, T, Join, Starts> gr_impl_nested_segmented(
    const gr_team &team, gr_index lo, gr_index hi, T identity, Join join, Starts starts) {
    return {&team, lo, hi, identity, join, starts};
}

template <int Level, class T, class Join, class Starts, class Body>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_segmented_statement<Level, T, Join, Starts> &x,
                              const Body &body) {
    using pair = gr_impl_flagged<T>;

    gr_impl_nested_scan<Level, pair>(*x.team, x.lo, x.hi, pair{x.identity, false},
                                     gr_impl_nested_flagged_join<T, Join>{x.join},
                                     gr_impl_gpu_target<pair>{nullptr, nullptr, false}) %
        [&](gr_index k, pair &at, int final) {
            if (x.starts(k)) {
                at.value = x.identity;
                at.starts = true;
            }
            body(k, at.value, final);
        };
}

} /* extern "C++" */

#define GR_IMPL_SCAN_IS_INNER(i) ((i) != gr_first)
#define GR_IMPL_SCAN_SEGMENTED(label, i, policy, final, starts_here, kind, T, v, identity, \
                               join_of, argument)                                          \
    gr_impl_gpu_segmented<T>(                                                              \
        (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity,                \
        [] GR_IMPL_HOST_DEVICE(T a, T b) -> T { return join_of(T, argument, a, b); },      \
        [=] GR_IMPL_DEVICE(GR_IMPL_INDEX i, GR_IMPL_INDEX gr_first) -> bool {              \
            return starts_here;                                                            \
        }) %                                                                               \
        [=] GR_IMPL_DEVICE(GR_IMPL_INDEX i, T &v, [[maybe_unused]] const int final)

#define GR_IMPL_LEAGUE_SCAN_SEGMENTED(label, t, policy, final, starts_here, kind, T, v, identity, \
                                      join_of, argument)                                          \
    gr_impl_gpu_league_segmented<T>(                                                              \
        (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity,                       \
        [] GR_IMPL_HOST_DEVICE(T a, T b) -> T { return join_of(T, argument, a, b); },             \
        [=] GR_IMPL_DEVICE([[maybe_unused]] const gr_team &t) -> bool { return starts_here; }) %  \
        [=] GR_IMPL_DEVICE([[maybe_unused]] const gr_team &t, T &v,                               \
                           [[maybe_unused]] const int final)
#define GR_IMPL_NESTED_SEGMENTED(level, t, k, from, to, final, starts_here, kind, T, v, identity, \
                                 join_of, argument)                                               \
    gr_impl_nested_segmented<level, T>(                                                           \
        t, (GR_IMPL_CHECK_SCANS(kind), from), to, identity,                                       \
        [](T a, T b) -> T { return join_of(T, argument, a, b); },                                 \
        [&](GR_IMPL_INDEX k) -> bool { return starts_here; }) %                                   \
        [&](GR_IMPL_INDEX k, T & v, [[maybe_unused]] const int final)
#define GR_IMPL_TEAM_SCAN_SEGMENTED(...) GR_IMPL_NESTED_SEGMENTED(GR_IMPL_NEST_TEAM, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_SCAN_SEGMENTED(...) \
    GR_IMPL_NESTED_SEGMENTED(GR_IMPL_NEST_VECTOR, __VA_ARGS__)

#endif
