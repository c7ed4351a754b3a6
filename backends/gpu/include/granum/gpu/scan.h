/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/scan.h
 * @brief parallel_scan on a device: a single pass in the order of
 * docs/design/002-canonical-order.md.
 *
 * A block is a chunk of 4096 elements, a group of 32 threads a tile of 256, a thread a segment of
 * 8. What comes before a chunk is found by looking back as Merrill & Garland (2016) do, but by
 * index instead of distance: at the totals of the chunks before it in its group of 32, at those of
 * the groups before that in its super-group, and at what comes before the super-group. So the order
 * is fixed, and no block waits for more than 63 others (docs/design/071-device-scan.md).
 */
#ifndef GRANUM_GPU_SCAN_H
#define GRANUM_GPU_SCAN_H

#include <granum/gpu/reduce.h>

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

enum {
    GR_IMPL_GPU_TILE = GR_IMPL_LANES * GR_IMPL_SEGMENT,
    GR_IMPL_GPU_TILES = GR_IMPL_SCAN_CHUNK / GR_IMPL_GPU_TILE,
    GR_IMPL_GPU_SCAN_THREADS = GR_IMPL_SCAN_CHUNK / GR_IMPL_SEGMENT
};

/* A value that one block writes once and others wait for. The flag is zero before. */
template <class T>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_publish(T *at, unsigned *flag, const T &v) {
    *at = v;
    gr_impl_dev_store(flag, 1u);
}
/* An acquire forgets what the first cache holds, of other blocks too: one is enough. */
template <class T> GR_IMPL_DEVICE_INLINE T gr_impl_gpu_await(const T *at, const unsigned *flag) {
    while (gr_impl_dev_relaxed(flag) == 0) {
        gr_impl_dev_pause();
    }
    (void)gr_impl_dev_load(flag);
    return *at;
}

/* What the blocks of a scan share: totals of chunks, of groups of chunks, and what comes before
 * super-groups, each with a flag. */
template <class T> struct gr_impl_gpu_wheels {
    T *chunk, *group, *super;
    unsigned *chunk_flag, *group_flag, *super_flag;
};

/* Where a scan's total goes. */
template <class T> struct gr_impl_gpu_target {
    T *variable; /* of the host, or NULL */
    T *result;   /* in device memory, or NULL */
    bool lost;   /* it should go to a View that is empty */
};

/* element(i, value, final) runs the body. */
template <class T, class Join, class Element> struct gr_impl_gpu_scan_work {
    gr_index first, last, chunks;
    T identity;
    Join join;
    T *total;        /* may be NULL */
    unsigned *begun; /* blocks that have begun, zero before */
    gr_impl_gpu_wheels<T> wheels;
    Element element;
};

/* Join the values of lanes 0 .. n - 1 to `start` from the left; the same in every lane. */
template <class T, class Join>
GR_IMPL_DEVICE_INLINE T gr_impl_gpu_left(T start, const T &value, int n, const Join &join) {
    for (int k = 0; k < n; ++k) {
        start = join(start, gr_impl_group_value(value, k, GR_IMPL_LANES));
    }
    return start;
}

/* What comes before chunk k, by a group of 32 threads; and, where the chunk is the last of a group
 * or of the scan, the total of the group and of the scan. */
