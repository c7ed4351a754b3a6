/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file copy_run.c
 * @brief Runs of bytes and transposed tiles, shared over the threads.
 */
#include "copy_run.h"
#include "transpose.h"

#include <granum/impl/backend.h>

#include <string.h>

/* A transpose misses the caches long before it fills them, as its writes are no stream that a
 * prefetcher could follow: fetching each line of dst before it is written costs 4x at 8 MB. */
#define TRANSPOSE_SHARE 8

/* Rows shorter than this are not streamed: their first and last lines go through the caches. */
#define STREAM_RUN_BYTES ((size_t)512)

/* Tiles are made smaller until there are so many, but not below the sizes that follow, and
 * of whole bands. */
enum { TILES_PER_THREAD = 2, LEAST_TILE_ROWS = 256, LEAST_TILE_COLUMNS = 128 };

/* What a thread needs to work on pieces [lo, hi). */
typedef struct copy_job {
    const copy_plan *plan;
    gr_index inner;             /* pieces for one setting of the outer loops */
    int outer;                  /* how many of the plan's loops are outer ones */
    const copy_run_method *run; /* of run jobs */
    transpose_matrix matrix;    /* of tile jobs */
    gr_index tile_rows, tile_columns, tiles_across;
} copy_job;

/* Setting of the outer loops that counts through them in memory order. */
typedef struct odometer {
    gr_index at[GR_MAX_RANK];
    char *dst;
    const char *src;
} odometer;

static gr_index least(gr_index a, gr_index b) {
    return a < b ? a : b;
}

static odometer odometer_at(const copy_plan *plan, int loops, gr_index index) {
    odometer o = {.dst = plan->dst, .src = plan->src};

    for (int d = loops - 1; d >= 0; d--) {
        const copy_loop *loop = &plan->loop[d];

        o.at[d] = index % loop->extent;
        index /= loop->extent;
        o.dst += o.at[d] * loop->dst_step;
        o.src += o.at[d] * loop->src_step;
    }
    return o;
}

static void odometer_next(odometer *o, const copy_plan *plan, int loops) {
    for (int d = loops - 1; d >= 0; d--) {
        const copy_loop *loop = &plan->loop[d];

        o->dst += loop->dst_step;
        o->src += loop->src_step;
        if (++o->at[d] < loop->extent) {
            return;
        }
        o->at[d] = 0;
        o->dst -= loop->extent * loop->dst_step;
        o->src -= loop->extent * loop->src_step;
    }
}

static gr_index outer_count(const copy_plan *plan, int loops) {
    gr_index count = 1;

    for (int d = 0; d < loops; d++) {
        count *= plan->loop[d].extent;
    }
    return count;
}

/* Runs of contiguous bytes, each cut into pieces. */
static void work_on_runs(gr_index lo, gr_index hi, void *arg) {
    const copy_job *job = (const copy_job *)arg;
    const copy_run_method *method = job->run;
    odometer o = odometer_at(job->plan, job->outer, lo / job->inner);

    while (lo < hi) {
        const gr_index piece = lo % job->inner;
        const gr_index pieces = least(hi - lo, job->inner - piece);
        const size_t begin = (size_t)piece * method->piece;
        const size_t end =
            piece + pieces == job->inner ? job->plan->item : begin + (size_t)pieces * method->piece;

        method->fn(o.dst + begin, o.src + begin, end - begin, method->arg);
        lo += pieces;
        odometer_next(&o, job->plan, job->outer);
    }
    copy_machine_fence();
}

static void work_on_tiles(gr_index lo, gr_index hi, void *arg) {
    const copy_job *job = (const copy_job *)arg;
    const transpose_matrix *m = &job->matrix;
    odometer o = odometer_at(job->plan, job->outer, lo / job->inner);
    gr_index tile = lo % job->inner;

    for (; lo < hi; lo++) {
        const gr_index row = tile / job->tiles_across * job->tile_rows;
        const gr_index column = tile % job->tiles_across * job->tile_columns;
        const gr_index rows = least(m->rows - row, job->tile_rows);
        const gr_index columns = least(m->columns - column, job->tile_columns);

        transpose_tile(m, o.dst, o.src, row, row + rows, column, column + columns);
        if (++tile == job->inner) {
            tile = 0;
            odometer_next(&o, job->plan, job->outer);
        }
    }
    copy_machine_fence();
}

static gr_index divide_up(gr_index a, gr_index b) {
    return (a - 1) / b + 1;
}

/* Do pieces on the threads, or on this one if the copy is small. */
static void share(copy_job *job, size_t bytes, void (*fn)(gr_index lo, gr_index hi, void *arg)) {
    const gr_index pieces = outer_count(job->plan, job->outer) * job->inner;

    gr_impl_run_ranges(pieces, bytes <= copy_context_get().serial_bytes ? pieces : 1, fn, job);
}

