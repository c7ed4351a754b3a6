/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.c
 * @brief Graphs: their life, what is recorded, and what is checked before a submit.
 *
 * graph_plan.c makes a plan of it, graph_run.c runs that; docs/design/041-graphs.md says why.
 */
#include "graph.h"
#include "instance.h"

#include <granum/copy.h>
#include <granum/impl/backend.h>
#include <granum/initialize.h>
#include <granum/memory.h>

#include <string.h>

/* A node's id is its graph's serial number and its own, from 1. */
#define NUMBER_BITS 32

static uint64_t last_serial; /* atomic */

/* ---- memory ---- */

static gr_status raise_memory(const gr_graph *graph, size_t bytes, gr_place place) {
    return gr_impl_out_of_memory(GR_HOST, graph ? graph->label : "graph", bytes, place);
}

/* Room for one more in an array. */
static gr_status grow(const gr_graph *graph, void **array, int count, int *room, size_t item,
                      gr_place place) {
    const int larger = *room ? 2 * *room : 16;
    void *memory;

    if (count < *room) {
        return GR_SUCCESS;
    }
    memory = gr_impl_host_alloc((size_t)larger * item, GR_ALIGNMENT);
    if (!memory) {
        return raise_memory(graph, (size_t)larger * item, place);
    }
    if (count > 0) {
        memcpy(memory, *array, (size_t)count * item);
    }
    gr_impl_host_free(*array);
    *array = memory;
    *room = larger;
    return GR_SUCCESS;
}

/* A copy of bytes; NULL of none. */
static gr_status copy_of(void **copy, const gr_graph *graph, const void *bytes, size_t size,
                         gr_place place) {
    *copy = NULL;
    if (size > 0) {
        *copy = gr_impl_host_alloc(size, GR_ALIGNMENT);
        if (!*copy) {
            return raise_memory(graph, size, place);
        }
        memcpy(*copy, bytes, size);
    }
    return GR_SUCCESS;
}

/* ---- life ---- */

gr_status gr_graph_create(gr_graph **graph, const char *label) {
    void *memory, *name;
    gr_graph *made;

    GR_REQUIRE(graph, GR_INVALID_ARG, "graph = NULL, expected a place for it");
    *graph = NULL;
    GR_REQUIRE(label, GR_INVALID_ARG, "label of a graph = NULL, expected a text");
    memory = gr_impl_host_alloc(sizeof *made, GR_ALIGNMENT);
    if (!memory) {
        return raise_memory(NULL, sizeof *made, GR_HERE);
    }
    made = (gr_graph *)memory;
    memset(made, 0, sizeof *made);
    if (copy_of(&name, NULL, label, strlen(label) + 1, GR_HERE) != GR_SUCCESS) {
        gr_impl_host_free(made);
        return GR_OUT_OF_MEMORY;
    }
    made->label = (char *)name;
    made->serial = __atomic_add_fetch(&last_serial, 1, __ATOMIC_RELAXED);
    pthread_mutex_init(&made->lock, NULL);
    *graph = made;
    return GR_SUCCESS;
}

static void drop_reduction(graph_reduction *reduction) {
    if (reduction) {
        gr_impl_host_free((void *)(uintptr_t)reduction->joiner.identity);
        gr_impl_host_free(reduction->chunk);
        gr_impl_host_free(reduction);
    }
}

gr_status gr_graph_destroy(gr_graph **graph) {
    gr_graph *old;

    GR_REQUIRE(graph, GR_INVALID_ARG, "graph = NULL, expected the place of one");
    GR_REQUIRE(!gr_impl_in_kernel() && !gr_impl_self.mode, GR_IN_KERNEL,
               "gr_graph_destroy called in a kernel or a node, expected outside of them");
    old = *graph;
    *graph = NULL;
    if (!old) {
        return GR_SUCCESS;
    }
    for (int k = 0; k < old->uses; ++k) {
        gr_impl_buffer_let_go(old->use[k].view.buffer, GR_HERE);
    }
    for (int k = 0; k < old->nodes; ++k) {
        gr_impl_host_free(old->node[k].label);
        gr_impl_host_free(old->node[k].arguments);
        drop_reduction(old->node[k].reduction);
        gr_impl_host_free(old->node[k].scan);
    }
    for (int k = 0; k < old->groups; ++k) {
        gr_impl_host_free(old->group[k].cut);
    }
    gr_impl_host_free(old->again_arguments);
    gr_impl_host_free(old->node);
    gr_impl_host_free(old->edge);
    gr_impl_host_free(old->use);
    graph_drop_natives(old);
    graph_plan_drop(old);
    gr_impl_host_free(old->label);
    pthread_mutex_destroy(&old->lock);
    gr_impl_host_free(old);
    return GR_SUCCESS;
}

