/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_device.c
 * @brief Graphs whose nodes launch on a device: those that follow each other become a graph of the
 * device's, which a submit sends to the stream in one piece.
 *
 * Which nodes they are is seen at the first submit, which runs every node by itself. What a node
 * launches is then captured once, on streams that belong to the graph, and again when its arguments
 * have changed. A node during which the host waits, takes memory or copies is never captured.
 */
#include "device_queue.h"
#include "graph.h"
#include "instance.h"

#include <granum/copy.h>
#include <granum/impl/backend.h>
#include <granum/initialize.h>
#include <granum/memory.h>

#include <string.h>

/* Nodes of a native graph that may run side by side. */
enum { LANES = 4 };

struct graph_native {
    int first, count; /* of graph->step */
    int vendor, device;
    bool is_refused; /* it cannot be captured after all */
    void *made;      /* the vendor's; NULL: not captured yet */
    char *arguments; /* of the nodes when they were captured, one after the other */
    size_t bytes;
    gr_impl_queue *lane[LANES];
};

bool graph_may_be_native(void) {
    for (int vendor = 1; vendor < GR_IMPL_VENDORS; ++vendor) {
        if (gr_impl_vendor_loaded(vendor)) {
            return true;
        }
    }
    return false;
}

/* ---- which nodes ---- */

static void note(graph_node *node) {
    const gr_impl_device_seen *seen = &gr_impl_seen_here;

    node->is_whole = seen->launches > 0 && node->kind != GRAPH_CALL;
    node->is_native = node->is_whole && seen->host == 0 && !seen->is_mixed;
    node->vendor = seen->vendor;
    node->device = seen->device;
    node->launches = seen->launches;
}

/* The natives of the plan: steps that follow each other, of one device. */
static int find_natives(gr_graph *graph, graph_native *native) {
    int count = 0;

    for (int s = 0, next; s < graph->steps; s = next) {
        const graph_node *first =
            graph->step[s].node < 0 ? NULL : &graph->node[graph->step[s].node];
        int launches = 0;

        next = s + 1;
        if (!first || !first->is_native) {
            continue;
        }
        for (next = s; next < graph->steps && graph->step[next].node >= 0; ++next) {
            const graph_node *node = &graph->node[graph->step[next].node];

            if (!node->is_native || node->vendor != first->vendor ||
                node->device != first->device) {
                break;
            }
            launches += node->launches;
        }
        if (launches > 1) { /* a single one costs less as a launch */
            if (native) {
                native[count].first = s;
                native[count].count = next - s;
                native[count].vendor = first->vendor;
                native[count].device = first->device;
                graph->step[s].native = count + 1;
            }
            ++count;
        }
    }
    return count;
}

static gr_status plan_again(gr_graph *graph) {
    size_t bytes;

    for (int g = 0; g < graph->groups; ++g) {
        gr_impl_host_free(graph->group[g].cut);
    }
    graph_plan_drop(graph);
    graph->groups = graph->levels = graph->steps = 0;
    graph->most_parts = 0;
    graph->submits = 0;
    GR_TRY(graph_plan(graph, GR_HERE));
    graph->natives = find_natives(graph, NULL);
    if (graph->natives > 0) {
        bytes = (size_t)graph->natives * sizeof *graph->native;
        graph->native = (graph_native *)gr_impl_host_alloc(bytes, GR_ALIGNMENT);
        if (!graph->native) {
            graph->natives = 0;
            return gr_impl_out_of_memory(GR_HOST, graph->label, bytes, GR_HERE);
        }
        memset(graph->native, 0, bytes);
        (void)find_natives(graph, graph->native);
    }
    return GR_SUCCESS;
}

