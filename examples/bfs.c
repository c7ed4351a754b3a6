/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file bfs.c
 * @brief Breadth-first search: how many steps from one place to every other, level by level.
 *
 *     bfs [FOLDER | SCALE]
 *
 * FOLDER/measured.npy: heights, from terrain/prepare.py; without, a maze of 50 SCALE rows. Then a
 * network of 2^SCALE vertices (15 where a folder is given).
 *
 * A level's vertices (its frontier) look at their neighbours; an atomic decides who is first at a
 * new one. What pieces of the frontier find they collect, and put a batch at a time behind what
 * others have found: the order of the next frontier is anybody's, its members and levels are not.
 *
 * Checked against a search by one thread with a queue.
 */
#include "graph.h"

#include <stdio.h>
#include <stdlib.h>

/* Vertices that an iteration looks from, and new ones that it collects before it puts them away. */
enum { PIECE = 64, BATCH = 256 };

typedef struct search {
    gr_view1_i32 level;          /* (n): steps from the start, or -1 */
    gr_view1_i32 frontier, next; /* (n): of which the first so many are in use */
    gr_view1_i64 tail;           /* (1): how many of next */
} search;

/* Put what was found behind what others have; always 0. */
GR_FUNCTION int put(gr_view1_i32 next, gr_view1_i64 tail, const int32_t *batch, int count) {
    const int64_t at = GR_ATOMIC_FETCH_ADD(&GR_AT(tail, 0), (int64_t)count);

    for (int c = 0; c < count; ++c) {
        GR_AT(next, at + c) = batch[c];
    }
    return 0;
}

static gr_status bfs(graph g, search s, gr_index start, int32_t *levels) {
    const gr_view1_i32 level = s.level;
    const gr_view1_i64 tail = s.tail;
    int64_t size = 1;

    GR_TRY(GR_FILL(level, -1));
    GR_AT(level, start) = 0;
    GR_AT(s.frontier, 0) = (int32_t)start;
    for (*levels = 0; size > 0; ++*levels) {
        const gr_view1_i32 frontier = s.frontier, next = s.next;
        const gr_index pieces = (size + PIECE - 1) / PIECE;
        const int32_t here = *levels;

        GR_AT(tail, 0) = 0;
        /* Hubs take long: pieces on demand. */
        GR_PARALLEL_FOR("look", p, gr_with_chunk(gr_with_dynamic(gr_range(0, pieces)), 1)) {
            const gr_index last = (p + 1) * PIECE < size ? (p + 1) * PIECE : size;
            int32_t batch[BATCH];
            int found = 0;

            for (gr_index k = p * PIECE; k < last; ++k) {
                const int32_t v = GR_AT(frontier, k);

                for (int64_t e = GR_AT(g.row, v); e < GR_AT(g.row, v + 1); ++e) {
                    const int32_t w = GR_AT(g.col, e);
                    int32_t unseen = -1;

                    if (GR_ATOMIC_LOAD(&GR_AT(level, w)) < 0 &&
                        GR_ATOMIC_COMPARE_EXCHANGE(&GR_AT(level, w), &unseen, here + 1)) {
                        batch[found++] = w;
                        found = found == BATCH ? put(next, tail, batch, found) : found;
                    }
                }
            }
            if (found > 0) {
                put(next, tail, batch, found);
            }
        };
        size = GR_AT(tail, 0);
        s.frontier = next;
        s.next = frontier;
    }
    return gr_fence();
}

/* The same by one thread: vertices whose level is not the one that a queue gives. */
static gr_index wrong(graph g, search s, gr_view1_i32 expected, gr_index start) {
    const gr_index n = s.level.extent[0];
    gr_index bad = 0, head = 0, tail = 0;

    for (gr_index v = 0; v < n; ++v) {
        GR_AT(expected, v) = -1;
    }
    GR_AT(expected, start) = 0;
    for (GR_AT(s.next, tail++) = (int32_t)start; head < tail; ++head) {
        const int32_t v = GR_AT(s.next, head);

        for (int64_t e = GR_AT(g.row, v); e < GR_AT(g.row, v + 1); ++e) {
            const int32_t w = GR_AT(g.col, e);

            if (GR_AT(expected, w) < 0) {
                GR_AT(expected, w) = GR_AT(expected, v) + 1;
                GR_AT(s.next, tail++) = w;
            }
        }
    }
    for (gr_index v = 0; v < n; ++v) {
        bad += GR_AT(expected, v) != GR_AT(s.level, v);
    }
    return bad;
}

