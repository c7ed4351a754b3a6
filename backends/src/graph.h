/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.h
 * @brief What a graph is: as recorded (graph.c), and as it runs (graph_run.c); private to backends.
 */
#ifndef GRANUM_BACKENDS_GRAPH_H
#define GRANUM_BACKENDS_GRAPH_H

#include "geometry.h"

#include <granum/graph.h>
#include <granum/impl/launch.h>

#include <pthread.h>

typedef enum graph_kind {
    GRAPH_CALL,
    GRAPH_DEVICE, /* a call that only launches on devices */
    GRAPH_RANGE,
    GRAPH_REDUCE,
    GRAPH_SCAN,
    GRAPH_COPY,
    GRAPH_JOIN
} graph_kind;

/* A reduction whose parts several threads run: what chunks give, and how that is joined. */
typedef struct graph_reduction {
    gr_graph_joiner joiner; /* its identity is a copy */
    void *result;
    char *chunk; /* results of chunks, then as much for what parts give: room for both */
    gr_index chunks;
} graph_reduction;

/* A scan whose chunks are dealt out in order. */
typedef struct graph_scan {
    _Alignas(64) gr_index next; /* chunk to be dealt out (atomic) */
    _Alignas(64) gr_impl_scan_part part;
} graph_scan;

typedef struct graph_node {
    graph_kind kind;
    char *label;
    void *arguments; /* NULL: none */
    size_t bytes;    /* of them */
    void (*call)(void *arguments);
    void (*range)(gr_index lo, gr_index hi, void *arguments);
    void (*reduce)(gr_index lo, gr_index hi, void *arguments, void *result);
    graph_reduction *reduction;
    graph_scan *scan;
    gr_index n;
    gr_any_view dst, src; /* of a copy */
    gr_place place;
    int level;   /* nodes of one level do not wait for each other */
    int waits;   /* while sorting: dependencies not sorted yet */
    int chained; /* while grouping: a node of the same group, itself at the end */
    /* graph_device.c */
    bool is_whole;      /* it launches on a device: never in parts */
    bool is_native;     /* and does nothing else, on one device: it may be captured */
    int vendor, device; /* that one */
    int launches;       /* of a run */
    int lane; /* while it is captured: the stream that it is on; -1: not of this capture */
} graph_node;

typedef struct graph_edge {
    int earlier, later; /* nodes */
    bool same_index;
} graph_edge;

typedef struct graph_use {
    int node;
    gr_any_view view;
} graph_use;

/* A member of a group: what is read each time it runs, in one line. */
typedef struct graph_member {
    void (*range)(gr_index lo, gr_index hi, void *arguments);
    void *arguments;
    gr_index n;
    const graph_node *special; /* a reduction or scan; NULL: a range node */
} graph_member;

/* Range nodes that run together, block after block. */
typedef struct graph_group {
    /* what running it reads: one line */
    _Alignas(64) int first; /* of graph->member */
    int count;
    gr_index n;
    gr_index grain;   /* parts begin at multiples of it */
    gr_index block;   /* indices that members run in turn */
    graph_scan *scan; /* NULL: it is none */
    bool is_joined;   /* it has reductions */
    double cost;      /* ticks per index; 0: not measured */
    gr_index *cut;    /* (parts + 1): part k is cut[k]..cut[k + 1] */
} graph_group;

typedef struct graph_level {
    int first, count; /* of graph->group */
    bool is_joined;   /* one of them has reductions */
} graph_level;

/* What is run in one go: one node on the caller, or levels of groups in one parallel region. */
typedef struct graph_step {
    int node;         /* -1: levels */
    int first, count; /* of graph->level */
    int members;      /* of all its groups; 0: some run in blocks */
    double ticks;     /* of work in its groups */
    double team;      /* ticks that a team took for it lately; 0: not tried */
    int cut_parts;    /* that the groups are cut into; 0: not yet, or costs have changed */
    int native;       /* 1 + the one of graph->native that begins here; 0: none */
} graph_step;

/* Steps that a device runs as a graph of its own (graph_device.c). */
typedef struct graph_native graph_native;

struct gr_graph {
    char *label;
    uint64_t serial;
    pthread_mutex_t lock; /* held by a submit */
    bool is_instantiated;
    bool (*again)(void *arguments);
    void *again_arguments;

    graph_node *node;
    graph_edge *edge;
    graph_use *use;
    int nodes, edges, uses;
    int node_room, edge_room, use_room;

    /* after gr_graph_instantiate */
    int *order; /* (nodes) each after all that it depends on */
    graph_member *member;
    graph_group *group;
    graph_level *level;
    graph_step *step;
    int groups, levels, steps;
    int most_parts; /* that they have room for */
    unsigned submits;
    bool is_probed; /* it is known which nodes launch on devices */
    graph_native *native;
    int natives;

    /* the barrier of a region */
    _Alignas(64) int arrived;
    _Alignas(64) int generation;
};

/* Indices of a reduction that its parts may have; longer ones are worth a region of their own. */
#define GRAPH_REDUCE_MOST ((gr_index)GR_IMPL_CHUNK * GR_IMPL_CHUNKS)

/** Whether parts of a node run in a group. */
static inline bool graph_is_work(const graph_node *node) {
    return node->n > 0 && !node->is_whole &&
           (node->kind == GRAPH_RANGE || node->kind == GRAPH_SCAN ||
            (node->kind == GRAPH_REDUCE && node->n <= GRAPH_REDUCE_MOST));
}

/** Order the nodes and cut the graph into steps; a cycle is an error. */
gr_status graph_plan(gr_graph *graph, gr_place place);

/** Free what graph_plan made. */
void graph_plan_drop(gr_graph *graph);

/** Run all steps once, on the calling thread's instance. */
gr_status graph_run(gr_graph *graph);

/** Run a part of a group; lo and hi are multiples of its grain, or its ends. */
void graph_run_part(const gr_graph *graph, const graph_group *group, gr_index lo, gr_index hi);

/** Run a scan's chunks that nobody has begun, `most` of them at most. */
void graph_run_chunks(const gr_graph *graph, const graph_group *group, gr_index most);

/** Run all indices of members one after the other. */
void graph_run_members(const graph_member *member, int count);

/** Run all of a group, and have its results. */
void graph_run_group(const gr_graph *graph, const graph_group *group);

/** Run all of a node by itself. */
gr_status graph_run_node(graph_node *node);

/** Whether there is a device that nodes could launch on. */
bool graph_may_be_native(void);

/** Submit a graph for the first time: find what launches on devices, and plan it anew for them. */
gr_status graph_probe(gr_graph *graph);

/** Run steps on their device; how many they are; free what all of them have. */
gr_status graph_run_native(gr_graph *graph, graph_native *native);
int graph_native_steps(const graph_native *native);
graph_native *graph_native_at(const gr_graph *graph, int number);
void graph_drop_natives(gr_graph *graph);

/** Run all of a reduction or a scan in one call. */
void graph_run_whole(const graph_node *node);

/** Join what the parts of a level's reductions gave. */
void graph_join_level(const gr_graph *graph, const graph_level *level);

#endif
