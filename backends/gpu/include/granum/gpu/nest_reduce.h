/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/nest_reduce.h
 * @brief Nested reductions and scans in a team's block on a device.
 *
 * They follow the nested order of docs/design/002-canonical-order.md whatever the sizes of teams
 * and vectors are: a group of w threads is the 32 lanes of a chunk, 32 / w lanes a thread, one
 * after the other.
 */
#ifndef GRANUM_GPU_NEST_REDUCE_H
#define GRANUM_GPU_NEST_REDUCE_H

#include <granum/gpu/nest.h>

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* ---- reduce ---- */

/* Chunks of a nested range. */
struct gr_impl_nest_chunks {
    gr_index lo, hi, chunk;
    int chunks; /* at most 32 */
    bool few;   /* combined from the left, by one thread */
};

GR_IMPL_DEVICE_INLINE gr_impl_nest_chunks gr_impl_nest_cut(gr_index lo, gr_index hi) {
    gr_impl_nest_chunks cut = {lo, hi, GR_IMPL_NEST_CHUNK, 1, hi - lo <= GR_IMPL_FEW};

    while (hi - lo > cut.chunk * cut.chunks) {
        if (cut.chunks < GR_IMPL_LANES) {
            ++cut.chunks;
        } else {
            cut.chunk *= 2;
            cut.chunks = 1;
        }
    }
    return cut;
}

template <class V, class Join, class Last>
GR_IMPL_DEVICE gr_impl_gpu_reducer<V, Join, Last> gr_impl_nest_make_reducer(V *variable, V identity,
                                                                            Join join, Last last) {
    return {identity, join, last, variable, nullptr, nullptr};
}

enum { GR_IMPL_NEST_TEAM, GR_IMPL_NEST_THREADS, GR_IMPL_NEST_VECTOR };

/* One nested reduction: the reducers, and what its threads do. */
template <int Level, class... Reducers> struct gr_impl_nested_reduce {
    const gr_team *team;
    gr_index lo, hi;
    gr_impl_pack<Reducers...> reducers;
};

template <int Level, class... Reducers>
GR_IMPL_DEVICE gr_impl_nested_reduce<Level, Reducers...> gr_impl_nested(const gr_team &team,
                                                                        gr_index lo, gr_index hi,
                                                                        Reducers... reducers) {
    return {&team, lo, hi, {{reducers}...}};
}

/* All elements from the left, by the calling thread. */
template <class Values, class Reducers, class Body, int... K>
GR_IMPL_DEVICE_INLINE Values gr_impl_nest_left(const gr_impl_nest_chunks &cut,
                                               const Reducers &reducers, const Body &body,
                                               gr_impl_numbers<K...>) {
    Values value = {{gr_impl_get<K>(reducers).identity}...};

    for (gr_index i = cut.lo; i < cut.hi; ++i) {
        body(i, gr_impl_get<K>(value)...);
    }
    return value;
}

/* Lanes t, t + w, ... of a chunk, joined as far as one of w threads can. */
template <class Values, class Reducers, class Body, int... K>
GR_IMPL_DEVICE_INLINE Values gr_impl_nest_lanes(const gr_impl_nest_chunks &cut, int chunk, int t,
                                                int w, const Reducers &reducers, const Body &body,
                                                gr_impl_numbers<K...>) {
    const gr_index lo = cut.lo + chunk * cut.chunk;
    const gr_index hi = cut.hi - lo < cut.chunk ? cut.hi : lo + cut.chunk;
    const int count = GR_IMPL_LANES / w;
    gr_impl_pack<gr_impl_fold<decltype(gr_impl_get<K>(reducers).identity)>...> fold;
    Values value = {{gr_impl_get<K>(reducers).identity}...};

    for (int q = 0; q < count; ++q) {
        const int lane = gr_impl_fold_lane(q, count) * w + t;

        ((gr_impl_get<K>(value) = gr_impl_get<K>(reducers).identity), ...);
        GR_IMPL_UNROLL(4)
        for (gr_index i = lo + lane; i < hi; i += GR_IMPL_LANES) {
            body(i, gr_impl_get<K>(value)...);
        }
        if (count > 1) {
            ((gr_impl_get<K>(value) = gr_impl_get<K>(fold).add(q, gr_impl_get<K>(value),
                                                               gr_impl_get<K>(reducers).join)),
             ...);
        }
    }
    return value;
}

