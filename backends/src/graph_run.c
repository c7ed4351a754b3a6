/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_run.c
 * @brief Running a graph: levels of range nodes in one parallel region, the rest on the caller.
 *
 * What an index of a group costs is measured at its first submit, on the caller, and at one submit
 * in sixteen afterwards. From it follow who runs (the caller alone where a region would cost more
 * than it saves) and where the work of a level is cut: the groups of a level count as one line of
 * ticks, cut into equal parts, so that small groups come to lie in one part and large ones in all.
 *
 * A group of several nodes runs block after block: what one node wrote is in the caches for the
 * next.
 */
#include "clock.h"
#include "graph.h"
#include "instance.h"

#include <granum/copy.h>
#include <granum/impl/backend.h>
#include <granum/impl/tool_calls.h>
#include <granum/memory.h>

#include <sched.h>
#include <string.h>

/* Indices that a group is first measured on. */
#define LOOK ((gr_index)1024)
/* Groups cheaper than this are not cut [ticks]. */
#define WHOLE 600.0
/* A barrier of spinning threads [ticks for each]. */
#define BARRIER 300.0
/* Submits between two measurements, a power of two. */
#define QUIET 16u

/* ---- what it costs ---- */

static void learn(graph_group *group, uint64_t ticks, gr_index indices) {
    const double cost = (double)(ticks > 0 ? ticks : 1) / (double)indices;

    /* Less is believed sooner than more, which may be an interrupt's doing. */
    if (group->cost == 0 || cost < group->cost) {
        group->cost = cost;
    } else {
        group->cost += ((cost < 4 * group->cost ? cost : 4 * group->cost) - group->cost) / 4;
    }
}

static void run_measured(const gr_graph *graph, graph_group *group, gr_index lo, gr_index hi) {
    const uint64_t start = clock_ticks();

    graph_run_part(graph, group, lo, hi);
    if (hi - lo >= group->grain || hi - lo == group->n) {
        learn(group, clock_ticks() - start, hi - lo);
    }
}

/* ---- cuts ---- */

/* Where `at` ticks of a level's line lie in a group that begins at `start` there, from index
 * `from` on. */
static gr_index cut_at(const graph_group *group, double start, double at, gr_index from) {
    const double indices = (at - start) / group->cost;
    const double all = (double)(group->n - from);

    if (indices <= 0) {
        return from;
    }
    if (indices >= all) {
        return group->n;
    }
    if (group->cost * all < WHOLE) {
        return indices * 2 < all ? from : group->n;
    }
    return from + (gr_index)indices / group->grain * group->grain;
}

/* Cut the groups of a level into `parts`, each from the index on that is in its last cut. */
static void cut_level(gr_graph *graph, const graph_level *level, int parts) {
    graph_group *group = &graph->group[level->first];
    double all = 0, start = 0;

    for (int g = 0; g < level->count; ++g) {
        all += group[g].cost * (double)(group[g].n - group[g].cut[0]);
    }
    for (int g = 0; g < level->count; ++g) {
        const gr_index from = group[g].cut[0];

        for (int k = 1; k < parts; ++k) {
            group[g].cut[k] = cut_at(&group[g], start, all / parts * k, from);
        }
        group[g].cut[parts] = group[g].n;
        start += group[g].cost * (double)(group[g].n - from);
    }
}

/* Room for so many cuts in every group. */
static gr_status make_room(gr_graph *graph, int parts) {
    const size_t bytes = (size_t)(parts + 1) * sizeof(gr_index);

    if (parts <= graph->most_parts) {
        return GR_SUCCESS;
    }
    for (int g = 0; g < graph->groups; ++g) {
        gr_impl_host_free(graph->group[g].cut);
        graph->group[g].cut = (gr_index *)gr_impl_host_alloc(bytes, GR_ALIGNMENT);
        if (!graph->group[g].cut) {
            graph->most_parts = 0;
            return gr_impl_out_of_memory(GR_HOST, graph->label, bytes, GR_HERE);
        }
    }
    graph->most_parts = parts;
    for (int k = 0; k < graph->steps; ++k) {
        graph->step[k].cut_parts = 0;
    }
    return GR_SUCCESS;
}

/* ---- a region ---- */

typedef struct region {
    gr_graph *graph;
    const graph_step *step;
    int parts;
    bool is_measured;
    gr_impl_launch_errors *errors;
} region;

/* All threads; the last one joins what the parts of a level gave. */
static void meet(gr_graph *graph, const graph_level *level, int threads) {
    const int generation = __atomic_load_n(&graph->generation, __ATOMIC_ACQUIRE);

    if (__atomic_add_fetch(&graph->arrived, 1, __ATOMIC_ACQ_REL) == threads) {
        graph_join_level(graph, level);
        __atomic_store_n(&graph->arrived, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&graph->generation, generation + 1, __ATOMIC_RELEASE);
        return;
    }
    for (int spin = 0; __atomic_load_n(&graph->generation, __ATOMIC_ACQUIRE) == generation;
         ++spin) {
        if (spin < 256) {
            clock_pause();
        } else {
            sched_yield(); /* somebody else has the core of the one that is waited for */
        }
    }
}

