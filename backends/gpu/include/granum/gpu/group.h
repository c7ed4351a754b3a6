/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file gpu/group.h
 * @brief What threads of a warp do together: exchange values of any type, and join lanes by the
 * tree of docs/design/002-canonical-order.md.
 *
 * A group is an aligned power of two of neighbouring threads within a warp; the 32 lanes of a chunk
 * are a group of 32, a whole warp or half of one. All threads of a group take part in each call.
 */
#ifndef GRANUM_GPU_GROUP_H
#define GRANUM_GPU_GROUP_H

#include <granum/gpu/words.h>

#ifndef GR_IMPL_LAUNCH_BOUNDS
#define GR_IMPL_LAUNCH_BOUNDS(threads, blocks)
#endif

extern "C++" { /* kernel files stand in an extern "C", and some headers are included by them */

/* Lanes of a chunk, on every machine. */
enum { GR_IMPL_LANES = 32 };

/* A value as 32-bit words; the last one may be part empty. */
template <class T> struct gr_impl_words {
    enum { count = (sizeof(T) + 3) / 4 };
    uint32_t at[count];
};

/* The value of lane `from` of the caller's group. */
template <class T>
GR_IMPL_DEVICE_INLINE T gr_impl_group_value(const T &value, int from, int lanes) {
    gr_impl_words<T> words;
    T result;

    words.at[gr_impl_words<T>::count - 1] = 0;
    __builtin_memcpy(words.at, &value, sizeof(T));
    GR_IMPL_UNROLL(16)
    for (int w = 0; w < gr_impl_words<T>::count; ++w) {
        words.at[w] = gr_impl_dev_shuffle(words.at[w], from, lanes);
    }
    __builtin_memcpy(&result, words.at, sizeof(T));
    return result;
}

/* Join the lanes of a group: for h = lanes / 2, ..., 1 lane l < h becomes join(lane l, lane l + h).
 * The result is lane 0's; the other lanes hold what they had at their last step. */
template <class T, class Join>
GR_IMPL_DEVICE_INLINE T gr_impl_group_join(T value, int lane, int lanes, const Join &join) {
    GR_IMPL_UNROLL(5)
    for (int half = GR_IMPL_LANES / 2; half > 0; half /= 2) {
        if (half < lanes) {
            const T other = gr_impl_group_value(value, (lane + half) & (lanes - 1), lanes);

            if (lane < half) {
                value = join(value, other);
            }
        }
    }
    return value;
}

/* The 32 lanes of a chunk on a group of any width: each thread brings every lanes-th value, in the
 * order in which the tree needs them, and joins its own; the group joins the rest.
 *
 * Value k of thread t, k = 0, 1, ..., is that of lane gr_impl_fold_lane(k) * width + t. */
GR_IMPL_DEVICE_INLINE int gr_impl_fold_lane(int k, int count) {
    int turned = 0;

    for (int bit = 1; bit < count; bit *= 2) {
        turned = 2 * turned + (k & 1);
        k /= 2;
    }
    return turned;
}

/* A thread's part of the tree: values that wait for their partner, one a level. */
template <class T> struct gr_impl_fold {
    T waits[5];

    template <class Join> GR_IMPL_DEVICE T add(int k, T value, const Join &join) {
        int level = 0;

        for (; k & 1; k /= 2) {
            value = join(waits[level++], value);
        }
        if (level < 5) {
            waits[level] = value;
        }
        return value; /* after the last k it is the result */
    }
};

} /* extern "C++" */

#endif
