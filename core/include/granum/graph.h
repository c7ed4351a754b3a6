/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.h
 * @brief Graphs: launches, copies and host calls with their dependencies, recorded once and
 * submitted many times.
 *
 *     typedef struct step { gr_view1_f64 x, y; double a; } step;
 *
 *     static void axpy(gr_index lo, gr_index hi, void *arguments) {
 *         const step s = *(const step *)arguments;
 *
 *         GR_PARALLEL_FOR("axpy", i, gr_range(lo, hi)) {
 *             GR_AT(s.y, i) += s.a * GR_AT(s.x, i);
 *         };
 *     }
 *
 *     gr_graph *graph;
 *     gr_node first, second;
 *
 *     GR_TRY(gr_graph_create(&graph, "two steps"));
 *     GR_TRY(gr_graph_add_range(graph, &first, "axpy", axpy, n, &s, sizeof s));
 *     GR_TRY(gr_graph_add_range(graph, &second, "axpy", axpy, n, &t, sizeof t));
 *     GR_TRY(gr_graph_after_same_index(graph, second, first));
 *     GR_TRY(gr_graph_instantiate(graph));
 *     GR_TRY(gr_graph_submit(graph, GR_DEFAULT_INSTANCE));   // as often as you like
 *     GR_TRY(gr_fence());
 *
 * A node is a function and a copy of its arguments; what it does is written with the statements of
 * the kernel language. *Range nodes* are given parts of [0, n): granum runs all of them that follow
 * each other in one parallel region, levels separated by barriers, small ones on few threads, and
 * those that depend on each other index by index block after block in the caches. *Reduction* and
 * *scan nodes* are in that region too. *Nodes* are called once, by the submitting thread, and may
 * do anything: several reductions in one launch, teams, host code.
 *
 * Reductions and scans keep their order and their bits. Nodes without a dependency between them may
 * run in any order, and range nodes at the same time.
 */
#ifndef GRANUM_GRAPH_H
#define GRANUM_GRAPH_H

#include <granum/instance.h>
#include <granum/view.h>

GR_EXTERN_C_BEGIN

/** A graph; made by gr_graph_create. */
typedef struct gr_graph gr_graph;

/** A node of a graph; all zero is none. */
typedef struct gr_node {
    uint64_t id;
} gr_node;

/**
 * @brief Make an empty graph.
 *
 * @param[out] graph  to be given to gr_graph_destroy
 * @param[in]  label  copied; messages name the graph by it
 *
 * Errors:  GR_INVALID_ARG    graph or label is NULL
 *          GR_OUT_OF_MEMORY
 */
GR_API gr_status gr_graph_create(gr_graph **graph, const char *label);

/**
 * @brief Free a graph and let go of its Views; *graph becomes NULL. Of NULL: nothing.
 *
 * Errors:  GR_INVALID_ARG  graph is NULL
 *          GR_IN_KERNEL    called from a kernel or a node
 * Threads: no submit of this graph may be under way
 */
GR_API gr_status gr_graph_destroy(gr_graph **graph);

/**
 * @brief Record a node that is called once a submit, by the submitting thread.
 *
 * @param[out] node       may be NULL
 * @param[in]  label      copied
 * @param[in]  function   any code but another submit; its launches run on the submit's instance
 * @param[in]  arguments  (bytes), copied now; the function gets the copy; NULL with bytes 0
 *
 * Errors:  GR_INVALID_ARG    a pointer is NULL, or the graph is instantiated already
 *          GR_OUT_OF_MEMORY
 */
#define gr_graph_add(graph, node, label, function, arguments, bytes) \
    gr_impl_graph_add((graph), (node), (label), (function), (arguments), (bytes), GR_HERE)

/**
 * @brief Record a node that launches on a device and does nothing else.
 *
 * As gr_graph_add, but the function need not be called at each submit: what it launched is replayed
 * (docs/gpu.md). It is called again when its arguments have changed (gr_graph_arguments). What it
 * reads beside them is as it was; it neither waits nor has a result on the host.
 */
#define gr_graph_add_device(graph, node, label, function, arguments, bytes) \
    gr_impl_graph_add_device((graph), (node), (label), (function), (arguments), (bytes), GR_HERE)

/**
 * @brief Record a node over the indices [0, n) that is called for parts of them.
 *
 * The function launches over [lo, hi), the rows of a 2D range for instance. It is called for parts
 * that together are [0, n), in any order and on any threads of the instance, and its launches run
 * on the thread that calls it; so it holds launches and copies of its arguments, and nothing that
 * must happen once. Work of very uneven cost is better off in a gr_graph_add with a dynamic
 * schedule.
 *
 * Errors:  as gr_graph_add, and
 *          GR_INVALID_ARG  n < 0
 */