/* ---- recording ---- */

static gr_status check_open(const gr_graph *graph, gr_place place) {
    if (!graph) {
        return gr_impl_raise(GR_INVALID_ARG, place, "graph = NULL, expected one");
    }
    if (graph->is_instantiated) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "graph \"%s\" = instantiated, expected nodes and dependencies before "
                             "that",
                             graph->label);
    }
    return GR_SUCCESS;
}

/* The number of a node, -1 where it is none of this graph. */
static int number_of(const gr_graph *graph, gr_node node) {
    const uint64_t number = node.id & (((uint64_t)1 << NUMBER_BITS) - 1);

    return node.id >> NUMBER_BITS == graph->serial && number >= 1 &&
                   number <= (uint64_t)graph->nodes
               ? (int)number - 1
               : -1;
}

static gr_status find(int *number, const gr_graph *graph, const char *what, gr_node node,
                      gr_place place) {
    *number = number_of(graph, node);
    if (*number < 0) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "%s = 0x%llx, expected a node of graph \"%s\", which has %d", what,
                             (unsigned long long)node.id, graph->label, graph->nodes);
    }
    return GR_SUCCESS;
}

/* Append a node; its label and arguments are copied. */
static gr_status append(gr_graph *graph, gr_node *node, const char *label, graph_node added,
                        const void *arguments, size_t bytes, gr_place place) {
    void *name, *array;

    GR_TRY(check_open(graph, place));
    if (!label || (!arguments && bytes > 0)) {
        return gr_impl_raise(GR_INVALID_ARG, place, "%s of a node = NULL, expected %s",
                             label ? "arguments" : "label", label ? "bytes = 0 then" : "a text");
    }
    array = graph->node;
    GR_TRY(grow(graph, &array, graph->nodes, &graph->node_room, sizeof added, place));
    graph->node = (graph_node *)array;
    GR_TRY(copy_of(&name, graph, label, strlen(label) + 1, place));
    added.label = (char *)name;
    added.place = place;
    added.bytes = bytes;
    if (copy_of(&added.arguments, graph, arguments, bytes, place) != GR_SUCCESS) {
        gr_impl_host_free(name);
        return GR_OUT_OF_MEMORY;
    }
    graph->node[graph->nodes++] = added;
    if (node) {
        node->id = graph->serial << NUMBER_BITS | (uint64_t)graph->nodes;
    }
    return GR_SUCCESS;
}

static gr_status check_function(bool is_there, gr_place place) {
    return is_there
               ? GR_SUCCESS
               : gr_impl_raise(GR_INVALID_ARG, place, "function of a node = NULL, expected one");
}

gr_status gr_impl_graph_add(gr_graph *graph, gr_node *node, const char *label,
                            void (*function)(void *arguments), const void *arguments, size_t bytes,
                            gr_place place) {
    const graph_node added = {.kind = GRAPH_CALL, .call = function};

    GR_TRY(check_function(function != NULL, place));
    return append(graph, node, label, added, arguments, bytes, place);
}

gr_status gr_impl_graph_add_device(gr_graph *graph, gr_node *node, const char *label,
                                   void (*function)(void *arguments), const void *arguments,
                                   size_t bytes, gr_place place) {
    const graph_node added = {.kind = GRAPH_DEVICE, .call = function};

    GR_TRY(check_function(function != NULL, place));
    return append(graph, node, label, added, arguments, bytes, place);
}

