/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose.c
 * @brief One tile of a layout-changing copy, by the way that fits its alignment.
 *
 * Kernels move bands: the rows of one cache line of dst, through all columns of the tile, so that
 * every source row is read forwards. Tiles are long in that direction, since a machine's
 * prefetchers
 * follow it, and few bands high, so that dst's pages stay known to the TLB (measured: 8 bands by
 * 4096 bytes; square tiles reach half of that). Large results whose rows all begin at the same
 * offset in a cache line are streamed from registers; for others the tile goes through a small
 * buffer, from which whole lines are streamed, whatever their offset.
 */
#include "transpose.h"

#include <string.h>

enum {
    /* Tiles of kernels: rows in cache lines of dst, columns in elements. */
    TILE_BANDS = 16,
    TILE_COLUMNS = 1024,
    /* Where bands lean on the band above, fewer and higher tiles. */
    CARRIED_TILE_BANDS = 64,
    CARRIED_COLUMNS = 512,
    /* The buffer's tile. Its step is an odd number of lines, lest its rows fall into few sets of
     * the
     * cache; one more than a tile has, since a line may begin in the tile before. */
    STAGED_COLUMNS = 64,
    STAGED_ROW_BYTES = 512,
    STAGED_STEP = STAGED_ROW_BYTES + 64,
    /* An element-wise tile: 32 lines on either side stay in the smallest first-level cache. */
    PLAIN_TILE = 32,
    /* Streaming pays where a row of dst is a few lines long. */
    STREAM_ROW_BYTES = 512
};

static gr_index least(gr_index a, gr_index b) {
    return a < b ? a : b;
}

static gr_index most(gr_index a, gr_index b) {
    return a > b ? a : b;
}

/* Whether all columns of dst are whole cache lines. */
static bool is_aligned(const transpose_matrix *m, const char *dst) {
    return ((uintptr_t)dst | (uintptr_t)m->dst_column | (uintptr_t)(m->rows * m->dst_row)) % LINE ==
           0;
}

/* Whether bands can lean on the band above. */
static bool is_carried(const transpose_matrix *m, const char *dst) {
    return m->kernel->carry != NULL && m->rows * m->dst_row >= 4 * (gr_index)LINE &&
           ((uintptr_t)dst | (uintptr_t)m->dst_column) % m->item == 0;
}

void transpose_choose(transpose_matrix *m, bool large) {
    m->kernel = NULL;
    m->stream = false;
    if (m->dst_row == (ptrdiff_t)m->item && m->src_column == (ptrdiff_t)m->item) {
        const transpose_kernel *kernel = copy_machine_kernel(m->machine, m->item);

        if (kernel != NULL && m->rows >= (gr_index)(LINE / m->item) &&
            m->columns >= kernel->columns) {
            m->kernel = kernel;
            m->stream = large && m->rows * m->dst_row >= STREAM_ROW_BYTES;
        }
    }
}

void transpose_tile_shape(const transpose_matrix *m, const char *dst, gr_index *rows,
                          gr_index *columns) {
    if (m->kernel == NULL) {
        /* long and thin matrices still make tiles that are worth a call */
        *rows = PLAIN_TILE * most(1, PLAIN_TILE / m->columns);
        *columns = PLAIN_TILE * most(1, PLAIN_TILE / m->rows);
    } else {
        const bool carried = m->stream && !is_aligned(m, dst) && is_carried(m, dst);

        *rows = (carried ? CARRIED_TILE_BANDS : TILE_BANDS) * (gr_index)(LINE / m->item);
        *rows *= most(1, TILE_COLUMNS / m->columns);
        *columns = carried ? CARRIED_COLUMNS : TILE_COLUMNS;
    }
}

/* Where a column's part of a tile begins that ideally begins at row `row`: at a cache line of dst.
 *  */
static gr_index line_start(const transpose_matrix *m, const char *column_dst, gr_index row) {
    const uintptr_t at = (uintptr_t)(column_dst + row * m->dst_row);

    return row == 0 || row == m->rows ? row : most(0, row - (gr_index)(at % LINE / m->item));
}

#define PLAIN_LOOPS(copy)                                                \
    for (gr_index c = 0; c < columns; c++) {                             \
        for (gr_index r = 0; r < rows; r++) {                            \
            char *to = dst + r * m->dst_row + c * m->dst_column;         \
            const char *from = src + r * m->src_row + c * m->src_column; \
            copy;                                                        \
        }                                                                \
    }                                                                    \
    break

/* Any strides, element by element; a constant size makes each memcpy one move. */
static void plain(const transpose_matrix *m, char *dst, const char *src, gr_index rows,
                  gr_index columns) {
    switch (m->item) {
    case 1:
        PLAIN_LOOPS(memcpy(to, from, 1));
    case 2:
        PLAIN_LOOPS(memcpy(to, from, 2));
    case 4:
        PLAIN_LOOPS(memcpy(to, from, 4));
    case 8:
        PLAIN_LOOPS(memcpy(to, from, 8));
    case 12:
        PLAIN_LOOPS(memcpy(to, from, 12));
    case 16:
        PLAIN_LOOPS(memcpy(to, from, 16));
    case 24:
        PLAIN_LOOPS(memcpy(to, from, 24));
    case 32:
        PLAIN_LOOPS(memcpy(to, from, 32));
    default:
        PLAIN_LOOPS(memcpy(to, from, m->item));
    }
}

