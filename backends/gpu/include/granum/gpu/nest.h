/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/nest.h
 * @brief Nested ranges in a team's block on a device; gpu/team.h launches the team.
 *
 * A team is a block of team_size * vector_length threads, both powers of two, the vector lanes of a
 * thread side by side. Loops, singles, barriers and what passes values between threads are here;
 * nested reductions and scans are in gpu/nest_reduce.h.
 */
#ifndef GRANUM_GPU_NEST_H
#define GRANUM_GPU_NEST_H

#include <granum/gpu/reduce.h>
#include <granum/gpu/scan.h>
#include <granum/team_policy.h>

/* What the threads of a team share, at the beginning of the block's shared memory. */
struct gr_impl_team {
    int vector;                       /* lanes of a thread */
    unsigned unused[15];              /* scratch memory begins with a line */
    uint32_t piece[GR_IMPL_LANES][4]; /* values under way between threads, 16 bytes at a time */
};

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* The calling thread among all vector lanes of the team, and in its thread. */
GR_IMPL_DEVICE_INLINE int gr_impl_nest_thread() {
    return (int)gr_impl_dev_thread();
}
GR_IMPL_DEVICE_INLINE int gr_impl_nest_threads() {
    return (int)gr_impl_dev_threads();
}
GR_IMPL_DEVICE_INLINE int gr_impl_nest_vector(const gr_team &t) {
    return t.shared->vector;
}
GR_IMPL_DEVICE_INLINE int gr_impl_nest_lane(const gr_team &t) {
    return gr_impl_nest_thread() & (gr_impl_nest_vector(t) - 1);
}

/* Pass values between threads of the block: who writes gives slot `to` a value, who reads gets that
 * of slot `from`. All threads of the block take part. */
template <class V>
GR_IMPL_DEVICE_INLINE V gr_impl_nest_exchange(const gr_team &t, bool writes, int to, const V &value,
                                              bool reads, int from) {
    gr_impl_words<V> words;
    V result = value;

    words.at[gr_impl_words<V>::count - 1] = 0;
    __builtin_memcpy(words.at, &value, sizeof value);
    for (int w = 0; w < gr_impl_words<V>::count; w += 4) {
        const int n = gr_impl_words<V>::count - w < 4 ? gr_impl_words<V>::count - w : 4;

        if (writes) {
            for (int k = 0; k < n; ++k) {
                t.shared->piece[to][k] = words.at[w + k];
            }
        }
        gr_impl_dev_barrier();
        if (reads) {
            for (int k = 0; k < n; ++k) {
                words.at[w + k] = t.shared->piece[from][k];
            }
        }
        gr_impl_dev_barrier();
    }
    if (reads) {
        __builtin_memcpy(&result, words.at, sizeof result);
    }
    return result;
}

/* The value of the block's first thread, in every thread. */
template <class V>
GR_IMPL_DEVICE_INLINE V gr_impl_nest_broadcast(const gr_team &t, const V &value) {
    if (gr_impl_nest_threads() <= GR_IMPL_LANES) {
        return gr_impl_nest_threads() == 1 ? value
                                           : gr_impl_group_value(value, 0, gr_impl_nest_threads());
    }
    return gr_impl_nest_exchange(t, gr_impl_nest_thread() == 0, 0, value, true, 0);
}
template <class V> GR_IMPL_DEVICE_INLINE V gr_impl_nest_first(const V &value, int lanes) {
    return lanes == 1 ? value : gr_impl_group_value(value, 0, lanes);
}

/* ---- for ---- */

/* Ranges that threads `me`, `me` + `all`, ... share. */
struct gr_impl_nested_for {
    gr_index lo[3], hi[3];
    int me, all;
    int vector; /* lanes that wait for each other at the end; 1: nobody does */
};

