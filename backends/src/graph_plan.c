/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_plan.c
 * @brief What instantiation makes of a graph: an order, levels, groups and steps.
 *
 * Levels are longest paths. Two range nodes that depend on each other index by index may share a
 * level and make one group then; every other dependency is a level. Levels of groups that follow
 * each other are one step, a parallel region; every other node is a step of its own.
 */
#include "graph.h"

#include <granum/memory.h>

#include <string.h>

/* Indices of a block: 8 KiB of an array of doubles, a few of which fit a first-level cache. */
#define BLOCK ((gr_index)1024)
/* The same with a reduction among them: whole chunks, in a second-level cache. A sum of 2048 costs
 * not much more than its launch. */
#define REDUCE_BLOCK (4 * (gr_index)GR_IMPL_CHUNK)
/* Parts begin at multiples of it, so that no two threads write one cache line. */
#define GRAIN ((gr_index)64)

static gr_status allocate(void **array, const gr_graph *graph, int count, size_t item,
                          gr_place place) {
    const size_t bytes = ((size_t)count + 1) * item;

    *array = gr_impl_host_alloc(bytes, GR_ALIGNMENT);
    if (!*array) {
        return gr_impl_out_of_memory(GR_HOST, graph->label, bytes, place);
    }
    memset(*array, 0, bytes);
    return GR_SUCCESS;
}

/* Edges of a node next to each other: edge numbers by the node they lead away from. */
static gr_status edges_by_node(int **from, int **edges, const gr_graph *graph, gr_place place) {
    void *start, *list;

    GR_TRY(allocate(&start, graph, graph->nodes + 1, sizeof(int), place));
    *from = (int *)start;
    GR_TRY(allocate(&list, graph, graph->edges, sizeof(int), place));
    *edges = (int *)list;
    for (int k = 0; k < graph->edges; ++k) {
        (*from)[graph->edge[k].earlier + 1]++;
    }
    for (int k = 0; k < graph->nodes; ++k) {
        (*from)[k + 1] += (*from)[k];
    }
    for (int k = 0; k < graph->edges; ++k) {
        (*edges)[(*from)[graph->edge[k].earlier]++] = k;
    }
    for (int k = graph->nodes; k > 0; --k) {
        (*from)[k] = (*from)[k - 1];
    }
    (*from)[0] = 0;
    return GR_SUCCESS;
}

/* From a node that was never sorted, back along dependencies that were not: it ends in a cycle. */
static gr_status raise_cycle(const gr_graph *graph, gr_place place) {
    int at = 0;

    while (graph->node[at].waits == 0) {
        ++at;
    }
    for (int steps = 0; steps <= graph->nodes; ++steps) {
        for (int k = 0; k < graph->edges; ++k) {
            if (graph->edge[k].later == at && graph->node[graph->edge[k].earlier].waits > 0) {
                at = graph->edge[k].earlier;
                break;
            }
        }
    }
    return gr_impl_raise(GR_INVALID_ARG, place,
                         "node \"%s\" of graph \"%s\" = after itself by a cycle of dependencies, "
                         "expected none",
                         graph->node[at].label, graph->label);
}

static int level_after(const graph_node *earlier, const graph_node *later, bool same_index) {
    return earlier->level + (same_index || later->kind == GRAPH_JOIN ? 0 : 1);
}

/* Order and levels (Kahn 1962, doi:10.1145/368996.369025); false: there is a cycle. */
static bool sort_nodes(gr_graph *graph, const int *from, const int *edges) {
    int sorted = 0;

    for (int k = 0; k < graph->nodes; ++k) {
        graph->node[k].waits = 0;
        graph->node[k].level = 0;
    }
    for (int k = 0; k < graph->edges; ++k) {
        graph->node[graph->edge[k].later].waits++;
    }
    for (int k = 0; k < graph->nodes; ++k) {
        if (graph->node[k].waits == 0) {
            graph->order[sorted++] = k;
        }
    }
    for (int next = 0; next < sorted; ++next) {
        const int at = graph->order[next];

        for (int k = from[at]; k < from[at + 1]; ++k) {
            const graph_edge *edge = &graph->edge[edges[k]];
            graph_node *later = &graph->node[edge->later];
            const int level = level_after(&graph->node[at], later, edge->same_index);

            later->level = level > later->level ? level : later->level;
            if (--later->waits == 0) {
                graph->order[sorted++] = edge->later;
            }
        }
    }
    return sorted == graph->nodes;
}