template <class T, class Join>
GR_IMPL_DEVICE_INLINE T gr_impl_gpu_look_back(const gr_impl_gpu_wheels<T> &wheels, gr_index k,
                                              gr_index chunks, const T &own, T identity,
                                              const Join &join, T *total, int lane) {
    const gr_index group = k / GR_IMPL_WIDTH, super = group / GR_IMPL_WIDTH;
    const int in_group = (int)(k % GR_IMPL_WIDTH), in_super = (int)(group % GR_IMPL_WIDTH);
    T s[3] = {identity, identity, identity}, seen = identity, before;

    if (lane < in_group) {
        const gr_index at = group * GR_IMPL_WIDTH + lane;

        seen = gr_impl_gpu_await(&wheels.chunk[at], &wheels.chunk_flag[at]);
    }
    s[0] = gr_impl_gpu_left(s[0], seen, in_group, join);
    const T whole = join(s[0], own);

    /* A group's total needs nothing else, so it is out before what follows is waited for. */
    if (in_group == GR_IMPL_WIDTH - 1 && lane == 0) {
        gr_impl_gpu_publish(&wheels.group[group], &wheels.group_flag[group], whole);
    }
    if (lane < in_super) {
        const gr_index at = super * GR_IMPL_WIDTH + lane;

        seen = gr_impl_gpu_await(&wheels.group[at], &wheels.group_flag[at]);
    }
    s[1] = gr_impl_gpu_left(s[1], seen, in_super, join);
    if (super > 0) {
        s[2] = gr_impl_gpu_await(&wheels.super[super], &wheels.super_flag[super]);
    }
    before = join(join(s[2], s[1]), s[0]);
    s[0] = whole;
    if (in_group == GR_IMPL_WIDTH - 1) {
        s[1] = join(s[1], s[0]);
        s[0] = identity;
        if (in_super == GR_IMPL_WIDTH - 1) {
            s[2] = join(s[2], s[1]);
            s[1] = identity;
            if (lane == 0) {
                gr_impl_gpu_publish(&wheels.super[super + 1], &wheels.super_flag[super + 1], s[2]);
            }
        }
    }
    if (k == chunks - 1 && total && lane == 0) {
        *total = join(join(s[2], s[1]), s[0]);
    }
    return before;
}

/* The tiles of a chunk in shared memory, and what the block's threads tell each other. */
template <class T> struct gr_impl_gpu_scan_shared {
    T tile[GR_IMPL_GPU_TILES];
    T before;
    unsigned chunk;
};

/* A thread's segment in the canonical order: its own total, and the join of those before it in the
 * tile. */
template <class T, class Work>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_scan_segments(const Work &x, gr_index lo, gr_index n,
                                                     int lane, T *before, T *tile) {
    const gr_index from = lane * GR_IMPL_SEGMENT;
    const gr_index to = n < from + GR_IMPL_SEGMENT ? n : from + GR_IMPL_SEGMENT;
    const int segments = (int)((n + GR_IMPL_SEGMENT - 1) / GR_IMPL_SEGMENT);
    T own = x.identity, left = x.identity;

    GR_IMPL_UNROLL(8)
    for (gr_index q = from; q < to; ++q) {
        x.element(lo + q, own, 0);
    }
    *before = left;
    for (int s = 0; s < segments; ++s) {
        left = x.join(left, gr_impl_group_value(own, s, GR_IMPL_LANES));
        if (lane == s + 1) {
            *before = left;
        }
    }
    *tile = left;
}

/* The same of exact types, whose order cannot show: rows of 32 elements, each scanned by the group,
 * so that neighbouring threads read neighbouring elements. */
template <class T, class Work>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_scan_rows(const Work &x, gr_index lo, gr_index n, int lane,
                                                 T *before, T *tile) {
    T all = x.identity;

    GR_IMPL_UNROLL(8)
    for (int r = 0; r < GR_IMPL_SEGMENT; ++r) {
        const gr_index q = r * GR_IMPL_LANES + lane;
        T value = x.identity;

        if (q < n) {
            x.element(lo + q, value, 0);
        }
        GR_IMPL_UNROLL(5)
        for (int step = 1; step < GR_IMPL_LANES; step *= 2) {
            const T other =
                gr_impl_group_value(value, (lane - step) & (GR_IMPL_LANES - 1), GR_IMPL_LANES);

            if (lane >= step) {
                value = x.join(other, value);
            }
        }
        const T left = gr_impl_group_value(value, (lane - 1) & (GR_IMPL_LANES - 1), GR_IMPL_LANES);

        before[r] = lane > 0 ? x.join(all, left) : all;
        all = x.join(all, gr_impl_group_value(value, GR_IMPL_LANES - 1, GR_IMPL_LANES));
    }
    *tile = all;
}

