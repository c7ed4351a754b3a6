/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file device_grid.c
 * @brief Grids of blocks over ranges of 1 to 6 indices.
 *
 * Division by the invariant numbers of tiles: Granlund & Montgomery 1994,
 * doi:10.1145/178243.178249, theorem 4.2 for dividends below 2^31.
 */
#include <granum/impl/device.h>

/* Blocks of a grid at most, on every vendor, and so the dividends. */
#define MOST_BLOCKS 2147483647u
#define DIVIDEND_BITS 31

static unsigned char log2_up(gr_index n) {
    const int bits = n > 1 ? 64 - __builtin_clzll((unsigned long long)n - 1) : 0;

    return (unsigned char)(bits < 31 ? bits : 31);
}

static unsigned char log2_down(gr_index n) {
    const unsigned char bits = log2_up(n);

    return (unsigned char)(((gr_index)1 << bits) > n ? bits - 1 : bits);
}

static unsigned char least(unsigned char a, unsigned char b) {
    return a < b ? a : b;
}

static unsigned most_blocks(const gr_impl_gpu_grid *grid) {
    const unsigned most = GR_IMPL_GPU_MOST_THREADS / grid->threads;

    return most < MOST_BLOCKS ? most : MOST_BLOCKS;
}

/* The sides of a block of 2^all threads: as asked for, or long along the fast index, and square
 * otherwise as far as the extents go. */
static void shape(gr_impl_gpu_grid *grid, const gr_index *asked, unsigned char all) {
    const int rank = grid->rank;
    unsigned char rest = all;
    bool is_asked = false;

    for (int k = 0; k < rank; ++k) {
        is_asked = is_asked || asked[k] != GR_AUTO;
    }
    for (int k = 0; k < rank; ++k) {
        const unsigned char fits = log2_up(grid->extent[k]);
        unsigned char wanted = rank == 1 ? all : k == 0 ? 6 : 2;

        if (is_asked) {
            wanted = asked[k] == GR_AUTO ? fits : log2_down(asked[k]);
        }
        grid->bits[k] = least(least(wanted, fits), rest);
        rest = (unsigned char)(rest - grid->bits[k]);
    }
    for (int k = 0; k < rank && !is_asked && rest > 0; ++k) {
        const unsigned char more =
            least(rest, (unsigned char)(log2_up(grid->extent[k]) - grid->bits[k]));

        grid->bits[k] = (unsigned char)(grid->bits[k] + more);
        rest = (unsigned char)(rest - more);
    }
    grid->threads = 1;
    for (int k = 0; k < rank; ++k) {
        grid->threads <<= grid->bits[k];
    }
}

/* Tiles along an index; more than any grid has: MOST_BLOCKS + 1. */
static gr_index tiles(const gr_impl_gpu_grid *grid, int k, gr_index extent) {
    const gr_index count = ((extent - 1) >> grid->bits[k]) + 1;

    return count > MOST_BLOCKS ? (gr_index)MOST_BLOCKS + 1 : count;
}

/* The part of the range that one launch covers, and how its blocks are numbered. */
static void number(gr_impl_gpu_grid *grid) {
    grid->lo[grid->split] = grid->from;
    grid->extent[grid->split] = gr_impl_min(grid->step, grid->end - grid->from);
    grid->blocks = 1;
    for (int k = 0; k < grid->rank; ++k) {
        unsigned char bits;

        grid->count[k] = (unsigned)tiles(grid, k, grid->extent[k]);
        grid->blocks *= grid->count[k];
        if (k == grid->rank - 1) {
            break; /* what is left of the block's number; nothing is divided by it */
        }
        bits = log2_up((gr_index)grid->count[k]);
        grid->shift[k] = (unsigned char)(DIVIDEND_BITS + bits);
        grid->magic[k] =
            (unsigned)((((uint64_t)1 << grid->shift[k]) + grid->count[k] - 1) / grid->count[k]);
    }
}

/* Launches take pieces of the index that has the most tiles; false: the others are too many. */
static bool split(gr_impl_gpu_grid *grid) {
    gr_index blocks = most_blocks(grid);
    int k = 0;

    for (int d = 1; d < grid->rank; ++d) {
        if (tiles(grid, d, grid->extent[d]) >= tiles(grid, k, grid->extent[k])) {
            k = d;
        }
    }
    for (int d = 0; d < grid->rank; ++d) {
        blocks /= d == k ? 1 : tiles(grid, d, grid->extent[d]);
    }
    grid->split = k;
    grid->from = grid->lo[k];
    grid->end = grid->lo[k] + grid->extent[k];
    grid->step = grid->extent[k];
    if (tiles(grid, k, grid->step) > blocks) {
        grid->step = blocks << grid->bits[k];
    }
    return blocks > 0;
}

bool gr_impl_gpu_grid_begin(gr_impl_gpu_grid *grid, gr_site *site, const gr_index *lo,
                            const gr_index *hi, const gr_index *tile, int rank, bool right,
                            const gr_options *options, unsigned threads) {
    gr_index elements = 1, asked[6];
    gr_impl_launch launch;

    grid->blocks = 0;
    grid->rank = rank;
    if (rank > 1 && !gr_impl_tiles_are_right(site, tile, rank)) {
        return false;
    }
    for (int k = 0; k < rank; ++k) {
        const int d = right ? rank - 1 - k : k;

        asked[k] = tile[d];
        grid->lo[k] = lo[d];
        if (__builtin_sub_overflow(hi[d], lo[d], &grid->extent[k]) || grid->extent[k] < 0) {
            (void)gr_impl_bad_bounds(site, lo, hi, rank);
            return false;
        }
    }
    for (int k = 0; k < rank; ++k) {
        if (grid->extent[k] == 0) {
            /* Nothing to run; bad options are found all the same. */
            launch.pattern = GR_IMPL_PATTERN_FOR;
            (void)gr_impl_launch_begin(&launch, site, 0, 0, 1.0, options);
            return false;
        }
        if (__builtin_mul_overflow(elements, grid->extent[k], &elements)) {
            (void)gr_impl_bad_bounds(site, lo, hi, rank);
            return false;
        }
    }
    shape(grid, asked, log2_down((gr_index)threads));
    if (!split(grid)) {
        gr_impl_device_launch_fail(site, GR_UNSUPPORTED,
                                   "tiles of a slice = more than %u, expected at most that, the "
                                   "blocks of a grid",
                                   most_blocks(grid));
        return false;
    }
    number(grid);
    return true;
}

void gr_impl_gpu_grid_next(gr_impl_gpu_grid *grid) {
    const gr_index done = grid->extent[grid->split];

    grid->blocks = 0;
    if (done < grid->end - grid->from) {
        grid->from += done;
        number(grid);
    }
}