/* Start where most neighbours are, and tell. */
static gr_status go(const char *what, graph g) {
    const gr_index n = g.row.extent[0] - 1;
    gr_loc_i64 most;
    int64_t reached;
    int32_t levels;
    gr_view1_i32 expected;
    search s;

    GR_TRY(GR_CREATE(&s.level, "level", n));
    GR_TRY(GR_CREATE(&s.frontier, "frontier", n));
    GR_TRY(GR_CREATE(&s.next, "next frontier", n));
    GR_TRY(GR_CREATE(&s.tail, "tail", 1));
    GR_TRY(GR_CREATE(&expected, "expected", n));
    GR_PARALLEL_REDUCE("start", v, gr_range(0, n), GR_MAXLOC(int64_t, most)) {
        const int64_t degree = GR_AT(g.row, v + 1) - GR_AT(g.row, v);

        if (degree > most.value) {
            most.value = degree;
            most.location = v;
        }
    };
    gr_timer timer = gr_timer_start();
    GR_TRY(bfs(g, s, most.location, &levels));
    const double seconds = gr_timer_seconds(timer);
    GR_PARALLEL_REDUCE("reached", v, gr_range(0, n), GR_SUM(int64_t, reached)) {
        reached += GR_AT(s.level, v) >= 0;
    };
    GR_TRY(gr_fence());
    const gr_index bad = wrong(g, s, expected, most.location);
    printf("%s: %td vertices, %td edges; %td reached in %d levels and %.2f ms, %td wrong\n", what,
           n, g.col.extent[0], (gr_index)reached, levels, 1e3 * seconds, bad);
    GR_TRY(GR_RELEASE(&s.level));
    GR_TRY(GR_RELEASE(&s.frontier));
    GR_TRY(GR_RELEASE(&s.next));
    GR_TRY(GR_RELEASE(&s.tail));
    GR_TRY(GR_RELEASE(&expected));
    GR_REQUIRE(bad == 0 && reached > 1, GR_INTERNAL, "%s: wrong = %td, reached = %td", what, bad,
               (gr_index)reached);
    return GR_SUCCESS;
}

static gr_status run(const char *folder) {
    const bool made_up = atoi(folder) > 0;
    const int scale = made_up ? atoi(folder) : 15;
    const gr_index n = 50 * scale;
    gr_view2_i16 height;
    char path[4096];
    graph g;

    GR_REQUIRE(scale <= 24, GR_INVALID_ARG, "SCALE = %d, expected 1 to 24", scale);
    if (!made_up) {
        snprintf(path, sizeof path, "%s/measured.npy", folder);
        GR_TRY(GR_NPY_LOAD(&height, path));
    } else { /* a third of the cells are walls */
        GR_TRY(GR_CREATE(&height, "height", n, n));
        GR_PARALLEL_FOR_2D("maze", i, j, gr_range_2d(0, n, 0, n)) {
            GR_AT(height, i, j) = graph_hash((uint64_t)(i * n + j)) % 3 == 0 ? 1000 : 0;
        };
    }
    GR_TRY(graph_of_map(&g, height, 25));
    GR_TRY(go(made_up ? "a maze" : "walking where it is not steep", g));
    GR_TRY(graph_release(&g));
    GR_TRY(GR_RELEASE(&height));
    GR_TRY(graph_rmat(&g, scale, 16));
    GR_TRY(go("a network with hubs", g));
    return graph_release(&g);
}

int main(int argc, char **argv) {
    if (gr_initialize_args(&argc, argv, NULL) || run(argc > 1 ? argv[1] : "15") || gr_finalize()) {
        const gr_error *e = gr_last_error();
        fprintf(stderr, "bfs: %s (%s:%d)\n", e->message, e->file, e->line);
        return 1;
    }
    return 0;
}