gr_status graph_probe(gr_graph *graph) {
    gr_status status = GR_SUCCESS;
    bool is_any = false;

    for (int k = 0; status == GR_SUCCESS && k < graph->nodes; ++k) {
        graph_node *node = &graph->node[graph->order[k]];

        if (node->n == 0 && (node->kind == GRAPH_RANGE || node->kind == GRAPH_SCAN)) {
            continue;
        }
        gr_impl_seen_here = (gr_impl_device_seen){0, 0, 0, 0, false};
        status = graph_run_node(node);
        note(node);
        is_any = is_any || node->is_whole;
    }
    if (status == GR_SUCCESS) {
        graph->is_probed = true;
        status = is_any ? plan_again(graph) : GR_SUCCESS;
    }
    return status;
}

/* ---- capture ---- */

/* Copy or compare the arguments of a native's nodes; true: they are the same. */
static bool arguments_of(const gr_graph *graph, graph_native *native, bool copies) {
    size_t at = 0;
    bool same = true;

    for (int s = native->first; s < native->first + native->count; ++s) {
        const graph_node *node = &graph->node[graph->step[s].node];

        if (node->bytes > 0 && copies) {
            memcpy(native->arguments + at, node->arguments, node->bytes);
        } else if (node->bytes > 0) {
            same = same && memcmp(native->arguments + at, node->arguments, node->bytes) == 0;
        }
        at += node->bytes;
    }
    return same;
}

/* The lane on which a node goes on: that of one it comes after, where that was the last one there;
 * else one that nobody uses, or the first. */
static int choose_lane(const gr_graph *graph, const int *last, int at) {
    for (int k = 0; k < graph->edges; ++k) {
        const graph_edge *edge = &graph->edge[k];

        for (int lane = 0; edge->later == at && lane < LANES; ++lane) {
            if (last[lane] == edge->earlier) {
                return lane;
            }
        }
    }
    for (int lane = 0; lane < LANES; ++lane) {
        if (last[lane] < 0) {
            return lane;
        }
    }
    return 0;
}

/* Let a lane come after all nodes of this native that a node depends on, also through joins. */
static const char *come_after(const gr_graph *graph, const graph_native *native, int lane, int at) {
    const gr_impl_queue *own = native->lane[lane];
    const char *failure = NULL;

    for (int k = 0; k < graph->edges && !failure; ++k) {
        const graph_edge *edge = &graph->edge[k];
        const graph_node *earlier = &graph->node[edge->earlier];

        if (edge->later != at) {
            continue;
        }
        if (earlier->kind == GRAPH_JOIN) {
            failure = come_after(graph, native, lane, edge->earlier);
        } else if (earlier->lane >= 0 && earlier->lane != lane) {
            failure = own->table->stream_after(native->device, own->stream, native->device,
                                               native->lane[earlier->lane]->stream);
        }
    }
    return failure;
}

/* Run the nodes while their launches are captured; what the host does during them ends it. */
static const char *capture_nodes(gr_graph *graph, graph_native *native) {
    int last[LANES] = {-1, -1, -1, -1};
    const char *failure = NULL;

    for (int k = 0; k < graph->nodes; ++k) {
        graph->node[k].lane = -1;
    }
    gr_impl_seen_here = (gr_impl_device_seen){0, 0, 0, 0, false};
    for (int s = native->first; s < native->first + native->count && !failure; ++s) {
        const int at = graph->step[s].node;
        const int lane = choose_lane(graph, last, at);

        failure = come_after(graph, native, lane, at);
        gr_impl_captured_here = native->lane[lane];
        if (!failure && graph_run_node(&graph->node[at]) != GR_SUCCESS) {
            failure = "a node failed";
        }
        gr_impl_captured_here = NULL;
        graph->node[at].lane = lane;
        last[lane] = at;
    }
    return failure                      ? failure
           : gr_impl_seen_here.host > 0 ? "the host takes part"
           : gr_impl_seen_here.vendor != native->vendor ||
                   gr_impl_seen_here.device != native->device || gr_impl_seen_here.is_mixed
               ? "another device takes part"
               : NULL;
}

