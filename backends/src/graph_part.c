/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file graph_part.c
 * @brief Parts of a graph's groups, on the thread that calls: ranges, chunks of reductions and
 * scans, and how results of chunks become one.
 *
 * A reduction's function runs its ordinary statement over whole chunks of the canonical order. The
 * statement finds where their results go by gr_impl_self.part (geometry.c) and joins none of them;
 * the chunks of all parts are joined when the level has ended. A scan's function runs one chunk at
 * a time, and its statement takes turns with those of other threads.
 */
#include "../backend.h"
#include "graph.h"

#include <granum/impl/backend.h>

#include <sched.h>
#include <string.h>

/* Without its statement a part leaves nothing to be joined; so it is with one for a device. */
static void expect_begun(const gr_impl_part *part, const graph_node *node) {
    if (GR_IMPL_UNLIKELY(!part->is_begun)) {
        gr_impl_launch_fail(GR_INVALID_ARG, node->place, node->label,
                            "no %s over [%td, %td) in the function of a graph's node, expected one "
                            "for the host's threads",
                            node->kind == GRAPH_SCAN ? "scan" : "reduction", part->lo, part->hi);
    }
}

static void run_reduction(const graph_member *member, gr_index lo, gr_index hi) {
    const graph_reduction *all = member->special->reduction;
    const size_t bytes = all->joiner.bytes, at = (size_t)(lo / GR_IMPL_CHUNK) * bytes;
    gr_impl_part part = {lo, hi, GR_IMPL_PATTERN_REDUCE, bytes, all->chunk + at, NULL, false};

    gr_impl_self.part = &part;
    member->special->reduce(lo, hi, member->arguments,
                            all->chunk + (size_t)all->chunks * bytes + at);
    gr_impl_self.part = NULL;
    expect_begun(&part, member->special);
}

static void run_member(const graph_member *member, gr_index lo, gr_index hi) {
    if (GR_IMPL_UNLIKELY(member->special != NULL)) {
        run_reduction(member, lo, hi);
    } else {
        member->range(lo, hi, member->arguments);
    }
}

void graph_run_part(const gr_graph *graph, const graph_group *group, gr_index lo, gr_index hi) {
    const graph_member *member = &graph->member[group->first];

    if (group->count == 1) {
        if (lo < hi) {
            run_member(member, lo, hi);
        }
        return;
    }
    for (gr_index at = lo; at < hi; at += group->block) {
        const gr_index end = hi - at < group->block ? hi : at + group->block;

        for (int k = 0; k < group->count; ++k) {
            run_member(&member[k], at, end);
        }
    }
}

/* All indices of a reduction or a scan in one call, which has the statement's own order. */
void graph_run_whole(const graph_node *node) {
    const bool is_scan = node->kind == GRAPH_SCAN;
    gr_impl_part part = {0,
                         node->n,
                         is_scan ? GR_IMPL_PATTERN_SCAN : GR_IMPL_PATTERN_REDUCE,
                         is_scan ? 0 : node->reduction->joiner.bytes,
                         NULL,
                         NULL,
                         false};

    gr_impl_self.part = &part;
    if (is_scan) {
        node->range(0, node->n, node->arguments);
    } else {
        node->reduce(0, node->n, node->arguments, node->reduction->result);
    }
    gr_impl_self.part = NULL;
    expect_begun(&part, node);
}

/* One chunk of a scan. A function without a scan would never pass the turn on. */
static void run_chunk(const graph_member *member, graph_scan *scan, gr_index chunk, gr_index n) {
    const gr_index lo = chunk * GR_IMPL_SCAN_CHUNK, left = n - lo;
    gr_impl_part part = {lo,
                         lo + (left < GR_IMPL_SCAN_CHUNK ? left : GR_IMPL_SCAN_CHUNK),
                         GR_IMPL_PATTERN_SCAN,
                         0,
                         NULL,
                         &scan->part,
                         false};

    gr_impl_self.part = &part;
    member->range(part.lo, part.hi, member->arguments);
    gr_impl_self.part = NULL;
    expect_begun(&part, member->special);
    if (!part.is_begun) {
        while (__atomic_load_n(&scan->part.turn, __ATOMIC_ACQUIRE) != chunk) {
            sched_yield();
        }
        __atomic_store_n(&scan->part.turn, chunk + 1, __ATOMIC_RELEASE);
    }
}

void graph_run_chunks(const gr_graph *graph, const graph_group *group, gr_index most) {
    const gr_index chunks = (group->n + GR_IMPL_SCAN_CHUNK - 1) / GR_IMPL_SCAN_CHUNK;

    while (most-- > 0) {
        const gr_index chunk = __atomic_fetch_add(&group->scan->next, 1, __ATOMIC_RELAXED);

        if (chunk >= chunks) {
            return;
        }
        run_chunk(&graph->member[group->first], group->scan, chunk, group->n);
    }
}

/* ---- results of parts ---- */

/* As GR_IMPL_FINISH of impl/host_reduce.h, for a function that joins. */
static void join_by(const graph_reduction *all) {
    const size_t bytes = all->joiner.bytes;
    char *lane = all->chunk + (size_t)all->chunks * bytes; /* what parts gave: at least as many */
    const int lanes = all->chunks < GR_IMPL_WIDTH ? (int)all->chunks : GR_IMPL_WIDTH;

    for (int q = 0; q < lanes; ++q) {
        memcpy(lane + (size_t)q * bytes, all->joiner.identity, bytes);
    }
    for (gr_index c = 0; c < all->chunks; ++c) {
        all->joiner.join(lane + (size_t)(c % GR_IMPL_WIDTH) * bytes,
                         all->chunk + (size_t)c * bytes);
    }
    for (int half = GR_IMPL_WIDTH / 2; half > 0; half /= 2) {
        for (int q = 0; q < half && q < lanes; ++q) {
            all->joiner.join(lane + (size_t)q * bytes, q + half < lanes
                                                           ? lane + (size_t)(q + half) * bytes
                                                           : (const char *)all->joiner.identity);
        }
    }
    memcpy(all->result, lane, bytes);
}

static void join_group(const gr_graph *graph, const graph_group *group) {
    for (int k = group->first; group->is_joined && k < group->first + group->count; ++k) {
        const graph_node *node = graph->member[k].special;
        const graph_reduction *all = node ? node->reduction : NULL;

        if (!all) {
            continue;
        }
        if (all->chunks == 1) {
            memcpy(all->result, all->chunk, all->joiner.bytes);
        } else if (all->joiner.join) {
            join_by(all);
        } else {
            gr_impl_join((gr_impl_op)all->joiner.operation, all->joiner.dtype, all->chunk,
                         all->chunks, all->result);
        }
    }
}

void graph_join_level(const gr_graph *graph, const graph_level *level) {
    for (int g = 0; level->is_joined && g < level->count; ++g) {
        join_group(graph, &graph->group[level->first + g]);
    }
}

void graph_run_members(const graph_member *member, int count) {
    for (int k = 0; k < count; ++k) {
        if (GR_IMPL_LIKELY(!member[k].special)) {
            member[k].range(0, member[k].n, member[k].arguments);
        } else {
            graph_run_whole(member[k].special);
        }
    }
}

void graph_run_group(const gr_graph *graph, const graph_group *group) {
    if (group->count == 1) {
        graph_run_members(&graph->member[group->first], 1);
    } else {
        graph_run_part(graph, group, 0, group->n);
        join_group(graph, group);
    }
}