#define gr_graph_add_range(graph, node, label, function, n, arguments, bytes)                \
    gr_impl_graph_add_range((graph), (node), (label), (function), (n), (arguments), (bytes), \
                            GR_HERE)

/** How the results of a reduction's parts are joined; made by the functions below. */
typedef struct gr_graph_joiner {
    int operation;        /**< of numbers, where join is NULL */
    gr_dtype dtype;       /**< of the numbers */
    size_t bytes;         /**< of a result */
    const void *identity; /**< (bytes) of another result than a number */
    void (*join)(void *into, const void *other);
} gr_graph_joiner;

/** @brief By the operation of GR_SUM, GR_PROD, GR_MIN, GR_MAX, of numbers that are not complex. */
GR_API gr_graph_joiner gr_graph_sum(gr_dtype dtype);
GR_API gr_graph_joiner gr_graph_prod(gr_dtype dtype);
GR_API gr_graph_joiner gr_graph_min(gr_dtype dtype);
GR_API gr_graph_joiner gr_graph_max(gr_dtype dtype);

/** @brief By a function of one's own: *into becomes the join of *into and *other. */
GR_API gr_graph_joiner gr_graph_join_by(void (*join)(void *into, const void *other),
                                        const void *identity, size_t bytes);

/**
 * @brief Record a reduction over the indices [0, n) that is called for parts of them.
 *
 *     static void dot(gr_index lo, gr_index hi, void *arguments, void *result) {
 *         const pair v = *(const pair *)arguments;
 *         double sum;
 *
 *         GR_PARALLEL_REDUCE("dot", i, gr_range(lo, hi), GR_SUM(double, sum)) {
 *             sum += GR_AT(v.x, i) * GR_AT(v.y, i);
 *         };
 *         *(double *)result = sum;
 *     }
 *
 * The function has one reduction over gr_range(lo, hi), of one reducer, whose operation is the
 * joiner's. Parts are whole chunks of the canonical order, so the result has the bits of the
 * statement over [0, n).
 *
 * @param[in]  joiner  its identity is copied now
 * @param[out] result  (joiner.bytes), set when the node has ended; an element of a View, say
 *
 * Errors:  as gr_graph_add_range, and
 *          GR_INVALID_ARG  result is NULL; the joiner's type is none of numbers, or its size 0
 *          Another statement than that is a launch error (at gr_fence)
 */
#define gr_graph_add_reduce(graph, node, label, function, n, arguments, bytes, joiner, result) \
    gr_impl_graph_add_reduce((graph), (node), (label), (function), (n), (arguments), (bytes),  \
                             (joiner), (result), GR_HERE)

/**
 * @brief Record a scan over the indices [0, n) that is called for parts of them.
 *
 * The function has one scan over gr_range(lo, hi), segmented or by key as one likes, of a reducer
 * of up to 1365 bytes. It is called for chunks of the canonical order, which take turns, so each
 * element gets what the statement over [0, n) would give it. There is no total: the last element's
 * block knows it.
 *
 * Errors:  as gr_graph_add_reduce
 */
#define gr_graph_add_scan(graph, node, label, function, n, arguments, bytes) \
    gr_impl_graph_add_scan((graph), (node), (label), (function), (n), (arguments), (bytes), GR_HERE)

/** @brief Record gr_deep_copy(dst, src); the graph uses both Views (gr_graph_uses). */
#define gr_graph_add_copy(graph, node, label, dst, src) \
    gr_impl_graph_add_copy((graph), (node), (label), (dst), (src), GR_HERE)

/** @brief Record a node that does nothing: what comes after it comes after all it comes after. */
#define gr_graph_add_join(graph, node, label) \
    gr_impl_graph_add_join((graph), (node), (label), GR_HERE)

/**
 * @brief Let a node begin when another one has ended.
 *
 * Errors:  GR_INVALID_ARG    a node is none of this graph, the two are the same, or the graph is
 *                            instantiated already
 *          GR_OUT_OF_MEMORY
 */
#define gr_graph_after(graph, node, earlier) \
    gr_impl_graph_after((graph), (node), (earlier), false, GR_HERE)

/**
 * @brief Let each index of a range node begin when the same index of another one has ended.
 *
 * For nodes that read of the other's results what has their own index, and write nothing that the
 * other reads at another one. Such nodes need no barrier between them. A reduction may come after
 * the same index of a range node, so that it reads what is in the caches still.
 *
 * Errors:  as gr_graph_after, and
 *          GR_INVALID_ARG    `earlier` is no range node, `node` neither one nor a reduction, or
 *                            their n differ
 */