/* Join the w values of a group; the result is its first thread's. */
template <class Values, class Reducers, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_nest_join(Values &value, const Reducers &reducers, int t, int w,
                                             gr_impl_numbers<K...>) {
    ((gr_impl_get<K>(value) =
          gr_impl_group_join(gr_impl_get<K>(value), t, w, gr_impl_get<K>(reducers).join)),
     ...);
}

/* Results of chunks: thread t of w keeps those of chunks t, t + w, ... */
template <class V> struct gr_impl_nest_parts { V at[GR_IMPL_LANES]; };

/* Join chunk results as elements of a chunk. */
template <class V, class Reducer>
GR_IMPL_DEVICE_INLINE V gr_impl_nest_join_parts(const gr_impl_nest_parts<V> &part, int chunks,
                                                int t, int w, const Reducer &reducer) {
    const int count = GR_IMPL_LANES / w;
    gr_impl_fold<V> fold;
    V value = reducer.identity;

    for (int q = 0; q < count; ++q) {
        const int turned = gr_impl_fold_lane(q, count);

        value = reducer.identity;
        if (turned * w + t < chunks) {
            value = reducer.join(value, part.at[turned]);
        }
        value = fold.add(q, value, reducer.join);
    }
    return gr_impl_group_join(value, t, w, reducer.join);
}

/* By a group of w threads alone: each of them gets the result. */
template <class Values, class Reducers, class Body, int... K>
GR_IMPL_DEVICE_INLINE Values gr_impl_nest_by_group(const gr_impl_nest_chunks &cut, int t, int w,
                                                   const Reducers &reducers, const Body &body,
                                                   gr_impl_numbers<K...> k) {
    gr_impl_pack<gr_impl_nest_parts<decltype(gr_impl_get<K>(reducers).identity)>...> part;
    Values value = {{gr_impl_get<K>(reducers).identity}...};

    if (cut.few) {
        if (t == 0) {
            value = gr_impl_nest_left<Values>(cut, reducers, body, k);
        }
    } else {
        for (int c = 0; c < cut.chunks; ++c) {
            value = gr_impl_nest_lanes<Values>(cut, c, t, w, reducers, body, k);
            gr_impl_nest_join(value, reducers, t, w, k);
            if (cut.chunks > 1) {
                ((gr_impl_get<K>(value) = gr_impl_nest_first(gr_impl_get<K>(value), w)), ...);
                if (c % w == t) {
                    ((gr_impl_get<K>(part).at[c / w] = gr_impl_get<K>(value)), ...);
                }
            }
        }
        if (cut.chunks > 1) {
            ((gr_impl_get<K>(value) = gr_impl_nest_join_parts(gr_impl_get<K>(part), cut.chunks, t,
                                                              w, gr_impl_get<K>(reducers))),
             ...);
        }
    }
    ((gr_impl_get<K>(value) = gr_impl_nest_first(gr_impl_get<K>(value), w)), ...);
    return value;
}