/* The loop along which src is densest. */
static int densest_in_src(const copy_plan *plan) {
    int best = plan->rank - 1;

    for (int d = plan->rank - 2; d >= 0; d--) {
        const ptrdiff_t step = plan->loop[d].src_step, least = plan->loop[best].src_step;

        if ((step < 0 ? -step : step) < (least < 0 ? -least : least)) {
            best = d;
        }
    }
    return best;
}

static void move_to_end(copy_plan *plan, int d) {
    const copy_loop loop = plan->loop[d];

    for (; d < plan->rank - 1; d++) {
        plan->loop[d] = plan->loop[d + 1];
    }
    plan->loop[d] = loop;
}

/* Read a loop that src walks backwards from its end. */
static void turn_round(copy_plan *plan, copy_loop *loop) {
    plan->dst += (loop->extent - 1) * loop->dst_step;
    plan->src += (loop->extent - 1) * loop->src_step;
    loop->dst_step = -loop->dst_step;
    loop->src_step = -loop->src_step;
}

/* Count tiles, and halve them until every thread has a few: first their rows, whose number costs
 * least, then their columns. */
static void cut_tiles(copy_job *job, const copy_plan *plan) {
    const transpose_matrix *m = &job->matrix;
    const gr_index wanted = TILES_PER_THREAD * (gr_index)gr_impl_num_threads();
    const gr_index outer = outer_count(plan, job->outer);
    const gr_index band = m->kernel == NULL ? 1 : (gr_index)(LINE / m->item);

    for (;;) {
        job->tiles_across = divide_up(m->columns, job->tile_columns);
        job->inner = divide_up(m->rows, job->tile_rows) * job->tiles_across;
        if (outer * job->inner >= wanted) {
            return;
        }
        if (job->tile_rows > LEAST_TILE_ROWS && job->tile_rows % (2 * band) == 0) {
            job->tile_rows /= 2;
        } else if (job->tile_columns > LEAST_TILE_COLUMNS) {
            job->tile_columns /= 2;
        } else {
            return;
        }
    }
}

/* The two loops that matter, dst's densest as rows and src's densest as columns, become a matrix;
 * the others go round it. */
static void plan_tiles(copy_job *job, copy_plan *plan, const copy_machine *machine, bool large) {
    const int rows = plan->rank - 1, columns = densest_in_src(plan);
    copy_loop row = plan->loop[rows], column = {1, 0, 0};

    if (columns != rows) {
        move_to_end(plan, columns);
        if (plan->loop[rows].src_step < 0) {
            turn_round(plan, &plan->loop[rows]);
        }
        column = plan->loop[rows];
        plan->rank--;
        row = plan->loop[rows - 1];
    }
    plan->rank--;
    job->outer = plan->rank;
    job->matrix = (transpose_matrix){
        .item = plan->item,
        .rows = row.extent,
        .columns = column.extent,
        .src_row = row.src_step,
        .src_column = column.src_step,
        .dst_row = row.dst_step,
        .dst_column = column.dst_step,
        .machine = machine,
    };
    transpose_choose(&job->matrix, large);
    transpose_tile_shape(&job->matrix, plan->dst, &job->tile_rows, &job->tile_columns);
    cut_tiles(job, plan);
}

void copy_run(const copy_plan *plan, const copy_run_method *method) {
    copy_job job = {.plan = plan, .outer = plan->rank, .run = method};

    job.inner = divide_up((gr_index)plan->item, (gr_index)method->piece);
    share(&job, copy_plan_bytes(plan), work_on_runs);
}

static void run_memcpy(char *dst, const char *src, size_t bytes, const void *arg) {
    (void)arg;
    memcpy(dst, src, bytes);
}

static void run_stream(char *dst, const char *src, size_t bytes, const void *arg) {
    copy_machine_stream((const copy_machine *)arg, dst, src, bytes);
}

void copy_execute(copy_plan plan) {
    const copy_context context = copy_context_get();
    const size_t bytes = copy_plan_bytes(&plan);

    if (plan.rank > 0 && plan.item < LINE) {
        copy_job job = {.plan = &plan};

        plan_tiles(&job, &plan, context.machine,
                   bytes > context.stream_bytes / 2 / TRANSPOSE_SHARE);
        share(&job, bytes, work_on_tiles);
    } else {
        const bool stream = bytes > context.stream_bytes / 2 && plan.item >= STREAM_RUN_BYTES;
        const copy_run_method method = {stream ? run_stream : run_memcpy, context.machine,
                                        COPY_PIECE};

        copy_run(&plan, &method);
    }
}