static int group_of(graph_node *node, int k) {
    while (node[k].chained != k) {
        node[k].chained = node[node[k].chained].chained;
        k = node[k].chained;
    }
    return k;
}

/* Nodes of one level that depend on each other by index belong together. */
static void chain_nodes(gr_graph *graph) {
    graph_node *node = graph->node;

    for (int k = 0; k < graph->nodes; ++k) {
        node[k].chained = k;
    }
    for (int k = 0; k < graph->edges; ++k) {
        const graph_edge *edge = &graph->edge[k];

        if (edge->same_index && node[edge->earlier].level == node[edge->later].level) {
            node[group_of(node, edge->later)].chained = group_of(node, edge->earlier);
        }
    }
}

/* The order by levels, within a level as it was. */
static void order_by_level(gr_graph *graph, int *sorted, int *start) {
    for (int k = 0; k < graph->nodes; ++k) {
        start[graph->node[k].level + 1]++;
    }
    for (int k = 0; k < graph->nodes; ++k) {
        start[k + 1] += start[k];
    }
    for (int k = 0; k < graph->nodes; ++k) {
        sorted[start[graph->node[graph->order[k]].level]++] = graph->order[k];
    }
    memcpy(graph->order, sorted, (size_t)graph->nodes * sizeof *sorted);
}

/* The range nodes of order[first..last), one level, into groups; group_at is 1 + the group. */
static void add_level(gr_graph *graph, int first, int last, int *group_at) {
    graph_level level = {graph->groups, 0, false};
    graph_step *step = graph->steps ? &graph->step[graph->steps - 1] : NULL;

    for (int k = first; k < last; ++k) {
        const int at = graph->order[k];

        if (graph_is_work(&graph->node[at])) {
            const int root = group_of(graph->node, at);

            if (group_at[root] == 0) {
                graph->group[graph->groups].n = graph->node[at].n;
                group_at[root] = ++graph->groups;
            }
            graph->group[group_at[root] - 1].count++;
        }
    }
    level.count = graph->groups - level.first;
    if (level.count == 0) {
        return;
    }
    if (!step || step->node >= 0) {
        step = &graph->step[graph->steps++];
        step->node = -1;
        step->first = graph->levels;
        step->count = 0;
    }
    step->count++;
    graph->level[graph->levels++] = level;
}

/* Levels one after the other: the groups of each, then what the caller runs itself. */
static void add_steps(gr_graph *graph, int *group_at) {
    for (int first = 0, last; first < graph->nodes; first = last) {
        const int level = graph->node[graph->order[first]].level;

        last = first;
        while (last < graph->nodes && graph->node[graph->order[last]].level == level) {
            ++last;
        }
        add_level(graph, first, last, group_at);
        for (int k = first; k < last; ++k) {
            const graph_node *node = &graph->node[graph->order[k]];

            /* Of a range or a scan without indices nothing is run; of a reduction its identity. */
            if (node->kind == GRAPH_CALL || node->kind == GRAPH_DEVICE ||
                node->kind == GRAPH_COPY || node->is_whole ||
                (node->kind == GRAPH_REDUCE && !graph_is_work(node))) {
                graph->step[graph->steps].node = graph->order[k];
                graph->steps++;
            }
        }
    }
}

static void add_member(gr_graph *graph, graph_group *group, const graph_node *node) {
    const graph_node *special = node->kind == GRAPH_RANGE ? NULL : node;
    const graph_member member = {node->range, node->arguments, node->n, special};

    graph->member[group->first + group->count++] = member;
    if (node->kind == GRAPH_REDUCE) {
        group->is_joined = true;
        group->grain = GR_IMPL_CHUNK;
        group->block = REDUCE_BLOCK;
    } else if (node->kind == GRAPH_SCAN) {
        group->scan = node->scan;
        group->grain = group->block = GR_IMPL_SCAN_CHUNK;
    }
}