static gr_status check_extent(gr_index n, gr_place place) {
    return n >= 0 ? GR_SUCCESS
                  : gr_impl_raise(GR_INVALID_ARG, place, "n = %td, expected 0 or more", n);
}

gr_status gr_impl_graph_add_range(gr_graph *graph, gr_node *node, const char *label,
                                  void (*function)(gr_index lo, gr_index hi, void *arguments),
                                  gr_index n, const void *arguments, size_t bytes, gr_place place) {
    const graph_node added = {.kind = GRAPH_RANGE, .range = function, .n = n};

    GR_TRY(check_function(function != NULL, place));
    GR_TRY(check_extent(n, place));
    return append(graph, node, label, added, arguments, bytes, place);
}

static gr_graph_joiner joiner_of(gr_impl_op operation, gr_dtype dtype) {
    const gr_graph_joiner joiner = {(int)operation, dtype, gr_dtype_size(dtype), NULL, NULL};

    return joiner;
}

gr_graph_joiner gr_graph_sum(gr_dtype dtype) {
    return joiner_of(GR_IMPL_OP_SUM, dtype);
}

gr_graph_joiner gr_graph_prod(gr_dtype dtype) {
    return joiner_of(GR_IMPL_OP_PROD, dtype);
}

gr_graph_joiner gr_graph_min(gr_dtype dtype) {
    return joiner_of(GR_IMPL_OP_MIN, dtype);
}

gr_graph_joiner gr_graph_max(gr_dtype dtype) {
    return joiner_of(GR_IMPL_OP_MAX, dtype);
}

gr_graph_joiner gr_graph_join_by(void (*join)(void *into, const void *other), const void *identity,
                                 size_t bytes) {
    const gr_graph_joiner joiner = {0, GR_STRUCT, bytes, identity, join};

    return joiner;
}

static gr_status check_joiner(const gr_graph_joiner *joiner, const void *result, gr_place place) {
    if (!result) {
        return gr_impl_raise(GR_INVALID_ARG, place, "result = NULL, expected a place for it");
    }
    if (!joiner->join && (joiner->dtype == GR_STRUCT || joiner->dtype == GR_C64 ||
                          joiner->dtype == GR_C128 || joiner->bytes == 0)) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "dtype of a joiner = %d, expected one of numbers that are not "
                             "complex, or gr_graph_join_by",
                             (int)joiner->dtype);
    }
    if (joiner->join && (joiner->bytes == 0 || !joiner->identity)) {
        return gr_impl_raise(GR_INVALID_ARG, place, "%s of a joiner = %s, expected one",
                             joiner->identity ? "size" : "identity",
                             joiner->identity ? "0" : "NULL");
    }
    return GR_SUCCESS;
}

/* What parts of a reduction need: results of chunks, and as much for what parts give. */
static gr_status make_reduction(graph_reduction **reduction, const gr_graph *graph, gr_index n,
                                gr_graph_joiner joiner, void *result, gr_place place) {
    const gr_index chunks = n <= GRAPH_REDUCE_MOST ? (n + GR_IMPL_CHUNK - 1) / GR_IMPL_CHUNK : 0;
    const size_t bytes = 2 * (size_t)chunks * joiner.bytes;
    const graph_reduction empty = {joiner, result, NULL, chunks};
    void *memory, *identity;

    GR_TRY(copy_of(&memory, graph, &empty, sizeof empty, place));
    *reduction = (graph_reduction *)memory;
    (*reduction)->joiner.identity = NULL;
    if (bytes > 0) {
        (*reduction)->chunk = (char *)gr_impl_host_alloc(bytes, GR_ALIGNMENT);
        if (!(*reduction)->chunk) {
            return raise_memory(graph, bytes, place);
        }
    }
    if (joiner.join) {
        GR_TRY(copy_of(&identity, graph, joiner.identity, joiner.bytes, place));
        (*reduction)->joiner.identity = identity;
    }
    return GR_SUCCESS;
}