#define gr_graph_after_same_index(graph, node, earlier) \
    gr_impl_graph_after((graph), (node), (earlier), true, GR_HERE)

/**
 * @brief Say that a node uses a View: its memory is kept, and a submit after the program has
 * released all its handles of it is an error.
 *
 * Errors:  GR_INVALID_ARG    the node is none of this graph, the View is not one (checked builds:
 *                            or was released), or the graph is instantiated already
 *          GR_OUT_OF_MEMORY
 */
#define gr_graph_uses(graph, node, view) gr_impl_graph_uses((graph), (node), (view), GR_HERE)

/**
 * @brief Submit again, within one gr_graph_submit, as long as a function says so after each time.
 *
 * The repetition ends early when a launch failed.
 *
 * Errors:  GR_INVALID_ARG    a pointer is NULL, or the graph is instantiated already
 *          GR_OUT_OF_MEMORY
 */
#define gr_graph_repeat_while(graph, again, arguments, bytes) \
    gr_impl_graph_repeat_while((graph), (again), (arguments), (bytes), GR_HERE)

/**
 * @brief The graph's own copy of a node's arguments, to be changed between submits; NULL for none.
 */
GR_API void *gr_graph_arguments(gr_graph *graph, gr_node node);

/**
 * @brief Check the dependencies and choose how to run; nothing can be recorded afterwards.
 *
 * Errors:  GR_INVALID_ARG    there is a cycle, or the graph is instantiated already
 *          GR_OUT_OF_MEMORY
 * Cost:    proportional to nodes and dependencies
 */
#define gr_graph_instantiate(graph) gr_impl_graph_instantiate((graph), GR_HERE)

/**
 * @brief Run a graph on an instance; on the host it has ended when the call returns.
 *
 * @param[in] instance  whose threads run it, after the work that it has; policies in nodes that
 *                      name another one are not followed
 *
 * Errors:  GR_INVALID_ARG  the graph is NULL or not instantiated, a View that it uses was released,
 *                          or the instance was destroyed
 *          GR_IN_KERNEL    called from a kernel or from a node
 *          as gr_deep_copy, of a copy; the nodes behind it did not run then
 *          Launches that fail are answered by gr_fence, with the kernel's label
 * Threads: safe; submits of one graph wait for each other
 */
#define gr_graph_submit(graph, instance) gr_impl_graph_submit((graph), (instance), GR_HERE)

/* Functions behind the macros. */
GR_API gr_status gr_impl_graph_add(gr_graph *graph, gr_node *node, const char *label,
                                   void (*function)(void *arguments), const void *arguments,
                                   size_t bytes, gr_place place);
GR_API gr_status gr_impl_graph_add_device(gr_graph *graph, gr_node *node, const char *label,
                                          void (*function)(void *arguments), const void *arguments,
                                          size_t bytes, gr_place place);
GR_API gr_status gr_impl_graph_add_range(gr_graph *graph, gr_node *node, const char *label,
                                         void (*function)(gr_index lo, gr_index hi,
                                                          void *arguments),
                                         gr_index n, const void *arguments, size_t bytes,
                                         gr_place place);
GR_API gr_status gr_impl_graph_add_reduce(gr_graph *graph, gr_node *node, const char *label,
                                          void (*function)(gr_index lo, gr_index hi,
                                                           void *arguments, void *result),
                                          gr_index n, const void *arguments, size_t bytes,
                                          gr_graph_joiner joiner, void *result, gr_place place);
GR_API gr_status gr_impl_graph_add_scan(gr_graph *graph, gr_node *node, const char *label,
                                        void (*function)(gr_index lo, gr_index hi, void *arguments),
                                        gr_index n, const void *arguments, size_t bytes,
                                        gr_place place);
GR_API gr_status gr_impl_graph_add_copy(gr_graph *graph, gr_node *node, const char *label,
                                        gr_any_view dst, gr_any_view src, gr_place place);
GR_API gr_status gr_impl_graph_add_join(gr_graph *graph, gr_node *node, const char *label,
                                        gr_place place);
GR_API gr_status gr_impl_graph_after(gr_graph *graph, gr_node node, gr_node earlier,
                                     bool same_index, gr_place place);
GR_API gr_status gr_impl_graph_uses(gr_graph *graph, gr_node node, gr_any_view view,
                                    gr_place place);
GR_API gr_status gr_impl_graph_repeat_while(gr_graph *graph, bool (*again)(void *arguments),
                                            const void *arguments, size_t bytes, gr_place place);
GR_API gr_status gr_impl_graph_instantiate(gr_graph *graph, gr_place place);
GR_API gr_status gr_impl_graph_submit(gr_graph *graph, gr_instance instance, gr_place place);

GR_EXTERN_C_END

#endif