/* By the groups of a block of more than 32 threads: chunks go round. */
template <class Values, class Reducers, class Body, int... K>
GR_IMPL_DEVICE_INLINE Values gr_impl_nest_by_block(const gr_team &team,
                                                   const gr_impl_nest_chunks &cut,
                                                   const Reducers &reducers, const Body &body,
                                                   gr_impl_numbers<K...> k) {
    const int lane = gr_impl_nest_thread() % GR_IMPL_LANES;
    const int group = gr_impl_nest_thread() / GR_IMPL_LANES;
    const int groups = gr_impl_nest_threads() / GR_IMPL_LANES;
    Values value = {{gr_impl_get<K>(reducers).identity}...}, part = value;

    if (cut.few) {
        if (gr_impl_nest_thread() == 0) {
            value = gr_impl_nest_left<Values>(cut, reducers, body, k);
        }
    } else {
        for (int first = 0; first < cut.chunks; first += groups) {
            const bool has = first + group < cut.chunks;
            const bool wants = group == 0 && lane >= first && lane < first + groups;

            if (has) {
                value = gr_impl_nest_lanes<Values>(cut, first + group, lane, GR_IMPL_LANES,
                                                   reducers, body, k);
                gr_impl_nest_join(value, reducers, lane, GR_IMPL_LANES, k);
            }
            if (cut.chunks > 1) {
                const bool takes = wants && lane < cut.chunks;

                ((gr_impl_get<K>(value) =
                      gr_impl_nest_exchange(team, has && lane == 0, group, gr_impl_get<K>(value),
                                            takes, takes ? lane - first : 0)),
                 ...);
                if (takes) {
                    part = value;
                }
            }
        }
        if (cut.chunks > 1 && group == 0) {
            value = {{gr_impl_get<K>(reducers).identity}...};
            if (lane < cut.chunks) {
                ((gr_impl_get<K>(value) =
                      gr_impl_get<K>(reducers).join(gr_impl_get<K>(value), gr_impl_get<K>(part))),
                 ...);
            }
            gr_impl_nest_join(value, reducers, lane, GR_IMPL_LANES, k);
        }
    }
    ((gr_impl_get<K>(value) = gr_impl_nest_broadcast(team, gr_impl_get<K>(value))), ...);
    return value;
}

/* By the threads of a team, each with all of its vector lanes; beyond 32 threads they wait. */
template <class Values, class Reducers, class Body, int... K>
GR_IMPL_DEVICE_INLINE Values gr_impl_nest_by_threads(const gr_team &team,
                                                     const gr_impl_nest_chunks &cut,
                                                     const Reducers &reducers, const Body &body,
                                                     gr_impl_numbers<K...> k) {
    const int rank = team.team_rank, here = gr_impl_nest_thread();
    const int w = team.team_size < GR_IMPL_LANES ? team.team_size : GR_IMPL_LANES;
    gr_impl_pack<gr_impl_nest_parts<decltype(gr_impl_get<K>(reducers).identity)>...> part;
    Values value = {{gr_impl_get<K>(reducers).identity}...};

    if (cut.few) {
        if (rank == 0) {
            value = gr_impl_nest_left<Values>(cut, reducers, body, k);
        }
    } else {
        for (int c = 0; c < cut.chunks; ++c) {
            if (rank < w) {
                value = gr_impl_nest_lanes<Values>(cut, c, rank, w, reducers, body, k);
            }
            ((gr_impl_get<K>(value) = gr_impl_nest_exchange(
                  team, rank < w && gr_impl_nest_lane(team) == 0, rank & (w - 1),
                  gr_impl_get<K>(value), here < w, here & (w - 1))),
             ...);
            if (here < w) {
                gr_impl_nest_join(value, reducers, here, w, k);
            }
            ((gr_impl_get<K>(part).at[c] = gr_impl_get<K>(value)), ...);
        }
        if (cut.chunks > 1 && here == 0) {
            ((gr_impl_get<K>(value) = gr_impl_nest_join_parts(gr_impl_get<K>(part), cut.chunks, 0,
                                                              1, gr_impl_get<K>(reducers))),
             ...);
        }
    }
    ((gr_impl_get<K>(value) = gr_impl_nest_broadcast(team, gr_impl_get<K>(value))), ...);
    return value;
}