/* Through the caches: whole bands, the last one overlapping its neighbour. */
static void stored(const transpose_matrix *m, char *dst, const char *src, gr_index rows,
                   gr_index columns) {
    const gr_index band = (gr_index)(LINE / m->item);

    for (gr_index r = 0;; r = r + 2 * band <= rows ? r + band : rows - band) {
        m->kernel->store(src + r * m->src_row, m->src_row, dst + r * m->dst_row, m->dst_column,
                         columns, NULL);
        if (r + band >= rows) {
            break;
        }
    }
}

/* From registers around the caches; dst and its columns begin at lines, rows are whole bands. */
static void streamed(const transpose_matrix *m, char *dst, const char *src, gr_index rows,
                     gr_index columns) {
    const gr_index band = (gr_index)(LINE / m->item);

    for (gr_index r = 0; r < rows; r += band) {
        m->kernel->stream(src + r * m->src_row, m->src_row, dst + r * m->dst_row, m->dst_column,
                          columns, NULL);
    }
}

/* Through a buffer, so that every column of the tile can begin at a line of its own. dst and src
 * are the matrix's; columns fit the buffer. */
static void staged(const transpose_matrix *m, char *dst, const char *src, gr_index row,
                   gr_index row_end, gr_index column, gr_index columns) {
    _Alignas(64) char buffer[STAGED_COLUMNS * STAGED_STEP];
    const gr_index band = (gr_index)(LINE / m->item);
    const gr_index first = most(0, least(row - band + 1, m->rows - band));
    transpose_matrix to_buffer = *m;

    to_buffer.dst_column = STAGED_STEP;
    stored(&to_buffer, buffer, src + first * m->src_row + column * m->src_column,
           most(row_end - first, band), columns);
    for (gr_index c = 0; c < columns; c++) {
        char *to = dst + (column + c) * m->dst_column;
        const gr_index begin = line_start(m, to, row), end = line_start(m, to, row_end);
        const char *from = buffer + c * STAGED_STEP + (begin - first) * m->dst_row;

        copy_machine_stream(m->machine, to + begin * m->dst_row, from,
                            (size_t)((end - begin) * m->dst_row));
    }
}

static void staged_tile(const transpose_matrix *m, char *dst, const char *src, gr_index row,
                        gr_index row_end, gr_index column, gr_index column_end) {
    const gr_index high = STAGED_ROW_BYTES / (gr_index)m->item;

    while (column < column_end) {
        const gr_index left = column_end - column;
        /* two even pieces rather than a last one that is narrower than the kernel */
        const gr_index step = left >= 2 * STAGED_COLUMNS ? STAGED_COLUMNS
                              : left > STAGED_COLUMNS    ? left / 2
                                                         : left;

        for (gr_index r = row; r < row_end; r += high) {
            staged(m, dst, src, r, least(r + high, row_end), column, step);
        }
        column += step;
    }
}

/* As staged, from registers: each band completes the lines that the band above it began. Where a
 * column's first and last line hold other elements too, the ends go through the buffer. */
static void carried(const transpose_matrix *m, char *dst, const char *src, gr_index row,
                    gr_index row_end, gr_index column, gr_index columns) {
    _Alignas(64) char kept[TRANSPOSE_KEPT(2 * CARRIED_COLUMNS)];
    const gr_index band = (gr_index)(LINE / m->item);
    const char *from = src + column * m->src_column;
    char *to = dst + column * m->dst_column;
    const bool last = row_end == m->rows;
    gr_index r = row > 0 ? row : band;

    if (row == 0) {
        staged_tile(m, dst, src, 0, band, column, column + columns);
    }
    m->kernel->keep(from + (r - band) * m->src_row, m->src_row, to, m->dst_column, columns, kept);
    for (; last ? row_end - r > band : r < row_end; r += band) {
        m->kernel->carry(from + r * m->src_row, m->src_row, to + r * m->dst_row, m->dst_column,
                         columns, kept);
    }
    if (last) {
        staged_tile(m, dst, src, r, row_end, column, column + columns);
    }
}

static void carried_tile(const transpose_matrix *m, char *dst, const char *src, gr_index row,
                         gr_index row_end, gr_index column, gr_index column_end) {
    while (column < column_end) {
        const gr_index left = column_end - column;
        const gr_index step = left >= 2 * CARRIED_COLUMNS ? CARRIED_COLUMNS : left;

        carried(m, dst, src, row, row_end, column, step);
        column += step;
    }
}

void transpose_tile(const transpose_matrix *m, char *dst, const char *src, gr_index row,
                    gr_index row_end, gr_index column, gr_index column_end) {
    char *to = dst + row * m->dst_row + column * m->dst_column;
    const char *from = src + row * m->src_row + column * m->src_column;
    const gr_index rows = row_end - row, columns = column_end - column;
    const bool aligned = is_aligned(m, dst);

    if (m->kernel == NULL || columns < m->kernel->columns) {
        plain(m, to, from, rows, columns);
    } else if (m->stream && !aligned) {
        /* all tiles of these columns alike, as they share the lines between them */
        if (is_carried(m, dst)) {
            carried_tile(m, dst, src, row, row_end, column, column_end);
        } else {
            staged_tile(m, dst, src, row, row_end, column, column_end);
        }
    } else if (rows < (gr_index)(LINE / m->item)) {
        plain(m, to, from, rows, columns);
    } else if (m->stream) {
        streamed(m, to, from, rows, columns);
    } else {
        stored(m, to, from, rows, columns);
    }
}