gr_status gr_impl_graph_add_reduce(gr_graph *graph, gr_node *node, const char *label,
                                   void (*function)(gr_index lo, gr_index hi, void *arguments,
                                                    void *result),
                                   gr_index n, const void *arguments, size_t bytes,
                                   gr_graph_joiner joiner, void *result, gr_place place) {
    graph_node added = {.kind = GRAPH_REDUCE, .reduce = function, .n = n};
    gr_status status;

    GR_TRY(check_open(graph, place));
    GR_TRY(check_function(function != NULL, place));
    GR_TRY(check_extent(n, place));
    GR_TRY(check_joiner(&joiner, result, place));
    status = make_reduction(&added.reduction, graph, n, joiner, result, place);
    if (status == GR_SUCCESS) {
        status = append(graph, node, label, added, arguments, bytes, place);
    }
    if (status != GR_SUCCESS) {
        drop_reduction(added.reduction);
    }
    return status;
}

gr_status gr_impl_graph_add_scan(gr_graph *graph, gr_node *node, const char *label,
                                 void (*function)(gr_index lo, gr_index hi, void *arguments),
                                 gr_index n, const void *arguments, size_t bytes, gr_place place) {
    graph_node added = {.kind = GRAPH_SCAN, .range = function, .n = n};
    gr_status status;

    GR_TRY(check_open(graph, place));
    GR_TRY(check_function(function != NULL, place));
    GR_TRY(check_extent(n, place));
    added.scan = (graph_scan *)gr_impl_host_alloc(sizeof *added.scan, GR_ALIGNMENT);
    if (!added.scan) {
        return raise_memory(graph, sizeof *added.scan, place);
    }
    status = append(graph, node, label, added, arguments, bytes, place);
    if (status != GR_SUCCESS) {
        gr_impl_host_free(added.scan);
    }
    return status;
}

gr_status gr_impl_graph_add_copy(gr_graph *graph, gr_node *node, const char *label, gr_any_view dst,
                                 gr_any_view src, gr_place place) {
    const graph_node added = {.kind = GRAPH_COPY, .dst = dst, .src = src};
    gr_node own = {0};

    GR_TRY(append(graph, &own, label, added, NULL, 0, place));
    GR_TRY(gr_impl_graph_uses(graph, own, dst, place));
    GR_TRY(gr_impl_graph_uses(graph, own, src, place));
    if (node) {
        *node = own;
    }
    return GR_SUCCESS;
}

gr_status gr_impl_graph_add_join(gr_graph *graph, gr_node *node, const char *label,
                                 gr_place place) {
    const graph_node added = {.kind = GRAPH_JOIN};

    return append(graph, node, label, added, NULL, 0, place);
}

gr_status gr_impl_graph_after(gr_graph *graph, gr_node node, gr_node earlier, bool same_index,
                              gr_place place) {
    graph_edge edge = {0, 0, same_index};
    void *array;

    GR_TRY(check_open(graph, place));
    GR_TRY(find(&edge.later, graph, "node", node, place));
    GR_TRY(find(&edge.earlier, graph, "earlier", earlier, place));
    if (edge.earlier == edge.later) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "node \"%s\" = after itself, expected another node",
                             graph->node[edge.later].label);
    }
    for (int k = 0; same_index && k < 2; ++k) {
        const graph_node *one = &graph->node[k ? edge.earlier : edge.later];

        if (one->kind != GRAPH_RANGE && (k || one->kind != GRAPH_REDUCE)) {
            return gr_impl_raise(
                GR_INVALID_ARG, place,
                "node \"%s\" = no range node, expected one of gr_graph_add_range%s", one->label,
                k ? "" : " or gr_graph_add_reduce");
        }
    }
    if (same_index && graph->node[edge.later].n != graph->node[edge.earlier].n) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "n of node \"%s\" = %td, expected %td as of node \"%s\"",
                             graph->node[edge.later].label, graph->node[edge.later].n,
                             graph->node[edge.earlier].n, graph->node[edge.earlier].label);
    }
    array = graph->edge;
    GR_TRY(grow(graph, &array, graph->edges, &graph->edge_room, sizeof edge, place));
    graph->edge = (graph_edge *)array;
    graph->edge[graph->edges++] = edge;
    return GR_SUCCESS;
}