GR_IMPL_DEVICE_INLINE gr_impl_nested_for gr_impl_nest_of_team(const gr_team &) {
    return {{0, 0, 0}, {1, 1, 1}, gr_impl_nest_thread(), gr_impl_nest_threads(), 1};
}
GR_IMPL_DEVICE_INLINE gr_impl_nested_for gr_impl_nest_of_threads(const gr_team &t) {
    return {{0, 0, 0}, {1, 1, 1}, t.team_rank, t.team_size, 1};
}
GR_IMPL_DEVICE_INLINE gr_impl_nested_for gr_impl_nest_of_vector(const gr_team &t) {
    const int vector = gr_impl_nest_vector(t);

    return {{0, 0, 0}, {1, 1, 1}, gr_impl_nest_lane(t), vector, vector};
}
GR_IMPL_DEVICE_INLINE gr_impl_nested_for gr_impl_nest_range(gr_impl_nested_for nested, int d,
                                                            gr_index lo, gr_index hi) {
    nested.lo[d] = lo;
    nested.hi[d] = hi;
    return nested;
}

template <int R> struct gr_impl_nested_statement { gr_impl_nested_for over; };

template <class F>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_statement<1> &nested, const F &body) {
    const gr_impl_nested_for &x = nested.over;

    for (gr_index k = x.lo[0] + x.me; k < x.hi[0]; k += x.all) {
        body(k);
    }
    if (x.vector > 1) {
        gr_impl_dev_barrier_group(x.vector);
    }
}

/* Threads stay side by side along the last index; no division in the loop. */
template <class F>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_statement<2> &nested, const F &body) {
    const gr_impl_nested_for &x = nested.over;
    const gr_index width = x.hi[1] - x.lo[1];

    if (width > 0) {
        const gr_index rows = gr_impl_quotient(x.all, width), columns = x.all - rows * width;
        const gr_index row = gr_impl_quotient(x.me, width);
        gr_index i = x.lo[0] + row, j = x.lo[1] + x.me - row * width;

        while (i < x.hi[0]) {
            body(i, j);
            i += rows;
            j += columns;
            if (j >= x.hi[1]) {
                j -= width;
                ++i;
            }
        }
    }
    if (x.vector > 1) {
        gr_impl_dev_barrier_group(x.vector);
    }
}

template <class F>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_statement<3> &nested, const F &body) {
    const gr_impl_nested_for &x = nested.over;
    const gr_index width = x.hi[2] - x.lo[2], height = x.hi[1] - x.lo[1];

    if (width > 0 && height > 0) {
        const gr_index all_rows = gr_impl_quotient(x.all, width);
        const gr_index planes = gr_impl_quotient(all_rows, height);
        const gr_index rows = all_rows - planes * height, columns = x.all - all_rows * width;
        const gr_index row = gr_impl_quotient(x.me, width), plane = gr_impl_quotient(row, height);
        gr_index i = x.lo[0] + plane, j = x.lo[1] + row - plane * height;
        gr_index k = x.lo[2] + x.me - row * width;

        while (i < x.hi[0]) {
            body(i, j, k);
            i += planes;
            j += rows;
            k += columns;
            if (k >= x.hi[2]) {
                k -= width;
                ++j;
            }
            if (j >= x.hi[1]) {
                j -= height;
                ++i;
            }
        }
    }
    if (x.vector > 1) {
        gr_impl_dev_barrier_group(x.vector);
    }
}

/* ---- single ---- */

template <class T> struct gr_impl_nested_single {
    const gr_team *team;
    T *variable;
};
template <class T>
GR_IMPL_DEVICE gr_impl_nested_single<T> gr_impl_nest_single(const gr_team &team, T *variable) {
    return {&team, variable};
}
template <class T, class Body>
GR_IMPL_DEVICE void operator%(const gr_impl_nested_single<T> &x, const Body &body) {
    if (gr_impl_nest_thread() == 0) {
        body();
    }
    *x.variable = gr_impl_nest_broadcast(*x.team, *x.variable);
}

} /* extern "C++" */