/* What a block of a scan does. */
template <bool Exact, class T, class Join, class Element>
GR_IMPL_DEVICE_INLINE void gr_impl_gpu_scan_block(
    const gr_impl_gpu_scan_work<T, Join, Element> &x) {
    gr_impl_gpu_scan_shared<T> &shared = *(gr_impl_gpu_scan_shared<T> *)gr_impl_dev_shared();
    const int lane = (int)(gr_impl_dev_thread() % GR_IMPL_LANES);
    const int group = (int)(gr_impl_dev_thread() / GR_IMPL_LANES);
    T before[Exact ? GR_IMPL_SEGMENT : 1], tile = x.identity, left = x.identity;

    if (x.chunks == 0) {
        if (gr_impl_dev_thread() == 0) {
            *x.total = x.join(x.join(x.identity, x.identity), x.identity);
        }
        return;
    }
    /* Chunks go to blocks in the order in which these begin, so that the chunks before one's own
     * are under way. */
    if (gr_impl_dev_thread() == 0) {
        shared.chunk = gr_impl_dev_add(x.begun, 1u);
    }
    gr_impl_dev_barrier();
    const gr_index chunk = (gr_index)shared.chunk;
    const gr_index from = x.first + chunk * GR_IMPL_SCAN_CHUNK;
    const gr_index all =
        x.last - from < GR_IMPL_SCAN_CHUNK ? x.last - from : (gr_index)GR_IMPL_SCAN_CHUNK;
    const int tiles = (int)((all + GR_IMPL_GPU_TILE - 1) / GR_IMPL_GPU_TILE);
    const gr_index lo = from + group * GR_IMPL_GPU_TILE;
    const gr_index rest = from + all - lo;
    const gr_index n = rest < GR_IMPL_GPU_TILE ? rest : (gr_index)GR_IMPL_GPU_TILE;

    for (T &value : before) {
        value = x.identity;
    }
    if (group < tiles) {
        if constexpr (Exact) {
            gr_impl_gpu_scan_rows<T>(x, lo, n, lane, before, &tile);
        } else {
            gr_impl_gpu_scan_segments<T>(x, lo, n, lane, before, &tile);
        }
        if (lane == 0) {
            shared.tile[group] = tile;
        }
    }
    gr_impl_dev_barrier();
    if (group == 0) {
        T own = x.identity;

        for (int t = 0; t < tiles; ++t) {
            own = x.join(own, shared.tile[t]);
        }
        if (lane == 0) {
            gr_impl_gpu_publish(&x.wheels.chunk[chunk], &x.wheels.chunk_flag[chunk], own);
        }
        const T start = gr_impl_gpu_look_back(x.wheels, chunk, x.chunks, own, x.identity, x.join,
                                              x.total, lane);
        if (lane == 0) {
            shared.before = start;
        }
    }
    for (int t = 0; t < group && t < tiles; ++t) {
        left = x.join(left, shared.tile[t]);
    }
    gr_impl_dev_barrier();
    if (group < tiles) {
        if constexpr (Exact) {
            const T start = x.join(shared.before, left);

            GR_IMPL_UNROLL(8)
            for (int r = 0; r < GR_IMPL_SEGMENT; ++r) {
                const gr_index q = r * GR_IMPL_LANES + lane;

                if (q < n) {
                    T value = x.join(start, before[r]);

                    x.element(lo + q, value, 1);
                }
            }
        } else {
            T value = x.join(shared.before, x.join(left, before[0]));

            for (gr_index q = lane * GR_IMPL_SEGMENT; q < (lane + 1) * GR_IMPL_SEGMENT && q < n;
                 ++q) {
                x.element(lo + q, value, 1);
            }
        }
    }
}

/* Blocks that a multiprocessor should hold: as many as leave a thread its registers. */
template <bool Exact, class T> constexpr int gr_impl_gpu_scan_blocks() {
    return sizeof(T) > 8 ? 1 : sizeof(T) == 8 && Exact ? 2 : 3;
}

template <bool Exact, class T, class Join, class Element>
GR_IMPL_GLOBAL void GR_IMPL_LAUNCH_BOUNDS(GR_IMPL_GPU_SCAN_THREADS,
                                          (gr_impl_gpu_scan_blocks<Exact, T>()))
    gr_impl_gpu_scan_kernel(GR_IMPL_PARAMETER_CONST gr_impl_gpu_scan_work<T, Join, Element> x) {
    gr_impl_gpu_scan_block<Exact>(x);
}