static const char *capture_on_lanes(gr_graph *graph, graph_native *native) {
    const gr_impl_device_table *table = native->lane[0]->table;
    void *first = native->lane[0]->stream, *made = NULL;
    const char *failure = table->graph_begin(native->device, first), *ended;

    for (int lane = 1; lane < LANES && !failure; ++lane) {
        failure =
            table->stream_after(native->device, native->lane[lane]->stream, native->device, first);
    }
    if (!failure) {
        failure = capture_nodes(graph, native);
    }
    for (int lane = 1; lane < LANES; ++lane) {
        ended =
            table->stream_after(native->device, first, native->device, native->lane[lane]->stream);
        failure = failure ? failure : ended;
    }
    ended = table->graph_end(native->device, first, &made);
    failure = failure ? failure : ended;
    if (failure && made) {
        (void)table->graph_destroy(native->device, made);
        made = NULL;
    }
    native->made = made;
    return failure;
}

/* What runs still is waited for: it uses the memory of the lanes. */
static void forget(graph_native *native) {
    if (native->made) {
        (void)gr_impl_queues_wait(0, true);
        (void)native->lane[0]->table->graph_destroy(native->device, native->made);
        native->made = NULL;
    }
}

static const char *make_room(gr_graph *graph, graph_native *native) {
    const char *failure = NULL;

    for (int lane = 0; lane < LANES && !failure; ++lane) {
        if (!native->lane[lane]) {
            native->lane[lane] =
                gr_impl_queue_make_captured(native->vendor, native->device, &failure);
            if (!failure) { /* so that captures seldom want more */
                failure = gr_impl_queue_grow(native->lane[lane], 1, 1);
            }
        }
    }
    if (!failure && !native->arguments) {
        for (int s = native->first; s < native->first + native->count; ++s) {
            native->bytes += graph->node[graph->step[s].node].bytes;
        }
        native->arguments = (char *)gr_impl_host_alloc(native->bytes + 1, GR_ALIGNMENT);
        failure = native->arguments ? NULL : "no memory for arguments";
    }
    return failure;
}

static void capture(gr_graph *graph, graph_native *native) {
    const char *failure = make_room(graph, native);

    if (!failure) {
        forget(native);
        (void)arguments_of(graph, native, true);
        failure = capture_on_lanes(graph, native);
    }
    native->is_refused = failure != NULL;
}

gr_status graph_run_native(gr_graph *graph, graph_native *native) {
    gr_status status = GR_SUCCESS;
    gr_impl_queue *queue;
    const char *failure;

    if (!native->is_refused && !(native->made && arguments_of(graph, native, false))) {
        capture(graph, native);
    }
    if (native->is_refused || (gr_impl_debug() & GR_DEBUG_SYNC)) {
        for (int s = native->first; s < native->first + native->count && status == GR_SUCCESS;
             ++s) {
            status = graph_run_node(&graph->node[graph->step[s].node]);
        }
        return status;
    }
    queue = gr_impl_queue_hold(native->vendor, native->device,
                               gr_impl_self.instance ? gr_impl_self.instance->id : 0, &failure);
    if (queue) {
        failure = queue->table->graph_run(native->device, native->made, queue->stream);
        failure = failure ? gr_impl_queue_explain(queue, failure) : NULL;
        gr_impl_queue_let_go(queue);
    }
    return failure ? gr_impl_raise(GR_BACKEND, GR_HERE, "graph \"%s\" = not run: %s", graph->label,
                                   failure)
                   : GR_SUCCESS;
}

graph_native *graph_native_at(const gr_graph *graph, int number) {
    return &graph->native[number];
}

int graph_native_steps(const graph_native *native) {
    return native->count;
}

void graph_drop_natives(gr_graph *graph) {
    for (int k = 0; k < graph->natives; ++k) {
        graph_native *native = &graph->native[k];

        forget(native);
        for (int lane = 0; lane < LANES; ++lane) {
            if (native->lane[lane]) {
                gr_impl_queue_end_captured(native->lane[lane]);
            }
        }
        gr_impl_host_free(native->arguments);
    }
    gr_impl_host_free(graph->native);
    graph->native = NULL;
    graph->natives = 0;
}