gr_status gr_impl_graph_uses(gr_graph *graph, gr_node node, gr_any_view view, gr_place place) {
    graph_use use = {0};
    void *array;

    GR_TRY(check_open(graph, place));
    GR_TRY(find(&use.node, graph, "node", node, place));
    GR_TRY(gr_impl_view_check(&view, "view", place));
    use.view = view;
    array = graph->use;
    GR_TRY(grow(graph, &array, graph->uses, &graph->use_room, sizeof use, place));
    graph->use = (graph_use *)array;
    GR_TRY(gr_impl_buffer_keep(view.buffer, place));
    graph->use[graph->uses++] = use;
    return GR_SUCCESS;
}

gr_status gr_impl_graph_repeat_while(gr_graph *graph, bool (*again)(void *arguments),
                                     const void *arguments, size_t bytes, gr_place place) {
    void *copy;

    GR_TRY(check_open(graph, place));
    GR_TRY(check_function(again != NULL, place));
    if (!arguments && bytes > 0) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "arguments = NULL, expected bytes = 0 then, not %zu", bytes);
    }
    GR_TRY(copy_of(&copy, graph, arguments, bytes, place));
    gr_impl_host_free(graph->again_arguments);
    graph->again = again;
    graph->again_arguments = copy;
    return GR_SUCCESS;
}

void *gr_graph_arguments(gr_graph *graph, gr_node node) {
    const int number = graph ? number_of(graph, node) : -1;

    return number < 0 ? NULL : graph->node[number].arguments;
}

/* ---- submitting ---- */

gr_status gr_impl_graph_instantiate(gr_graph *graph, gr_place place) {
    GR_TRY(check_open(graph, place));
    GR_TRY(graph_plan(graph, place));
    graph->is_instantiated = true;
    return GR_SUCCESS;
}

static gr_status check_views(const gr_graph *graph, gr_place place) {
    for (int k = 0; k < graph->uses; ++k) {
        const graph_use *use = &graph->use[k];

        if (gr_impl_buffer_is_kept_only(use->view.buffer)) {
            return gr_impl_raise(GR_INVALID_ARG, place,
                                 "view \"%s\" = released, expected one that is still held: node "
                                 "\"%s\" of graph \"%s\" uses it",
                                 gr_view_label(use->view), graph->node[use->node].label,
                                 graph->label);
        }
    }
    return GR_SUCCESS;
}

static gr_status run(gr_graph *graph) {
    gr_status status;

    gr_impl_self.mode = GR_IMPL_MODE_GRAPH;
    do {
        status = graph_run(graph);
    } while (status == GR_SUCCESS && graph->again && !gr_impl_launch_failed() &&
             graph->again(graph->again_arguments));
    gr_impl_self.mode = GR_IMPL_MODE_PLAIN;
    return status;
}

gr_status gr_impl_graph_submit(gr_graph *graph, gr_instance instance, gr_place place) {
    gr_status status;

    if (!graph) {
        return gr_impl_raise(GR_INVALID_ARG, place, "graph = NULL, expected one");
    }
    if (gr_impl_in_kernel() || gr_impl_self.mode) {
        return gr_impl_raise(GR_IN_KERNEL, place,
                             "graph \"%s\" submitted in a kernel or a node, expected outside of "
                             "them",
                             graph->label);
    }
    if (!graph->is_instantiated) {
        return gr_impl_raise(GR_INVALID_ARG, place,
                             "graph \"%s\" = not instantiated, expected gr_graph_instantiate "
                             "before a submit",
                             graph->label);
    }
    GR_TRY(gr_impl_ensure_initialized());
    GR_TRY(check_views(graph, place));
    pthread_mutex_lock(&graph->lock);
    status = gr_impl_instance_begin(instance, place);
    if (status == GR_SUCCESS) {
        status = run(graph);
        gr_impl_instance_end();
    }
    pthread_mutex_unlock(&graph->lock);
    return status;
}