template <int Level, class... Reducers, class Body, int... K>
GR_IMPL_DEVICE_INLINE void gr_impl_nest_run(const gr_impl_nested_reduce<Level, Reducers...> &x,
                                            const Body &body, gr_impl_numbers<K...> k) {
    using values = gr_impl_pack<typename Reducers::value_type...>;
    const gr_impl_nest_chunks cut = gr_impl_nest_cut(x.lo, x.hi);
    const gr_team &team = *x.team;
    values value;

    if constexpr (Level == GR_IMPL_NEST_VECTOR) {
        value = gr_impl_nest_by_group<values>(cut, gr_impl_nest_lane(team),
                                              gr_impl_nest_vector(team), x.reducers, body, k);
    } else if (Level == GR_IMPL_NEST_THREADS && gr_impl_nest_vector(team) > 1) {
        value = gr_impl_nest_by_threads<values>(team, cut, x.reducers, body, k);
    } else if (gr_impl_nest_threads() <= GR_IMPL_LANES) {
        value = gr_impl_nest_by_group<values>(cut, gr_impl_nest_thread(), gr_impl_nest_threads(),
                                              x.reducers, body, k);
    } else {
        value = gr_impl_nest_by_block<values>(team, cut, x.reducers, body, k);
    }
    ((*gr_impl_get<K>(x.reducers).variable =
          gr_impl_get<K>(x.reducers).last(gr_impl_get<K>(value))),
     ...);
}

template <int Level, class... Reducers, class Body>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_reduce<Level, Reducers...> &x,
                              const Body &body) {
    gr_impl_nest_run(x, body, gr_impl_up_to<(int)sizeof...(Reducers)>());
}

/* In two and three dimensions: over the numbers of the elements, the last index fastest. */
template <int Rank> struct gr_impl_nest_box {
    gr_index lo[3];
    gr_index rows, columns; /* at least 1 */
    gr_index elements;
};

GR_IMPL_DEVICE_INLINE gr_impl_nest_box<3> gr_impl_nest_box_3d(gr_index lo0, gr_index hi0,
                                                              gr_index lo1, gr_index hi1,
                                                              gr_index lo2, gr_index hi2) {
    const gr_index planes = hi0 > lo0 ? hi0 - lo0 : 0, rows = hi1 > lo1 ? hi1 - lo1 : 0;
    const gr_index columns = hi2 > lo2 ? hi2 - lo2 : 0;
    const gr_index elements = columns ? planes * rows * columns : 0;

    return {{lo0, lo1, lo2}, elements ? rows : 1, elements ? columns : 1, elements};
}
GR_IMPL_DEVICE_INLINE gr_impl_nest_box<2> gr_impl_nest_box_2d(gr_index lo0, gr_index hi0,
                                                              gr_index lo1, gr_index hi1) {
    const gr_impl_nest_box<3> box = gr_impl_nest_box_3d(0, 1, lo0, hi0, lo1, hi1);

    return {{0, lo0, lo1}, box.rows, box.columns, box.elements};
}

/* Where an element of a box lies, found without a division where it is 32 after the one before. */
struct gr_impl_nest_place {
    gr_index element; /* the last one asked for */
    gr_index plane, row, column;
    gr_index planes, rows, columns; /* 32 elements on */

    GR_IMPL_DEVICE void set(gr_index n, gr_index height, gr_index width) {
        const gr_index all = gr_impl_quotient(n, width);

        plane = gr_impl_quotient(all, height);
        row = all - plane * height;
        column = n - all * width;
        element = n;
    }
    GR_IMPL_DEVICE void go(gr_index n, gr_index height, gr_index width) {
        if (n != element + GR_IMPL_LANES) {
            set(n, height, width);
            return;
        }
        const bool over = column + columns >= width;

        element = n;
        column += over ? columns - width : columns;
        row += rows + over;
        const bool above = row >= height;

        row -= above ? height : 0;
        plane += planes + above;
    }
};

/* A block, called with the number of an element. */
template <int Rank, class Body> struct gr_impl_nest_numbered {
    const gr_impl_nest_box<Rank> &box;
    const Body &body;
    mutable gr_impl_nest_place at;

    GR_IMPL_DEVICE gr_impl_nest_numbered(const gr_impl_nest_box<Rank> &over, const Body &block)
        : box(over), body(block) {
        at.set(GR_IMPL_LANES, over.rows, over.columns);
        at.planes = at.plane;
        at.rows = at.row;
        at.columns = at.column;
        at.element = -2 * GR_IMPL_LANES;
    }

    template <class... Values>
    GR_IMPL_DEVICE void operator()(gr_index element, Values &...value) const {
        at.go(element, box.rows, box.columns);
        if constexpr (Rank == 2) {
            body(box.lo[1] + at.row, box.lo[2] + at.column, value...);
        } else {
            body(box.lo[0] + at.plane, box.lo[1] + at.row, box.lo[2] + at.column, value...);
        }
    }
};