#define GR_IMPL_NESTED_FOR_1D(level, k, t, from, to)                                           \
    gr_impl_nested_statement<1>{gr_impl_nest_range(gr_impl_nest_of_##level(t), 0, from, to)} % \
        [&](GR_IMPL_INDEX k)
#define GR_IMPL_TEAM_FOR(t, k, from, to) GR_IMPL_NESTED_FOR_1D(team, k, t, from, to)
#define GR_IMPL_TEAM_THREAD_FOR(t, k, from, to) GR_IMPL_NESTED_FOR_1D(threads, k, t, from, to)
#define GR_IMPL_THREAD_VECTOR_FOR(t, k, from, to) GR_IMPL_NESTED_FOR_1D(vector, k, t, from, to)
#define GR_IMPL_NESTED_FOR_2D(level, i, j, t, from0, to0, from1, to1)                    \
    gr_impl_nested_statement<2>{gr_impl_nest_range(                                      \
        gr_impl_nest_range(gr_impl_nest_of_##level(t), 0, from0, to0), 1, from1, to1)} % \
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j)
#define GR_IMPL_NESTED_FOR_3D(level, i, j, k, t, from0, to0, from1, to1, from2, to2)         \
    gr_impl_nested_statement<3>{gr_impl_nest_range(                                          \
        gr_impl_nest_range(gr_impl_nest_range(gr_impl_nest_of_##level(t), 0, from0, to0), 1, \
                           from1, to1),                                                      \
        2, from2, to2)} %                                                                    \
        [&](GR_IMPL_INDEX i, GR_IMPL_INDEX j, GR_IMPL_INDEX k)
#define GR_IMPL_TEAM_FOR_2D(t, i, j, from0, to0, from1, to1) \
    GR_IMPL_NESTED_FOR_2D(team, i, j, t, from0, to0, from1, to1)
#define GR_IMPL_TEAM_FOR_3D(t, i, j, k, from0, to0, from1, to1, from2, to2) \
    GR_IMPL_NESTED_FOR_3D(team, i, j, k, t, from0, to0, from1, to1, from2, to2)
#define GR_IMPL_TEAM_THREAD_FOR_2D(t, i, j, from0, to0, from1, to1) \
    GR_IMPL_NESTED_FOR_2D(threads, i, j, t, from0, to0, from1, to1)
#define GR_IMPL_TEAM_THREAD_FOR_3D(t, i, j, k, from0, to0, from1, to1, from2, to2) \
    GR_IMPL_NESTED_FOR_3D(threads, i, j, k, t, from0, to0, from1, to1, from2, to2)
#define GR_IMPL_THREAD_VECTOR_FOR_2D(t, i, j, from0, to0, from1, to1) \
    GR_IMPL_NESTED_FOR_2D(vector, i, j, t, from0, to0, from1, to1)
#define GR_IMPL_THREAD_VECTOR_FOR_3D(t, i, j, k, from0, to0, from1, to1, from2, to2) \
    GR_IMPL_NESTED_FOR_3D(vector, i, j, k, t, from0, to0, from1, to1, from2, to2)

#define GR_IMPL_TEAM_SINGLE(t) if ((void)(t).team_rank, gr_impl_nest_thread() == 0)
#define GR_IMPL_THREAD_SINGLE(t) if (gr_impl_nest_lane(t) == 0)
#define GR_IMPL_TEAM_SINGLE_BROADCAST(t, T, variable)                                 \
    (GR_IMPL_STATIC_CHECK((gr_impl_same<decltype(variable), T>::value),               \
                          "GR_TEAM_SINGLE_BROADCAST: the variable has another type"), \
     gr_impl_nest_single(t, &variable)) %                                             \
        [&]()
#define GR_IMPL_TEAM_BARRIER(t) ((void)(t).team_rank, gr_impl_dev_barrier())

#endif
