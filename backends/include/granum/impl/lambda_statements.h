/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file impl/lambda_statements.h
 * @brief Statements over 1 to 6 indices where bodies are lambdas: the indices are parameters.
 *
 * A backend defines what stands before the parameters: GR_IMPL_FOR(rank, label, policy), and with
 * reducers GR_IMPL_REDUCE and GR_IMPL_REDUCE_ARRAY(rank, label, policy, reducers...).
 */
#ifndef GRANUM_IMPL_LAMBDA_STATEMENTS_H
#define GRANUM_IMPL_LAMBDA_STATEMENTS_H

#define GR_IMPL_INDICES_1D(i) GR_IMPL_INDEX i
#define GR_IMPL_INDICES_2D(i, j) GR_IMPL_INDICES_1D(i), GR_IMPL_INDEX j
#define GR_IMPL_INDICES_3D(i, j, k) GR_IMPL_INDICES_2D(i, j), GR_IMPL_INDEX k
#define GR_IMPL_INDICES_4D(i, j, k, l) GR_IMPL_INDICES_3D(i, j, k), GR_IMPL_INDEX l
#define GR_IMPL_INDICES_5D(i, j, k, l, m) GR_IMPL_INDICES_4D(i, j, k, l), GR_IMPL_INDEX m
#define GR_IMPL_INDICES_6D(i, j, k, l, m, n) GR_IMPL_INDICES_5D(i, j, k, l, m), GR_IMPL_INDEX n

#define GR_IMPL_FOR_1D(label, i, policy) GR_IMPL_FOR(1, label, policy)(GR_IMPL_INDICES_1D(i))
#define GR_IMPL_FOR_2D(label, i, j, policy) GR_IMPL_FOR(2, label, policy)(GR_IMPL_INDICES_2D(i, j))
#define GR_IMPL_FOR_3D(label, i, j, k, policy) \
    GR_IMPL_FOR(3, label, policy)(GR_IMPL_INDICES_3D(i, j, k))
#define GR_IMPL_FOR_4D(label, i, j, k, l, policy) \
    GR_IMPL_FOR(4, label, policy)(GR_IMPL_INDICES_4D(i, j, k, l))
#define GR_IMPL_FOR_5D(label, i, j, k, l, m, policy) \
    GR_IMPL_FOR(5, label, policy)(GR_IMPL_INDICES_5D(i, j, k, l, m))
#define GR_IMPL_FOR_6D(label, i, j, k, l, m, n, policy) \
    GR_IMPL_FOR(6, label, policy)(GR_IMPL_INDICES_6D(i, j, k, l, m, n))

#define GR_IMPL_REDUCE_1D(label, i, policy, ...)  \
    GR_IMPL_REDUCE(1, label, policy, __VA_ARGS__) \
    (GR_IMPL_INDICES_1D(i) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_2D(label, i, j, policy, ...) \
    GR_IMPL_REDUCE(2, label, policy, __VA_ARGS__)   \
    (GR_IMPL_INDICES_2D(i, j) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_3D(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE(3, label, policy, __VA_ARGS__)      \
    (GR_IMPL_INDICES_3D(i, j, k) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_4D(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE(4, label, policy, __VA_ARGS__)         \
    (GR_IMPL_INDICES_4D(i, j, k, l) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_5D(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE(5, label, policy, __VA_ARGS__)            \
    (GR_IMPL_INDICES_5D(i, j, k, l, m) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_6D(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE(6, label, policy, __VA_ARGS__)               \
    (GR_IMPL_INDICES_6D(i, j, k, l, m, n) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))

#define GR_IMPL_REDUCE_ARRAY_1D(label, i, policy, ...)  \
    GR_IMPL_REDUCE_ARRAY(1, label, policy, __VA_ARGS__) \
    (GR_IMPL_INDICES_1D(i) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_ARRAY_2D(label, i, j, policy, ...) \
    GR_IMPL_REDUCE_ARRAY(2, label, policy, __VA_ARGS__)   \
    (GR_IMPL_INDICES_2D(i, j) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_ARRAY_3D(label, i, j, k, policy, ...) \
    GR_IMPL_REDUCE_ARRAY(3, label, policy, __VA_ARGS__)      \
    (GR_IMPL_INDICES_3D(i, j, k) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_ARRAY_4D(label, i, j, k, l, policy, ...) \
    GR_IMPL_REDUCE_ARRAY(4, label, policy, __VA_ARGS__)         \
    (GR_IMPL_INDICES_4D(i, j, k, l) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_ARRAY_5D(label, i, j, k, l, m, policy, ...) \
    GR_IMPL_REDUCE_ARRAY(5, label, policy, __VA_ARGS__)            \
    (GR_IMPL_INDICES_5D(i, j, k, l, m) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))
#define GR_IMPL_REDUCE_ARRAY_6D(label, i, j, k, l, m, n, policy, ...) \
    GR_IMPL_REDUCE_ARRAY(6, label, policy, __VA_ARGS__)               \
    (GR_IMPL_INDICES_6D(i, j, k, l, m, n) GR_IMPL_EACH(GR_IMPL_PARAMETER, __VA_ARGS__))

#endif