template <int Level, int Rank, class... Reducers> struct gr_impl_nested_box_reduce {
    gr_impl_nest_box<Rank> box;
    gr_impl_nested_reduce<Level, Reducers...> over;
};

template <int Level, int Rank, class... Reducers>
GR_IMPL_DEVICE gr_impl_nested_box_reduce<Level, Rank, Reducers...> gr_impl_nested_in(
    const gr_team &team, const gr_impl_nest_box<Rank> &box, Reducers... reducers) {
    return {box, {&team, 0, box.elements, {{reducers}...}}};
}

template <int Level, int Rank, class... Reducers, class Body>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_box_reduce<Level, Rank, Reducers...> &x,
                              const Body &body) {
    x.over % gr_impl_nest_numbered<Rank, Body>(x.box, body);
}

/* ---- scan ---- */

template <int Level, class T, class Join> struct gr_impl_nested_scan_statement {
    const gr_team *team;
    gr_index lo, hi;
    T identity;
    Join join;
    T *total; /* may be NULL */
};

template <int Level, class T, class Join>
GR_IMPL_DEVICE gr_impl_nested_scan_statement<Level, T, Join> gr_impl_nested_scan(
    const gr_team &team, gr_index lo, gr_index hi, T identity, Join join,
    gr_impl_gpu_target<T> total) {
    return {&team, lo, hi, identity, join, total.variable};
}

/* The odometer after one more chunk. */
template <class T, class Join>
GR_IMPL_DEVICE_INLINE void gr_impl_nest_turn(T *state, gr_index chunk, const T &own,
                                             const T &identity, const Join &join) {
    state[0] = join(state[0], own);
    if ((chunk + 1) % GR_IMPL_WIDTH == 0) {
        state[1] = join(state[1], state[0]);
        state[0] = identity;
    }
    if ((chunk + 1) % (GR_IMPL_WIDTH * GR_IMPL_WIDTH) == 0) {
        state[2] = join(state[2], state[1]);
        state[1] = identity;
    }
}

/* By a group of w threads: w segments at a time, in order. The total, in each of them. */
template <class T, class Join, class Body>
GR_IMPL_DEVICE_INLINE T gr_impl_nest_scan_group(gr_index from, gr_index to, int t, int w,
                                                const T &identity, const Join &join,
                                                const Body &body) {
    T state[3] = {identity, identity, identity};

    for (gr_index lo = from, chunk = 0; lo < to; lo += GR_IMPL_SCAN_CHUNK, ++chunk) {
        const T before = join(join(state[2], state[1]), state[0]);
        const gr_index end = to - lo < GR_IMPL_SCAN_CHUNK ? to : lo + GR_IMPL_SCAN_CHUNK;
        T tile = identity;

        for (gr_index low = lo; low < end; low += GR_IMPL_GPU_TILE) {
            const gr_index high = end - low < GR_IMPL_GPU_TILE ? end : low + GR_IMPL_GPU_TILE;
            T left = identity;

            for (gr_index row = low; row < high; row += w * GR_IMPL_SEGMENT) {
                const gr_index first = row + t * GR_IMPL_SEGMENT;
                const gr_index last =
                    high - first < GR_IMPL_SEGMENT ? high : first + GR_IMPL_SEGMENT;
                T own = identity, mine = identity;

                for (gr_index i = first; i < last; ++i) {
                    body(i, own, 0);
                }
                for (int s = 0; s < w && row + s * GR_IMPL_SEGMENT < high; ++s) {
                    mine = s == t ? left : mine;
                    left = join(left, w == 1 ? own : gr_impl_group_value(own, s, w));
                }
                if (first < last) {
                    T value = join(before, join(tile, mine));

                    for (gr_index i = first; i < last; ++i) {
                        body(i, value, 1);
                    }
                }
            }
            tile = join(tile, left);
        }
        gr_impl_nest_turn(state, chunk, tile, identity, join);
    }
    return join(join(state[2], state[1]), state[0]);
}