/* Put the members of each group side by side. */
static void fill_groups(gr_graph *graph, const int *group_at) {
    int members = 0;

    for (int g = 0; g < graph->groups; ++g) {
        graph->group[g].first = members;
        members += graph->group[g].count;
        graph->group[g].count = 0;
        graph->group[g].grain = GRAIN;
        graph->group[g].block = BLOCK;
    }
    for (int k = 0; k < graph->nodes; ++k) {
        const int at = graph->order[k];

        if (graph_is_work(&graph->node[at])) {
            graph_group *group = &graph->group[group_at[group_of(graph->node, at)] - 1];

            add_member(graph, group, &graph->node[at]);
        }
    }
}

/* What levels and steps need to know of their groups. */
static void sum_up(gr_graph *graph) {
    for (int s = 0; s < graph->steps; ++s) {
        graph_step *step = &graph->step[s];
        bool in_blocks = false;
        int members = 0;

        for (int k = step->first; step->node < 0 && k < step->first + step->count; ++k) {
            graph_level *level = &graph->level[k];

            for (int g = level->first; g < level->first + level->count; ++g) {
                const graph_group *group = &graph->group[g];

                level->is_joined |= group->is_joined;
                in_blocks |= group->count > 1 && group->n > group->block;
                members += group->count;
            }
        }
        step->members = in_blocks ? 0 : members;
    }
}

/* Everything that the plan needs room for; at most one step, level and group a node. */
static gr_status allocate_plan(gr_graph *graph, gr_place place) {
    void *array;

    GR_TRY(allocate(&array, graph, graph->nodes, sizeof(int), place));
    graph->order = (int *)array;
    GR_TRY(allocate(&array, graph, graph->nodes, sizeof(graph_member), place));
    graph->member = (graph_member *)array;
    GR_TRY(allocate(&array, graph, graph->nodes, sizeof(graph_group), place));
    graph->group = (graph_group *)array;
    GR_TRY(allocate(&array, graph, graph->nodes, sizeof(graph_level), place));
    graph->level = (graph_level *)array;
    GR_TRY(allocate(&array, graph, graph->nodes, sizeof(graph_step), place));
    graph->step = (graph_step *)array;
    return GR_SUCCESS;
}

void graph_plan_drop(gr_graph *graph) {
    gr_impl_host_free(graph->order);
    gr_impl_host_free(graph->member);
    gr_impl_host_free(graph->group);
    gr_impl_host_free(graph->level);
    gr_impl_host_free(graph->step);
    graph->order = NULL;
    graph->member = NULL;
    graph->group = NULL;
    graph->level = NULL;
    graph->step = NULL;
}

/* With room[0..3] for as many numbers as there are nodes and edges. */
static gr_status make(gr_graph *graph, void *room[4], gr_place place) {
    int *from = NULL, *edges = NULL;
    gr_status status;

    GR_TRY(allocate_plan(graph, place));
    status = edges_by_node(&from, &edges, graph, place);
    room[0] = from;
    room[1] = edges;
    GR_TRY(status);
    GR_TRY(allocate(&room[2], graph, graph->nodes + 1, sizeof(int), place));
    GR_TRY(allocate(&room[3], graph, graph->nodes + 1, sizeof(int), place));
    if (!sort_nodes(graph, from, edges)) {
        return raise_cycle(graph, place);
    }
    chain_nodes(graph);
    order_by_level(graph, (int *)room[2], (int *)room[3]);
    memset(room[2], 0, (size_t)graph->nodes * sizeof(int));
    add_steps(graph, (int *)room[2]);
    fill_groups(graph, (const int *)room[2]);
    sum_up(graph);
    return GR_SUCCESS;
}

gr_status graph_plan(gr_graph *graph, gr_place place) {
    void *room[4] = {NULL, NULL, NULL, NULL};
    const gr_status status = make(graph, room, place);

    for (int k = 0; k < 4; ++k) {
        gr_impl_host_free(room[k]);
    }
    if (status != GR_SUCCESS) {
        graph_plan_drop(graph);
    }
    return status;
}
