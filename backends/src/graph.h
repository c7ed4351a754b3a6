/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph.h
 * @brief What a graph is: as recorded (graph.c), and as it runs (graph_run.c); private to backends.
 */
#ifndef GRANUM_BACKENDS_GRAPH_H
#define GRANUM_BACKENDS_GRAPH_H

#include <granum/graph.h>

#include <pthread.h>

typedef enum graph_kind { GRAPH_CALL, GRAPH_RANGE, GRAPH_COPY, GRAPH_JOIN } graph_kind;

typedef struct graph_node {
    graph_kind kind;
    char *label;
    void *arguments; /* NULL: none */
    void (*call)(void *arguments);
    void (*range)(gr_index lo, gr_index hi, void *arguments);
    gr_index n;
    gr_any_view dst, src; /* of a copy */
    gr_place place;
    int level;   /* nodes of one level do not wait for each other */
    int waits;   /* while sorting: dependencies not sorted yet */
    int chained; /* while grouping: a node of the same group, itself at the end */
} graph_node;

typedef struct graph_edge {
    int earlier, later; /* nodes */
    bool same_index;
} graph_edge;

typedef struct graph_use {
    int node;
    gr_any_view view;
} graph_use;

/* Range nodes that run together, block after block. */
typedef struct graph_group {
    int first, count; /* of graph->member */
    gr_index n;
    double cost;   /* ticks per index; 0: not measured */
    gr_index *cut; /* (parts + 1): part k is cut[k]..cut[k + 1] */
} graph_group;

typedef struct graph_level {
    int first, count; /* of graph->group */
} graph_level;

/* What is run in one go: one node on the caller, or levels of groups in one parallel region. */
typedef struct graph_step {
    int node;         /* -1: levels */
    int first, count; /* of graph->level */
    double ticks;     /* of work in its groups */
    double team;      /* ticks that a team took for it lately; 0: not tried */
    int cut_parts;    /* that the groups are cut into; 0: not yet, or costs have changed */
} graph_step;

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
    int *member;
    graph_group *group;
    graph_level *level;
    graph_step *step;
    int groups, levels, steps;
    int most_parts; /* that they have room for */
    unsigned submits;

    /* the barrier of a region */
    _Alignas(64) int arrived;
    _Alignas(64) int generation;
};

/** Order the nodes and cut the graph into steps; a cycle is an error. */
gr_status graph_plan(gr_graph *graph, gr_place place);

/** Free what graph_plan made. */
void graph_plan_drop(gr_graph *graph);

/** Run all steps once, on the calling thread's instance. */
gr_status graph_run(gr_graph *graph);

#endif