template <int Level, class T, class Join, class Body>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_scan_statement<Level, T, Join> &x,
                              const Body &body) {
    const gr_team &team = *x.team;
    T total = x.identity;

    if constexpr (Level == GR_IMPL_NEST_VECTOR) {
        total = gr_impl_nest_scan_group(x.lo, x.hi, gr_impl_nest_lane(team),
                                        gr_impl_nest_vector(team), x.identity, x.join, body);
        if (x.total) {
            *x.total = total;
        }
        if (gr_impl_nest_vector(team) > 1) {
            gr_impl_dev_barrier_group(gr_impl_nest_vector(team));
        }
    } else {
        const int threads = gr_impl_nest_threads();
        const int w = threads < GR_IMPL_LANES ? threads : GR_IMPL_LANES;

        if (gr_impl_nest_thread() < w) {
            total = gr_impl_nest_scan_group(x.lo, x.hi, gr_impl_nest_thread(), w, x.identity,
                                            x.join, body);
        }
        if (x.total) {
            *x.total = gr_impl_nest_broadcast(team, total);
        }
        gr_impl_dev_barrier();
    }
}

} /* extern "C++" */

#define GR_IMPL_NEST_OBJECT(k, kind, ...) , GR_IMPL_NEST_OBJECT_##kind(__VA_ARGS__)
#define GR_IMPL_NEST_OBJECT_SCALAR(...) \
    GR_IMPL_MAKE_SCALAR(gr_impl_nest_make_reducer, , __VA_ARGS__)
#define GR_IMPL_NEST_OBJECT_USER GR_IMPL_NEST_OBJECT_SCALAR
#define GR_IMPL_NEST_OBJECT_FINAL(...) GR_IMPL_MAKE_FINAL(gr_impl_nest_make_reducer, , __VA_ARGS__)
#define GR_IMPL_NEST_OBJECT_LOC(...) GR_IMPL_MAKE_LOC(gr_impl_nest_make_reducer, , __VA_ARGS__)
#define GR_IMPL_NEST_OBJECT_MINMAX(...) \
    GR_IMPL_MAKE_MINMAX(gr_impl_nest_make_reducer, , __VA_ARGS__)
#define GR_IMPL_NEST_OBJECT_MINMAXLOC(...) \
    GR_IMPL_MAKE_MINMAXLOC(gr_impl_nest_make_reducer, , __VA_ARGS__)