static void run_level(const region *all, const graph_level *level, int thread, int threads) {
    for (int part = thread; part < all->parts; part += threads) {
        for (int g = level->first; g < level->first + level->count; ++g) {
            graph_group *group = &all->graph->group[g];

            if (group->scan) {
                graph_run_chunks(all->graph, group, group->n);
            } else if (all->is_measured && part == 0) {
                run_measured(all->graph, group, group->cut[0], group->cut[1]);
            } else {
                graph_run_part(all->graph, group, group->cut[part], group->cut[part + 1]);
            }
        }
    }
}

static void run_region(int thread, int threads, void *argument) {
    const region *all = (const region *)argument;
    const graph_level *level = &all->graph->level[all->step->first];
    const unsigned char mode = gr_impl_self.mode;

    gr_impl_self.mode = GR_IMPL_MODE_SOLO;
    if (thread > 0) {
        gr_impl_launch_errors_use(all->errors);
    }
    for (int k = 0; k < all->step->count; ++k) {
        if (k > 0 && threads > 1) {
            meet(all->graph, &level[k - 1], threads);
        }
        run_level(all, &level[k], thread, threads);
        if (threads == 1) {
            graph_join_level(all->graph, &level[k]);
        }
    }
    if (thread > 0) {
        gr_impl_launch_errors_use(NULL);
    }
    gr_impl_self.mode = mode;
}

/* What a team took, for the next choice; one that an interrupt held up counts fourfold at most. */
static void learn_team(graph_step *step, double ticks) {
    if (step->team == 0) {
        step->team = ticks;
    } else {
        step->team += ((ticks < 4 * step->team ? ticks : 4 * step->team) - step->team) / 4;
    }
}

/* Whether the caller alone is faster than a team was; what is known of teams fades, so that they
 * are tried again. */
static bool alone_is_faster(graph_step *step, double ticks) {
    if (step->team < ticks) {
        return false;
    }
    step->team -= (step->team - ticks / 2) / 32;
    return true;
}

/* Run levels of a step, which are `ticks` of work, on as many threads as they are worth; barriers
 * have cost `meeting` ticks of that then. False: they are not worth a team, and nothing was run. */
static bool run_team(region *all, graph_step *step, double ticks, double meeting) {
    const uint64_t start = clock_ticks();
    int threads = 1;

    if (all->parts > 1 && !alone_is_faster(step, ticks)) {
        threads = gr_impl_team_for(ticks - meeting, all->parts);
    }
    if (threads > 1) {
        gr_impl_host_backends[0]->run(threads, run_region, all);
        graph_join_level(all->graph, &all->graph->level[step->first + step->count - 1]);
        learn_team(step, (double)(clock_ticks() - start));
        gr_impl_team_joined();
    }
    gr_impl_threads_give();
    return threads > 1;
}

/* ---- a step ---- */

/* The groups of a step's levels stand side by side. */
static graph_group *groups_of(const gr_graph *graph, const graph_step *step, int *count) {
    const graph_level *first = &graph->level[step->first], *last = first + step->count - 1;

    *count = last->first + last->count - first->first;
    return &graph->group[first->first];
}

static void add_ticks(const gr_graph *graph, graph_step *step) {
    int count;
    const graph_group *group = groups_of(graph, step, &count);

    step->ticks = 0;
    for (int g = 0; g < count; ++g) {
        step->ticks += group[g].cost * (double)group[g].n;
    }
}

/* The first time: one level after the other, each looked at on the caller. */
static void run_first(gr_graph *graph, graph_step *step, int parts) {
    for (int k = 0; k < step->count; ++k) {
        graph_step one = {-1, step->first + k, 1, 0, 0, 0, 0, 0};
        const graph_level *level = &graph->level[step->first + k];
        region all = {graph, &one, parts, false, gr_impl_launch_errors_here()};
        double ticks = 0;

        gr_impl_self.mode = GR_IMPL_MODE_SOLO;
        for (int g = level->first; g < level->first + level->count; ++g) {
            graph_group *group = &graph->group[g];
            const gr_index most = LOOK < group->grain ? group->grain : LOOK;
            const gr_index look = group->n < most ? group->n : most;

            if (group->scan) {
                const uint64_t start = clock_ticks();

                group->scan->part.turn = group->scan->next = 0;
                graph_run_chunks(graph, group, 1);
                learn(group, clock_ticks() - start, look);
            } else {
                run_measured(graph, group, 0, look);
            }
            group->cut[0] = look;
            ticks += group->cost * (double)(group->n - look);
        }
        gr_impl_self.mode = GR_IMPL_MODE_GRAPH;
        cut_level(graph, level, parts);
        if (!run_team(&all, &one, ticks, 0)) {
            run_region(0, 1, &all);
        }
    }
    add_ticks(graph, step);
}

