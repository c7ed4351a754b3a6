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

template <class T, class Join, class Starts, class F>
void operator%(const gr_impl_segmented_statement<T, Join, Starts> &statement, const F &body) {
    using pair = gr_impl_flagged<T>;
    const auto join = [&](pair a, pair b) -> pair {
        return {b.starts ? b.value : statement.join(a.value, b.value), a.starts || b.starts};
    };
    const pair identity = {statement.identity, false};
    pair state[3] = {identity, identity, identity};
    gr_impl_launch launch;
    gr_impl_launch *p = gr_impl_begin_scan(&launch, statement.site, statement.policy);

    for (; p; p = gr_impl_launch_end(p)) {
        gr_impl_scan_chunks(p, state, identity, join, [&](gr_index i, pair &at, int final) {
            if (statement.starts(i, statement.policy.lo[0])) {
                at.value = statement.identity;
                at.starts = true;
            }
            body(i, at.value, final);
        });
    }
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

#endif