#define GR_IMPL_NESTED_REDUCE(level, t, k, from, to, ...)                               \
    gr_impl_nested<level>(t, from, to GR_IMPL_EACH(GR_IMPL_NEST_OBJECT, __VA_ARGS__)) % \
        [&]([[maybe_unused]] const gr_index k GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_TEAM_REDUCE(t, k, from, to, ...) \
    GR_IMPL_NESTED_REDUCE(GR_IMPL_NEST_TEAM, t, k, from, to, __VA_ARGS__)
#define GR_IMPL_TEAM_THREAD_REDUCE(t, k, from, to, ...) \
    GR_IMPL_NESTED_REDUCE(GR_IMPL_NEST_THREADS, t, k, from, to, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE(t, k, from, to, ...) \
    GR_IMPL_NESTED_REDUCE(GR_IMPL_NEST_VECTOR, t, k, from, to, __VA_ARGS__)
#define GR_IMPL_NESTED_REDUCE_2D(level, t, i, j, from0, to0, from1, to1, ...)            \
    gr_impl_nested_in<level, 2>(t, gr_impl_nest_box_2d(from0, to0, from1, to1)           \
                                       GR_IMPL_EACH(GR_IMPL_NEST_OBJECT, __VA_ARGS__)) % \
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_NESTED_REDUCE_3D(level, t, i, j, k, from0, to0, from1, to1, from2, to2, ...) \
    gr_impl_nested_in<level, 3>(t, gr_impl_nest_box_3d(from0, to0, from1, to1, from2, to2)   \
                                       GR_IMPL_EACH(GR_IMPL_NEST_OBJECT, __VA_ARGS__)) %     \
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j,                                                \
            GR_IMPL_INDEX k GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_TEAM_REDUCE_2D(t, i, j, from0, to0, from1, to1, ...) \
    GR_IMPL_NESTED_REDUCE_2D(GR_IMPL_NEST_TEAM, t, i, j, from0, to0, from1, to1, __VA_ARGS__)
#define GR_IMPL_TEAM_REDUCE_3D(t, i, j, k, from0, to0, from1, to1, from2, to2, ...)             \
    GR_IMPL_NESTED_REDUCE_3D(GR_IMPL_NEST_TEAM, t, i, j, k, from0, to0, from1, to1, from2, to2, \
                             __VA_ARGS__)
#define GR_IMPL_TEAM_THREAD_REDUCE_2D(t, i, j, from0, to0, from1, to1, ...) \
    GR_IMPL_NESTED_REDUCE_2D(GR_IMPL_NEST_THREADS, t, i, j, from0, to0, from1, to1, __VA_ARGS__)
#define GR_IMPL_TEAM_THREAD_REDUCE_3D(t, i, j, k, from0, to0, from1, to1, from2, to2, ...)         \
    GR_IMPL_NESTED_REDUCE_3D(GR_IMPL_NEST_THREADS, t, i, j, k, from0, to0, from1, to1, from2, to2, \
                             __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE_2D(t, i, j, from0, to0, from1, to1, ...) \
    GR_IMPL_NESTED_REDUCE_2D(GR_IMPL_NEST_VECTOR, t, i, j, from0, to0, from1, to1, __VA_ARGS__)
#define GR_IMPL_THREAD_VECTOR_REDUCE_3D(t, i, j, k, from0, to0, from1, to1, from2, to2, ...)      \
    GR_IMPL_NESTED_REDUCE_3D(GR_IMPL_NEST_VECTOR, t, i, j, k, from0, to0, from1, to1, from2, to2, \
                             __VA_ARGS__)

#define GR_IMPL_NESTED_SCAN(level, t, k, from, to, final, finish, total, kind, T, v, identity, \
                            join_of, argument)                                                 \
    gr_impl_nested_scan<level, T>(                                                             \
        t, (GR_IMPL_CHECK_SCANS(kind), from), to, identity,                                    \
        [](T a, T b) -> T { return join_of(T, argument, a, b); }, finish(T, total)) %          \
        [&](GR_IMPL_INDEX k, T & v, [[maybe_unused]] const int final)
#define GR_IMPL_TEAM_SCAN(t, k, from, to, reducer, final)                        \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN, (GR_IMPL_NEST_TEAM, t, k, from, to, final, \
                                       GR_IMPL_SCAN_NO_TOTAL, , GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_THREAD_VECTOR_SCAN(t, k, from, to, reducer, final)                 \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN, (GR_IMPL_NEST_VECTOR, t, k, from, to, final, \
                                       GR_IMPL_SCAN_NO_TOTAL, , GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_TEAM_SCAN_TOTAL(t, k, from, to, reducer, final, total)           \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN, (GR_IMPL_NEST_TEAM, t, k, from, to, final, \
                                       GR_IMPL_SCAN_TOTAL, total, GR_IMPL_UNTUPLE reducer))
#define GR_IMPL_THREAD_VECTOR_SCAN_TOTAL(t, k, from, to, reducer, final, total)    \
    GR_IMPL_CALL(GR_IMPL_NESTED_SCAN, (GR_IMPL_NEST_VECTOR, t, k, from, to, final, \
                                       GR_IMPL_SCAN_TOTAL, total, GR_IMPL_UNTUPLE reducer))

#endif