/* All of it on the caller; measured as a whole, which costs two looks at the clock. */
static void run_alone(const gr_graph *graph, graph_step *step, bool is_measured) {
    const uint64_t start = is_measured ? clock_ticks() : 0;
    int count;
    graph_group *group = groups_of(graph, step, &count);

    gr_impl_self.mode = GR_IMPL_MODE_SOLO;
    if (step->members > 0) {
        graph_run_members(&graph->member[group->first], step->members);
    } else {
        for (int g = 0; g < count; ++g) {
            graph_run_group(graph, &group[g]);
        }
    }
    gr_impl_self.mode = GR_IMPL_MODE_GRAPH;
    if (is_measured) {
        const double ratio = (double)(clock_ticks() - start) / step->ticks;
        const double scale = ratio < 1 ? ratio : 1 + ((ratio < 4 ? ratio : 4) - 1) / 4;

        for (int g = 0; g < count; ++g) {
            group[g].cost *= scale;
        }
        add_ticks(graph, step);
    }
}

static void begin_scans(const gr_graph *graph, const graph_step *step) {
    int count;
    const graph_group *group = groups_of(graph, step, &count);

    for (int g = 0; g < count; ++g) {
        if (group[g].scan) {
            group[g].scan->next = group[g].scan->part.turn = 0;
        }
    }
}

static void run_again(gr_graph *graph, graph_step *step, int parts, bool is_measured) {
    region all = {graph, step, parts, is_measured, NULL};
    const double meeting =
        parts > 1 ? (step->count - 1) * BARRIER * parts * parts / (parts - 1) : 0;

    /* Cuts are made for each number of parts, and again where costs were measured since. */
    if (parts == 1 || step->ticks < meeting) {
        run_alone(graph, step, is_measured);
        return;
    }
    if (step->cut_parts != parts) {
        for (int k = step->first; k < step->first + step->count; ++k) {
            for (int g = 0; g < graph->level[k].count; ++g) {
                graph->group[graph->level[k].first + g].cut[0] = 0;
            }
            cut_level(graph, &graph->level[k], parts);
        }
        step->cut_parts = parts;
    }
    all.errors = gr_impl_launch_errors_here();
    begin_scans(graph, step);
    if (!run_team(&all, step, step->ticks, meeting)) {
        run_alone(graph, step, is_measured);
    } else if (is_measured) {
        add_ticks(graph, step);
    }
    if (is_measured) {
        step->cut_parts = 0;
    }
}

gr_status graph_run_node(graph_node *node) {
    switch (node->kind) {
    case GRAPH_COPY:
        return gr_impl_deep_copy(node->dst, node->src, node->place);
    case GRAPH_REDUCE:
    case GRAPH_SCAN:
        graph_run_whole(node);
        break;
    case GRAPH_RANGE:
        node->range(0, node->n, node->arguments);
        break;
    case GRAPH_CALL:
    case GRAPH_DEVICE:
        node->call(node->arguments);
        break;
    case GRAPH_JOIN:
        break;
    }
    return GR_SUCCESS;
}

/* Where a tool or a debug mode listens each node is run by itself, as the launches that it would be
 * outside of a graph: what a tool is told and a mode compares is one launch at a time. */
static gr_status run_heard(gr_graph *graph) {
    gr_status status = GR_SUCCESS;

    gr_region_push(graph->label);
    for (int k = 0; status == GR_SUCCESS && k < graph->nodes; ++k) {
        graph_node *node = &graph->node[graph->order[k]];

        if (node->kind != GRAPH_RANGE || node->n > 0) {
            status = graph_run_node(node);
        }
    }
    gr_region_pop();
    return status;
}

gr_status graph_run(gr_graph *graph) {
    const int parts = gr_impl_num_threads();
    const bool is_first = graph->submits == 0;
    /* the second one finds pages touched and caches warm */
    const bool is_measured = !is_first && (graph->submits == 1 || graph->submits % QUIET == 0);
    gr_status status;

    if (GR_IMPL_HEARD(GR_IMPL_HEAR_LAUNCHES | GR_IMPL_HEAR_ORDER)) {
        return run_heard(graph);
    }
    if (GR_IMPL_UNLIKELY(!graph->is_probed) && graph_may_be_native()) {
        return graph_probe(graph);
    }
    status = make_room(graph, parts);
    for (int s = 0; status == GR_SUCCESS && s < graph->steps; ++s) {
        graph_step *step = &graph->step[s];

        if (step->native > 0) {
            graph_native *native = graph_native_at(graph, step->native - 1);

            status = graph_run_native(graph, native);
            s += graph_native_steps(native) - 1;
        } else if (step->node >= 0) {
            status = graph_run_node(&graph->node[step->node]);
        } else if (is_first) {
            run_first(graph, step, parts);
        } else {
            run_again(graph, step, parts, is_measured);
        }
    }
    graph->submits += status == GR_SUCCESS;
    return status;
}