/* The host's side. */
template <bool Exact, class T, class Join, class Element>
void gr_impl_gpu_scan_run(gr_site *site, const gr_range_1d_policy &policy, T identity,
                          const Join &join, gr_impl_gpu_target<T> target, const Element &element) {
    gr_impl_gpu_launch launch;
    gr_index n;

    if (target.variable) {
        *target.variable = join(join(identity, identity), identity);
    }
    if (__builtin_sub_overflow(policy.hi[0], policy.lo[0], &n) || n < 0) {
        (void)gr_impl_bad_bounds(site, policy.lo, policy.hi, 1);
        return;
    }
    const gr_index chunks = gr_impl_steps(n, GR_IMPL_SCAN_CHUNK);
    const gr_index groups = chunks / GR_IMPL_WIDTH + 1, supers = groups / GR_IMPL_WIDTH + 1;
    const size_t count = (size_t)(chunks + groups + supers);
    const size_t flag_bytes = gr_impl_gpu_lines((count + 1) * sizeof(unsigned));

    if (target.lost ||
        !gr_impl_gpu_begin(&launch, site, &policy.options, flag_bytes + count * sizeof(T),
                           sizeof(T), GR_IMPL_PATTERN_SCAN) ||
        !gr_impl_gpu_captures(&launch, &element, sizeof element)) {
        return;
    }
    unsigned *flag = reinterpret_cast<unsigned *>(launch.scratch);
    T *value = reinterpret_cast<T *>(launch.scratch + flag_bytes);

    if (target.variable) {
        target.result = reinterpret_cast<T *>(launch.pinned);
    }
    if (chunks > 0 || (target.result && !target.variable)) {
        launch.failure = launch.table->set(launch.device, launch.stream, flag, 0, flag_bytes);
        gr_impl_gpu_run(
            &launch, gr_impl_gpu_scan_kernel<Exact, T, Join, Element>,
            chunks > 0 ? (unsigned)chunks : 1u, (unsigned)GR_IMPL_GPU_SCAN_THREADS,
            sizeof(gr_impl_gpu_scan_shared<T>),
            gr_impl_gpu_scan_work<T, Join, Element>{policy.lo[0],
                                                    policy.hi[0],
                                                    chunks,
                                                    identity,
                                                    join,
                                                    target.result,
                                                    flag + count,
                                                    {value, value + chunks, value + chunks + groups,
                                                     flag, flag + chunks, flag + chunks + groups},
                                                    element});
        if (target.variable) {
            gr_impl_gpu_wait(&launch);
            if (!launch.failure) {
                *target.variable = *target.result;
            }
        }
    }
    gr_impl_gpu_end(&launch);
}

template <class T, class Join> struct gr_impl_gpu_scan_statement {
    gr_site *site;
    gr_range_1d_policy policy;
    T identity;
    Join join;
    gr_impl_gpu_target<T> target;
};

template <class T, class Join>
gr_impl_gpu_scan_statement<T, Join> gr_impl_gpu_scan(gr_site *site, gr_range_1d_policy policy,
                                                     T identity, Join join,
                                                     gr_impl_gpu_target<T> target) {
    return {site, policy, identity, join, target};
}

template <class T, class Join, class Body>
void operator%(const gr_impl_gpu_scan_statement<T, Join> &x, const Body &body) {
    gr_impl_gpu_scan_run<gr_impl_is_free<T>::value>(x.site, x.policy, x.identity, x.join, x.target,
                                                    body);
}

} /* extern "C++" */

#define GR_IMPL_SCAN_NO_TOTAL(T, total) \
    gr_impl_gpu_target<T> {             \
        nullptr, nullptr, false         \
    }
#define GR_IMPL_SCAN_TOTAL(T, total) \
    gr_impl_gpu_target<T> {          \
        &total, nullptr, false       \
    }
#define GR_IMPL_SCAN(label, i, policy, final, finish, total, reducer) \
    GR_IMPL_CALL(GR_IMPL_SCAN_OF, (label, i, policy, final, finish, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_SCAN_OF(label, i, policy, final, finish, total, kind, T, v, identity, join_of, \
                        argument)                                                              \
    gr_impl_gpu_scan<T>(                                                                       \
        (GR_IMPL_CHECK_SCANS(kind), GR_IMPL_SITE(label)), policy, identity,                    \
        [] GR_IMPL_HOST_DEVICE(T a, T b) -> T { return join_of(T, argument, a, b); },          \
        finish(T, total)) %                                                                    \
        [=] GR_IMPL_DEVICE(GR_IMPL_INDEX i, T &v, [[maybe_unused]] const int final)

#endif
